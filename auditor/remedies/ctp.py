"""Scripts for RSNA's Clinical Trial Processor: its pixel anonymizer and its DICOM anonymizer.

Pixel script: a signature in braces, whose terms are joined by `*`, then regions (x,y,width,height). The
parser takes every brace and bracket in the file for one, so labels hold none. It blanks every frame, of images that are
not compressed or by JPEG Baseline; other images pass as they are (johnperry/CTP, PixelScript and DICOMPixelAnonymizer).
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import quoteattr

from auditor.remedies.repairs import Mask, Repairs, TagRepair, masks

PIXELS, HEADERS = "DicomPixelAnonymizer.script", "DicomAnonymizer.script"
_ACTIONS = {
    "remove": "@remove()",
    "empty": "@empty()",
    "dummy": "ANONYMIZED",
    "uid": "@hashuid(@UIDROOT,this)",
}
_NOTE = """Images compressed otherwise than by JPEG Baseline pass unchanged: put a DicomDecompressor before this stage.
Overlay planes and icons are not pixels of the image: the script of the DicomAnonymizer removes them.
"""
_UNSAFE = re.compile(r'[\n\r"{}()\\]')


def write_ctp(repairs: Repairs, folder: Path) -> list[Path]:
    """Write the script of headers, and that of pixels where something is to be masked."""
    written = [folder / HEADERS]
    written[0].write_text(render_headers(repairs), encoding="utf-8")
    if repairs.devices:
        written.append(folder / PIXELS)
        written[1].write_text(render_pixels(repairs), encoding="utf-8")
    return written


def render_pixels(repairs: Repairs) -> str:
    """The script of the DicomPixelAnonymizer; the first signature that fits an image counts."""
    return "\n".join([_NOTE, *(_mask(n, mask) for n, mask in enumerate(masks(repairs.devices, _UNSAFE), 1))])


def _mask(number: int, mask: Mask) -> str:
    terms = [f'{field}.equals("{value}")' for field, value in mask.signature]
    regions = [f"({x0},{y0},{x1 - x0},{y1 - y0})" for x0, y0, x1, y1 in mask.boxes]
    return f"Device {number}\n{{ {' * '.join(terms)} }}\n{' '.join(regions)}\n"


def render_headers(repairs: Repairs) -> str:
    """The script of the DicomAnonymizer. Its UIDROOT is to be replaced by the site's own."""
    lines = ["<script>", '<p t="UIDROOT">2.25</p>', *map(_element, repairs.tags)]
    if repairs.overlays:
        lines.append('<r en="T" t="overlays">Remove overlays</r>')
    if repairs.private:
        lines.append('<r en="T" t="privategroups">Remove private groups [PRIVATEGROUPS]</r>')
    return "\n".join([*lines, "</script>"]) + "\n"


def _element(repair: TagRepair) -> str:
    return f'<e en="T" t="{repair.hexadecimal}" n={quoteattr(repair.keyword)}>{_ACTIONS[repair.action]}</e>'
