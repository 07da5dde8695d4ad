"""Linkage by image: portraits, features, the identification attack, scaling, duplicates, references."""

from auditor.linkage.attack import attack
from auditor.linkage.duplicates import Copies, find_duplicates, find_near_duplicates, find_shared
from auditor.linkage.named import Column
from auditor.linkage.portrait import pixel_digest, portray
from auditor.linkage.reference import compare

__all__ = [
    "Column",
    "Copies",
    "attack",
    "compare",
    "find_duplicates",
    "find_near_duplicates",
    "find_shared",
    "pixel_digest",
    "portray",
]
