"""Run the checks of data over the corpus: `python -m tests.corpus.measure` prints the table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

from auditor.checks import all_checks
from auditor.checks.base import ClaimCheck, ElementCheck
from auditor.model import Context, Element, Item, Place, Severity
from auditor.readers import read_item
from tests.corpus.dicom_leaks import DICOM_LEAKS
from tests.corpus.dicom_quiet import DICOM_QUIET
from tests.corpus.files import Case
from tests.corpus.leaks import LEAKS
from tests.corpus.quiet import QUIET

Seen = tuple[str, Severity, str]


def findings(case: Case) -> Iterator[Seen]:
    """Rule, severity and location of everything at or above low that the file gives."""
    record = read_item(io.BytesIO(case.content), Item(case.path, len(case.content))).record
    *folders, name = case.path.split("/")
    elements = [
        *record.elements,
        Element(Place.FILE_NAME, "file name", name),
        *(Element(Place.FOLDER_NAME, "folder name", folder) for folder in folders),
    ]
    context = Context(record.claim)
    for check in all_checks():
        subjects: Iterable[object] = ()
        if isinstance(check, ElementCheck):
            subjects = elements
        elif isinstance(check, ClaimCheck):
            subjects = (record.claim,)
        for subject in subjects:
            for match in check.judge(subject, context):
                severity = match.severity or check.severity
                if severity.rank >= Severity.LOW.rank:
                    yield check.id, severity, match.location or getattr(subject, "location", "")


def caught(case: Case) -> bool:
    """Whether there is a finding where the leak is."""
    return any(re.search(case.where, location) for _, _, location in findings(case))


def main() -> None:
    leaks, quiet = [*LEAKS, *DICOM_LEAKS], [*QUIET, *DICOM_QUIET]
    for title, cases in (("leaks caught", leaks), ("quiet files with findings", quiet)):
        print(f"{title}: {sum(map(caught, cases))} of {len(cases)}")
        for family in dict.fromkeys(case.family for case in cases):
            members = [case for case in cases if case.family == family]
            hits = [case for case in members if caught(case)]
            print(f"  {family}: {len(hits)} of {len(members)}")
            for case in members:
                if (case in hits) is (cases is quiet):
                    print(f"    {case.name}: {list(findings(case)) or 'missed'}")


if __name__ == "__main__":
    main()
