"""CTP's reading of its own scripts, restated: what its DicomPixelAnonymizer makes of a script and an image.

By the grammar of the article "The CTP DICOM Pixel Anonymizer" and the behaviour of CTP's PixelScript (two patterns,
four whole numbers a region, left, top, width, height), of its filter language (`*` and, `+` or, `!` not, method calls)
and of DICOMPixelAnonymizer (every frame; the first signature that is true).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

Box = tuple[int, int, int, int]
_METHODS = {
    "equals": lambda value, text: value == text,
    "equalsIgnoreCase": lambda value, text: value.lower() == text.lower(),
    "contains": lambda value, text: text in value,
    "containsIgnoreCase": lambda value, text: text.lower() in value.lower(),
    "startsWith": lambda value, text: value.startswith(text),
    "matches": lambda value, text: re.fullmatch(text, value) is not None,
}
_TOKEN = re.compile(r'\s*(?:(\w+)\.(\w+)\("([^"]*)"\)|(true\.|false\.)|([*+!()]))')


def parse(script: str) -> list[tuple[str, list[Box]]]:
    """Signature and regions as left, top, width, height; raises ValueError for what CTP would skip or misread."""
    found = list(re.finditer(r"\{[^}]*\}", script))
    ends = [each.start() for each in found[1:]] + [len(script)]
    if found and re.search(r"[(){}]", script[: found[0].start()]):
        raise ValueError("a comment with brackets")
    sections = []
    for each, end in zip(found, ends, strict=True):
        regions = []
        for region in re.findall(r"\([^)]*\)", script[each.end() : end]):
            numbers = [int(part) for part in region[1:-1].split(",")]
            if len(numbers) != 4 or min(numbers) < 0:
                raise ValueError("not a region")
            regions.append((numbers[0], numbers[1], numbers[2], numbers[3]))
        sections.append((each[0][1:-1], regions))
    return sections


def holds(signature: str, dataset: Dataset) -> bool:
    """Whether the expression is true of the data set; raises ValueError for what is not of its language."""
    tokens, at = [], 0
    while signature[at:].strip():
        token = _TOKEN.match(signature, at)
        if token is None:
            raise ValueError("not of the language")
        tokens.append(token)
        at = token.end()
    value, rest = _either(tokens, dataset)
    if rest:
        raise ValueError("left over")
    return value


def _either(tokens: list[re.Match[str]], dataset: Dataset) -> tuple[bool, list[re.Match[str]]]:
    value, rest = _both(tokens, dataset)
    while rest and rest[0][5] == "+":
        other, rest = _both(rest[1:], dataset)
        value = value or other
    return value, rest


def _both(tokens: list[re.Match[str]], dataset: Dataset) -> tuple[bool, list[re.Match[str]]]:
    value, rest = _one(tokens, dataset)
    while rest and rest[0][5] == "*":
        other, rest = _one(rest[1:], dataset)
        value = value and other
    return value, rest


def _one(tokens: list[re.Match[str]], dataset: Dataset) -> tuple[bool, list[re.Match[str]]]:
    if not tokens:
        raise ValueError("a term is missing")
    token, rest = tokens[0], tokens[1:]
    if token[5] == "!":
        value, rest = _one(rest, dataset)
        return not value, rest
    if token[5] == "(":
        value, rest = _either(rest, dataset)
        if not rest or rest[0][5] != ")":
            raise ValueError("a bracket is missing")
        return value, rest[1:]
    if token[4]:
        return token[4] == "true.", rest
    if not token[1]:
        raise ValueError("an operator where a term should be")
    return _METHODS[token[2]](str(dataset.get(token[1], "")), token[3]), rest


def blanked(script: str, dataset: Dataset) -> NDArray[np.generic]:
    """The stored values of every frame, blanked as the DicomPixelAnonymizer does it."""
    pixels: NDArray[np.generic] = dataset.pixel_array.copy()
    planes = pixels if int(dataset.get("NumberOfFrames") or 1) > 1 else pixels[None]
    for signature, regions in parse(script):
        if holds(signature, dataset):
            for left, top, width, height in regions:
                planes[:, top : top + height + 1, left : left + width + 1] = (
                    128 if str(dataset.PhotometricInterpretation).startswith("YBR") else 0
                )
            break
    return pixels
