"""Makes the files of the corpus besides DICOM: images with text beside them, volumes, documents, archives."""

# ruff: noqa: E501

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from importlib import import_module
from typing import Any

import nibabel
import numpy as np
import openpyxl
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from PIL import Image, TiffImagePlugin

BESIDE = r"^(?!file name|folder name|document created|document modified)"
"""Where a finding counts: not in what the carrier always has."""
R = "EXAMINATION: CT chest with contrast.\nFINDINGS: The lungs are clear. No pleural effusion.\nIMPRESSION: No acute disease.\n"
ZR = "检查部位:胸部CT平扫。\n影像所见:两肺纹理清晰,未见明显结节影,纵隔无肿大淋巴结。\n诊断意见:双肺未见明显异常。\n"
_noise = np.random.default_rng(20261122)


def raw(content: bytes | str) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def rep(head: str = "", tail: str = "") -> str:
    return head + R + tail


def zrep(h: str = "", t: str = "") -> str:
    return h + ZR + t


def js(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)


def numbered(module: str, form: str, seed: int = 1) -> str:
    """A number of this form that passes its country's check (stdnum)."""
    draw, check = random.Random(seed), import_module(f"stdnum.{module}")
    while True:
        number = "".join(str(draw.randrange(10)) if sign == "#" else sign for sign in form)
        if check.is_valid(number):
            return number


def resident(form: str, seed: int = 1) -> str:
    """A Chinese resident's number of this form (GB 11643-1999)."""
    draw = random.Random(seed)
    digits = "".join(str(draw.randrange(10)) if sign == "#" else sign for sign in form)[:17]
    return digits + "10X98765432"[sum(int(d) * pow(2, 17 - n, 11) for n, d in enumerate(digits)) % 11]


def picture() -> Image.Image:
    """A small picture, another each time."""
    return Image.fromarray(_noise.integers(0, 255, (6, 6), np.uint8)).resize(
        (48, 48), Image.Resampling.BICUBIC
    )


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(chunks: list[tuple[bytes, bytes]] | None = None, trailing: bytes = b"") -> bytes:
    """Chunks of any type between header and image."""
    plain = _saved(picture(), "PNG")
    added = b"".join(
        struct.pack(">I", len(b)) + t + b + struct.pack(">I", zlib.crc32(t + b)) for t, b in chunks or []
    )
    return plain[:33] + added + plain[33:] + trailing


def txt(key: bytes, value: bytes) -> tuple[bytes, bytes]:
    return b"tEXt", key + b"\0" + value


def jpg(exif: Any = None, comment: bytes = b"", segments: Any = (), trailing: bytes = b"") -> bytes:
    """Marker segments of any kind behind the start of the image."""
    options = {**({"exif": exif} if exif is not None else {}), **({"comment": comment} if comment else {})}
    plain = _saved(picture().convert("L"), "JPEG", **options)
    added = b"".join(
        bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body for marker, body in segments
    )
    return plain[:2] + added + plain[2:] + trailing


def exif(
    ifd0: dict[int, Any] | None = None, ex: dict[int, Any] | None = None, gps: dict[int, Any] | None = None
) -> Image.Exif:
    """EXIF fields by number, those of its sub-directories too."""
    fields = Image.Exif()
    fields.update(ifd0 or {})
    for directory, values in ((0x8769, ex), (0x8825, gps)):
        if values:
            fields.get_ifd(directory).update(values)
    return fields


def xmp(body: str) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/">{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def iptc(records: dict[tuple[int, int], bytes]) -> bytes:
    """An APP13 segment with IPTC data sets by record and number."""
    data = b"".join(
        b"\x1c" + bytes(key) + struct.pack(">H", len(value)) + value for key, value in records.items()
    )
    return (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    )


def tiff(
    tags: dict[int, Any] | None = None, pages: int = 1, page_tags: dict[int, dict[int, str]] | None = None
) -> bytes:
    """Tags by number, on the first page or on each."""
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, True) as writer:
        for page in range(pages):
            directory = TiffImagePlugin.ImageFileDirectory_v2()
            for number, value in ((page_tags or {}).get(page) or (tags or {} if pages == 1 else {})).items():
                directory[number] = value
                directory.tagtype[number] = 7 if isinstance(value, bytes) else 2
            picture().convert("L").save(writer, "TIFF", tiffinfo=directory)
            writer.newFrame()
    return out.getvalue()


def gif(comment: bytes = b"", trailing: bytes = b"") -> bytes:
    return _saved(picture().convert("P"), "GIF", **({"comment": comment} if comment else {})) + trailing


def bmp(trailing: bytes = b"") -> bytes:
    return _saved(picture().convert("RGB"), "BMP") + trailing


def webp(**options: Any) -> bytes:
    return _saved(picture().convert("RGB"), "WEBP", **options)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def nii(
    descrip: bytes = b"",
    aux: bytes = b"",
    intent: bytes = b"",
    db: bytes = b"",
    exts: Any = (),
    magic2: bool = False,
) -> bytes:
    """A small NIfTI volume with text fields and extensions."""
    kind = nibabel.Nifti2Image if magic2 else nibabel.Nifti1Image
    image = kind(_noise.integers(0, 900, (8, 9, 7)).astype(np.int16), np.diag([2, 2, 3, 1]))
    fields = {
        "descrip": descrip,
        "aux_file": aux,
        "intent_name": intent,
        **({} if magic2 else {"db_name": db}),
    }
    for name, value in fields.items():
        image.header[name] = value
    image.header.extensions.extend(nibabel.nifti1.Nifti1Extension(code, body) for code, body in exts)
    return image.to_bytes()


