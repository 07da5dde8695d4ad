"""How each kind of leak gets into a film: functions of the draft and the secret."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

from auditor.demo import lettering
from auditor.demo.films import Draft

Planting = Callable[[Draft, str], None]


def element(keyword: str) -> Planting:
    """Set one element of the data set."""

    def plant(draft: Draft, secret: str) -> None:
        setattr(draft.ds, keyword, secret)

    return plant


def nested(sequence: str, keyword: str) -> Planting:
    """One item with one element, in a sequence of the data set."""

    def plant(draft: Draft, secret: str) -> None:
        item = Dataset()
        setattr(item, keyword, secret)
        setattr(draft.ds, sequence, Sequence([item]))

    return plant


def original_attributes(draft: Draft, secret: str) -> None:
    before, change = Dataset(), Dataset()
    before.PatientName = secret
    change.ModifiedAttributesSequence = Sequence([before])
    change.AttributeModificationDateTime, change.ReasonForTheAttributeModification = "20190101", "COERCE"
    change.SourceOfPreviousValues, change.ModifyingSystem = "", "auditor demo"
    draft.ds.OriginalAttributesSequence = Sequence([change])


def private_text(draft: Draft, secret: str) -> None:
    block = draft.ds.private_block(0x0029, "EXAMPLE RIS 1.0", create=True)
    block.add_new(0x10, "LO", secret)


def private_bytes(draft: Draft, secret: str) -> None:
    block = draft.ds.private_block(0x0031, "EXAMPLE PACS 1.0", create=True)
    block.add_new(0x20, "UN", secret.encode("gb18030"))


def unlisted(draft: Draft, secret: str) -> None:
    draft.ds.add_new((0x0010, 0x9A01), "LO", secret)


def file_meta(draft: Draft, secret: str) -> None:
    draft.source = secret


def preamble(draft: Draft, secret: str) -> None:
    draft.preamble = secret.encode()


def trailing(draft: Draft, secret: str) -> None:
    draft.after = b"\0" * 32 + secret.encode() + b"\0" * 7


def pixel_slack(draft: Draft, secret: str) -> None:
    draft.syntax = ExplicitVRLittleEndian
    text = secret.encode()
    draft.ds.PixelData += text + b"\0" * (len(text) % 2)


def folder_name(draft: Draft, secret: str) -> None:
    draft.folder = f"{draft.folder}/{secret}"


def file_name(draft: Draft, secret: str) -> None:
    draft.name = f"{secret}.dcm"


def burn_latin(draft: Draft, secret: str) -> None:
    pixels = draft.film()
    lettering.latin(pixels, secret.split("|"), (14, 28), 3900)
    draft.expose(pixels)


def burn_chinese(draft: Draft, secret: str) -> None:
    pixels = draft.film()
    lettering.chinese(pixels, secret.split("|"), (10, 8), 3900)
    draft.expose(pixels)


def overlay(draft: Draft, secret: str) -> None:
    plane = np.zeros((draft.ds.Rows, draft.ds.Columns), np.uint16)
    lettering.latin(plane, [secret], (14, draft.ds.Rows - 20), 255)
    ds = draft.ds
    ds.add_new((0x6000, 0x0010), "US", draft.ds.Rows)
    ds.add_new((0x6000, 0x0011), "US", draft.ds.Columns)
    ds.add_new((0x6000, 0x0040), "CS", "G")
    ds.add_new((0x6000, 0x0050), "SS", [1, 1])
    ds.add_new((0x6000, 0x0100), "US", 1)
    ds.add_new((0x6000, 0x0102), "US", 0)
    ds.add_new((0x6000, 0x3000), "OW", np.packbits(plane > 127, bitorder="little").tobytes())


def vendor_uid(draft: Draft, secret: str) -> None:
    draft.ds.SOPInstanceUID = UID(secret)


def claim_without_method(draft: Draft, secret: str) -> None:
    del draft.ds.DeidentificationMethod, draft.ds.DeidentificationMethodCodeSequence


def forgotten_date(draft: Draft, secret: str) -> None:
    """Claims that dates were removed, removes the usual ones, and forgets one."""
    ds = draft.ds
    ds.StudyDate = ds.SeriesDate = ds.ContentDate = ds.StudyTime = ds.ContentTime = ""
    ds.LongitudinalTemporalInformationModified = "REMOVED"
    codes = ds.DeidentificationMethodCodeSequence
    ds.DeidentificationMethodCodeSequence = Sequence(code for code in codes if code.CodeValue != "113107")
    ds.AcquisitionDateTime, ds.TimezoneOffsetFromUTC = secret, "+0100"
