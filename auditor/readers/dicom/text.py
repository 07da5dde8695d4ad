"""The text of one DICOM element, as `Element`s. What recurs from file to file is decoded once."""

from __future__ import annotations

from functools import lru_cache

from auditor.model import BINARY, Element, Place
from auditor.readers.charsets import decode
from auditor.readers.dicom.walk import NUMBERS, TEXT_VRS, Raw, locate
from auditor.readers.scraps import reads_as_text, scraps, unwrapped

_PREGNANCY_STATUS = 0x001021C0
_OPAQUE_VRS = frozenset({"OB", "UN"})
_REPEATING = 0xFF00FFFF
_GRAPHICS = frozenset({0x5000200C, 0x50003000})
"""Repeating groups: sound and data of curves."""
_CUSTOM_CHARSET = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
"""VRs that (0008,0005) applies to (PS3.5 6.2)."""
_COUNTS = frozenset({"SL", "UL"})
_EPOCH = 10
"""Digits of a private number that may count the seconds since 1970."""
_WRAPPED = 16
"""Characters that hexadecimal or Base64 text has at least."""
_REMEMBERED_BYTES = 256
"""Longer values seldom recur, and would fill the memory."""

Texts = tuple[str, tuple[Element, ...]]
"""The first text of a value, and an element for each."""


def texts_of(raw: Raw, encodings: tuple[str, ...], place: Place) -> Texts:
    """Text of an element's value: decoded, runs of text in opaque bytes, or a kept number."""
    make = _remembered if len(raw.value) <= _REMEMBERED_BYTES else _texts
    chosen = encodings if raw.vr in _CUSTOM_CHARSET else ()
    return make(raw.value, raw.vr, raw.tag, raw.path, raw.counts, raw.creator, raw.little, chosen, place)


def fresh_texts_of(value: bytes, like: Raw, encodings: tuple[str, ...], place: Place) -> Texts:
    """The same for an element that differs from `like` in its value only, which is known to be new."""
    chosen = encodings if like.vr in _CUSTOM_CHARSET else ()
    return _texts(value, like.vr, like.tag, like.path, like.counts, like.creator, like.little, chosen, place)


def _texts(
    value: bytes,
    vr: str,
    tag: int,
    path: str,
    counts: tuple[int, ...],
    creator: str,
    little: bool,
    encodings: tuple[str, ...],
    place: Place,
) -> Texts:
    if vr in TEXT_VRS:
        text = decode(value, encodings).strip(" \0\r\n\t")
        if "\0" in text:
            # What follows a NUL is padding to most programs, and so a place to hide in.
            text = " ".join(part for part in text.split("\0") if part.strip())
        texts = [text] if text else []
        if len(text) >= _WRAPPED and (inner := unwrapped(text)):
            texts.append(inner)
    elif tag in NUMBERS:
        texts = [_number(value, vr, little)]
        if tag != _PREGNANCY_STATUS:
            return texts[0], ()
    elif tag >> 16 & 1 and vr in _COUNTS:
        number = _number(value, vr, little)
        texts = [number] if len(number) == _EPOCH else []
    elif vr in _OPAQUE_VRS:
        texts = [*scraps(value), *_presence(value, tag)]
    elif tag & _REPEATING in _GRAPHICS:
        texts = _presence(value, tag)
    else:
        texts = list(scraps(value)) if tag >> 16 & 1 or reads_as_text(value) else []
    location = path + locate(tag, creator)
    if place is Place.FILE_META:
        location = "file meta " + location
    elements = tuple([Element(place, location, text, vr, tag, creator, counts) for text in texts if text])
    return (texts[0] if texts else ""), elements


def _presence(value: bytes, tag: int) -> list[str]:
    """That a public element holds bytes, whatever they are; zeros are padding."""
    return [BINARY] if not tag >> 16 & 1 and tag >> 16 != 2 and value.strip(b"\0") else []


_remembered = lru_cache(maxsize=1 << 14)(_texts)


def _number(value: bytes, vr: str, little: bool) -> str:
    width = {"US": 2, "SS": 2, "UL": 4, "SL": 4}.get(vr)
    if width is None or len(value) < width:
        return ""
    return str(int.from_bytes(value[:width], "little" if little else "big", signed=vr in ("SS", "SL")))
