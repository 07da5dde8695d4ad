"""Makes the office documents of the corpus: Word, PowerPoint, OpenDocument."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from tests.corpus.document_files import zipped

_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SLIDE = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def para(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def docx(
    body: str = para("No acute abnormality."),
    core: str = "",
    extra: dict[str, Any] | None = None,
    app: str = "",
) -> bytes:
    """A Word document of these paragraphs, properties and further parts."""
    parts: dict[str, Any] = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>",
    }
    if core:
        parts["docProps/core.xml"] = (
            f'<c:core xmlns:c="c" xmlns:cp="cp" xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</c:core>'
        )
    if app:
        parts["docProps/app.xml"] = f"<Properties>{app}</Properties>"
    return zipped({**parts, **(extra or {})})


def pptx(slide: str = "Results", notes: str = "", extra: dict[str, Any] | None = None) -> bytes:
    """A presentation of one slide and its notes."""

    def page(text: str) -> str:
        return f"<p:sld {_SLIDE}><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:sld>"

    parts: dict[str, Any] = {
        "[Content_Types].xml": _TYPES,
        "ppt/presentation.xml": f"<p:presentation {_SLIDE}/>",
        "ppt/slides/slide1.xml": page(slide),
    }
    if notes:
        parts["ppt/notesSlides/notesSlide1.xml"] = page(notes)
    return zipped({**parts, **(extra or {})})


def odf(kind: str, content: str, meta: str = "") -> bytes:
    """An OpenDocument text or sheet."""
    types = {"odt": "text", "ods": "spreadsheet"}
    spaces = f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" xmlns:meta="{_ODF}:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return zipped({
        "mimetype": f"application/vnd.oasis.opendocument.{types[kind]}",
        "content.xml": f"<office:document-content {spaces}><office:body>{content}</office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {spaces}><office:meta>{meta}</office:meta></office:document-meta>",
    })  # fmt: skip
