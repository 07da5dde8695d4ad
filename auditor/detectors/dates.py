"""Dates in the usual languages and forms, with the time that is joined to them.

A lone year or a lone clock time is not a hit. Two-digit years and bare digit runs are weaker than
full dates. The letters O, l and I are read as digits inside an otherwise numeric date, as OCR
confuses them.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from auditor.detectors.base import Hit
from auditor.detectors.regions import around, regions
from auditor.model import Category

_MONTHS = {
    1: "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari januari stycznia января",
    2: "february feb februar février fevrier févr febrero febbraio fevereiro fev februari lutego февраля",
    3: "march mar märz maerz mrz mär mars marzo março marco maart mrt marca марта",
    4: "april apr avril avr abril abr aprile kwietnia апреля",
    5: "may mai mayo maggio mag maio mei maja мая",
    6: "june jun juni juin junio giugno giu junho czerwca июня",
    7: "july jul juli juillet juil julio luglio lug julho lipca июля",
    8: "august aug août aout agosto ago augustus sierpnia августа",
    9: "september sep sept septembre septiembre settembre set setembro września сентября",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out października октября",
    11: "november nov novembre noviembre novembro listopada ноября",
    12: "december dec dezember dez décembre decembre diciembre dic dicembre dezembro desember grudnia декабря",
}
_MONTH_OF = {name: month for month, names in _MONTHS.items() for name in names.split()}
_M = "(?P<mon>" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")\.?"
_D = "[0-9OoIl]"
_LEFT, _RIGHT = r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z]|[.]\d)"
_TIME = (
    r"(?:[T ,_\-]{0,3}(?:at |um |a las )?\d{1,2}[:hH.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,6})?)?(?: ?[AaPp]\.?[Mm]\b\.?)?"
    r"(?:Z|[+\-]\d{2}:?\d{2})?|[ T_\-.]\d{6}(?:\.\d{1,6})?)"
)
_CN = "〇零一二三四五六七八九十"
_CN_DIGIT = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}


def _pattern(body: str, left: str = _LEFT, right: str = _RIGHT) -> re.Pattern[str]:
    return re.compile(f"{left}{body}(?P<time>{_TIME})?{right}", re.IGNORECASE)


_Y4, _MD = r"(?P<y>[12][0-9OoIl]{3})", rf"{_D}{{1,2}}"
_WEAK_YEAR = r"(?P<y>['’]?\d{2})"
_Scored = tuple[tuple[re.Pattern[str], float], ...]
_NUMERIC: _Scored = (
    (_pattern(rf"{_Y4}(?P<s>[-/.] ?)(?P<m>{_MD})(?P=s)(?P<d>{_MD})"), 0.85),
    (_pattern(rf"{_Y4} (?P<m>\d{{2}}) (?P<d>\d{{2}})"), 0.5),
    (_pattern(rf"(?P<m>{_MD})(?P<s>[-/.])(?P<d>{_MD})(?P=s){_Y4}", left=r"(?<![0-9.])(?<![A-Za-z]\.)"), 0.85),
    (_pattern(rf"(?P<m>{_D}{{2}})(?P<s>/)(?P<d>{_D}{{2}})(?P=s){_WEAK_YEAR}"), 0.65),
    (_pattern(r"(?P<m>\d{2})(?P<s>[-.])(?P<d>\d{2})(?P=s)" + _WEAK_YEAR), 0.4),
    (_pattern(r"(?P<m>\d)(?P<s>/)(?P<d>\d{1,2})(?P=s)" + _WEAK_YEAR), 0.35),
    (_pattern(r"(?P<m>\d{2})(?P<s>/)(?P<d>\d)(?P=s)" + _WEAK_YEAR), 0.35),
    (_pattern(r"(?P<m>\d{1,2})(?P<s>[.])(?P<d>\d{1,2})(?P=s)" + _WEAK_YEAR), 0.38),
    (_pattern(r"(?P<m>\d)(?P<s>-)(?P<d>\d{1,2})(?P=s)" + _WEAK_YEAR), 0.3),
    (_pattern(r"(?P<m>\d{2})(?P<s>-)(?P<d>\d)(?P=s)" + _WEAK_YEAR), 0.3),
    (_pattern(r"(?P<y>\d{2})(?P<s>-)(?P<m>\d{2})(?P=s)(?P<d>\d{2})(?=-\d{6})"), 0.6),
    (_pattern(r"(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)(?P<clock>[0-2]\d[0-5]\d[0-5]\d)(?:\.\d{1,6})?(?:[+\-]\d{4})?", left=r"(?<![\d.])"), 0.8),
    (_pattern(r"(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)", left=r"(?<![\d.])", right=r"(?!\d|\.\d)"), 0.55),
)  # fmt: skip
_NAMED_MONTH: _Scored = (
    (_pattern(rf"{_Y4}[-/., ]{{0,3}}{_M}[-/., ]{{0,3}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"), 0.9),
    (_pattern(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[-/., ]{{0,3}}(?:of |de |di )?{_M}(?: de | del )?[-/., ]{{0,3}}{_Y4}"), 0.9),
    (_pattern(rf"{_M}[-/., ]{{0,3}}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/., ]{{1,3}}{_Y4}"), 0.9),
    (_pattern(rf"{_M}[-/., ]{{0,3}}(?P<d>\d{{1,2}}),? \d{{1,2}}:\d{{2}}(?::\d{{2}})?(?: [A-Z]{{2,4}})? {_Y4}"), 0.9),
    (_pattern(rf"(?P<d>\d{{1,2}})(?P<s>[-/. ]?){_M}(?P=s){_WEAK_YEAR}"), 0.7),
    (_pattern(rf"{_M} (?P<d>\d{{1,2}}), ?{_WEAK_YEAR}"), 0.5),
    (_pattern(rf"{_M},? (?P<y>(?:19|20)\d{{2}})"), 0.5),
)  # fmt: skip
_EAST_ASIAN: _Scored = (
    (_pattern(r"(?P<y>\d{4}) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日号號일]", left=r"(?<!\d)", right=""), 0.9),
    (_pattern(r"(?P<y>\d{2}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号號]", left=r"(?<![\d国國成和治正])", right=""), 0.6),
    (_pattern(r"(?:民[国國]|平成|令和|昭和|大正) ?(?P<era>\d{1,3}|元) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?日", left="", right=""), 0.9),
    (_pattern(r"(?P<y>(?:19|20)\d{2}) ?[年년] ?(?P<m>\d{1,2}) ?[月월](?:份)?", left=r"(?<!\d)", right=""), 0.6),
    (_pattern(r"(?P<y>\d{2}) ?[年년] ?(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日号號일]", left=r"(?<!\d)", right=""), 0.7),
    (_pattern(r"(?P<m>\d{1,2}) ?[月월] ?(?P<d>\d{1,2}) ?[日号號일]", left=r"(?<![\d年년])", right=""), 0.6),
)  # fmt: skip
# What the patterns of a group cannot do without, tried first.
_SEPARATED = re.compile(r"\d[OoIl]{0,3}[-/.] ?[\dOoIl]|\d{4} \d\d|\d{8}|\d ?[年년月월]|元 ?年")
_NUMBER = re.compile(
    r"\d+(?:(?:st|nd|rd|th|er|º|\.)?[-/., ]{0,3}(?:of |de |di )?(?P<word>[^\W\d_\u3040-\ud7af]{3,12}))?",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"(?P<word>[^\W\d_\u3040-\ud7af]{3,12})\.?[-/., ]{0,3}$")
_MONTH_DAY = re.compile(
    r"(?<![\w.])(?:(?:january|february|march|april|june|july|august|september|october|november|december)"
    r" \d{1,2}(?:st|nd|rd|th)?|\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:january|february|march|april|june|july|august"
    r"|september|october|november|december))(?![\w.]|[.:]\d)",
    re.IGNORECASE,
)
_CN_NUMERALS = _pattern(
    rf"(?P<cy>[{_CN}]{{4}})年(?P<cm>[{_CN}]{{1,2}})月(?P<cd>[{_CN}]{{1,3}})[日号]", left="", right=""
)
# The day a program was built.
_VERSION = re.compile(
    r"(?:(?:vers?(?:ion)?|build|built|compiled?|release[d]?|rev|patch|firmware|software|latest|copyright|©|V\d)[\w.: \[(/,\-]{0,12}"
    r"|\d+(?:\.\d+){3} ?|(?<![\d.])v?\d{1,3}(?:\.\d{1,3}){1,2}[ ]?[\[(\-–—:（]{1,2} ?|版本[ v]?\d[\d.]* ?[(（]?"
    r"|(?:^|\n)[\W_]{0,4}v?\d{1,3}(?:\.\d{1,3}){1,2}\]? ?[\-–:(]{0,2} ?"
    r"|(?<![A-Za-z])(?:freesurfer|fsl|spm\d*|afni|ants|itk|vtk|mrtrix|dcm2niix?|fmriprep|slicer|simpleitk|monai|imagej)[ :v\d.\-]{0,12}"
    r"|(?:syngo|numaris)[\w.: /\-]{0,24}|(?<![a-z])[0-9n_]{0,2}[VX][A-E]\d{2}[A-Z]?[_ ]{0,2})(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?$",
    re.IGNORECASE,
)
# What a program writes at the head of a line of its log.
_LOG_LEVEL = re.compile(
    r"[,.]?\d{0,6}[\]) \t:|\-]{1,5}[\[(]?(?:info|debug|warn(?:ing)?|error|critical|notice|trace|fatal|epoch|step|iter(?:ation)?|using|train|val|loss|saving|loading)\b",
    re.IGNORECASE,
)
# What people write before a date: `surgery 12/3/19`.
_CONTEXT = re.compile(
    r"(?:date|dated|exam|study|scan|film|x-?ray|ct|mri?|us|prior|previous|compar\w+|surgery|op|operation|biopsy|seen|since|on|from|of|to|at|visit|admitted|discharged|lmp|dob|"
    r"vom|am|seit|du|le|del|dal|il|van|de|em|el|outside|performed|done|taken|follow-?up|f/u|diagnosed|dx|treated|last|next|due)[:,.]? ?\(?$",
    re.IGNORECASE,
)
_OCR = str.maketrans("OoIl", "0011")


def find_dates(text: str) -> Iterator[Hit]:
    """Every date in the text; overlapping readings may be given, the caller keeps the best."""
    numeric = _NUMERIC + (_EAST_ASIAN if "月" in text or "월" in text else ())
    for start, end in regions(text, _SEPARATED):
        yield from _dates(text, start, end, numeric)
    for start, end in around(_month_spans(text), len(text)):
        yield from _dates(text, start, end, _NAMED_MONTH)
        for match in _MONTH_DAY.finditer(text, start, end):
            yield Hit(Category.DATE, "month and day", match.start(), match.end(), 0.4)
    if "年" in text:
        for match in _CN_NUMERALS.finditer(text):
            yield from _judge(match, text, 0.9)


def _dates(text: str, start: int, end: int, patterns: _Scored) -> Iterator[Hit]:
    for pattern, confidence in patterns:
        for match in pattern.finditer(text, start, end):
            yield from _judge(match, text, confidence)


def _month_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where a number stands beside the name of a month."""
    for number in _NUMBER.finditer(text):
        start = number.start()
        before = None
        if start and (text[start - 1].isalpha() or text[start - 1] in "-/., "):
            before = _WORD_BEFORE.search(text, max(0, start - 16), start)
        if (number["word"] or "").lower() in _MONTH_OF or (before and before["word"].lower() in _MONTH_OF):
            yield number.span()


