"""Portraits and digests."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from auditor.linkage.describe.portrait import pixel_digest, portray
from auditor.model import Frame

GREY = np.random.default_rng(0).integers(3, 250, (40, 30)).astype(np.uint8)


def frame(display: NDArray[np.uint8], stored: NDArray[np.generic] | None = None) -> Frame:
    return Frame(0, display, stored)


@pytest.mark.parametrize("shape", [(40, 30), (1, 900), (700, 5), (256, 256), (12, 12, 3), (0, 4)])
def test_a_portrait_is_square_whatever_the_frame(shape: tuple[int, ...]) -> None:
    portrait = portray(frame(np.full(shape, 200, np.uint8)))
    assert portrait.shape == (256, 256)
    assert portrait.dtype == np.uint8


def test_letterbox_keeps_the_aspect_and_centres() -> None:
    portrait = portray(frame(np.full((100, 50), 200, np.uint8)))
    rows, columns = np.nonzero(portrait)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (0, 255, 64, 191)


SAME = {
    "grey stored as RGB": frame(np.repeat(GREY[..., None], 3, axis=2)),
    "12 bits, left aligned": frame(GREY, (GREY.astype(np.uint16) << 4)),
    "signed with an offset": frame(GREY, GREY.astype(np.int16) - 1024),
    "rescaled by 3": frame(GREY, GREY.astype(np.int32) * 3 + 7),
    "MONOCHROME1": frame(255 - GREY, (255 - GREY).astype(np.uint16)),
    "64 bits": frame(GREY, GREY.astype(np.uint64)),
}


@pytest.mark.parametrize("container", SAME.values(), ids=SAME)
def test_one_exposure_has_one_digest(container: Frame) -> None:
    assert pixel_digest(container) == pixel_digest(frame(GREY, GREY))


def changed(row: int) -> Frame:
    other = GREY.copy()
    other[row, 3] += 1
    return frame(other, other)


DIFFERENT = {
    "one pixel": changed(9),
    "turned": frame(GREY.T, GREY.T),
    "reshaped": frame(GREY.reshape(30, 40), GREY.reshape(30, 40)),
    "colour": frame(np.stack([GREY, GREY, 255 - GREY], axis=2)),
    "fractions": frame(GREY, GREY.astype(np.float32) / 7),
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT)
def test_other_pixels_have_another_digest(other: Frame) -> None:
    assert pixel_digest(other) != pixel_digest(frame(GREY, GREY))


DTYPES = st.sampled_from([np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float32, np.bool_])


@given(DTYPES.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=2, max_dims=2))))
def test_any_stored_frame_has_a_digest(stored: NDArray[np.generic]) -> None:
    found = frame(np.zeros(stored.shape, np.uint8), stored)
    assert pixel_digest(found) == pixel_digest(found)
    assert len(pixel_digest(found)) == 64
