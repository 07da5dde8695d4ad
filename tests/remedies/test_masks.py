"""Masks from a scan cover the text in every frame and under every photometric interpretation."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.model import Box
from auditor.remedies import Repairs, load_repairs
from auditor.remedies.ctp import render_pixels
from auditor.remedies.deid import render
from auditor.remedies.repairs import masks
from auditor.report import write_report
from auditor.report.schema import DeviceRow, RegionRow
from tests.builders.dataset import clean_dicom, run, write
from tests.builders.dicom import dataset_of
from tests.builders.drawing import draw, noise
from tests.remedies.ctp_parser import blanked, holds, parse

NAME = "KOWALSKI JAN 616205"


def device(maker: str, model: str, *boxes: list[int], rows: int = 600) -> DeviceRow:
    regions = [RegionRow(box=box, images=1, share=1.0) for box in boxes]
    return DeviceRow(
        maker=maker,
        model=model,
        modality="US",
        rows=rows,
        columns=800,
        images=1,
        images_found=1,
        regions=regions,
    )


def shown(value: int = 255) -> tuple[NDArray[np.uint8], Box]:
    image = noise(240, 400)
    return image, draw(image, NAME, 20, 20, value=value)


def colours(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(image[..., None], 3, axis=-1)


def pictures() -> dict[str, dict[str, object]]:
    """One device's images; what `clean_dicom` is given for each."""
    image, _ = shown()
    loop = np.stack([np.roll(noise(240, 400), i, 1) for i in range(5)])
    draw(loop[3], NAME, 20, 20)
    ybr = colours(np.full_like(image, 128))
    ybr[..., 0] = image
    return {
        "mono2": {"pixels": image},
        "mono1": {"pixels": 255 - image, "photometric": "MONOCHROME1"},
        "deep": {"pixels": image.astype(np.uint16) * 16, "bits_stored": 12},
        "rgb": {"pixels": colours(image), "photometric": "RGB"},
        "ybr": {"pixels": ybr, "photometric": "YBR_FULL"},
        "loop": {"pixels": loop},
    }


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("out")
    for number, (name, made) in enumerate(pictures().items()):
        tags = {"PatientID": f"sub-{number}", "PatientName": "", "Modality": "US"}
        device = {"Manufacturer": "ACME Imaging", "ManufacturerModelName": "Sono 2"}
        write(source, f"{name}.dcm", clean_dicom(**made, **tags, **device))
    other = noise(240, 400, seed=3)
    draw(other, NAME, 20, 200)
    write(
        source,
        "other.dcm",
        clean_dicom(pixels=other, Modality="US", Manufacturer="Other Works", PatientID="sub-9"),
    )
    write_report(run(source, out, stages=frozenset({"tags", "pixels"})).report, out, formats=("json",))
    return source, out


@pytest.mark.parametrize("name", pictures())
def test_a_mask_of_ctp_covers_the_text_in_every_frame(audited: tuple[Path, Path], name: str) -> None:
    source, out = audited
    dataset = dataset_of((source / f"{name}.dcm").read_bytes())
    _, (x0, y0, x1, y1) = shown()
    after = blanked(render_pixels(load_repairs(out)), dataset)
    planes = after if name == "loop" else after[None]
    assert all(len(np.unique(plane[y0:y1, x0:x1])) == 1 for plane in planes)
    assert len(np.unique(planes[0][150:])) > 10, "the rest of the image stays"


def test_each_device_has_masks_of_its_own(audited: tuple[Path, Path]) -> None:
    source, out = audited
    dataset = dataset_of((source / "other.dcm").read_bytes())
    after = blanked(render_pixels(load_repairs(out)), dataset)
    assert len(np.unique(after[:60])) > 10 and len(np.unique(after[200:215, 25:180])) == 1


def test_regions_of_devices_whose_names_are_not_shown_are_united() -> None:
    made = masks(
        [device("", "", [0, 0, 9, 9]), device("", "", [20, 0, 30, 9], [0, 0, 9, 9])], re.compile("$^")
    )
    assert [mask.boxes for mask in made] == [((0, 0, 9, 9), (20, 0, 30, 9))]


def test_a_wide_signature_does_not_hide_a_narrow_one() -> None:
    repairs = Repairs((), (device("", "", [0, 0, 9, 9]), device("ACME", "Sono", [20, 0, 30, 9])))
    dataset = dataset_of(
        clean_dicom(
            pixels=np.full((600, 800), 7, np.uint8),
            Modality="US",
            Manufacturer="ACME",
            ManufacturerModelName="Sono",
        )
    )
    after = blanked(render_pixels(repairs), dataset)
    assert not after[:9, 20:30].any()
    assert [text.split()[0] for text in re.findall(r"coordinates (.*)", render(repairs))] == [
        "20,0,30,9",
        "0,0,9,9",
    ]


def test_the_script_is_of_ctps_grammar_whatever_a_device_is_called() -> None:
    names = ['a "b"', "a{b}", "a(b)", "a\\b", "a*b+!c", "中文"]
    repairs = Repairs((), tuple(device(name, name, [1, 2, 30, 40]) for name in names))
    sections = parse(render_pixels(repairs))
    dataset = dataset_of(clean_dicom(pixels=np.zeros((600, 800), np.uint8), Modality="US", Manufacturer="x"))
    assert all(regions == [(1, 2, 29, 38)] for _, regions in sections)
    assert [holds(signature, dataset) for signature, _ in sections] == [False, False, True]
