"""Text inside files of other programs: arrays, databases, mails, revisions of documents, files in base64."""

from __future__ import annotations

import base64
import io
import json
import pickle
import sqlite3
import tarfile
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.feather
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from auditor.model import Item, Kind, Status
from auditor.readers import Reading, read_item
from auditor.readers.base import Limits
from auditor.readers.containers import container_of
from tests.builders.documents import make_docx, make_pdf, make_xlsx

NAME = "Carmen Sexton"


def read(content: bytes, name: str = "file") -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)))


def found(content: bytes, name: str = "file") -> dict[str, str]:
    return {element.value: element.location for element in read(content, name).record.elements}


def member(content: bytes, position: int = 0) -> bytes:
    container = container_of(io.BytesIO(content), "", Limits())
    assert container is not None
    list(container.members())
    return container.open(position).read()


def saved_array(array: np.ndarray, *, pickled: bool = False) -> bytes:  # type: ignore[type-arg]
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=pickled)
    return stream.getvalue()


def matlab(*, packed: bool) -> bytes:
    stream = io.BytesIO()
    info = {
        "PatientName": NAME,
        "cell": np.array(["x1", "second one"], object),
        "rows": np.array(["ab", "cd"]),
    }
    scipy.io.savemat(stream, {"image": np.zeros((4, 4)), "info": info}, do_compression=packed)
    return stream.getvalue()


def database(*, deleted: bool) -> bytes:
    with sqlite3.connect(":memory:") as base:
        base.execute("PRAGMA secure_delete = OFF")
        base.execute("CREATE TABLE people (id INTEGER, name TEXT)")
        base.execute("INSERT INTO people VALUES (1, ?)", (f"Patient: {NAME}",))
        base.commit()
        if deleted:
            base.execute("DELETE FROM people")
            base.commit()
        return base.serialize()


def test_strings_of_arrays_and_nothing_of_numbers() -> None:
    assert NAME in found(saved_array(np.array([NAME, "other"])))
    fields = np.array([(NAME, 3)], dtype=[("patient", "U20"), ("n", "i4")])
    assert found(saved_array(fields))[NAME] == "table column=patient row=#"
    assert not found(saved_array(np.arange(5000)))


def test_a_pickle_is_read_and_never_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"

    class Hostile:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (touched,)

    for content in (
        pickle.dumps({"patient_name": NAME, "x": Hostile()}),
        saved_array(np.array([{"patient_name": NAME, "x": Hostile()}], dtype=object), pickled=True),
    ):
        assert found(content)[NAME] == "table column=patient_name row=#"
    assert not touched.exists()


@pytest.mark.parametrize("packed", [False, True])
def test_texts_of_a_matlab_file_by_their_fields(packed: bool) -> None:
    texts = found(matlab(packed=packed))
    assert texts[NAME] == "table column=PatientName row=#"
    assert {"second one", "ab\ncd"} <= texts.keys()


def test_hdf5_attributes_names_and_texts() -> None:
    # Written by h5py 3.16: attribute patient_id, /series/note (fixed strings), /header (variable-length XML).
    content = base64.b64decode((Path(__file__).parent / "small.h5.b64").read_text())
    texts = found(content)
    assert texts["MRN-4482911"] == "table column=patient_id row=#"
    assert texts["seen by Carmen Sexton"] == "table column=note row=#"
    assert texts["Sexton^Carmen"].endswith("patientName")
    assert texts["series"] == "hdf5 name"


def test_rows_of_a_database_and_what_deletion_left() -> None:
    kept = read(database(deleted=False))
    assert (kept.record.kind, kept.record.status) == (Kind.TABLE, Status.READ)
    assert found(database(deleted=False)) == {
        "people": "table header", "id": "table header", "name": "table header",
        "1": "table column=id row=#", f"Patient: {NAME}": "table column=name row=#",
    }  # fmt: skip
    assert any(
        NAME in text and where == "unused bytes" for text, where in found(database(deleted=True)).items()
    )


