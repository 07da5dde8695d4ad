"""Bytes to text when the character set is declared, wrongly declared, or not declared at all."""

from __future__ import annotations

import codecs
import re
import warnings
from functools import lru_cache
from operator import itemgetter

from pydicom.charset import decode_bytes, python_encoding

_COMMON = 0.8
_SAMPLE = 2000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KANA = re.compile("[\u3041-\u30fa]{2}")
_RARE = re.compile("[\x80-\x9f\ue000-\uf8ff]")
_DELIMITERS = {0x0D, 0x0A, 0x09, 0x0C, 0x5C, 0x5E, 0x3D}
"""PS3.5 6.1.2.5.3: at these an ISO 2022 string returns to its first character set."""


@lru_cache(maxsize=256)
def encodings_of(specific_character_set: str) -> tuple[str, ...]:
    r"""Python codecs for the values of (0008,0005), joined with `\`; unknown terms are left out."""
    terms = [term.strip() for term in specific_character_set.split("\\")]
    known = (python_encoding.get(term) or python_encoding.get(_repaired(term)) for term in terms)
    return tuple(codec for codec in known if codec)


def _repaired(term: str) -> str:
    """Common misspellings: `ISO-IR 100`, `ISO IR 100`, `iso_ir_192`, `UTF-8`."""
    upper = term.upper().replace("-", "_")
    if upper in ("UTF_8", "UTF8"):
        return "ISO_IR 192"
    return re.sub(r"^ISO[ _]IR[ _]?", "ISO_IR ", upper)


def decode(raw: bytes, encodings: tuple[str, ...] = ()) -> str:
    """Text of a value. Plain ASCII is itself; else the declared set if it fits; else the likeliest."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    if b"\x1b" in raw:
        return _decode_iso2022(raw, encodings)
    declared = encodings[0] if encodings else ""
    multi_byte = declared and not declared.startswith(("iso8859", "latin", "iso_ir_1"))
    if multi_byte:
        text = _try(raw, declared)
        if text is not None:
            return text
    return guess(raw, declared)


def guess(raw: bytes, otherwise: str = "") -> str:
    """Text of bytes of unknown encoding: Unicode, Chinese, Japanese with kana, then `otherwise`, then Latin-1.

    UTF-8 with high bytes is practically never anything else. Chinese decoded by the right one of
    its encodings consists of common characters; by the wrong one, or from Western bytes, of rare ones.
    """
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            text = _try(raw, codec)
            if text is not None:
                return text
    unicode = _try(raw, "utf-8")
    if unicode is not None:
        return unicode
    candidates = [(text, _common_share(text)) for codec in ("gb18030", "big5") if (text := _try(raw, codec))]
    text, share = max(candidates, key=itemgetter(1), default=("", 0.0))
    if share >= _COMMON:
        return text
    japanese = _try(raw, "shift_jis")
    if japanese is not None and _KANA.search(japanese) and not _RARE.search(japanese):
        return japanese
    declared = _try(raw, otherwise) if otherwise else None
    return raw.decode("latin-1") if declared is None else declared


def _common_share(text: str) -> float:
    """Share of the non-ASCII characters that are common Chinese or Chinese punctuation."""
    high = [character for character in text if character > "\x7f"][:_SAMPLE]
    return sum(map(_is_common, high)) / len(high) if high else 0.0


@lru_cache(maxsize=16384)
def _is_common(character: str) -> bool:
    """In level 1 of GB 2312 (3,755 characters) or of Big5 (5,401), or full-width punctuation."""
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef":
        return True
    if not "\u4e00" <= character <= "\u9fff":
        return False
    for codec, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            if first <= character.encode(codec)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False


def _try(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _decode_iso2022(raw: bytes, encodings: tuple[str, ...]) -> str:
    # pydicom warns with the value in the warning's text when an escape was not declared.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # An escape is honoured whether or not (0008,0005) declares it.
        extended = [*(encodings or ("iso8859",)), "iso2022_jp", "iso2022_jp_2", "euc_kr", "iso_ir_58"]
        try:
            return decode_bytes(raw, extended, _DELIMITERS)
        except (UnicodeDecodeError, LookupError, ValueError):
            return raw.decode("latin-1")
