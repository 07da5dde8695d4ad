"""The DICOM JSON and XML models (PS3.18 F, PS3.19 A): the same elements as a file, judged the same way."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydicom import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from auditor.model import Element, Item, Kind, Reason, Record, Status
from auditor.readers.base import Limits, Reading
from auditor.readers.dicom.reader import DicomReader
from auditor.readers.hostile import PARSER_ERRORS, quiet
from auditor.readers.text import read_text

_JSON = re.compile(rb'^\s*(?:\[\s*)?\{\s*"[0-9A-Fa-f]{8}"\s*:\s*\{')
_XML = re.compile(rb"<NativeDicomModel|<DicomAttribute\b")
_PREFIX = bytes(128) + b"DICM"
Model = dict[str, Any]


class DicomModelReader:
    """Writes each data set as a DICOM file in memory, and reads that."""

    kind = Kind.DICOM

    def matches(self, head: bytes, name: str) -> bool:
        """By keys that are tags, or by the root of the native model."""
        return _JSON.match(head.removeprefix(b"\xef\xbb\xbf")) is not None or _XML.search(head) is not None

    def read(self, stream: BinaryIO, item: Item, limits: Limits) -> Reading:
        """Data sets that cannot be rebuilt leave the file partly read."""
        text, cut = read_text(stream, limits)
        reason = Reason.TOO_LARGE if cut else None
        elements: list[Element] = []
        first: Record | None = None
        try:
            models = list(_models(text.lstrip("\ufeff")))
        except (ValueError, RecursionError, ParseError, DefusedXmlException):
            models, reason = [], reason or Reason.MALFORMED
        for model in models:
            try:
                with quiet():
                    encoded = _encoded(Dataset.from_json(model, bulk_data_uri_handler=_elsewhere))
            except PARSER_ERRORS:
                reason = reason or Reason.MALFORMED
                continue
            record = DicomReader().read(io.BytesIO(encoded), item, limits).record
            first = first or record
            elements.extend(record.elements)
            if record.reason is Reason.TIMEOUT:
                reason = Reason.TIMEOUT
                break
        status = Status.READ if reason is None else Status.PARTIAL if elements else Status.UNREADABLE
        record = first or Record(item, self.kind, status, reason)
        return Reading(
            replace(record, status=status, reason=reason, elements=tuple(elements), frames_total=0)
        )


def _models(text: str) -> Iterator[Model]:
    if text.lstrip().startswith("<"):
        root = fromstring(re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.S).encode())
        yield from (_from_xml(node) for node in root.iter() if _local(node) == "NativeDicomModel")
        return
    document = json.loads(text)
    yield from (
        each for each in (document if isinstance(document, list) else [document]) if isinstance(each, dict)
    )


def _from_xml(data_set: Node) -> Model:
    """One data set of the native model in the JSON model's form."""
    return {node.get("tag", ""): _attribute(node) for node in data_set if _local(node) == "DicomAttribute"}


def _attribute(node: Node) -> Model:
    values: list[Any] = []
    found: Model = {"vr": node.get("vr", "UN")}
    for child in node:
        kind = _local(child)
        if kind == "Value":
            values.append(_value(child.text or "", found["vr"]))
        elif kind == "Item":
            values.append(_from_xml(child))
        elif kind == "PersonName":
            groups = {_local(group): "^".join(part.text or "" for part in group) for group in child}
            values.append(groups)
        elif kind == "InlineBinary":
            found["InlineBinary"] = (child.text or "").strip()
    if values:
        found["Value"] = values
    return found


def _value(text: str, vr: str) -> Any:
    if vr in ("US", "SS", "UL", "SL", "UV", "SV", "IS"):
        return int(text)
    return float(text) if vr in ("FL", "FD", "DS") else text


def _elsewhere(*_: object) -> bytes:
    """Bulk data is in another place, and is not fetched."""
    return b""


def _encoded(data_set: Dataset) -> bytes:
    data_set.SpecificCharacterSet = "ISO_IR 192"
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = False, True
    buffer.write(_PREFIX)
    write_dataset(buffer, data_set, "ISO_IR 192")
    return bytes(buffer.getvalue())


def _local(node: Node) -> str:
    return str(node.tag).rpartition("}")[2]
