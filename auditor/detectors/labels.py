"""`label: value` pairs as forms, reports and scanner screens print them.

A label says what its value is, so these are the surest hits: at least 0.9 with a colon. Without
one (`MRN 123456`, `DOB08/04/1932`, `住院号123456`) the value must also look the part.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from auditor.detectors.base import Hit
from auditor.detectors.cjk_names import has_cjk
from auditor.detectors.dates import find_dates, is_date
from auditor.detectors.free_names import names_a_thing
from auditor.detectors.label_list import Label, find_labels
from auditor.detectors.lexicon import chinese_words, look_up
from auditor.detectors.names import name_shaped, person_name
from auditor.detectors.placeholders import is_placeholder, is_pseudonym
from auditor.model import Category

VALUE = 64
"""Longest value looked at, in characters."""


_BLOCKING = re.compile(
    r"(?:protocol|series|study|file|sequence|machine|device|model|station|scanner|system|coil|beam|plan|field|roi|structure|segment|label|"
    r"image|frame|slice|instance|serial|lot|part|software|product|version|event|detector|tube|plate|cassette|kernel|filter|target|tracking|"
    r"group|phase|echo|stack|volume|row|column|page|phone|group|class|code|scheme|user|host|domain|algorithm|catalog|item|reference|view|acquisition|"
    r"contrast|agent|drug|manufacturer|gantry|run|session|visit|protocol\w*|procedure|trial|set|per)[ ._'’s]{0,3}$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[ \t　]{0,4}(?:(?P<sep>(?:#|no\.?|№)?[ ]?[:：=＝﹕]|#|\[|(?<=[a-z])\.(?=\s))[ \t　]{0,4}|[ \t　]?[|/\-–][ \t　]?|\n(?=\S))?"
)
_STOP = re.compile(
    r"[\n\r\t|;；。！!?？<>\\\x00]|[ 　]{2,}|[,，](?=[ ]?[^A-Za-z\u00c0-\u024f\s]|[ ]?(?:sex|age|dob|id|male|female|m|f|mrn)\b)|"
    r"\b(?:sex|gender|age|d\.?o\.?b|born|mrn|id|male|female|date|tel|phone|acc|ref|study|exam|room|ward|dept)\b|\b[MF]\b(?=[ /,]|$)|"
    r"性\s?别|年\s?龄|科\s?室|床号|[,，、 ]?[男女](?:性)?(?:[\s,，\d]|$)|出生|住院|门诊|检查|电话|日期|地址|[（(]",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:[A-Za-z]{1,6}[\-./ ]?)?[0-9OIl]?\d[0-9A-Za-z]*(?:[\-/._ ]?\d[0-9A-Za-z]*){0,6}")
_PATIENT_NUMBER = re.compile(r"[A-Za-z]{0,3}(?=\d)(?:\d[\- ]?){5,11}\d(?![\w.])")
_MENTIONED = frozenset({"patient", "patiente", "patientin", "paziente", "paciente", "pt"})
"""In the middle of a sentence, where two capitalised words that follow are a name: `patient Ambrosine Tuckwell`."""
_TWO_WORDS = re.compile(r" (?P<name>[A-Z][a-z]{3,24} [A-Z][a-z]{3,24})(?![\w'-])")
_ACCOUNT = re.compile(r"[a-z][a-z0-9]*(?:[._\-][a-z0-9]+){0,2}(?![\w@])")
_INITIAL = re.compile(r"[^\W\d_]{2,24},? [A-Z]\.?(?![\w])|(?:[A-Z]\.? ?){1,2} ?[A-Z][^\W\d_]{2,24}(?!\w)")
_PHONE = re.compile(r"[+＋(（]?\d[\d \t().\-/（）－]{4,22}\d")


def find_labelled(text: str) -> Iterator[Hit]:
    """The value after each label, when it has the shape that the label promises."""
    for label, begin, end in find_labels(text):
        if _BLOCKING.search(text[max(0, begin - 16) : begin]):
            continue
        separator = _SEPARATOR.match(text, end)
        start = separator.end() if separator else end
        words = text[begin:end]
        if start == end and not label.weak and text[end : end + 1] == "_":
            start += 1  # `PID_7738201`
        sure = bool(separator and separator.group("sep")) or words.endswith("#") or " as" in words
        sure = sure or (label.shape == "bed" and has_cjk(words))
        if label.shape == "relative" and text[start : start + 1] == "(":
            start += 1  # `mother (Svetlana)`
        found = _SHAPES[label.shape](text[start : start + VALUE], sure, label)
        if found and label.shape == "relative" and names_a_thing(text, start + found[0]):
            continue  # Sister Mary Joseph nodule
        if found:
            length, confidence = found
            yield Hit(label.category, label.kind, start, start + length, confidence)
        elif words in _MENTIONED and (shown := _TWO_WORDS.match(text, end)) and name_shaped(shown["name"]):
            yield Hit(label.category, label.kind, *shown.span("name"), 0.65)
        elif label.kind == "patient name" and (number := _PATIENT_NUMBER.match(text, start)):
            # `pt 7730915562`
            yield Hit(Category.RECORD_NUMBER, "record number", start, number.end(), 0.8 if sure else 0.65)


Found = tuple[int, float] | None
"""Length of the value and confidence."""


def _code(text: str, sure: bool, label: Label) -> Found:
    match = _CODE.match(text)
    if not match:
        return None
    value = match.group().rstrip(" .-/_")
    digits = sum(c.isdigit() for c in value)
    if label.kind == "number" and not sure:
        return None
    if digits < (3 if sure and not label.weak else 4) or is_placeholder(value) or _not_a_code(value):
        return None
    if is_pseudonym(value):
        # A four-digit number after `MRN:` is a number; `sub-001` after it is a pseudonym.
        if digits >= 8 and not label.weak:
            return len(value), 0.7
        if not value.isdigit() or value.startswith("00"):
            return None
        return (len(value), 0.6) if sure else (len(value), 0.5) if digits == 4 and label.weak else None
    if label.weak:
        if not sure and re.fullmatch(r"(?:19|20)\d{2}", value):
            return None  # `case 2019`
        return len(value), 0.9 if sure else 0.65 if digits >= 5 else 0.5
    return len(value), 0.95 if sure else 0.85


def _not_a_code(value: str) -> bool:
    """UIDs, decimals and dates follow the same labels and are judged elsewhere."""
    return bool(re.fullmatch(r"\d+\.\d+|\d+(?:\.\d+){3,}.*", value))


def _bed(text: str, sure: bool, _: Label) -> Found:
    match = re.match(r"[A-Za-z]?\d{1,4}(?:[\-A-Za-z]\d{0,3})?", text)
    return (match.end(), 0.6) if match and sure else None


def _date(text: str, sure: bool, label: Label) -> Found:
    birth = label.kind == "birth date"
    for hit in find_dates(text):
        if hit.start <= 1 and (hit.end - hit.start) >= 6:
            return hit.end, 0.97 if birth else max(0.9 if sure else 0.8, hit.confidence)
    match = re.match(r"\d{8}(?!\d)|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}(?!\d)", text)
    if match and (is_date(match.group()) or len(match.group()) < 8 or not match.group().isdigit()):
        return match.end(), 0.92 if birth else 0.8
    match = re.match(r"(?:19|20)\d{2}(?!\d)", text)
    return (4, 0.5) if match and birth and sure else None


def _phone(text: str, sure: bool, _: Label) -> Found:
    match = _PHONE.match(text)
    if not match:
        return None
    digits = sum(c.isdigit() for c in match.group())
    return (match.end(), 0.95 if sure else 0.85) if 6 <= digits <= 15 else None


def _clause(text: str, sure: bool, label: Label) -> Found:
    end = re.search(r"[\n\r\t|;；。\x00]|[ 　]{2,}", text)
    value = text[: end.start()] if end else text
    value = value.rstrip(" ,，.")
    if not sure or len(value) < 3 or is_placeholder(value) or is_pseudonym(value):
        return None
    if label.category is Category.INSTITUTION and not _proper(value):
        return None
    return len(value), 0.9 if any(c.isdigit() for c in value) or has_cjk(value) else 0.75


def _proper(value: str) -> bool:
    """Holds at least one word that is no everyday word."""
    words = re.findall(r"[^\W\d_]{3,}", value)
    return (has_cjk(value) and len(value) >= 4) or any(look_up(w).name or not look_up(w).known for w in words)


def _age(text: str, sure: bool, _: Label) -> Found:
    match = re.match(r"0?(9\d|1[0-2]\d)(?!\d|\.\d)", text)
    return (match.end(), 0.9 if sure else 0.8) if match else None


def _relative(text: str, sure: bool, label: Label) -> Found:
    """A given name behind a word of kinship, with what else the name has."""
    first = re.match(r"[A-Z][^\W\d_]{2,24}", text)
    known = look_up(first.group()) if first else None
    if not first or not known or not known.given or known.weight < 0.5 or known.clinical:
        return _han_name(text, sure) if has_cjk(text) else None
    more = re.match(
        r" (?!The|And|With|Was|Is)[A-Z][^\W\d_]{0,24}(?:['’\-][^\W\d_]{2,24})?(?!\w)", text[first.end() :]
    )
    return first.end() + (more.end() if more else 0), 0.75


def _handle(text: str, sure: bool, _: Label) -> Found:
    """The name of an account: a word with a digit or a sign, or after a colon any."""
    match = re.match(r"@?[A-Za-z][\w.\-]{4,30}(?![\w@])|[1-9]\d{4,11}(?!\d)", text)
    if not match or is_placeholder(match.group()) or look_up(match.group()).known:
        return None
    marked = any(c.isdigit() or c in "_@" for c in match.group())
    return (match.end(), 0.9 if marked else 0.65) if sure or marked else None


def _extension(text: str, sure: bool, _: Label) -> Found:
    match = re.match(r"\d{3,6}(?![\d.]| ?(?:mm|cm|ml))", text)
    return (match.end(), 0.75 if sure else 0.6) if match else None


def _account(value: str, sure: bool) -> Found:
    """`jsmith2`: the account of a person, unless it is a word."""
    match = _ACCOUNT.match(value)
    if not match:
        return None
    letters = re.sub(r"[\d._\-]+", "", match.group())
    known = look_up(letters)
    ordinary = known.known and (known.weight < 0.5 or known.clinical)
    person = known.name or look_up(letters[1:]).name or look_up(letters[:-1]).name
    if len(letters) < 4 or ordinary or is_placeholder(match.group()):
        return None
    return (match.end(), 0.7) if sure and (person or match.group() != letters) else None


def _name(text: str, sure: bool, label: Label) -> Found:
    if label.category is Category.STAFF:
        if account := _account(text, sure):
            return account
        if (
            sure
            and (initials := re.match(r"[A-Z]{2,3}(?![\w])(?!\s+\d)", text))
            and not look_up(initials.group()).clinical
        ):
            return initials.end(), 0.5
        initial = _INITIAL.match(text)
        if initial and not any(_plain(w) for w in re.findall(r"[^\W\d_]{2,}", initial.group())):
            return initial.end(), 0.9 if sure else 0.65
    stop = _STOP.search(text)
    value = (text[: stop.start()] if stop else text).rstrip(" ,，.:：-/")
    if not value or is_placeholder(value) or is_pseudonym(value):
        return None
    if has_cjk(value):
        return _han_name(value, sure, label.category is Category.STAFF)
    words = list(re.finditer(r"[^\s,^]+", value))[:4]
    best: Found = None
    for count in range(len(words), 0, -1):
        part = value[: words[count - 1].end()].rstrip(",")
        confidence = person_name(part)
        if (
            confidence >= (0.4 if sure else 0.6)
            and not _lower(part)
            and (best is None or confidence > best[1] + 0.1)
        ):
            best = len(part), confidence
    if best:
        return best[0], 0.95 if sure else max(0.7, best[1] - 0.05)
    if sure and 2 <= len(words) <= 3 and name_shaped(value):
        return len(value), 0.75
    if sure and words and len(words) <= 3 and not _lower(value) and _no_words(value):
        return len(value), 0.8 if not label.weak else 0.65
    return None


def _plain(word: str) -> bool:
    """A word of language or medicine rather than a name; `House` is both."""
    known = look_up(word)
    return known.known and not known.name and (known.weight < -0.5 or known.clinical)


def _lower(value: str) -> bool:
    return value.islower() and value.isascii()


def _no_words(value: str) -> bool:
    """Letters only, and none of them a word of language or medicine."""
    words = re.findall(r"[^\W\d_]{2,}", value)
    ordinary = any(look_up(w).known and (look_up(w).weight < 0 or look_up(w).clinical) for w in words)
    mixed = any(re.search(r"[a-z][A-Z]{2}", w) for w in words)  # SwinUNETR
    return bool(words) and not any(c.isdigit() for c in value) and not ordinary and not mixed


def _han_name(value: str, sure: bool, staff: bool = False) -> Found:
    for size in (len(value), 4, 3, 2) if sure else (len(value),):
        if 2 <= size <= len(value):
            confidence = person_name(value[:size])
            if confidence >= (0.3 if sure else 0.5):
                return size, 0.95 if sure else max(0.7, confidence)
    if (
        staff
        and (run := re.match(r"[\u3400-\u9fff]{2,4}(?![\u3400-\u9fff])", value))
        and person_name(run.group()) >= 0.3
    ):
        return run.end(), 0.6  # 高峰 is a word, and behind 审核医师 a name
    for size in (4, 3, 2):
        ends = size >= len(value) or not has_cjk(value[size]) or _AFTER_NAME.match(value, size)
        if size <= len(value) and person_name(value[:size]) >= (0.6 if ends else 0.85 if size > 2 else 2):
            return size, 0.75
    if sure and 2 <= len(value) <= 4 and value not in chinese_words() and value[0] not in "未无不已非暂待":
        return len(value), 0.7
    return None


# What a sentence goes on with after a person is named.
_AFTER_NAME = re.compile(
    "[于因男女诉系为的今已曾在自入现被由主既陪代要说称告签述来与和及等同沟会记写报审签查昨前后]"
)

_SHAPES: dict[str, Callable[[str, bool, Label], Found]] = {
    "name": _name,
    "relative": _relative,
    "extension": _extension,
    "handle": _handle,
    "code": _code,
    "bed": _bed,
    "date": _date,
    "phone": _phone,
    "clause": _clause,
    "age": _age,
}
