"""The masks by device: drawn, told in words, and nothing that could be read or matched."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest

from auditor.model import Frame
from auditor.pipeline.shown import SIDE, outline
from auditor.report import render
from auditor.report.schema import DeviceRow, RegionRow
from tests.report.sample import rich

REGION = RegionRow(box=[10, 20, 110, 60], images=8, share=0.8)


def device(**changes: object) -> DeviceRow:
    fields = {"maker": "ACME", "model": "S1", "modality": "US", "rows": 600, "columns": 800, "images": 10}
    return DeviceRow.model_validate({**fields, "images_found": 8, "regions": [REGION], **changes})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_device_is_drawn_with_its_regions_and_an_alternative_text(lang: str) -> None:
    page = render(rich().model_copy(update={"devices": [device(picture="iVBORw0KGgo=")]}), "html", lang=lang)
    assert 'viewBox="0 0 800 600" role="img" aria-label="' in page
    assert 'x="10" y="20" width="100" height="40"' in page
    assert 'href="data:image/png;base64,iVBORw0KGgo="' in page
    assert "img-src data:" in page


def test_without_devices_there_is_no_section() -> None:
    assert 'id="devices"' not in render(rich(), "html")


def test_names_are_escaped() -> None:
    page = render(rich().model_copy(update={"devices": [device(model='"><script>x')]}), "html")
    assert "<script>x" not in page


def shown(display: np.ndarray, boxes: list[tuple[int, int, int, int]]) -> np.ndarray:
    png = base64.b64decode(outline(Frame(0, display), boxes))
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED))


@pytest.mark.parametrize("shape", [(600, 800), (600, 800, 3), (20, 10), (1, 1)])
def test_a_picture_is_small_and_grey(shape: tuple[int, ...]) -> None:
    picture = shown(np.full(shape, 200, np.uint8), [])
    assert picture.ndim == 2 and max(picture.shape) <= SIDE


def test_what_was_found_is_black() -> None:
    picture = shown(np.full((320, 320), 255, np.uint8), [(40, 40, 160, 120)])
    assert picture[4:12, 4:16].max() == 0 and picture[20:, 20:].min() == 255
