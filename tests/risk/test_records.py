"""Equivalence classes, risks and their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Facts
from auditor.risk.generalise import GENERALISE, age_between, plain
from auditor.risk.records import assess, inverse_population_class

FOUR = [
    ("a", Facts(age="045Y", sex="M")),
    ("b", Facts(age="45", sex="male")),
    ("c", Facts(age="045Y", sex="F")),
    ("d", Facts(age="540M", sex="男")),
]


def test_counts_patients_who_share_all_values_after_generalisation() -> None:
    outcome = assess(FOUR)
    assert dict(outcome.class_of) == {"a": 3, "b": 3, "c": 1, "d": 3}
    assert outcome.k_min == 1
    assert outcome.uniques and outcome.uniques.value == pytest.approx(0.25)
    assert outcome.prosecutor and outcome.prosecutor.value == pytest.approx(0.5)
    assert outcome.marketer == outcome.prosecutor
    assert outcome.journalist is None


def test_what_is_the_same_for_everybody_is_left_out() -> None:
    outcome = assess(FOUR)
    assert outcome.quasi_identifiers == ("sex",)
    assert dict(outcome.by_attribute) == {"sex": 0.25}


def test_many_files_of_one_patient_are_one_patient() -> None:
    many = [("a", Facts(age="50"))] * 9 + [("b", Facts(age="50")), ("c", Facts(age="60"))]
    assert dict(assess(many).class_of) == {"a": 2, "b": 2, "c": 1}


def test_value_is_that_of_the_earliest_date_whatever_the_order() -> None:
    exams = [
        ("a", Facts(age="52", study_date="20120101")),
        ("a", Facts(age="50", study_date="2010-01-01")),
        ("b", Facts(age="50", study_date="20110101")),
        ("c", Facts(age="52", study_date="20110101")),
    ]
    assert dict(assess(exams, quasi_identifiers=["age"]).class_of) == {"a": 2, "b": 2, "c": 1}


def test_missing_value_is_filled_from_another_file_else_a_value_of_its_own() -> None:
    rows = [
        ("a", Facts(sex="F", study_date="20100101")),
        ("a", Facts(sex="F", age="50", study_date="20110101")),
        ("b", Facts(sex="F", age="50")),
        ("c", Facts(sex="F")),
        ("d", Facts(sex="F")),
    ]
    assert dict(assess(rows, quasi_identifiers=["age", "sex"]).class_of) == {"a": 2, "b": 2, "c": 2, "d": 2}


def test_dates_declared_as_modified_order_the_exams_but_tell_nobody_apart() -> None:
    shifted = [
        ("a", Facts(age="50", study_date="20120101", dates="MODIFIED")),
        ("a", Facts(age="40", study_date="20100101", dates="MODIFIED")),
        ("b", Facts(age="40", study_date="20050101", dates="MODIFIED")),
        ("c", Facts(age="50", study_date="20050102", dates="MODIFIED")),
    ]
    outcome = assess(shifted)
    assert outcome.quasi_identifiers == ("age",)
    assert dict(outcome.class_of) == {"a": 2, "b": 2, "c": 1}
    assert assess([(patient, replace(facts, dates="")) for patient, facts in shifted]).k_min == 1


def test_reasons_when_there_is_nothing_to_measure() -> None:
    assert "no file" in assess([]).reason
    assert "no file" in assess([("", Facts(age="50"))]).reason
    assert "no quasi-identifier" in assess([("a", Facts()), ("b", Facts(patient="x"))]).reason
    alone = assess([("a", Facts(age="50"))])
    assert alone.reason and alone.k_min is None
    same = assess([("a", Facts(age="50")), ("b", Facts(age="50"))])
    assert same.reason and same.k_min == 2


def test_unknown_quasi_identifier_is_an_error() -> None:
    with pytest.raises(ValueError, match="shoe"):
        assess(FOUR, quasi_identifiers=["shoe"])


def test_same_seed_same_interval_and_interval_covers_the_value() -> None:
    rng = np.random.default_rng(3)
    people = [(f"p{n}", Facts(age=str(int(age)))) for n, age in enumerate(rng.integers(20, 90, 200))]
    one, two = assess(people, seed=5), assess(people, seed=5)
    assert one == two
    assert one.uniques and one.uniques.low <= one.uniques.value <= one.uniques.high
    assert one.uniques.low < one.uniques.high


def test_a_larger_population_lowers_journalist_risk() -> None:
    risks = [assess(FOUR, population=size).journalist for size in (4, 40, 4000)]
    values = [risk.value for risk in risks if risk]
    assert len(values) == 3
    assert values[0] == pytest.approx(0.5, rel=1e-3)
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("fraction", [0.5, 0.1, 0.001])
def test_inverse_population_class_agrees_with_its_closed_form_and_with_simulation(fraction: float) -> None:
    k = np.array([1.0, 3.0])
    unique, three = inverse_population_class(k, fraction)
    assert unique == pytest.approx(fraction / (1 - fraction) * np.log(1 / fraction), rel=1e-3)
    hidden = np.random.default_rng(0).negative_binomial(3, fraction, 200_000)
    assert three == pytest.approx(float(np.mean(1 / (hidden + 3))), rel=0.02)


@pytest.mark.parametrize(
    ("attribute", "text", "expected"),
    [
        ("age", "045Y", "45"),
        ("age", "018M", "1"),
        ("age", "003D", "0"),
        ("age", " 45.5 years", "45"),
        ("age", "412", ""),
        ("age", "40-50", "40-50"),
        ("age", "Unknown", ""),
        ("study_date", "20240305", "2024-03-05"),
        ("study_date", "2024-03-05T10:11:12", "2024-03-05"),
        ("study_date", "20241399", "20241399"),
        ("sex", " Female", "f"),
        ("sex", "女", "f"),
        ("sex", "O", "o"),
        ("size", "1.82", "182"),
        ("size", "182 cm", "182"),
        ("weight", "81.6", "82"),
        ("weight", "0", ""),
        ("spacing", "0.14300000000000002\\0.143", "0.143 0.143"),
        ("spacing", "[0.143, 0.143]", "0.143 0.143"),
    ],
)
def test_generalisation(attribute: str, text: str, expected: str) -> None:
    assert GENERALISE[attribute](text) == expected


def test_age_follows_from_dates() -> None:
    assert age_between("19700306", "20240305") == "53"
    assert age_between("19700305", "20240305") == "54"
    assert age_between("20250101", "20240305") == ""
    assert age_between("someday", "20240305") == ""


@given(st.text(max_size=40))
def test_any_text_generalises_to_text_and_stays_there(text: str) -> None:
    for rule in (*GENERALISE.values(), plain):
        once = rule(text)
        assert isinstance(once, str)
        assert plain(plain(text)) == plain(text)
