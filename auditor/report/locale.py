"""The words of the report in one language, and how that language writes numbers."""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from auditor.errors import UsageError
from auditor.report.measures import Interval

LANGUAGES = ("en", "zh")


class Locale:
    """Looks up interface text by dotted key and formats numbers. Text of the data is never a key."""

    def __init__(self, lang: str) -> None:
        """`lang` is one of `LANGUAGES`; anything else raises `UsageError`."""
        if lang not in LANGUAGES:
            raise UsageError("The language of the report is not known", todo=f"Use one of {LANGUAGES}.")
        self.lang = lang
        source = files("auditor.report") / "locales" / f"{lang}.json"
        self._texts: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
        self._phrases: list[tuple[re.Pattern[str], str]] = [
            (_pattern(key), text) for key, text in self._texts["phrases"].items()
        ]
        self.tag: str = self._texts["lang"]
        """BCP 47 tag for the `lang` attribute."""

    def __call__(self, key: str, **values: object) -> str:
        """The text at `key`, its `{placeholders}` filled; whole numbers are grouped."""
        return str(self.data(key)).format_map(
            {name: self.number(v) if type(v) is int else v for name, v in values.items()}
        )

    def data(self, key: str) -> Any:
        """What the locale holds at a dotted key; `KeyError` if nothing: a mistake of ours."""
        found: Any = self._texts
        for part in key.split("."):
            found = found[part]
        return found

    def count(self, noun: str, n: int) -> str:
        """`n` things, such as `1 file` or `1,204 files`."""
        return self.plural(f"count.{noun}", n)

    def plural(self, key: str, n: int) -> str:
        """The form of `key` for the number `n`."""
        return self(f"{key}.{'one' if n == 1 else 'other'}", n=n)

    def term(self, vocabulary: str, word: str) -> str:
        """A word of a known vocabulary in this language; a word that is not in it stays as it is."""
        return str(self._texts["terms"][vocabulary].get(word, word))

    def terms(self, vocabulary: str, words: list[str]) -> str:
        """The words joined as a list."""
        return str(self("list")).join(self.term(vocabulary, word) for word in words)

    def phrase(self, text: str) -> str | None:
        """A sentence of another stage in this language, or None if it exists in English only.

        A `{placeholder}` in the locale's phrases stands for a number.
        """
        if self.lang == "en":
            return text
        for pattern, translation in self._phrases:
            if found := pattern.fullmatch(text.rstrip(".")):
                return str(translation.format_map(found.groupdict()))
        return None

    def pick(self, english: str, chinese: str) -> tuple[str, str]:
        """Of a text that comes in both languages the one to show, and the tag of its language."""
        if self.lang == "zh" and chinese:
            return chinese, self.tag
        return english, "en"

    @staticmethod
    def number(n: int) -> str:
        """12345 as 12,345."""
        return f"{n:,}"

    def percent(self, share: float | None) -> str:
        """A measured share of 1: one decimal, two near the ends, never a false 0 or 100."""
        if share is None or not math.isfinite(share):
            return self("doc.not_measured")
        value = share * 100
        if value in (0, 100):
            return f"{value:.0f}%"
        if 0 < value < 0.01:
            return self("below", x="0.01%")
        if 99.99 < value < 100:
            return self("above", x="99.99%")
        return f"{value:.1f}%" if 1 <= value <= 99 else f"{value:.2f}%"

    @staticmethod
    def mark(share: float) -> str:
        """A share that somebody chose, such as a threshold or a tick: no more digits than it has."""
        return f"{round(share * 100, 4):g}%"

    def interval(self, estimate: Interval) -> str:
        """The 95% interval of a share, in words."""
        return self("interval", low=self.percent(estimate.low), high=self.percent(estimate.high))

    @staticmethod
    def decimal(value: float) -> str:
        """A number without unit: three decimals below 1, else one."""
        return f"{value:.3f}" if abs(value) <= 1 else f"{value:,.1f}"

    @staticmethod
    def size(n: int) -> str:
        """A number of bytes in the decimal units that disks are sold in."""
        amount = float(n)
        for unit in ("B", "kB", "MB", "GB"):
            if amount < 1000:
                return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
            amount /= 1000
        return f"{amount:,.1f} TB"

    def duration(self, seconds: float) -> str:
        """Seconds as a person says them."""
        if seconds < 60:
            return self("duration.seconds", s=f"{seconds:.1f}")
        minutes, rest = divmod(round(seconds), 60)
        if minutes < 60:
            return self("duration.minutes", m=minutes, s=rest)
        return self("duration.hours", h=minutes // 60, m=minutes % 60)

    @staticmethod
    def date(text: str) -> str:
        """An ISO 8601 date-time to the minute; any other text stays as it is."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return text
        return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".strip()


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = Formatter().parse(phrase)
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{n}>[0-9][0-9.,]*%?)" if n else "") for text, n, *_ in parts)
    )


@cache
def locale(lang: str) -> Locale:
    """The locale of `lang`, read once."""
    return Locale(lang)
