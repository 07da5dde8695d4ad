"""audit.toml: closed keys, waivers with an end, thresholds."""

import datetime as dt
from pathlib import Path

import pytest

from auditor.errors import PolicyError
from auditor.model import Severity
from auditor.policy import Policy, Waiver, load_policy

DAY = dt.date(2026, 1, 15)


def write(folder: Path, text: str) -> Path:
    file = folder / "audit.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_no_policy_is_the_default_policy() -> None:
    assert load_policy(None) == Policy()


def test_a_policy_is_read(tmp_path: Path) -> None:
    policy = load_policy(
        write(
            tmp_path,
            """
            name = "Release 3"
            [profile]
            codes = ["113100", "113107"]
            [gate]
            fail_on = "critical"
            [[waiver]]
            rule = "T101"
            location = "(0008,0080)*"
            owner = "dpo"
            reason = "agreed"
            expires = 2026-02-01
            """,
        )
    )
    assert policy.profile.codes == ("113100", "113107")
    assert policy.failing(Severity.CRITICAL) and not policy.failing(Severity.HIGH)
    assert policy.waiver_for("T101", "(0008,0080) InstitutionName", DAY) is not None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[gate]\nfail_onn = 'high'", "gate.fail_onn"),
        ("[gate]\nfail_on = 'severe'", "gate.fail_on"),
        ("[profile]\ncodes = ['113199']", "profile.codes"),
        ("[[waiver]]\nrule = 'T101'", "waiver.0.owner"),
        ("colour = 1", "colour"),
        ("[gate", "TOML"),
    ],
)
def test_a_wrong_policy_names_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(PolicyError, match=named) as caught:
        load_policy(write(tmp_path, text))
    assert caught.value.exit_code == 2


def test_a_missing_policy_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="does not exist"):
        load_policy(tmp_path / "audit.toml")


def test_a_waiver_ends_and_covers_its_location_only() -> None:
    waiver = Waiver(rule="D201", location="(0040,0275)[#]*", owner="x", reason="y", expires=DAY)
    assert waiver.covers("D201", "(0040,0275)[#].(0040,0007) Description", DAY)
    assert not waiver.covers("D201", "(0010,4000) PatientComments", DAY)
    assert not waiver.covers("D202", "(0040,0275)[#].(0040,0007) Description", DAY)
    assert not waiver.covers("D201", "(0040,0275)[#]", DAY + dt.timedelta(days=1))


def test_never_is_reached_by_nothing() -> None:
    policy = Policy.model_validate({"gate": {"fail_on": "never"}})
    assert not any(policy.failing(severity) for severity in Severity)
