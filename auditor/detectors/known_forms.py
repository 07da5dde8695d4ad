"""What the usual spellings of an identifier come to when separators, case and diacritics are left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from auditor.detectors.lexicon import chinese_words, fold, look_up
from auditor.detectors.placeholders import is_placeholder
from auditor.model import Category

PART = "part of the name"
_NAMES = frozenset({Category.NAME, Category.STAFF})
_TITLES = frozenset(
    "dr mr mrs ms miss md phd prof sir dame jr sr ii iii dds rn do von van de der den da di la le del el al "  # noqa: SIM905
    "bin".split()
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_YEAR_FIRST = re.compile(r"(?P<y>(?:18|19|20)\d{2})\D?(?P<m>\d{1,2})\D?(?P<d>\d{1,2})日?(?!\d)")
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})\D(?P<b>\d{1,2})\D(?P<y>(?:18|19|20)\d{2})(?!\d)")
_NAMED_MONTH = re.compile(
    r"(?:(?P<d>\d{1,2})\W*)?(?P<m>[A-Za-z]{3,9})\W*(?P<e>\d{1,2})?\W+(?P<y>(?:18|19|20)\d{2})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Form:
    """How sure a spelling is, and the parts of a name that may be misspelt in it."""

    category: Category
    confidence: float
    how: str = ""
    parts: tuple[str, ...] = ()


def forms(text: str, category: Category) -> Iterator[tuple[str, Form]]:
    """Every spelling of one identifier, with its form; none where it is too short or says nothing."""
    text = unicodedata.normalize("NFKC", text)
    if is_placeholder(text):
        return
    if category in _NAMES:
        for group in text.split("="):
            yield from _of_name(group, category)
    elif category in (Category.DATE, Category.AGE):
        for day in dates(text):
            yield from ((key, Form(Category.DATE, 0.6)) for key in _of_date(day))
    elif category in (Category.ADDRESS, Category.EMAIL, Category.URL):
        words = re.findall(r"\d+|[^\W\d_]+", fold(text))
        key = "".join(words[:4])
        if len(key) >= 10:
            yield key, Form(category, 0.85)
    else:
        yield from _of_number(text, category)


def dates(text: str) -> list[date]:
    """The dates that a cell may mean; two where day and month can be exchanged."""
    found: list[date] = []
    text = text.strip()
    if match := _YEAR_FIRST.match(text):
        found += _date(match["y"], match["m"], match["d"])
    elif match := _YEAR_LAST.match(text):
        found += _date(match["y"], match["b"], match["a"]) + _date(match["y"], match["a"], match["b"])
    elif match := _NAMED_MONTH.match(text):
        months = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["m"].lower())]
        day = match["d"] or match["e"]
        found += _date(match["y"], str(months[0]), day) if months and day else []
    return list(dict.fromkeys(found))


def reversed_form(key: str, form: Form) -> Form | None:
    """The form of a spelling read backwards; None where it is too short, or no name or number."""
    if len(key) < 7 or form.how or form.category in (Category.DATE, Category.ADDRESS) or key == key[::-1]:
        return None
    return Form(form.category, 0.7, "reversed")


def _date(year: str, month: str, day: str) -> list[date]:
    try:
        return [date(int(year), int(month), int(day))]
    except ValueError:
        return []


def _of_date(day: date) -> Iterator[str]:
    y, m, d = f"{day.year}", f"{day.month}", f"{day.day}"
    for mm in {m, m.zfill(2)}:
        for dd in {d, d.zfill(2)}:
            yield from (y + mm + dd, dd + mm + y, mm + dd + y, f"{y}年{mm}月{dd}日")
    for month in (_MONTHS[day.month - 1], _MONTHS[day.month - 1][:3]):
        for dd in {d, d.zfill(2)}:
            yield from (dd + month + y, month + dd + y, y + month + dd)


def _of_name(text: str, category: Category) -> Iterator[tuple[str, Form]]:
    if _CJK.search(text):
        key = "".join(_CJK.findall(text))
        if 2 <= len(key) <= 6:
            # A name of two characters that is a word as well says little.
            yield key, Form(category, 0.9 if len(key) > 2 else 0.4 if key in chinese_words() else 0.7)
        return
    parts = [part for part in map(fold, _LETTERS.findall(text)) if len(part) > 1 and part not in _TITLES][:4]
    for one, other in permutations(parts, 2):
        if len(one) + len(other) >= 6 and (_speaks(one) or _speaks(other)):
            yield one + other, Form(category, 0.9, "", (one, other))
        if len(one) >= 6 and _speaks(one):
            initial = Form(category, 0.5, "initial and name")
            yield from ((one + other[0], initial), (other[0] + one, initial))
    for part in parts:
        if len(part) >= 5 and _speaks(part):
            yield part, Form(category, 0.5, PART)


def _speaks(part: str) -> bool:
    """Whether a word alone is more likely somebody's name than a word of a report."""
    word = look_up(part)
    return not word.known or (word.name and not word.clinical and word.weight > 0)


def _of_number(text: str, category: Category) -> Iterator[tuple[str, Form]]:
    key = fold(re.sub(r"[\W_]", "", text))
    digits = sum(char.isdigit() for char in key)
    if len(key) < 5 or digits < 4 or len(key) > 40 or len(set(key)) < 3:
        return
    sure = Form(category, 0.95 if len(key) >= 8 else 0.75 if len(key) >= 6 else 0.5)
    yield key, sure
    if len(bare := key.lstrip("0")) >= 6:
        yield bare, sure
    if category is Category.PHONE and key.isdigit():
        for length in (9, 10, 11):
            if len(key) > length:
                yield from ((key[-length:], sure), ("0" + key[-length:], sure))
