"""What a DICOM file says of its subject and of its own de-identification."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model import Claim, Facts

METHOD_CODES = "(0012,0064)"
_CODE_VALUE = 0x00080100


def claim_of(values: Mapping[int, str], codes: set[str]) -> Claim:
    """The claim from top-level `values` by tag, and the code values found under (0012,0064)."""
    return Claim(
        identity_removed=values.get(0x00120062, "").upper(),
        codes=tuple(sorted(codes)),
        has_method=bool(codes or values.get(0x00120063)),
        longitudinal=values.get(0x00280303, "").upper(),
        burned_in=values.get(0x00280301, "").upper(),
        recognizable=values.get(0x00280302, "").upper(),
    )


def facts_of(values: Mapping[int, str]) -> Facts:
    """The facts from top-level `values` by tag. Absent ones are empty."""

    def first(*tags: int) -> str:
        return next((values[tag] for tag in tags if values.get(tag)), "")

    device = " ".join(filter(None, (first(0x00080070), first(0x00081090))))
    return Facts(
        patient=first(0x00100020, 0x00100010),
        exam=first(0x0020000D, 0x00080020),
        series=first(0x0020000E),
        sex=first(0x00100040),
        age=first(0x00101010),
        birth_date=first(0x00100030),
        study_date=first(0x00080020, 0x00080021, 0x00080022, 0x00080023),
        dates=first(0x00280303).upper(),
        site=first(0x00080080, 0x00081040),
        device=device or first(0x00081010, 0x00181000),
        size=first(0x00101020),
        weight=first(0x00101030),
        ethnic=first(0x00102160),
        modality=first(0x00080060),
        view=first(0x00185101),
        body_part=first(0x00180015),
        rows=first(0x00280010),
        columns=first(0x00280011),
        spacing=first(0x00280030, 0x00181164),
    )


def is_method_code(path: str, tag: int) -> bool:
    """Whether an element is a code value of De-identification Method Code Sequence."""
    return tag == _CODE_VALUE and path.startswith(METHOD_CODES) and path.count("[#]") == 1
