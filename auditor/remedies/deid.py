"""A recipe for deid (https://pydicom.github.io/deid): masks by device, actions on headers."""

from __future__ import annotations

import re
from pathlib import Path

from auditor.remedies.repairs import Repairs
from auditor.report.schema import DeviceRow

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
        for number, device in enumerate(repairs.devices, 1):
            lines += [*_mask(number, device), ""]
    lines += ["%header", ""]
    for tag in repairs.tags:
        field = tag.keyword or f"({tag.tag >> 16:04x},{tag.tag & 0xFFFF:04x})"
        if tag.action == "uid":
            lines.append(f"REPLACE {field} deid_func:pydicom_uuid")
        else:
            lines.append(_ACTIONS[tag.action].format(field))
    if repairs.private:
        lines.append("# Private attributes hold findings: call replace_identifiers with remove_private=True")
    return "\n".join(lines) + "\n"


def _mask(number: int, device: DeviceRow) -> list[str]:
    told = [
        ("Manufacturer", device.maker),
        ("ManufacturerModelName", device.model),
        ("Modality", device.modality),
    ]
    told += [("Rows", str(device.rows)), ("Columns", str(device.columns))]
    conditions = [f"equals {field} {value}" for field, value in told if value and not _UNSAFE.search(value)]
    lines = [f"LABEL Device {number} at {device.columns}x{device.rows}"]
    lines += [f"  {'+ ' if at else ''}{condition}" for at, condition in enumerate(conditions)]
    return lines + [f"  coordinates {','.join(map(str, region.box))}" for region in device.regions]
