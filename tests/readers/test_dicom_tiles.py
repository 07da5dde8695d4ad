"""Whole-slide images: tiles are put together, so that text across their borders is one line."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.model import Frame, Item
from auditor.pixels import read_frames
from auditor.readers import read_item
from auditor.readers.base import Reading
from auditor.readers.dicom import tiles
from tests.builders.dicom import make_dicom
from tests.builders.drawing import draw, noise

ROWS, COLUMNS, TILE = 230, 610, 64
"""Not whole tiles, as slides are not."""


def slide(picture: NDArray[np.uint8], sparse: bool = False, drop: int = 0, **tags: Any) -> Reading:
    """A file with the picture in tiles, without the last `drop` of them; sparse ones from the last to the first."""
    rows, columns = picture.shape
    places = [(top, left) for top in range(0, rows, TILE) for left in range(0, columns, TILE)]
    if sparse:
        places.reverse()
        tags["PerFrameFunctionalGroupsSequence"] = [
            {
                "PlanePositionSlideSequence": [
                    {
                        "RowPositionInTotalImagePixelMatrix": top + 1,
                        "ColumnPositionInTotalImagePixelMatrix": left + 1,
                    }
                ]
            }
            for top, left in places
        ]
    places = places[: len(places) - drop]
    tiles = np.zeros((len(places), TILE, TILE), np.uint8)
    for tile, (top, left) in zip(tiles, places, strict=True):
        part = picture[top : top + TILE, left : left + TILE]
        tile[: part.shape[0], : part.shape[1]] = part
    usual = {
        "DimensionOrganizationType": "TILED_SPARSE" if sparse else "TILED_FULL",
        "TotalPixelMatrixRows": rows,
        "TotalPixelMatrixColumns": columns,
    }
    content = make_dicom(pixels=tiles, NumberOfFrames=len(tiles), Modality="SM", **{**usual, **tags})
    return read_item(io.BytesIO(content), Item("a.dcm", len(content)))


def whole(reading: Reading) -> list[NDArray[np.generic] | None]:
    layers = [layer for layer in reading.layers() if isinstance(layer, Frame)]
    return [layer.stored for layer in layers if layer.layer == tiles.LAYER]


@pytest.mark.parametrize("sparse", [False, True])
def test_tiles_make_the_slide(sparse: bool) -> None:
    picture = noise(ROWS, COLUMNS)
    (found,) = whole(slide(picture, sparse))
    assert found is not None and np.array_equal(found, picture)


def test_text_across_borders_is_read_as_one_line() -> None:
    picture = np.full((ROWS, COLUMNS), 40, np.uint8)
    draw(picture, "KOWALSKI JAN 616205", 40, 52, scale=1.0)
    layers = [layer for layer in slide(picture).layers() if isinstance(layer, Frame)]
    texts = {"".join(element.value.split()) for element in read_frames(layers).elements}
    assert "KOWALSKIJAN616205" in texts


def test_what_is_missing_stays_black() -> None:
    picture = noise(ROWS, COLUMNS)
    (found,) = whole(slide(picture, drop=3))
    assert found is not None
    assert np.array_equal(found[:TILE], picture[:TILE]) and not found[-1, -1]


@pytest.mark.parametrize(
    "tags",
    [
        {"TotalPixelMatrixRows": 0},
        {"TotalPixelMatrixRows": 1 << 31},
        {"TotalPixelMatrixColumns": TILE, "TotalPixelMatrixRows": TILE},
        {"PerFrameFunctionalGroupsSequence": [], "DimensionOrganizationType": "TILED_SPARSE"},
    ],
    ids=["empty", "huge", "one tile", "no places"],
)
def test_what_is_no_such_slide_gives_nothing(tags: dict[str, Any]) -> None:
    assert whole(slide(noise(ROWS, COLUMNS), **tags)) == []
