"""A file says the same whether its elements were met before or not."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import Item, Reason, Record, Status
from auditor.readers import read_item
from auditor.readers.base import Limits, TimeUp
from auditor.readers.dicom.recall import forget
from tests.builders.dicom import BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, make_dicom

_NESTED = [
    {"CodeValue": "113100", "CodingSchemeDesignator": "DCM", "CodeMeaning": "Basic"},
    {"SpecificCharacterSet": "ISO_IR 192", "CodeMeaning": "Größe"},
]
_PRIVATE = [(0x29, "SIEMENS CSA HEADER", 8, "LO", "MR"), (0x29, "ACME", 1, "UN", b"Dr. Roe, ward 7\0")]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    forget()
    yield
    forget()


def _read(content: bytes, limits: Limits = Limits()) -> Record:
    return read_item(io.BytesIO(content), Item("a.dcm", len(content)), limits).record


def _sequence(*values: bytes, explicit_end: bool) -> bytes:
    """(0008,1140) with an item for each value, which ends by its length or by a delimiter."""
    content = b""
    for value in values:
        inner = b"\x08\0\x55\x11UI" + len(value).to_bytes(2, "little") + value
        inner = b"\x08\0\x50\x11UI\4\x001.2\0" + inner
        length = b"\xff" * 4 if explicit_end else len(inner).to_bytes(4, "little")
        content += b"\xfe\xff\0\xe0" + length + inner
        content += b"\xfe\xff\x0d\xe0\0\0\0\0" * explicit_end
    length = b"\xff" * 4 if explicit_end else len(content).to_bytes(4, "little")
    content += b"\xfe\xff\xdd\xe0\0\0\0\0" * explicit_end
    return b"\x08\0\x40\x11SQ\0\0" + length + content


def _nested(number: int, explicit_end: bool) -> bytes:
    values = [b"1.2.%05d" % (number + more) for more in range(3)]
    before = make_dicom(PatientName=None, Modality=None, StudyInstanceUID=None, SeriesInstanceUID=None)
    after = b"\x10\0\x10\0PN\x08\0Doe^Jane" + b"\x10\0\x20\0LO\4\0%04d" % number
    return before + _sequence(*values, explicit_end=explicit_end) + after


def _like(name: str, syntax: str, charset: str = "ISO_IR 100", **tags: object) -> bytes:
    return make_dicom(
        np.zeros((4, 4), np.uint16),
        syntax=syntax,
        private=_PRIVATE,
        PatientName=name,
        SpecificCharacterSet=charset,
        DeidentificationMethodCodeSequence=_NESTED,
        **tags,
    )


_NAMES = ("Doe^Jane", "Roe^Rose", "Doe^Jane")
FAMILIES = [
    [_like(name, syntax, charset) for name in _NAMES for charset in ("ISO_IR 100", "ISO_IR 192")]
    for syntax in (EXPLICIT, IMPLICIT, BIG_ENDIAN, DEFLATED)
] + [[_nested(number, ends) for number in range(6)] for ends in (False, True)]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_was_read_before_changes_nothing(family: list[bytes]) -> None:
    alone = []
    for content in family:
        forget()
        alone.append(_read(content))
    forget()
    assert [_read(content) for content in family] == alone
    assert [_read(content) for content in family] == alone


def test_a_declared_character_set_holds_for_its_own_item_only() -> None:
    name = "Größe".encode("latin-1")
    items = [{"SpecificCharacterSet": "ISO_IR 192", "CodeMeaning": "x"}]
    content = make_dicom(
        SpecificCharacterSet="ISO_IR 100",
        ConceptNameCodeSequence=items,
        RequestAttributesSequence=[{"ScheduledProcedureStepDescription": "NAME!"}],
    ).replace(b"NAME!", name)
    assert "Größe" in {element.value for element in _read(content).elements}


def test_a_limit_holds_for_elements_that_were_met_without_it() -> None:
    content = make_dicom(PatientComments="word " * 20)
    assert _read(content).reason is None
    assert _read(content, Limits(text_bytes=20)).reason is not None
    assert _read(content, Limits(elements=3)).reason is not None
    assert _read(content).reason is None


def test_sequences_are_recognised_by_how_they_are_built() -> None:
    for family in FAMILIES[-2:]:
        for number, content in enumerate(family):
            said = [(e.location, e.counts, e.value) for e in _read(content).elements if e.counts]
            assert [value for *_, value in said][1::2] == [f"1.2.{number + more:05}" for more in range(3)]
            assert {location for location, *_ in said} == {
                "(0008,1140)[#].(0008,1150) ReferencedSOPClassUID",
                "(0008,1140)[#].(0008,1155) ReferencedSOPInstanceUID",
            }


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5), st.integers(0, 5), st.data())
def test_nothing_broken_is_mistaken_for_what_was_met(family: int, member: int, data: st.DataObject) -> None:
    whole = FAMILIES[family][member]
    broken = bytearray(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    for _ in range(data.draw(st.integers(0, 3))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    forget()
    alone = _read(bytes(broken))
    for content in FAMILIES[family]:
        _read(content)
    assert _read(bytes(broken)) == alone
    assert _read(bytes(broken)) == alone
    clean = _read(whole)
    forget()
    assert clean == _read(whole)


class _Slow(io.BytesIO):
    """A storage that takes too long for whatever does not begin at its start."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise TimeUp
        return super().read(size)


@pytest.mark.parametrize("met_before", [False, True])
def test_what_was_read_before_the_time_was_up_is_kept(met_before: bool) -> None:
    content = make_dicom(PatientName="Doe^Jane", PatientID="x" * 60) + b"\x11\0\x10\0UT\0\0" + b"\0\0\2\0"
    content += b"word" * (1 << 15)
    if met_before:
        _read(content)
    record = read_item(_Slow(content), Item("a.dcm", len(content))).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.TIMEOUT)
    assert "Doe^Jane" in {element.value for element in record.elements}
