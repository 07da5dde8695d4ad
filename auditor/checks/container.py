"""T142: an element that carries other data past de-identification is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from auditor.checks._examples import dicom
from auditor.checks.base import ElementCheck
from auditor.model import BINARY, Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.standards import ps315
from auditor.standards.ps315 import CLEAN_GRAPHICS


class _Sign(NamedTuple):
    """An element that must be there when a container is: its tag, and the sequence around it."""

    tag: int
    mask: int
    within: str
    severity: Severity
    detail: str


_ALL = 0xFFFFFFFF
_SIGNS = (
    _Sign(
        0x00280004, _ALL, "(0088,0200)", Severity.MEDIUM, "an icon keeps a small copy of the image as it was"
    ),
    _Sign(0x04000100, _ALL, "(FFFA,FFFA)", Severity.LOW, "a digital signature names its signer and its time"),
    # PS3.15 asks for a document without identity here (D), not for none.
    _Sign(
        0x00420012,
        _ALL,
        "",
        Severity.LOW,
        "an encapsulated document is kept; what could be read of it is judged by itself",
    ),
    _Sign(0x60000040, 0xFF00FFFF, "", Severity.LOW, "an overlay plane is kept; overlays often carry text"),
    _Sign(0x50003000, 0xFF00FFFF, "", Severity.LOW, "a curve is kept, a retired place for annotations"),
    _Sign(0x5000200C, 0xFF00FFFF, "", Severity.MEDIUM, "a sound recording is kept; somebody may be named"),
    _Sign(0x00081155, _ALL, "(0010,1100)", Severity.LOW, "a photograph of the patient is referred to"),
    _Sign(0x04000120, _ALL, "", Severity.LOW, "a digital signature names its signer and its time"),
    _Sign(
        0x04000520, _ALL, "", Severity.LOW, "encrypted attributes hold the identity for whoever has the key"
    ),
)
_OPAQUE = frozenset({"OB", "UN"})
_PREVIEW = "pixel data codestream preview"


class Container(ElementCheck):
    """An icon, overlay, curve, recording, encapsulated document, signature or maker note is kept.

    What it does
        Reports icon image sequences, previews inside compressed frames, digital signatures,
        encrypted attributes, encapsulated documents, and overlays and curves unless option 113103
        (Clean Graphics) is claimed; further every attribute whose bytes are no text and that PS3.15
        removes: maker notes, certificates, timestamps, flow identifiers.

    Why it matters
        They are images and documents of their own, made before de-identification: an icon shows
        what was masked, an overlay or a document prints the name.

    Remedy
        Remove them (PS3.15 action X), or clean them and claim option 113103 for graphics.
    """

    id = "T142"
    title = Text(
        en="A copy or annotation from before de-identification is kept", zh="保留了去标识化之前的副本或标注"
    )
    remedy = Text(
        en="Remove it (PS3.15 action X), or clean graphics and claim option 113103.",
        zh="删除（PS3.15 动作 X），或清理图形并声明选项 113103。",
    )
    severity = Severity.MEDIUM
    category = Category.FREE_TEXT
    way = Way.DATA
    good = (
        dicom(0x00280004, "CS", "MONOCHROME2", "PhotometricInterpretation"),
        dicom(0x60000040, "CS", "G", "OverlayType", "113100", "113103"),
    )
    bad = (
        dicom(
            0x00280004,
            "CS",
            "MONOCHROME2",
            "PhotometricInterpretation",
            within="(0088,0200)[#].",
        ),
        dicom(0x60020040, "CS", "G", "OverlayType"),
        dicom(0x00420012, "LO", "application/pdf", "MIMETypeOfEncapsulatedDocument"),
        dicom(0x0016002B, "OB", BINARY, "MakerNote"),
        dicom(0x50003000, "OW", BINARY, "CurveData"),
    )

    def judge(self, subject: Element, context: Context) -> Iterable[Match]:
        """One match per container, at the element in it that must be there."""
        if subject.location == _PREVIEW:
            yield Match(0.6, severity=Severity.LOW, detail="a frame carries a small copy of itself")
        if subject.place is not Place.DATASET or subject.tag is None:
            return
        row = ps315.row(subject.tag) if subject.vr in _OPAQUE else None
        if row is not None and row.group is not ps315.Group.PRIVATE and subject.value == BINARY:
            if not ps315.action(row, context.codes).keeps:  # nobody cleans bytes
                detail = f"{row.name}: bytes that nobody reads; PS3.15 action {row.basic.value}"
                yield Match(0.6, severity=Severity.LOW, detail=detail)
            return
        for sign in _SIGNS:
            if subject.tag & sign.mask != sign.tag:
                continue
            if sign.within and not re.search(re.escape(sign.within) + r"[^\[]*\[", subject.location):
                continue
            if sign.mask != _ALL and CLEAN_GRAPHICS in context.codes:
                continue
            yield Match(0.6, severity=sign.severity, detail=sign.detail)
