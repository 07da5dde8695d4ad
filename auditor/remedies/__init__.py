"""What a finished audit's report is turned into for programs that repair: masks and header actions."""

from auditor.remedies.ctp import write_ctp
from auditor.remedies.deid import write_deid
from auditor.remedies.repairs import Repairs, load_repairs

WRITERS = {"deid": write_deid, "ctp": write_ctp}
"""Format of `auditor fix` to the function that writes its files."""

__all__ = ["WRITERS", "Repairs", "load_repairs", "write_ctp", "write_deid"]
