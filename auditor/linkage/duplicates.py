"""The same exposure more than once in a release."""

from __future__ import annotations

from auditor.linkage.embedding import BLANK, Store
from auditor.model import Duplicate

IDENTICAL = "identical_pixels"
WITHIN = "within"


def find_duplicates(portraits: Store) -> list[Duplicate]:
    """Images whose decoded pixels are identical, whatever their container.

    Blank images are left out: an empty frame says nothing of anybody. Of m identical images m − 1
    pairs are named: the first of every patient with the first of all, and every other image with
    its own patient's first; so a group never costs m² rows and every crossing of patients shows.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for portrait in portraits():
        if portrait.digest and float(portrait.pixels.std()) >= BLANK:
            groups.setdefault(portrait.digest, []).append((portrait.path, portrait.patient))
    found = []
    for members in groups.values():
        firsts: dict[str, str] = {}
        head_path, head_patient = members[0]
        for path, patient in members:
            if patient in firsts:
                found.append(Duplicate(firsts[patient], path, patient, patient, IDENTICAL, 1.0, WITHIN))
            else:
                firsts[patient] = path
                if path != head_path:
                    found.append(Duplicate(head_path, path, head_patient, patient, IDENTICAL, 1.0, WITHIN))
    return found
