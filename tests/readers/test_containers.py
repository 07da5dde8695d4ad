"""Files inside files: which members an archive shows, and that hostile ones cost little."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import Item, Kind, Reason, Status
from auditor.readers import Limits, Reading, read_item

FILES = {"a/one.txt": b"first", "b/two.txt": b"second"}


def listed(content: bytes, name: str = "pack", limits: Limits | None = None) -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)), limits)


def zipped(files: dict[str, bytes], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w", **about: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            for key, value in about.items():
                setattr(entry, key, value)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_are_items_with_their_place(pack: object) -> None:
    reading = listed(pack(FILES), "x/pack")  # type: ignore[operator]
    assert (reading.record.kind, reading.record.status) == (Kind.ARCHIVE, Status.READ)
    assert [item.path for item in reading.members] == ["x/pack!/a/one.txt", "x/pack!/b/two.txt"]
    assert [(item.within, item.members) for item in reading.members] == [("x/pack", (0,)), ("x/pack", (1,))]


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_compressed_tar_is_one_archive(mode: str) -> None:
    assert [item.path for item in listed(tarred(FILES, mode)).members] == [
        "pack!/a/one.txt",
        "pack!/b/two.txt",
    ]


@pytest.mark.parametrize(
    ("content", "name", "member"),
    [
        (gzip.compress(b"text"), "notes.txt.gz", "notes.txt"),
        (bz2.compress(b"text"), "notes.txt.bz2", "notes.txt"),
        (lzma.compress(b"text"), "notes", "content"),
    ],
    ids=["gzip", "bzip2", "xz"],
)
def test_a_compressed_file_has_one_member(content: bytes, name: str, member: str) -> None:
    (item,) = listed(content, name).members
    assert item.path == f"{name}!/{member}"


def test_gzip_tells_the_name_that_the_file_had() -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile("Smith_John.txt", "wb", fileobj=buffer) as stream:
        stream.write(b"text")
    (item,) = listed(buffer.getvalue(), "a.gz").members
    assert item.path == "a.gz!/Smith_John.txt"


def test_names_cannot_point_outside_and_twins_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in ("../../etc/passwd", "/root/x", "C:\\x\\y", "same", "same"):
                archive.writestr(name, b"x")
    paths = [item.path for item in listed(buffer.getvalue(), "z").members]
    assert paths == ["z!/etc/passwd", "z!/root/x", "z!/C:/x/y", "z!/same", "z!/same (2)"]


def test_comments_owners_and_folders_are_text() -> None:
    said = {
        (e.location, e.value) for e in listed(zipped({"Smith^John/": b""}, b"for Dr Marsh")).record.elements
    }
    assert said == {("archive comment", "for Dr Marsh"), ("archive member", "Smith^John")}
    owned = listed(tarred(FILES, uname="jmarsh")).record.elements
    assert [(e.location, e.value) for e in owned] == [("archive owner", "jmarsh")]


def test_chinese_names_without_the_utf8_flag() -> None:
    content = zipped({"xxxx.txt": b"x"}).replace(b"xxxx", "李明".encode("gbk"))
    (item,) = listed(content).members
    assert item.path == "pack!/李明.txt"


def test_links_and_encrypted_members_say_why_they_are_not_opened() -> None:
    linked = tarred({"link": b""}, type=tarfile.SYMTYPE, linkname="/etc/passwd")
    assert [item.reason for item in listed(linked).members] == [Reason.LINK]
    content = bytearray(zipped({"a": b"x"}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    assert [item.reason for item in listed(bytes(content)).members] == [Reason.ENCRYPTED]


def test_limits_cut_the_listing_and_say_so() -> None:
    many = listed(zipped({str(n): b"" for n in range(10)}), limits=Limits(members=4))
    assert (len(many.members), many.record.status, many.record.reason) == (
        4,
        Status.PARTIAL,
        Reason.TOO_LARGE,
    )
    bomb = zipped({str(n): bytes(1 << 20) for n in range(8)})
    cut = listed(bomb, limits=Limits(inflated_bytes=3 << 20, ratio=1))
    assert (len(cut.members), cut.record.reason) == (3, Reason.TOO_LARGE)
    deep = Item("a!/b!/c", 10, within="a", members=(0, 0))
    assert read_item(io.BytesIO(bomb), deep, Limits(nesting=2)).record.reason is Reason.TOO_DEEP


def test_a_directory_of_absurd_size_is_not_parsed() -> None:
    big = zipped({f"{n:0400}": b"" for n in range(20)})
    assert listed(big, limits=Limits(members=4)).record.reason is Reason.TOO_LARGE


def test_a_cut_archive_shows_what_is_left() -> None:
    content = tarred({"one": bytes(4000), "two": bytes(4000)})
    reading = listed(content[:3000])
    assert reading.record.status is Status.PARTIAL
    assert len(reading.members) == 1
    assert listed(zipped(FILES)[:-30]).record.status is Status.UNREADABLE


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([zipped(FILES), tarred(FILES), tarred(FILES, "w:gz")]), st.data())
def test_no_damage_raises(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        damaged[at] = data.draw(st.integers(0, 255))
    listed(bytes(damaged[: data.draw(st.integers(1, len(content)))]))
