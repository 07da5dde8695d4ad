"""Small documents, made in code: PDF, Word, Excel, RTF, HL7."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import openpyxl
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def make_pdf(
    lines: Sequence[str] = (),
    about: dict[str, str] | None = None,
    attached: dict[str, bytes] | None = None,
    password: str = "",
) -> bytes:
    """One page with lines of text, document information and attachments."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    content = DecodedStreamObject()
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    content.set_data(f"BT /F1 12 Tf 20 280 Td {shown} ET".encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    writer.add_metadata({f"/{key}": value for key, value in (about or {}).items()})
    for name, data in (attached or {}).items():
        writer.add_attachment(name, data)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def make_docx(
    paragraphs: Sequence[Sequence[str]], author: str = "", media: dict[str, bytes] | None = None
) -> bytes:
    """A Word document; each paragraph is a list of runs."""
    body = "".join(
        "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>" for runs in paragraphs
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="x"/>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": f'<cp xmlns:dc="d"><dc:creator>{author}</dc:creator></cp>',
        **{f"word/media/{name}": data for name, data in (media or {}).items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def make_xlsx(rows: Sequence[Sequence[object]], author: str = "") -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    book.properties.creator = author
    for row in rows:
        book.active.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


HL7 = (
    "MSH|^~\\&|LAB|LARKMOOR|RIS|X|20240305||ORU^R01|1|P|2.5\r"
    "PID|1||48213957^^^HOSP||SEXTON^CARMEN||19620514|F|||1 OAK ST^^LEEDS||0113 496 0999\r"
    "OBX|1|TX|1||Seen by Dr Marsh \\T\\ team||||||F\r"
)
