"""auditor: could somebody find out whose images these are?

from pathlib import Path
from auditor import audit, load_key, open_source

done = audit(open_source(Path("release")), Path("reports/release"), load_key())
print(done.report.verdict.status)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.keys import Key, load_key
    from auditor.pipeline.plan import Metadata, Plan
    from auditor.pipeline.scan import Audit, audit
    from auditor.policy import Policy, load_policy
    from auditor.sources import open_source

__all__ = ["Audit", "Key", "Metadata", "Plan", "Policy", "audit", "load_key", "load_policy", "open_source"]

_HOME = {
    "Audit": "pipeline.scan",
    "Key": "keys",
    "Metadata": "pipeline.plan",
    "Plan": "pipeline.plan",
    "Policy": "policy",
    "audit": "pipeline.scan",
    "load_key": "keys",
    "load_policy": "policy",
    "open_source": "sources",
}


def __getattr__(name: str) -> object:
    # Importing one small module must not load the OCR engine and everything else.
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
