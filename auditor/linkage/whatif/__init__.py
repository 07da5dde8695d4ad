"""What a mitigation is worth: how many patients are still found, by whom, and what the images still tell."""

from auditor.linkage.whatif.bench import Bench, Picture
from auditor.linkage.whatif.mitigations import NAMES, Mitigation, chosen, default_mitigations
from auditor.linkage.whatif.outcome import Effect, Verdict, WhatIf
from auditor.linkage.whatif.user import load_function
from auditor.linkage.whatif.utility import Task

__all__ = [
    "NAMES",
    "Bench",
    "Effect",
    "Mitigation",
    "Picture",
    "Task",
    "Verdict",
    "WhatIf",
    "chosen",
    "default_mitigations",
    "load_function",
]