def _judge(match: re.Match[str], text: str, confidence: float) -> Iterator[Hit]:
    if not _is_date(match):
        return
    if _VERSION.search(text, max(0, match.start() - 40), match.start()):
        yield Hit(Category.DATE, "release date", match.start(), match.end(), 0.2)
        return
    if _LOG_LEVEL.match(text, match.end()) and not text[: match.start()].rpartition("\n")[2].strip(" \t[("):
        yield Hit(Category.DATE, "time of a log line", match.start(), match.end(), 0.2)
        return
    joined = match.groupdict().get("time") is not None
    if confidence < 0.6 and _CONTEXT.search(text, max(0, match.start() - 16), match.start()):
        confidence += 0.25
    elif (
        0.35 <= confidence < 0.5 and match["s"] in "-/" and text[match.end() : match.end() + 1] in {"", "\n"}
    ):
        confidence = 0.5  # as people sign: initials and day at the end
    yield Hit(
        Category.DATE,
        "date",
        match.start(),
        match.end(),
        min(0.9, confidence + 0.2) if joined else confidence,
    )


def is_date(text: str) -> bool:
    """Whether the whole text is a date, ddmmyyyy and mmddyyyy included, as after a label."""
    value = text.strip()
    if re.fullmatch(r"\d{8}", value):
        return any(
            _valid(year, month, day)
            for year, month, day in (
                (value[:4], value[4:6], value[6:]),
                (value[4:], value[2:4], value[:2]),
                (value[4:], value[:2], value[2:4]),
            )
        )
    return any(h.start == 0 and h.end >= len(value) - 1 for h in find_dates(value))


