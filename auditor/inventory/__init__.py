"""Every distinct value once, with the files that hold it: kept out of core and sealed."""

from auditor.inventory.batch import Batch, Collector, Examined
from auditor.inventory.counts import count_files, count_locations
from auditor.inventory.findings import FindingStore
from auditor.inventory.gaps import Gap, date_gaps
from auditor.inventory.lone import LoneValue, lone_values
from auditor.inventory.original import Original
from auditor.inventory.spread import Sighting, Spread, SpreadRow
from auditor.inventory.store import Inventory

__all__ = [
    "Batch",
    "Collector",
    "Examined",
    "FindingStore",
    "Gap",
    "Inventory",
    "LoneValue",
    "Original",
    "Sighting",
    "Spread",
    "SpreadRow",
    "count_files",
    "count_locations",
    "date_gaps",
    "lone_values",
]
