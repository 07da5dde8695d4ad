"""Run the checks of data over the corpus: `python -m tests.corpus.measure` prints the table."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from auditor.checks import all_checks
from auditor.checks.base import ClaimCheck, ElementCheck
from auditor.model import Context, Element, Item, Place, Severity
from auditor.readers import read_item
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


def main() -> None:
    for title, cases in (("leaks caught", LEAKS), ("quiet files with findings", QUIET)):
        print(f"{title}: {sum(bool(list(findings(case))) for case in cases)} of {len(cases)}")
        for family in dict.fromkeys(case.family for case in cases):
            members = [case for case in cases if case.family == family]
            hits = [case for case in members if list(findings(case))]
            print(f"  {family}: {len(hits)} of {len(members)}")
            for case in members:
                if (case in hits) is (cases is QUIET):
                    print(f"    {case.name}: {list(findings(case)) or 'missed'}")


if __name__ == "__main__":
    main()
