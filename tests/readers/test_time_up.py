"""A time limit that strikes in the middle of any kind of file costs what comes after, nothing that was read."""

from __future__ import annotations

import email.message
import io
import json
import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module

import pytest

import auditor.readers
from auditor.model import Element, Item, Reason, Status
from auditor.readers import read_item
from auditor.readers.base import TimeUp
from tests.builders.documents import HL7, make_docx, make_pdf, make_xlsx
from tests.corpus.document_files import gif, mha, nii, nrrd, sqlite, tarred, zipped

LINES = [f"Line {number} of a letter" for number in range(6)]


def mail() -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Letter"
    message.set_content("\n".join(LINES))
    return message.as_bytes()


FILES: dict[str, bytes] = {
    "letter.pdf": make_pdf(LINES, {"Author": "Anna Smith", "Title": "Letter"}),
    "letter.docx": make_docx([[line] for line in LINES], author="Anna Smith"),
    "book.xlsx": make_xlsx([["name", "note"], *[[line, line] for line in LINES]], author="Anna Smith"),
    "letter.rtf": ("{\\rtf1{\\info{\\author Anna Smith}}" + "\\par ".join(LINES) + "}").encode(),
    "letter.eml": mail(),
    "message.hl7": HL7.encode(),
    "letter.txt": "\n".join(LINES).encode(),
    "letter.xml": f"<letter>{''.join(f'<p>{line}</p>' for line in LINES)}</letter>".encode(),
    "rows.csv": "\n".join(["a,b", *[f"{line},{line} too" for line in LINES]]).encode(),
    "data.json": json.dumps({line: line for line in LINES}).encode(),
    "base.db": sqlite(["CREATE TABLE t (a)", *[("INSERT INTO t VALUES (?)", (line,)) for line in LINES]]),
    "film.gif": gif(comment=b"Dictated by Anna Smith", trailing=b"and a letter behind it"),
    "head.nii": nii(descrip=b"a letter"),
    "head.nrrd": nrrd("patient: Anna\ncontent: letter"),
    "head.mha": mha("PatientName = Anna\nComment = letter"),
    "pack.tar": tarred({f"{line}.txt": b"x" for line in LINES}, owner="anna", link="elsewhere/letter"),
    "pack.zip": zipped({f"folder/{line}.txt": "x" for line in LINES}, comment=b"from Anna Smith"),
    "blob.bin": b"\x93\x01\x00\x02".join(line.encode() for line in LINES) + bytes(range(256)) * 4,
}


def strike(monkeypatch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Have the time be up when a reader makes its `at`-th element; the list counts them."""
    made: list[int] = []

    def element(*args: object, **more: object) -> Element:
        made.append(1)
        if len(made) == at:
            raise TimeUp
        return Element(*args, **more)  # type: ignore[arg-type]

    for module in pkgutil.walk_packages(auditor.readers.__path__, "auditor.readers."):
        import_module(module.name)
        if hasattr(sys.modules[module.name], "Element"):
            monkeypatch.setattr(sys.modules[module.name], "Element", element)
    return made


@pytest.fixture
def striking(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    def at(number: int) -> list[int]:
        monkeypatch.undo()
        return strike(monkeypatch, number)

    return at


@pytest.mark.parametrize("name", FILES)
def test_what_was_read_is_kept(name: str, striking: Callable[[int], list[int]]) -> None:
    content = FILES[name]
    item = Item(name, len(content))
    made = striking(0)
    whole = read_item(io.BytesIO(content), item)
    total = len(made)
    assert total > 0
    for at in range(1, total + 1):
        striking(at)
        reading = read_item(io.BytesIO(content), item)
        assert reading.record.reason is Reason.TIMEOUT, at
        assert reading.record.status in (Status.PARTIAL, Status.SKIPPED, Status.UNREADABLE)
        if at > 1 and reading.record.elements:
            assert reading.record.status in (Status.PARTIAL, Status.SKIPPED)
        kept = set(map(str, reading.record.elements))
        assert kept <= set(map(str, whole.record.elements))
        assert len(reading.record.elements) >= min(at - 1, len(whole.record.elements) - 1)


def test_a_model_of_a_data_set(striking: Callable[[int], list[int]]) -> None:
    """By itself: elements that were met before are not made again."""
    model = {f"0008{0x1030 + n:04X}": {"vr": "LO", "Value": [line]} for n, line in enumerate(LINES)}
    content = json.dumps([model, model]).encode()
    striking(4)
    record = read_item(io.BytesIO(content), Item("model.json", len(content))).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.TIMEOUT)
    assert 0 < len(record.elements) < len(LINES)
