"""What looking for text costs: the screen and reading by image size, clean films, and a CT.

    python benchmarks/pixel_speed.py [--films FOLDER] [--count 50] [--slices 300] [--seed 7]

Sizes: chest-like noise of 256 to 4,096 px, without text and with one line. Films: every file of FOLDER
up to `--count` through the whole examination (tags, text, faces, linkage portrait), as it is and as DICOM of 1,024 px.
CT: a made body of 512 x 512 voxels, as a series of single-slice files and as one file. Processor time of one
process with one thread; the detector's own time on 736 x 736 px is printed beside it, before and after,
so that figures of busy or slower machines compare. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    generate_uid,
)

from auditor.model import Frame
from auditor.pipeline.examine import examine
from auditor.pipeline.plan import Plan
from auditor.pixels import read_frame
from auditor.pixels.text.engines import detector_of, load_engine
from auditor.pixels.text.rapid import RapidEngine
from auditor.pixels.text.screen import may_hold_text
from auditor.sources import open_source

SIZES = (256, 512, 1024, 2048, 4096)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--films", type=Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--slices", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    engine = detector_of(load_engine("rapid"))
    assert engine is not None
    rng = np.random.default_rng(options.seed)
    result: dict[str, Any] = {"detector_ms_before": yardstick(engine), "by_size": by_size(engine, rng)}
    with tempfile.TemporaryDirectory() as folder:
        if options.films is not None and options.films.is_dir():
            result["films"] = films(options.films, options.count, Path(folder))
        result["ct"] = ct(options.slices, Path(folder), rng)
    result["detector_ms_after"] = yardstick(engine)
    print(json.dumps(result, indent=1))
    return 0


def milliseconds(work: Callable[[], object], times: int = 3) -> int:
    """Median processor time of a call."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return round(1000 * statistics.median(taken))


def yardstick(engine: RapidEngine) -> int:
    image = np.full((736, 736), 128, np.uint8)
    engine.detect(image)
    return milliseconds(lambda: engine.detect(image), 5)


