"""The vocabulary every stage shares: frozen records that move one way through the pipeline.

Nothing here reads, judges or writes. A value that was found in the data may live in an
`Element` while a scan runs; it never enters a `Finding` or any other row that is written.
"""

from auditor.model.found import (
    BINARY,
    MEMBER,
    Claim,
    Context,
    Element,
    Facts,
    Frame,
    Item,
    Match,
    Portrait,
    Portraits,
    Record,
    Volume,
)
from auditor.model.outcomes import (
    AdaptiveOutcome,
    AttributeEstimate,
    Estimate,
    LinkageOutcome,
    Outcomes,
    RecordsOutcome,
    ReferenceLink,
    ReferenceOutcome,
    ScalingPoint,
)
from auditor.model.rows import Coverage, Duplicate, Finding, InventoryRow, PatientLink, PatientRow
from auditor.model.words import STAGES, Box, Category, Kind, Place, Reason, Severity, Status, Text, Way

__all__ = [
    "BINARY",
    "MEMBER",
    "STAGES",
    "AdaptiveOutcome",
    "AttributeEstimate",
    "Box",
    "Category",
    "Claim",
    "Context",
    "Coverage",
    "Duplicate",
    "Element",
    "Estimate",
    "Facts",
    "Finding",
    "Frame",
    "InventoryRow",
    "Item",
    "Kind",
    "LinkageOutcome",
    "Match",
    "Outcomes",
    "PatientLink",
    "PatientRow",
    "Place",
    "Portrait",
    "Portraits",
    "Reason",
    "Record",
    "RecordsOutcome",
    "ReferenceLink",
    "ReferenceOutcome",
    "ScalingPoint",
    "Severity",
    "Status",
    "Text",
    "Volume",
    "Way",
]
