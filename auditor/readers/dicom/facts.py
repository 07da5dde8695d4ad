"""What a DICOM file says of its subject and of its own de-identification."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from auditor.model import Claim, Facts

METHOD_CODES = "(0012,0064)"
_CODE_VALUE = 0x00080100
_FACTS = {
    "patient": (0x00100020, 0x00100010),
    "exam": (0x0020000D, 0x00080020),
    "series": (0x0020000E,),
    "sex": (0x00100040,),
    "age": (0x00101010,),
    "birth_date": (0x00100030,),
    "study_date": (0x00080020, 0x00080021, 0x00080022, 0x00080023),
    "dates": (0x00280303,),
    "site": (0x00080080, 0x00081040),
    "size": (0x00101020,),
    "weight": (0x00101030,),
    "ethnic": (0x00102160,),
    "modality": (0x00080060,),
    "view": (0x00185101,),
    "body_part": (0x00180015,),
    "rows": (0x00280010,),
    "columns": (0x00280011,),
    "spacing": (0x00280030, 0x00181164),
    "sop_class": (0x00080016,),
    "image_type": (0x00080008,),
    "conversion": (0x00080064,),
    "maker": (0x00080070,),
    "model": (0x00081090,),
}
"""Each fact is the first of these attributes that says anything."""
_MAKER, _MODEL, _STATION, _SERIAL = 0x00080070, 0x00081090, 0x00081010, 0x00181000
_TAGS = tuple(sorted({_MAKER, _MODEL, _STATION, _SERIAL, *(tag for tags in _FACTS.values() for tag in tags)}))


def claim_of(values: Mapping[int, str], codes: set[str]) -> Claim:
    """The claim from top-level `values` by tag, and the code values found under (0012,0064)."""
    method = bool(codes or values.get(0x00120063))
    stated = map(values.get, (0x00120062, 0x00280303, 0x00280301, 0x00280302))
    return _claim(tuple(sorted(codes)), method, *stated)


@lru_cache(maxsize=256)
def _claim(
    codes: tuple[str, ...],
    method: bool,
    removed: str | None,
    longitudinal: str | None,
    burned_in: str | None,
    recognizable: str | None,
) -> Claim:
    return Claim(
        identity_removed=(removed or "").upper(),
        codes=codes,
        has_method=method,
        longitudinal=(longitudinal or "").upper(),
        burned_in=(burned_in or "").upper(),
        recognizable=(recognizable or "").upper(),
    )


def facts_of(values: Mapping[int, str]) -> Facts:
    """The facts from top-level `values` by tag. Absent ones are empty. Files that say the same share them."""
    return _facts(*map(values.get, _TAGS))


@lru_cache(maxsize=1024)
def _facts(*stated: str | None) -> Facts:
    values = dict(zip(_TAGS, stated, strict=True))
    facts = {name: next((text for tag in tags if (text := values[tag])), "") for name, tags in _FACTS.items()}
    facts["dates"] = facts["dates"].upper()
    device = " ".join(filter(None, (values[_MAKER], values[_MODEL])))
    return Facts(**facts, device=device or values[_STATION] or values[_SERIAL] or "")


def is_method_code(path: str, tag: int) -> bool:
    """Whether an element is a code value of De-identification Method Code Sequence."""
    return tag == _CODE_VALUE and path.startswith(METHOD_CODES) and path.count("[#]") == 1
