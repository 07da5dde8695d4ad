"""A recipe for deid (https://pydicom.github.io/deid): masks by device, actions on headers."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.remedies.repairs import Mask, Repairs, masks

NAME = "deid.dicom"
_ACTIONS = {"remove": "REMOVE {}", "empty": "BLANK {}", "dummy": "REPLACE {} ANONYMIZED"}
_UNSAFE = re.compile(r"[\n\r|+#%]")


def write_deid(repairs: Repairs, folder: Path) -> list[Path]:
    """Write the recipe into a folder and return the file."""
    target = folder / NAME
    target.write_text(render(repairs), encoding="utf-8")
    return [target]


def render(repairs: Repairs) -> str:
    """The recipe. UIDs get new ones from deid's own function; the same UID the same new one."""
    lines = ["FORMAT dicom", ""]
    if repairs.devices:
        lines += ["%filter graylist", ""]
        for number, mask in enumerate(masks(repairs.devices, _UNSAFE), 1):
            lines += [*_mask(number, mask), ""]
    lines += ["%header", ""]
    for tag in repairs.tags:
        field = tag.keyword or f"({tag.tag >> 16:04x},{tag.tag & 0xFFFF:04x})"
        if tag.action == "uid":
            lines.append(f"REPLACE {field} deid_func:pydicom_uuid")
        else:
            lines.append(_ACTIONS[tag.action].format(field))
    if repairs.overlays:
        lines.append("# Overlay planes hold findings: remove groups 6000 to 60FF, which this recipe does not")
    if repairs.private:
        lines.append("# Private attributes hold findings: call replace_identifiers with remove_private=True")
    return "\n".join(lines) + "\n"


def _mask(number: int, mask: Mask) -> list[str]:
    told = dict(mask.signature)
    lines = [f"LABEL Device {number} at {told['Columns']}x{told['Rows']}"]
    lines += [
        f"  {'+ ' if at else ''}equals {field} {value}" for at, (field, value) in enumerate(mask.signature)
    ]
    return lines + [f"  coordinates {','.join(map(str, box))}" for box in mask.boxes]
