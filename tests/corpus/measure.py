"""Run the checks of data over the corpus: `python -m tests.corpus.measure` prints the table."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.checks import all_checks
from auditor.checks.base import ClaimCheck, ElementCheck
from auditor.model import Context, Item, Record, Severity
from auditor.pipeline.examine import path_elements
from auditor.readers import Limits, read_item
from auditor.readers.containers import container_of
from tests.corpus.dicom_leaks import DICOM_LEAKS
from tests.corpus.dicom_quiet import DICOM_QUIET
from tests.corpus.document_leaks import DOCUMENT_LEAKS
from tests.corpus.document_quiet import DOCUMENT_QUIET
from tests.corpus.file_leaks import FILE_LEAKS
from tests.corpus.files import Case
from tests.corpus.leaks import LEAKS
from tests.corpus.quiet import QUIET

Seen = tuple[str, Severity, str]


def findings(case: Case) -> Iterator[Seen]:
    """Rule, severity and location of everything at or above low that the file, or a file inside it, gives."""
    for record in _records(case.content, Item(case.path, len(case.content))):
        elements = [*record.elements, *path_elements(record.item)]
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


def _records(content: bytes, item: Item) -> Iterator[Record]:
    """The record of a file, then those of its members."""
    reading = read_item(io.BytesIO(content), item)
    yield reading.record
    container = container_of(io.BytesIO(content), item.path, Limits()) if reading.members else None
    if container is not None:
        list(container.members())
        for member in reading.members:
            if member.reason is None:
                with container.open(member.members[-1]) as inner:
                    inside = inner.read()
                yield from _records(inside, replace(member, size=len(inside)))


def caught(case: Case) -> bool:
    """Whether there is a finding where the leak is."""
    return any(re.search(case.where, location) for _, _, location in findings(case))


def main() -> None:
    leaks = [*LEAKS, *DICOM_LEAKS, *DOCUMENT_LEAKS, *FILE_LEAKS]
    quiet = [*QUIET, *DICOM_QUIET, *DOCUMENT_QUIET]
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
