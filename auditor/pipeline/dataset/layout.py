"""Text in pixels judged by its place: what the device writes there on the images of other patients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from auditor.checks import all_checks
from auditor.checks.base import PlacedTextCheck
from auditor.checks.burned_in_text import BurnedInText
from auditor.checks.patient_constant import lower_bound
from auditor.inventory import FindingStore, Inventory
from auditor.inventory.findings import Lowered
from auditor.inventory.placed import PlacedLine, placed_lines, texts_of, times_written
from auditor.model import Category, Claim, Context, Element, Match, Place, Severity
from auditor.model.survey import PlacedText
from auditor.pipeline.dataset.slots import Slot, is_like, key, slots
from auditor.pipeline.judge import note
from auditor.pixels.text.reading import LOCATION

FEWEST = 5
"""Patients with a line at a place, from which it can say something."""
FEWEST_ALIKE = 8
"""Patients who must have the same text before it counts as the device's."""
_WEAK = 0.75
"""Evidence below this confidence gives way to the sight of one text on everybody's images."""
_OF_DEVICES = frozenset(
    {Category.NAME, Category.STAFF, Category.RECORD_NUMBER, Category.UNIQUE_CODE, Category.ACCOUNT,
     Category.NATIONAL_ID, Category.AGE, Category.CHARACTERISTIC}
)  # fmt: skip
"""What presets, labels and counters are taken for. A date, a hospital or a phone number tells when and where,
however many images show it."""


class Layouts:
    """Notes lines that stand where others' identifiers do; lowers what is the same on everybody's images."""

    def __init__(self, inventory: Inventory, findings: FindingStore, declared: tuple[str, ...]) -> None:
        self._inventory, self._findings, self._declared = inventory, findings, declared
        self._claims: Mapping[int, Claim] = inventory.claims()
        self._checks = [check for check in all_checks() if isinstance(check, PlacedTextCheck)]
        self._noted: set[tuple[int, int | None]] = set()
        self._alike: Counter[int] = Counter()
        self._lowered: dict[int, Lowered] = {}

    def judge(self) -> None:
        """Compare the images of every device."""
        for lines in placed_lines(self._inventory, LOCATION, FEWEST):
            values = {line.value for line in lines}
            texts, claims = texts_of(self._inventory, values)
            judged = self._findings.judged(values, BurnedInText.id, Severity.MEDIUM)
            worst = self._findings.severities(values)
            for slot in slots(lines, texts):
                for line, subject in _subjects(slot, judged):
                    if worst.get(line.value, -1) < Severity.MEDIUM.rank:
                        context = Context(self._claims[claims[line.value]], self._declared)
                        for check in self._checks:
                            for match in check.judge(subject, context):
                                self._note(check.id, match, line, subject.element.value)
                self._find_alike(slot)
        self._lower()

    def _note(self, rule: str, match: Match, line: PlacedLine, text: str) -> None:
        """Of a text once; all regions that were not read are one value, so that each of their images is told."""
        for item in (None,) if text else line.items:
            if (line.value, item) not in self._noted:
                self._noted.add((line.value, item))
                value = line.value if text else None
                where = "" if text else "pixels"
                note(self._findings, rule, replace(match, location=where), value=value, item=item, text=text)

    def _find_alike(self, slot: Slot) -> None:
        """Count the lines that all patients have there, in so far as they are the same."""
        common, patients = slot.common()
        if patients < FEWEST_ALIKE:
            return
        detail = f"the same on images of {patients} of {len(slot.by_patient)} patients of the device"
        share = 1 - lower_bound(patients, len(slot.by_patient))
        for line in slot.lines:
            text = slot.texts[line.value]
            if text and is_like(key(text), common):
                self._alike[line.value] += len(line.items)
                self._lowered.setdefault(line.value, (share, detail))

    def _lower(self) -> None:
        """Lower the values that stand nowhere but there."""
        times = times_written(self._inventory, self._lowered)
        only = {value: why for value, why in self._lowered.items() if self._alike[value] == times[value]}
        self._findings.lower(only, BurnedInText.id, _OF_DEVICES, _WEAK)


def _subjects(slot: Slot, judged: Mapping[int, Category]) -> Iterator[tuple[PlacedLine, PlacedText]]:
    """Each distinct value at a place, once a patient, with what is known of the place."""
    patients = len({line.patient for line in slot.lines})
    if patients < FEWEST:
        return
    named = {line.patient: judged[line.value] for line in slot.lines if line.value in judged}
    kinds = Counter(named.values())
    category = min(kinds, key=lambda kind: (-kinds[kind], kind), default=Category.UNIQUE_CODE)
    own = slot.exclusive - (slot.repeated - slot.constant)
    for line in slot.lines:
        yield (
            line,
            PlacedText(
                element=Element(Place.PIXELS, LOCATION, slot.texts[line.value]),
                patients=patients,
                texts=len(slot.exclusive),
                repeated=len(slot.repeated),
                constant=len(slot.constant),
                named=len(named),
                category=category,
                own=line.patient in own,
            ),
        )
