"""What of a path may be shown."""

import pytest

from auditor.keys import Key
from auditor.pipeline.display import Display


@pytest.fixture
def display(key: Key) -> Display:
    return Display(key, {key.value(text) for text in ("DOE^JOHN", "12345678", "王小明", "Jane_Roe")})


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("a/12345678/1.dcm", "12345678"),
        ("a/x_12345678_y.dcm", "12345678"),
        ("john_doe/1.dcm", "john_doe"),
        ("Doe-John.1.dcm", "Doe"),
        ("王小明/1.dcm", "王小明"),
        ("b/Jane_Roe.txt", "Jane"),
    ],
)
def test_an_identifying_segment_is_replaced(display: Display, path: str, hidden: str) -> None:
    shown = display.path(path)
    assert hidden not in shown
    assert len(shown.split("/")) == len(path.split("/"))
    assert shown.endswith(path[-4:]) or path[-4:] == hidden


@pytest.mark.parametrize("path", ["sub-001/ses-01/1.dcm", "123456789/1.dcm", "johnny_does/1.dcm", ""])
def test_other_paths_stay(display: Display, path: str) -> None:
    assert display.path(path) == path


def test_control_and_direction_characters_do_not_reach_an_output(display: Display) -> None:
    assert display.path("a\nb\u202ec\udce9.dcm") == "a?b?c?.dcm"


def test_a_column_name_that_identifies_is_replaced(display: Display) -> None:
    assert "Roe" not in display.location("table column=Jane_Roe row=#")
    assert display.location("table column=Jane_Roe row=#").endswith(" row=#")
    assert display.location("table column=age row=#") == "table column=age row=#"


@pytest.mark.parametrize("location", ["table column=139 1234 5678 row=#", "png text 139 1234 5678"])
def test_a_name_of_several_words_is_replaced_whole(key: Key, location: str) -> None:
    display = Display(key, {key.value("139 1234 5678")})
    shown = display.location(location)
    assert not any(part in shown for part in ("139", "1234", "5678"))
    assert shown.startswith(location[:8]) and shown.endswith(" row=#") == location.endswith(" row=#")


def test_what_the_standard_calls_an_element_is_never_replaced(key: Key) -> None:
    location = "(0040,0275)[#].(0010,0010) PatientName"
    words = {
        key.value(word) for word in ("0010", "PatientName", "Patient", "Name", "(0040,0275)[#].(0010,0010)")
    }
    assert Display(key, words).location(location) == location