def gz(data: bytes, fname: bytes = b"", comment: bytes = b"", extra: bytes = b"") -> bytes:
    """Gzip with the header fields of RFC 1952."""
    flags = (8 if fname else 0) | (16 if comment else 0) | (4 if extra else 0)
    head = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\x03"
    head += struct.pack("<H", len(extra)) + extra if extra else b""
    head += fname + b"\0" if fname else b""
    head += comment + b"\0" if comment else b""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return (
        head
        + deflate.compress(data)
        + deflate.flush()
        + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    )


def nrrd(fields: str) -> bytes:
    return (
        f"NRRD0004\ntype: short\ndimension: 3\nsizes: 8 9 7\nendian: little\nencoding: raw\n{fields}\n\n".encode()
        + bytes(1008)
    )


def mha(fields: str) -> bytes:
    head = f"ObjectType = Image\nNDims = 3\nDimSize = 8 9 7\n{fields}\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    return head.encode() + bytes(1008)


def table(rows: list[list[Any]], sep: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\n").writerows(rows)
    return out.getvalue()


def xlsx(
    sheets: dict[str, list[list[Any]]], hidden: Any = (), comments: Any = (), names: dict[str, str] | None = None,
    props: dict[str, str] | None = None, header: str = "", hidden_cols: Any = (),
) -> bytes:  # fmt: skip
    """A workbook with hidden sheets and columns, comments, defined names, properties, a page header."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "veryHidden" if title in hidden else "visible"
        for column in hidden_cols:
            sheet.column_dimensions[column].hidden = True
        sheet.oddHeader.center.text = header or None
    for title, cell, text, author in comments:
        book[title][cell].comment = Comment(text, author)
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    for name, text in (props or {}).items():
        setattr(book.properties, name, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(
    members: dict[str, bytes | str], comment: bytes = b"", extra: bytes = b"", member_comment: bytes = b""
) -> bytes:
    """A ZIP with comments and extra fields."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.extra, entry.comment = extra, member_comment
            archive.writestr(entry, raw(content))
        archive.comment = comment
    return out.getvalue()


def tarred(
    members: dict[str, bytes], pax: dict[str, str] | None = None, owner: str = "", link: str = ""
) -> bytes:
    """A TAR with owners, comments and a link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.pax_headers, entry.uname = len(content), pax or {}, owner
            archive.addfile(entry, io.BytesIO(content))
        if link:
            entry = tarfile.TarInfo("latest")
            entry.type, entry.linkname = tarfile.SYMTYPE, link
            archive.addfile(entry)
    return out.getvalue()


def sqlite(statements: list[Any]) -> bytes:
    with sqlite3.connect(":memory:") as base:
        for statement in statements:
            base.execute(*statement) if isinstance(statement, tuple) else base.execute(statement)
        base.commit()
        return base.serialize()


class PDF:
    """A PDF of one page; `update` appends a revision as programs do that save a change."""

    def __init__(
        self,
        text: str = "Report",
        info: dict[str, str] | None = None,
        catalog: str = "",
        page: str = "",
        objs: dict[int, Any] | None = None,
        compress: bool = False,
    ) -> None:
        content = self.content(text)
        packed = zlib.compress(content) if compress else content
        objects: dict[int, Any] = {
            1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>", 2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> {page} >>",
            4: stream(packed, "/Filter /FlateDecode" if compress else ""), 5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            **(objs or {}),
        }  # fmt: skip
        self._out, self._last, self._info = bytearray(b"%PDF-1.6\n"), 0, 0
        if info:
            self._info = max(objects) + 1
            objects[self._info] = "<< " + " ".join(f"/{key} ({value})" for key, value in info.items()) + " >>"
        self._size = 0
        self.update(objects)

    @staticmethod
    def content(text: str) -> bytes:
        lines = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        return f"BT /F1 11 Tf 50 780 Td 14 TL {lines} ET".encode("latin1")

    def update(self, objects: dict[int, Any]) -> PDF:
        offsets = {}
        for number in sorted(objects):
            offsets[number] = len(self._out)
            body = objects[number]
            self._out += (
                b"%d 0 obj\n" % number
                + (body if isinstance(body, bytes) else body.encode("latin1"))
                + b"\nendobj\n"
            )
        start, previous = len(self._out), f"/Prev {self._last}" if self._last else ""
        self._out += b"xref\n" + (b"" if self._last else b"0 1\n0000000000 65535 f \n")
        for number, offset in offsets.items():
            self._out += b"%d 1\n%010d 00000 n \n" % (number, offset)
        self._size = max(self._size, max(objects) + 1)
        info = f"/Info {self._info} 0 R" if self._info else ""
        self._out += f"trailer\n<< /Size {self._size} /Root 1 0 R {info} {previous} >>\nstartxref\n{start}\n%%EOF\n".encode()
        self._last = start
        return self

    def bytes(self) -> bytes:
        return bytes(self._out)


def stream(body: bytes, keys: str = "") -> bytes:
    return f"<< /Length {len(body)} {keys} >>\nstream\n".encode() + body + b"\nendstream"