def test_arrow_and_zstandard_and_lz4(tmp_path: Path) -> None:
    stream = io.BytesIO()
    pyarrow.feather.write_feather(pyarrow.table({"patient": [NAME]}), stream)
    assert found(stream.getvalue())[NAME] == "table column=patient row=#"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        entry = tarfile.TarInfo("note.txt")
        entry.size = len(NAME)
        archive.addfile(entry, io.BytesIO(NAME.encode()))
    for codec in ("zstd", "lz4"):
        with pyarrow.CompressedOutputStream(pyarrow.OSFile(str(tmp_path / codec), "w"), codec) as out:
            out.write(tar.getvalue())
        packed = (tmp_path / codec).read_bytes()
        assert [m.path for m in read(packed).members] == ["file!/note.txt"]
        assert member(packed) == NAME.encode()
        assert member(packed) == NAME.encode()


def test_a_mail_by_its_headers_body_and_attachments() -> None:
    text = base64.b64encode(f"Patient: {NAME}".encode()).decode()
    mail = (
        f"From: {NAME} <c@example.org>\r\nSubject: films\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{text}\r\n--b\r\nContent-Type: text/csv; name=l.csv\r\n"
        'Content-Disposition: attachment; filename="list.csv"\r\n\r\nname\r\nx\r\n--b--\r\n'
    ).encode()
    texts = found(mail)
    assert texts[f"{NAME} <c@example.org>"] == "mail from"
    assert f"Patient: {NAME}" in texts
    assert [m.path for m in read(mail).members] == ["file!/list.csv"]
    assert member(mail).startswith(b"name")


def test_earlier_revisions_of_a_pdf_are_members() -> None:
    first = make_pdf([f"Patient: {NAME}"])
    assert not read(first).members
    at = first.rindex(b"startxref")
    second = first + b"\n% changed\n" + first[at:]
    assert [m.path for m in read(second).members] == ["file!/revision 1"]
    assert any(NAME in text for text in found(member(second)))
    assert found(first + b"\n% by " + NAME.encode())["% by " + NAME] == "trailing bytes"
    linear = b"%PDF-1.4\nstartxref\n0\n%%EOF\n" + first
    assert not read(linear).members


def test_files_in_base64_are_members_and_no_text() -> None:
    stream = io.BytesIO()
    Image.new("L", (64, 64)).save(stream, "PNG")
    text = base64.b64encode(stream.getvalue()).decode()
    for content in (
        json.dumps({"imageData": text, "label": NAME}).encode(),
        json.dumps({"image/png": text[:76] + "\n" + text[76:] + "\n", "label": NAME}).encode(),
        f'<html><img src="data:image/png;base64,{text}"><p>{NAME}</p></html>'.encode(),
        json.dumps({"data": text.replace("/", "\\/"), "label": NAME}).replace("\\\\/", "\\/").encode(),
    ):
        reading = read(content)
        assert len(reading.members) == 1
        assert member(content) == stream.getvalue()
        values = [element.value for element in reading.record.elements]
        assert any(NAME in value for value in values)
        assert not any(text[:40] in value for value in values)


def test_comments_of_xml_are_read() -> None:
    assert found(f"<root><!-- {NAME} --><a>1</a></root>".encode())[NAME] == "text node=# comment"


_WHOLE = [
    saved_array(np.array([NAME])), pickle.dumps({"a": NAME}), matlab(packed=True), matlab(packed=False),
    database(deleted=False), make_docx([["a"]], "c"), make_xlsx([["a", 1]]), make_pdf(["text"]),
    base64.b64decode((Path(__file__).parent / "small.h5.b64").read_text()),
]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(_WHOLE), st.data())
def test_damage_never_raises(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=10)):
        damaged[at] = data.draw(st.integers(0, 255))
    read(bytes(damaged[: data.draw(st.integers(1, len(content)))]))