def by_size(engine: RapidEngine, rng: np.random.Generator) -> dict[str, dict[str, int]]:
    found = {}
    for side in SIZES:
        blobs = cv2.resize(
            rng.normal(0, 30, (12, 12)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
        )
        clean = np.clip(110 + blobs + rng.normal(0, 4, (side, side)), 0, 255).astype(np.uint8)
        written = clean.copy()
        cv2.putText(
            written,
            "KOWALSKI JAN 616205",
            (20, side // 2),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.6,
            255,
            1,
            cv2.LINE_AA,
        )
        frames = Frame(0, clean), Frame(0, written)
        may_hold_text(frames[0], engine)
        found[f"{side} px"] = {
            "screen_ms": milliseconds(lambda f=frames: may_hold_text(f[0], engine)),  # type: ignore[misc]
            "screen_and_reading_ms": milliseconds(lambda f=frames: read_frame(f[1])),  # type: ignore[misc]
        }
    return found


def examined(folder: Path) -> list[float]:
    """Processor seconds of examining each file of a folder, after the models were loaded."""
    source = open_source(folder)
    items = list(enumerate(source.items()))
    examine(source, items[:1], Plan(), b"x" * 32)
    taken = []
    for item in items:
        begun = time.process_time()
        examine(source, [item], Plan(), b"x" * 32)
        taken.append(time.process_time() - begun)
    return taken


def films(folder: Path, count: int, scratch: Path) -> dict[str, Any]:
    paths = sorted(p for p in folder.rglob("*") if p.suffix in (".jpg", ".png"))
    paths = paths[:: max(1, len(paths) // count)][:count]
    as_is, large = scratch / "films", scratch / "large"
    as_is.mkdir()
    large.mkdir()
    for number, path in enumerate(paths):
        (as_is / f"{number:04}{path.suffix}").write_bytes(path.read_bytes())
        grey = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE))
        grey = cv2.resize(
            grey, (1024, round(1024 * grey.shape[0] / grey.shape[1])), interpolation=cv2.INTER_CUBIC
        )
        cells = grey.astype(np.uint16) * 16
        header(cells, DigitalXRayImageStorageForPresentation, number).save_as(
            large / f"{number:04}.dcm", enforce_file_format=True
        )
    told = {}
    for name, place in (("files as they are", as_is), ("DICOM of 1,024 px", large)):
        taken = examined(place)
        told[name] = {
            "films": len(paths),
            "ms_a_film_median": round(1000 * statistics.median(taken)),
            "ms_a_film_mean": round(1000 * statistics.mean(taken)),
            "films_a_second": round(1 / statistics.mean(taken), 1),
        }
    return told


def ct(slices: int, scratch: Path, rng: np.random.Generator) -> dict[str, Any]:
    single, multi = scratch / "slices", scratch / "multi"
    single.mkdir()
    multi.mkdir()
    volume = [body(number / slices, rng) for number in range(slices)]
    for number, cells in enumerate(volume):
        header(cells, CTImageStorage, number).save_as(single / f"{number:04}.dcm", enforce_file_format=True)
    header(np.stack(volume), CTImageStorage, 0).save_as(multi / "all.dcm", enforce_file_format=True)
    begun = time.process_time()
    source = open_source(multi)
    examine(source, list(enumerate(source.items())), Plan(), b"x" * 32)
    as_one_file = time.process_time() - begun
    return {
        "slices": slices,
        "seconds_as_files": round(sum(examined(single)), 1),
        "seconds_as_one_file": round(as_one_file, 1),
    }


def body(share: float, rng: np.random.Generator) -> NDArray[np.uint16]:
    """One slice: skin, lungs, a spine, ribs and vessels, which change along the body; noise of 40 HU."""
    image = np.full((512, 512), -1000, np.float32)
    wide, high = 170 + 40 * np.sin(3 * share), 120 + 20 * np.cos(5 * share)
    cv2.ellipse(image, (256, 256), (int(wide), int(high)), 0, 0, 360, 40, -1)
    for side in (-1, 1):
        centre = (256 + side * 76, 240)
        cv2.ellipse(image, centre, (int(60 + 10 * share), int(80 - 20 * share)), 10 * side, 0, 360, -820, -1)
    cv2.ellipse(image, (256, 320), (22, 22), 0, 0, 360, 600, -1)
    for rib in range(10):
        turn = rib / 10 * 2 * np.pi + 4 * share
        centre = int(256 + (wide - 12) * np.cos(turn)), int(256 + (high - 12) * np.sin(turn))
        cv2.ellipse(image, centre, (16, 5), float(np.degrees(turn)) + 90, 0, 360, 700, -1)
    for vessel in range(40):
        centre = 130 + 61 * vessel % 250, 175 + 37 * vessel % 130
        moved = (
            int(centre[0] + 8 * np.sin(6 * share + vessel)),
            int(centre[1] + 8 * np.cos(5 * share + vessel)),
        )
        cv2.circle(image, moved, 1 + vessel % 5, 60, -1)
    grain = cv2.GaussianBlur(rng.normal(0, 40, image.shape).astype(np.float32), (0, 0), 0.8)
    return np.clip(cv2.GaussianBlur(image, (0, 0), 0.8) + grain + 1024, 0, 4095).astype(np.uint16)


def header(cells: NDArray[np.uint16], kind: str, number: int) -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = kind
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid()
    dataset.PatientID, dataset.InstanceNumber = "P1", number + 1
    dataset.Modality = "CT" if kind == CTImageStorage else "DX"
    if cells.ndim == 3:
        dataset.NumberOfFrames = len(cells)
    dataset.Rows, dataset.Columns = cells.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    if kind == CTImageStorage:
        dataset.RescaleIntercept, dataset.RescaleSlope = -1024, 1
        dataset.WindowCenter, dataset.WindowWidth = 40, 400
    dataset.PixelData = cells.tobytes()
    return dataset


if __name__ == "__main__":
    sys.exit(main())
