"""Linkage by image: portraits, features, the identification attack, scaling, duplicates."""

from auditor.linkage.attack import attack
from auditor.linkage.duplicates import find_duplicates, find_near_duplicates
from auditor.linkage.portrait import pixel_digest, portray

__all__ = ["attack", "find_duplicates", "find_near_duplicates", "pixel_digest", "portray"]
