"""Which features describe a portrait, by the word or file that a user names."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import UsageError
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.features import Classical, Features

TIERS = ("deep", "classical")


def load_features(named: str) -> Features:
    """`deep`, `classical`, or the user's own ONNX model by its path.

    Raises UsageError for what is none of these, and for a model that cannot be used.
    """
    if named == "deep":
        return Deep()
    if named == "classical":
        return Classical()
    if named.lower().endswith(".onnx"):
        from auditor.linkage.describe.own import OwnModel

        return OwnModel(Path(named))
    raise UsageError("The features are not known", "--features", f"Use {', '.join(TIERS)} or a file.onnx.")
