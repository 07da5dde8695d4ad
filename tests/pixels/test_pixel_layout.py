"""Overlaps are settled and labels joined with their values."""

from __future__ import annotations

from auditor.pixels.text.layout import Block, join, settle


def block(text: str, x0: float, y0: float, x1: float, y1: float, score: float = 0.95) -> Block:
    return Block(text, score, 0.9, (x0, y0, x1, y1))


def texts(blocks: list[Block]) -> list[str]:
    return [b.text for b in blocks]


def test_a_fragment_inside_a_line_read_whole_is_dropped() -> None:
    whole, fragment = block("Name: DOE JANE", 0, 0, 140, 12), block("DOE", 62, 1, 90, 11, 0.99)
    assert texts(settle([fragment, whole])) == ["Name: DOE JANE"]


def test_unread_regions_yield_to_readings_of_the_same_place() -> None:
    assert texts(settle([block("", 0, 0, 100, 12, 0.2), block("DOE JANE", 1, 0, 99, 12)])) == ["DOE JANE"]


def test_neighbouring_lines_are_both_kept() -> None:
    assert len(settle([block("first line", 0, 0, 100, 14), block("second line", 0, 11, 100, 25)])) == 2


def test_a_label_takes_the_value_right_of_it() -> None:
    joined = join([block("Name:", 0, 0, 50, 12), block("DOE JANE", 70, 1, 150, 13)])
    assert texts(joined) == ["Name: DOE JANE"]
    assert joined[0].box == (0, 0, 150, 13)


def test_a_label_takes_the_value_below_it() -> None:
    assert texts(join([block("姓名：", 0, 0, 40, 14), block("王小明", 0, 16, 40, 30)])) == ["姓名： 王小明"]


def test_a_hanging_indent_continues_the_value() -> None:
    lines = [
        block("Institution Name: Lund and", 0, 0, 260, 14),
        block("Berg Community", 178, 15, 320, 29),
        block("Hospital", 178, 30, 260, 44),
        block("Study Date: 2013 Jul 13", 0, 45, 230, 59),
    ]
    assert texts(join(lines)) == [
        "Institution Name: Lund and Berg Community Hospital",
        "Study Date: 2013 Jul 13",
    ]


def test_labels_in_a_column_are_not_joined() -> None:
    assert texts(join([block("Name:", 0, 0, 50, 12), block("DOB:", 0, 14, 45, 26)])) == ["Name:", "DOB:"]


def test_lines_without_labels_are_not_joined() -> None:
    assert len(join([block("DOE JANE", 0, 0, 80, 12), block("19320804", 0, 14, 80, 26)])) == 2


def test_type_of_another_size_is_not_joined() -> None:
    assert len(join([block("Name:", 0, 0, 50, 12), block("L", 60, -20, 90, 30)])) == 2
