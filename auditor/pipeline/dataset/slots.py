"""Places of a device's frame where it writes a line of text on one image after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from auditor.inventory.placed import PlacedLine

MOST_SLOTS = 4_000
"""Of one device; what is written anywhere else has no place of its own."""
_BAND = 64
_ALIKE = 0.6
"""Of the heights of two lines, the smaller one's share at least."""
_OFF = 1.0
"""Heights by which the begin or the end of two lines may differ."""
_SAME = 0.6
_NEARLY_ALL = 0.9
_LETTERS_A_MISTAKE = 8
_CONFUSED = str.maketrans("oil|", "0111")


@dataclass(eq=False)
class Slot:
    """One place. Of every patient the texts that were read there, with the images that show them."""

    first: PlacedLine
    lines: list[PlacedLine] = field(default_factory=list)
    texts: Mapping[int, str] = field(default_factory=dict)
    """The text of each distinct value."""

    def apart(self, line: PlacedLine) -> float | None:
        """How far a line is from this place, in pixels; None where it stands elsewhere.

        Lines of a place begin, or end, at the same distance from the frame's edge."""
        a, b = self.first.box, line.box
        high, low = max(a[3] - a[1], b[3] - b[1]), min(a[3] - a[1], b[3] - b[1])
        if low < _ALIKE * high:
            return None
        down = abs(a[1] + a[3] - b[1] - b[3]) / 2
        aside = min(abs(a[0] - b[0]), abs(a[2] - b[2]))
        return down + aside if down < low / 2 and aside < _OFF * low else None

    @cached_property
    def by_patient(self) -> dict[str, Counter[str]]:
        """Patient to the keys of the texts, counted over images; a region that was not read has none."""
        found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for line in self.lines:
            if text := self.texts[line.value]:
                found[line.patient][key(text)].update(line.items)
        return {
            patient: Counter({k: len(items) for k, items in keys.items()}) for patient, keys in found.items()
        }

    @cached_property
    def owners(self) -> Counter[str]:
        """Key to the number of patients who have it."""
        return Counter(k for keys in self.by_patient.values() for k in keys)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """Patients with a text on two or more images."""
        return frozenset(patient for patient, keys in self.by_patient.items() if keys.total() > 1)

    @cached_property
    def constant(self) -> frozenset[str]:
        """Of those, the ones who have one text, as nearly as it was read."""
        return frozenset(patient for patient in self.repeated if _is_one(self.by_patient[patient]))

    @cached_property
    def exclusive(self) -> frozenset[str]:
        """Patients none of whose texts another has."""
        return frozenset(p for p, keys in self.by_patient.items() if all(self.owners[k] == 1 for k in keys))

    def common(self) -> tuple[str, int]:
        """The text that most patients have, and how many have it as nearly as it was read.

        0 where no text has a clear majority as it stands: a likeness alone says little of short lines."""
        common, patients = min(self.owners.items(), key=lambda each: (-each[1], each[0]), default=("", 0))
        if patients < _SAME * len(self.by_patient):
            return common, 0
        alike = sum(all(is_like(k, common) for k in keys) for keys in self.by_patient.values())
        return common, alike if alike >= _NEARLY_ALL * len(self.by_patient) else 0


def slots(lines: Iterable[PlacedLine], texts: Mapping[int, str]) -> list[Slot]:
    """Each line at the nearest place that an earlier one has begun; the order of the lines decides nothing else."""
    bands: defaultdict[int, list[Slot]] = defaultdict(list)
    count = 0
    for line in lines:
        band = (line.box[1] + line.box[3]) // 2 // _BAND
        near = [
            (apart, number, slot)
            for number, slot in enumerate(bands[band - 1] + bands[band] + bands[band + 1])
            if (apart := slot.apart(line)) is not None
        ]
        if near:
            min(near, key=lambda each: each[:2])[2].lines.append(line)
        elif count < MOST_SLOTS:
            count += 1
            bands[band].append(Slot(line, [line], texts))
    return [slot for _, each in sorted(bands.items()) for slot in each]


def key(text: str) -> str:
    """Letters and digits of a line, those that OCR confuses made equal."""
    return "".join(filter(str.isalnum, text.casefold())).translate(_CONFUSED)


def is_like(one: str, other: str) -> bool:
    """Whether two keys differ by no more than reading makes of one line: a letter in eight, no digit."""
    if one == other:
        return True
    if [c for c in one if c.isdigit() and c not in "01"] != [
        c for c in other if c.isdigit() and c not in "01"
    ]:
        return False
    most = min(len(one), len(other)) // _LETTERS_A_MISTAKE
    return Levenshtein.distance(one, other, score_cutoff=most) <= most


def _is_one(keys: Counter[str]) -> bool:
    common, _ = min(keys.items(), key=lambda each: (-each[1], each[0]))
    return sum(n for k, n in keys.items() if is_like(k, common)) >= _NEARLY_ALL * keys.total()
