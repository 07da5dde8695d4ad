"""What a mitigation is worth: how many patients are still found, by whom, and what the images still tell."""

from auditor.linkage.whatif.bench import Bench
from auditor.linkage.whatif.mitigations import NAMES, Mitigation, chosen, default_mitigations
from auditor.linkage.whatif.outcome import Attack, Effect, Verdict, WhatIf
from auditor.linkage.whatif.picture import Picture, Stack
from auditor.linkage.whatif.user import load_function
from auditor.linkage.whatif.utility import Task

__all__ = [
    "NAMES",
    "Attack",
    "Bench",
    "Effect",
    "Mitigation",
    "Picture",
    "Stack",
    "Task",
    "Verdict",
    "WhatIf",
    "chosen",
    "default_mitigations",
    "load_function",
]
