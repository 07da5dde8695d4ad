"""National numbers that prove themselves by checksum, date or region (python-stdnum).

Where a form is only digits and the check catches few errors, one random number in eleven passes:
such a hit is weak unless a label stands before it or it is written in the country's own grouping.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from types import ModuleType

from stdnum.exceptions import ValidationError

from auditor.detectors.base import Hit
from auditor.detectors.regions import regions, six_digit_regions
from auditor.model import Category


@dataclass(frozen=True, slots=True)
class Number:
    """`module` under stdnum; `form` the writing; `label` what its holders call it."""

    kind: str
    module: str
    form: str
    confidence: float
    label: str = ""
    category: Category = Category.NATIONAL_ID


NUMBERS = (
    Number("cn-resident-id", "cn.ric", r"[1-9]\d{5} ?(?:18|19|20)\d{2} ?[01]\d[0-3]\d ?\d{3}[0-9Xx]", 0.98, "身份证|ID"),
    Number("us-ssn", "us.ssn", r"\d{3}-\d{2}-\d{4}", 0.85, r"ssn|social"),
    Number("us-ssn", "us.ssn", r"\d{9}|\d{3} \d{2} \d{4}", 0.0, r"ssn|social sec"),
    Number("gb-nhs", "gb.nhs", r"\d{3}[ -]\d{3}[ -]\d{4}", 0.75, "nhs"),
    Number("gb-nhs", "gb.nhs", r"\d{10}", 0.3, "nhs"),
    Number("fr-nir", "fr.nir", r"[12] ?\d{2} ?[0-1]\d ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}", 0.95, "nir|s[ée]cu"),
    Number("nl-bsn", "nl.bsn", r"\d{9}|\d{4}\.\d{2}\.\d{3}", 0.25, "bsn|burgerservice"),
    Number("br-cpf", "br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}", 0.95, "cpf"),
    Number("br-cpf", "br.cpf", r"\d{11}", 0.35, "cpf"),
    Number("in-aadhaar", "in_.aadhaar", r"\d{4}[ -]\d{4}[ -]\d{4}", 0.8, "aadh?aa?r|uid(?:ai)?"),
    Number("in-aadhaar", "in_.aadhaar", r"[2-9]\d{11}", 0.35, "aadh?aa?r|uid(?:ai)?"),
    Number("in-pan", "in_.pan", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", 0.8, "pan"),
    Number("no-fodselsnummer", "no.fodselsnummer", r"\d{6} ?\d{5}", 0.75, "f[øo]dselsn|personn"),
    Number("se-personnummer", "se.personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", 0.9, "personn"),
    Number("se-personnummer", "se.personnummer", r"(?:19|20)\d{10}", 0.7, "personn"),
    Number("dk-cpr", "dk.cpr", r"\d{6}-\d{4}", 0.7, "cpr"),
    Number("fi-hetu", "fi.hetu", r"\d{6}[-+ABCDEFYXWVU]\d{3}[0-9A-Z]", 0.95, "hetu|henkil"),
    Number("es-dni", "es.dni", r"\d{8}-? ?[A-HJ-NP-TV-Z]", 0.75, "dni|nif"),
    Number("es-nie", "es.nie", r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]", 0.85, "nie"),
    Number("pl-pesel", "pl.pesel", r"\d{11}", 0.65, "pesel"),
    Number("it-codice-fiscale", "it.codicefiscale", r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", 0.97, "codice|cf"),
    Number("kr-rrn", "kr.rrn", r"\d{6}-\d{7}", 0.9, "주민"),
    Number("jp-my-number", "jp.in_", r"\d{4}[ -]\d{4}[ -]\d{4}", 0.5, "マイナンバー|個人番号|my number"),
    Number("jp-my-number", "jp.in_", r"\d{12}", 0.2, "マイナンバー|個人番号|my number"),
    Number("tr-tckimlik", "tr.tckimlik", r"[1-9]\d{10}", 0.4, "t\\.?c\\.? ?kimlik|tckn"),
    Number("ro-cnp", "ro.cnp", r"[1-9]\d{12}", 0.75, "cnp"),
    Number("bg-egn", "bg.egn", r"\d{10}", 0.4, "egn|егн"),
    Number("cz-rodne-cislo", "cz.rc", r"\d{6}/\d{3,4}", 0.85, "rodn|r\\.?č"),
    Number("ch-ahv", "ch.ssn", r"756\.\d{4}\.\d{4}\.\d{2}|756\d{10}", 0.95, "ahv|avs"),
    Number("be-nn", "be.nn", r"\d{2}\.\d{2}\.\d{2}-\d{3}[. ]\d{2}", 0.95, "rijksregister|niss|insz"),
    Number("be-nn", "be.nn", r"\d{11}", 0.45, "rijksregister|niss|insz"),
    Number("de-idnr", "de.idnr", r"\d{2} \d{3} \d{3} \d{3}", 0.7, "steuer|idnr"),
    Number("za-id", "za.idnr", r"\d{13}", 0.7, "id"),
    Number("mx-curp", "mx.curp", r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d", 0.97, "curp"),
    Number("cl-rut", "cl.rut", r"\d{1,2}\.\d{3}\.\d{3}-[0-9Kk]", 0.9, "rut|run"),
    Number("my-nric", "my.nric", r"\d{6}-\d{2}-\d{4}", 0.9, "nric|i/?c"),
    Number("th-pin", "th.pin", r"\d-\d{4}-\d{5}-\d{2}-\d", 0.95, "บัตร"),
    Number("id-nik", "id.nik", r"\d{16}", 0.7, "nik|ktp"),
    Number("ca-sin", "ca.sin", r"\d{3}[ -]\d{3}[ -]\d{3}", 0.5, "sin|social ins"),
    Number("ca-bc-phn", "ca.bc_phn", r"9\d{3} ?\d{3} ?\d{3}", 0.6, "phn"),
    Number("hr-oib", "hr.oib", r"\d{11}", 0.35, "oib"),
    Number("lt-ee-code", "ee.ik", r"[1-6]\d{10}", 0.65, "isikukood|asmens"),
    Number("gr-amka", "gr.amka", r"\d{11}", 0.6, "amka|αμκα"),
    Number("ie-pps", "ie.pps", r"\d{7}[A-W][A-IW]?", 0.75, "pps"),
    Number("pt-cc", "pt.cc", r"\d{8} ?\d ?[A-Z0-9]{2}\d", 0.5, "cart[ãa]o|cc"),
    Number("is-kennitala", "is_.kennitala", r"\d{6}-\d{4}", 0.85, "kennitala"),
    Number("il-id", "il.idnr", r"\d{9}", 0.2, "ת\\.?ז|teudat"),
    Number("ua-rntrc", "ua.rntrc", r"\d{10}", 0.2, "рнокпп|іпн"),
    Number("pk-cnic", "pk.cnic", r"\d{5}-\d{7}-\d", 0.9, "cnic|nic"),
    Number("iban", "iban", r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?", 0.95, "iban", Category.ACCOUNT),
    Number("imei", "imei", r"\d{2}-\d{6}-\d{6}-\d", 0.85, "imei", Category.DEVICE),
)  # fmt: skip
_OWN_FORMS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    # A resident number with a wrong check digit: the region and the day it holds still say what it is.
    ("cn-resident-id, wrong check digit", re.compile(r"(?<![\w.])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![\w]|[.]\d)"), 0.55),
    ("us-mbi", re.compile(r"(?<!\w)[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-[AC-HJKMNP-RT-Y]{2}\d{2}(?!\w)"), 0.9),
    ("ru-snils", re.compile(r"(?<![\w.\-])\d{3}-\d{3}-\d{3}[ \-]\d{2}(?![\w\-])"), 0.75),
    ("gb-nino", re.compile(r"(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])"), 0.8),
)  # fmt: skip
_HK = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,2})(\d{6})\(?([0-9A])\)?(?![A-Za-z0-9])")
_TW = re.compile(r"(?<![A-Za-z0-9])([A-Z])([1289A-D]\d{8})(?![A-Za-z0-9])")
_SG = re.compile(r"(?<![A-Za-z0-9])([STFGM])(\d{7})([A-Z])(?![A-Za-z0-9])")
# How a tax number, an IBAN, a codice fiscale and a CURP begin.
_LETTERED = re.compile(r"(?<![\w.])[A-Z]{2,6}\d{2}")
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
"""GB/T 2260, first two digits."""
_TW_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


@cache
def _patterns() -> tuple[list[tuple[Number, re.Pattern[str]]], list[tuple[Number, re.Pattern[str]]]]:
    """The numbers of six digits and more in a row, and those that begin with letters."""
    both = [], []  # type: tuple[list[tuple[Number, re.Pattern[str]]], list[tuple[Number, re.Pattern[str]]]]
    for number in NUMBERS:
        pattern = re.compile(rf"(?<![\w.])(?<!\d[-/])(?:{number.form})(?![\w]|[-/.]\d)")
        both[number.form.startswith("[A-Z]")].append((number, pattern))
    return both


@cache
def _module(name: str) -> ModuleType:
    return import_module(f"stdnum.{name}")


def find_national_ids(text: str) -> Iterator[Hit]:
    """Every span that has a country's form and passes its check."""
    for start, end in six_digit_regions(text):
        yield from _numbers(text, start, end, lettered=False)
    for start, end in regions(text, _LETTERED):
        yield from _numbers(text, start, end, lettered=True)
    for kind, form, confidence in _OWN_FORMS:
        for match in form.finditer(text):
            yield Hit(Category.NATIONAL_ID, kind, match.start(), match.end(), confidence)
    yield from _letter_numbers(text)


