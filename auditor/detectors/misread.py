"""What a line that was read off pixels may say as well: the signs that OCR confuses, put right.

Every reading has the same meaning or none; whoever asks judges each as if it stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.detectors.label_list import find_labels
from auditor.detectors.lexicon import look_up

LEAST_DIGITS = 4
"""True digits of a number in which letters are taken for digits."""
LONG = 5
"""Letters of a word that is looked for at the ends of a longer one: short ones are in many words."""
PLAIN = 0.0
"""Weight below which a word of medicine is not taken for a name: eponyms are names, makers hardly."""
NEVER = 9.0

_DIGITS = str.maketrans("OoQDIl|iSsBZz", "0000111155822")
_UPPER, _LOWER = str.maketrans("0158|", "OISBI"), str.maketrans("015|", "olsl")
_NUMBER = re.compile(r"(?<![^\W_])[\dOoQDIl|iSsBZz]{5,20}(?![^\W_])")
_WORD = re.compile(r"[^\W_|]+(?:\|[^\W_]+)*")
_SMALL_L = re.compile(r"(?<![^\W_])l(?=[a-z])")
_HUMPS = re.compile(r"([A-Z][a-z]+)([A-Z][^\W\d_]+)")
_TERM = re.compile(
    r"(?:metry|graph[yie]+|grams?|scop[yie]+|log[yi]e?|itis|osis|emia|ectomy|stasis|therapy)$", re.IGNORECASE
)
"""How terms of medicine end, whatever name they begin like."""
_LETTERS = re.compile(r"[^\W\d_]{7,30}")


def other_readings(line: str) -> Iterator[str]:
    """Yield what the line may say as well, none twice: `Ueda lan` is Ueda Ian, `6O4435` 604435, `R0SA` ROSA,
    `MBEKIHENRIK` and `NgHenrik` two names, `NameTSEMBULO` one with its label."""
    told = {line}
    for reading in (_numbers(line), _words(line), _humps(line), _parted(line)):
        if reading not in told:
            told.add(reading)
            yield reading


def _numbers(line: str) -> str:
    """Letters among digits as digits."""
    return _NUMBER.sub(
        lambda m: (
            m.group().translate(_DIGITS)
            if sum(c.isdigit() for c in m.group()) >= max(LEAST_DIGITS, len(m.group()) // 2)
            else m.group()
        ),
        line,
    )


def _words(line: str) -> str:
    """Digits among letters as letters; a small l where every word has a capital as I."""
    line = _WORD.sub(_as_letters, line)
    starts = [word.group()[0] for word in _WORD.finditer(line)]
    if any(c.isupper() for c in starts) and all(c.isupper() or c == "l" for c in starts):
        line = _SMALL_L.sub("I", line)
    return line


def _as_letters(word: re.Match[str]) -> str:
    text = word.group()
    letters = sum(c.isalpha() for c in text)
    if len(text) > 2 and text.replace("l", "").isupper() and text.isalpha():
        return text.replace("l", "I")
    if letters == len(text) or letters < 3 or letters < 2 * (len(text) - letters):
        return text
    return text.translate(_UPPER if text.replace("l", "").isupper() else _LOWER)


def _humps(line: str) -> str:
    """Two names without the space or caret between them, or a label without its colon, told by the capital within."""
    found = _HUMPS.fullmatch(line)
    if found is None:
        return line
    first, second = found.groups()
    if next(find_labels(first), (None, 0, 0))[1:] == (0, len(first)):
        return f"{first}: {second}"
    return f"{first} {second}" if min(_speaks(first), _speaks(second)) > 0 else line


def _parted(line: str) -> str:
    """A word that is two, a name among them, which lost the space between them; cut where most speaks for names."""
    if not _LETTERS.fullmatch(line) or look_up(line).known or _TERM.search(line):
        return line
    ends = [part for cut in range(LONG, len(line) - 1) for part in (line[:cut], line[-cut:])]
    if any(_is_plain(part) for part in ends):
        return line
    cuts = [cut for cut in range(3, len(line) - 2) if max(_length(line[:cut]), _length(line[cut:])) >= LONG]
    best = max(cuts, key=lambda cut: _speaks(line[:cut]) + _speaks(line[cut:]), default=0)
    return (
        f"{line[:best]} {line[best:]}" if best and _speaks(line[:best]) + _speaks(line[best:]) > 0 else line
    )


def _is_plain(word: str) -> bool:
    """A word of medicine or imaging, the makers' names among them, that is nobody's name."""
    known = look_up(word)
    return known.clinical and known.weight < PLAIN


def _length(word: str) -> int:
    return len(word) if look_up(word).name else 0


def _speaks(word: str) -> float:
    """For a name; words of medicine and of language speak against it."""
    known = look_up(word)
    return -NEVER if _is_plain(word) or (known.known and not known.name) else known.weight
