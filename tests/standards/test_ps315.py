"""The table of PS3.15: coverage, patterns, options, and agreement with pydicom's dictionary."""

from __future__ import annotations

import re

import pytest
from pydicom.datadict import dictionary_VR

from auditor.standards import ps315
from auditor.standards.ps315 import Action, Group


def test_every_row_is_whole() -> None:
    rows = ps315.table()
    assert len(rows) > 600
    for tag, row in rows.items():
        assert re.fullmatch(r"[0-9A-FX]{8}|PRIVATE", tag)
        assert row.name
        assert row.edition in ("2024b", "2026c")
        assert set(row.options.values()) <= {"K", "C"}
        assert set(row.derived) <= row.options.keys()


def test_vrs_agree_with_the_dictionary() -> None:
    for tag, row in ps315.table().items():
        if re.fullmatch(r"[0-9A-F]{8}", tag):
            try:
                known = dictionary_VR(int(tag, 16))
            except KeyError:
                continue
            assert row.vr == known, row.name


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        (0x00100010, "Patient's Name"),
        (0x50023000, "Curve Data"),
        (0x60103000, "Overlay Data"),
        (0x60024000, "Overlay Comments"),
        (0x00291010, "Private Attributes"),
        (0xFFFCFFFC, "Data Set Trailing Padding"),
    ],
)
def test_row_by_number(tag: int, name: str) -> None:
    row = ps315.row(tag)
    assert row is not None
    assert row.name == name


@pytest.mark.parametrize("tag", [0x00280010, 0x60000040, 0x00080060])
def test_attributes_that_the_profile_leaves_alone(tag: int) -> None:
    assert ps315.row(tag) is None


@pytest.mark.parametrize(
    ("tag", "codes", "action"),
    [
        (0x00080020, (), Action.ZERO),
        (0x00080020, ("113100",), Action.ZERO),
        (0x00080020, ("113100", "113106"), Action.KEEP),
        (0x00080020, ("113100", "113107"), Action.CLEAN),
        (0x00080020, ("113106", "113107"), Action.KEEP),
        (0x00100030, ("113100", "113106"), Action.ZERO),
        (0x00181000, ("113109",), Action.KEEP),
        (0x00181000, ("113110",), Action.REMOVE_ZERO_DUMMY),
        (0x0020000D, ("113110",), Action.KEEP),
        (0x00081140, (), Action.REMOVE_ZERO_UID),
        (0x00291010, ("113111",), Action.CLEAN),
        (0x00080080, ("113112",), Action.KEEP),
        (0x00101010, ("113108",), Action.KEEP),
        (0x60003000, ("113103",), Action.CLEAN),
    ],
)
def test_action_by_options(tag: int, codes: tuple[str, ...], action: Action) -> None:
    row = ps315.row(tag)
    assert row is not None
    assert ps315.action(row, codes) is action


@pytest.mark.parametrize(
    ("tag", "group"),
    [
        (0x00100010, Group.NAME),
        (0x00080090, Group.STAFF),
        (0x00100020, Group.IDENTIFIER),
        (0x00100030, Group.BIRTH),
        (0x00101040, Group.CONTACT),
        (0x00160072, Group.LOCATION),
        (0x0008002A, Group.DATE),
        (0x0018700A, Group.DEVICE),
        (0x00080080, Group.INSTITUTION),
        (0x00100040, Group.CHARACTERISTIC),
        (0x00081030, Group.DESCRIPTOR),
        (0x00080018, Group.UID),
        (0x60003000, Group.GRAPHICS),
    ],
)
def test_group(tag: int, group: Group) -> None:
    row = ps315.row(tag)
    assert row is not None
    assert ps315.group(row) is group


def test_which_actions_let_content_stay() -> None:
    assert {action for action in Action if action.may_hold_content} == {Action.KEEP, Action.CLEAN}
    assert {action for action in Action if action.replaces_uid} == {Action.UID, Action.REMOVE_ZERO_UID}
    assert Action.KEEP.keeps
    assert not Action.CLEAN.keeps