def _numbers(text: str, start: int, end: int, lettered: bool) -> Iterator[Hit]:
    for number, pattern in _patterns()[lettered]:
        for match in pattern.finditer(text, start, end):
            before = text[max(0, match.start() - 32) : match.start()]
            labelled = bool(
                number.label and re.search(rf"(?<![a-z])(?:{number.label})", before, re.IGNORECASE)
            )
            confidence = max(number.confidence, 0.95) if labelled else number.confidence
            if confidence and (
                _valid(number.module, match.group())
                or (number.module == "cn.ric" and _resident(match.group()))
            ):
                yield Hit(number.category, number.kind, match.start(), match.end(), confidence)


def _valid(module: str, value: str) -> bool:
    try:
        _module(module).validate(value)
    except (ValidationError, ValueError, KeyError, IndexError):
        # stdnum raises the first; some of its modules let the others escape on odd digits.
        return False
    return True


def _resident(value: str) -> bool:
    """A Chinese number whose check and birth date hold. Numbers were given from 1984 on with the county of
    that time, while stdnum asks for the county of the year of birth."""
    number = value.replace(" ", "").upper()
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    weighed = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[weighed % 11] == number[17] and number[:2] in _PROVINCES


def _letter_numbers(text: str) -> Iterator[Hit]:
    """Hong Kong, Taiwan and Singapore, which stdnum lacks; formulas as their governments publish them."""
    for match in _HK.finditer(text):
        letters, digits, check = match.groups()
        values = [36] * (2 - len(letters)) + [ord(c) - 55 for c in letters] + [int(c) for c in digits]
        total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
        if (total + (10 if check == "A" else int(check))) % 11 == 0:
            sure = 0.9 if "(" in match.group() else 0.5
            yield Hit(Category.NATIONAL_ID, "hk-id", match.start(), match.end(), sure)
    for match in _TW.finditer(text):
        first = _TW_LETTERS.index(match.group(1)) + 10
        second = match.group(2)
        digits_of = [
            first // 10,
            first % 10,
            int(second[0]) if second[0].isdigit() else _TW_LETTERS.index(second[0]) % 10,
        ]
        digits_of += [int(c) for c in second[1:]]
        if sum(d * w for d, w in zip(digits_of, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0:
            yield Hit(Category.NATIONAL_ID, "tw-id", match.start(), match.end(), 0.9)
    for match in _SG.finditer(text):
        series, digits, check = match.groups()
        total = sum(int(d) * w for d, w in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
        total += {"T": 4, "G": 4, "M": 3}.get(series, 0)
        table = "JZIHGFEDCBA" if series in "ST" else "XWUTRQPNMLK" if series in "FG" else "KLJNPQRTUWX"
        index = total % 11 if series != "M" else 10 - total % 11
        if table[index] == check:
            yield Hit(Category.NATIONAL_ID, "sg-nric", match.start(), match.end(), 0.9)
