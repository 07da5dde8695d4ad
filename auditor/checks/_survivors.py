"""What the checks of survivors share."""

from __future__ import annotations

from auditor.checks._examples import dicom
from auditor.checks.base import Example
from auditor.model.survey import Survivor


def survivor(tag: int, vr: str, value: str, name: str, *codes: str) -> Example[Survivor]:
    """A DICOM element that is the same in the original."""
    example = dicom(tag, vr, value, name, *codes)
    return Example(Survivor(example.subject), example.context)