def _is_date(match: re.Match[str]) -> bool:
    part = {k: v for k, v in match.groupdict().items() if v is not None}
    if "mon" in part:
        month = str(_MONTH_OF[part["mon"].lower()])
    elif "cm" in part:
        part |= {"y": "".join(_CN_DIGIT.get(c, "") for c in part["cy"])}
        month, part["d"] = _chinese_number(part["cm"]), _chinese_number(part["cd"])
    else:
        month = part["m"].translate(_OCR)
        if _letters(match.group(0), part):
            return False
    year = part.get("y", "2000").translate(_OCR).lstrip("'’")
    day = part.get("d", "1").translate(_OCR)
    if part.get("s") and len(year) == 4 and "mon" not in part and not _valid(year, month, day):
        month, day = day, month
    elif len(year) == 2:
        year = "20" + year
        if not _valid(year, month, day):
            month, day = day, month
    return _valid(year, month, day)


def _letters(text: str, part: dict[str, str]) -> bool:
    """More letters than digits: not a number damaged by OCR."""
    digits = "".join(part.get(k, "") for k in "ymd")
    return sum(c.isalpha() for c in digits) * 2 > len(digits)


def _chinese_number(text: str) -> str:
    tens, _, ones = text.rpartition("十")
    if "十" in text:
        return str(int(_CN_DIGIT.get(tens, "1")) * 10 + int(_CN_DIGIT.get(ones, "0")))
    return "".join(_CN_DIGIT[c] for c in text)


def _valid(year: str, month: str, day: str) -> bool:
    if not (year.isdigit() and month.isdigit() and day.isdigit()) or not 1900 <= int(year) <= 2100:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
