"""Text that came from file names or other people's data, made safe to show in one line."""

from __future__ import annotations

import unicodedata

# Controls, bidirectional overrides (they reorder what a reader sees), surrogates (they cannot be
# encoded) and line separators. Zero-width joiners stay: scripts and emoji need them.
_HIDDEN = {"Cc", "Cs", "Zl", "Zp"}
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def one_line(text: str) -> str:
    """`text` on one line: white space becomes a space, what has no visible form becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    if character in _BIDI or unicodedata.category(character) in _HIDDEN:
        return "\ufffd"
    return character


def xml_text(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids even when escaped."""
    return "".join(c for c in one_line(text) if c not in "\ufffe\uffff")
