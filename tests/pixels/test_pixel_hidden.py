"""Text that only one layer, frame, bit or palette shows is read there, through the reader and the engine."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage

from auditor.model import Item
from auditor.pixels import TextReader
from auditor.readers import read_item
from tests.builders.drawing import draw, noise

ROWS, COLUMNS = 300, 420
NAME = "KOWALSKI JAN"


def ink(value: int = 255) -> NDArray[np.uint8]:
    """Nothing but the name."""
    image = np.zeros((ROWS, COLUMNS), np.uint8)
    draw(image, NAME, 90, 150, value=value, scale=0.8)
    return image


def ground() -> NDArray[np.uint16]:
    return noise(ROWS, COLUMNS).astype(np.uint16)


def image(cells: NDArray[np.generic], bits: int = 0, photometric: str = "MONOCHROME2") -> Dataset:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    dataset.SOPClassUID, dataset.SOPInstanceUID = SecondaryCaptureImageStorage, "1.2.3.4"
    colour = photometric in ("RGB", "YBR_FULL")
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3 if colour else 1, photometric
    if colour:
        dataset.PlanarConfiguration = 0
    elif cells.ndim == 3:
        dataset.NumberOfFrames = len(cells)
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.BitsAllocated = 8 * cells.dtype.itemsize
    dataset.BitsStored = bits or dataset.BitsAllocated
    dataset.HighBit, dataset.PixelRepresentation = dataset.BitsStored - 1, 0
    dataset.PixelData = cells.tobytes()
    return dataset


def small() -> NDArray[np.uint8]:
    return noise(ROWS, COLUMNS)


def another_frame() -> Dataset:
    frames = np.stack([small()] * 3)
    draw(frames[2], NAME, 90, 150, scale=0.8)
    return image(frames)


def a_palette() -> Dataset:
    """Two indices beside each other, of which the palette makes black and white."""
    dataset = image(np.where(ink() > 127, 41, 40).astype(np.uint8), photometric="PALETTE COLOR")
    table = np.full(256, 10, np.uint8)
    table[41] = 240
    for name in ("Red", "Green", "Blue"):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
        setattr(dataset, f"{name}PaletteColorLookupTableData", table.tobytes())
    return dataset


def chroma() -> Dataset:
    """The brightness is one everywhere; the text differs in colour alone."""
    cells = np.full((ROWS, COLUMNS, 3), 128, np.uint8)
    cells[..., 2][ink() > 127] = 220
    return image(cells, photometric="YBR_FULL")


def above_the_window() -> Dataset:
    dataset = image((ground() + np.where(ink() > 127, 900, 600)).astype(np.uint16), bits=12)
    dataset.WindowCenter, dataset.WindowWidth = 200, 300
    return dataset


def below_the_window() -> Dataset:
    dataset = image((ground() + np.where(ink() > 127, 20, 320)).astype(np.uint16), bits=12)
    dataset.WindowCenter, dataset.WindowWidth = 2000, 400
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, -100
    return dataset


def beyond_an_8_bit_window() -> Dataset:
    dataset = image(np.where(ink() > 127, 250, 190 + small() // 8).astype(np.uint8))
    dataset.WindowCenter, dataset.WindowWidth = 60, 80
    return dataset


def a_second_window() -> Dataset:
    dataset = image((ground() + np.where(ink() > 127, 3000, 2600)).astype(np.uint16), bits=12)
    dataset.WindowCenter, dataset.WindowWidth = [100, 2900], [200, 600]
    return dataset


def deep_colour() -> Dataset:
    """16 bits a sample, of which the text takes the lowest."""
    levels = small().astype(np.uint16) // 2 + np.where(ink() > 127, 120, 0).astype(np.uint16) + 3000
    return image(np.dstack([levels] * 3), photometric="RGB")


def dark_deep_colour() -> Dataset:
    """16 bits a sample, all of them dark."""
    return image(np.dstack([np.where(ink() > 127, 250, small()).astype(np.uint16)] * 3), photometric="RGB")


def a_palette_that_is_missing() -> Dataset:
    return image(np.where(ink() > 127, 250, small()).astype(np.uint8), photometric="PALETTE COLOR")


def the_lowest_bit() -> Dataset:
    """Next to it nothing differs."""
    return image((200 + (ink() > 127)).astype(np.uint16), bits=12)


def red_on_grey_in_one_frame() -> Dataset:
    """No brighter than what it covers, which other frames show."""
    frames = np.repeat(np.full((5, ROWS, COLUMNS, 1), 76, np.uint8), 3, axis=3)
    frames[:, 0, 0, 0] = np.arange(5)
    frames[3][ink() > 127] = (255, 0, 0)
    dataset = image(frames, photometric="RGB")
    dataset.NumberOfFrames = len(frames)
    return dataset


def floats() -> Dataset:
    dataset = image(small())
    del dataset.PixelData
    dataset.BitsAllocated = 32
    for unwanted in ("BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, unwanted)
    values = small().astype(np.float32) / 50_000 + np.where(ink() > 127, 0.02, 0).astype(np.float32)
    dataset.FloatPixelData = values.tobytes()
    return dataset


def unused_bits(compressed: bool = False) -> Dataset:
    cells = np.random.default_rng(0).integers(0, 2000, (ROWS, COLUMNS)).astype(np.uint16)
    cells |= np.where(ink() > 127, 1 << 14, 0).astype(np.uint16)
    dataset = image(cells, bits=12)
    if compressed:
        dataset.compress(RLELossless)
    return dataset


def unused_bits_in_run_length_encoding() -> Dataset:
    return unused_bits(compressed=True)


def overlay_in_the_pixels() -> Dataset:
    dataset = unused_bits()
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 14)
    return dataset


def second_frame_of_an_overlay() -> Dataset:
    dataset = image(small())
    planes = np.stack([np.zeros((ROWS, COLUMNS), np.uint8), ink()]) > 127
    dataset.add_new((0x6004, 0x0010), "US", ROWS)
    dataset.add_new((0x6004, 0x0011), "US", COLUMNS)
    dataset.add_new((0x6004, 0x0015), "IS", "2")
    dataset.add_new((0x6004, 0x0050), "SS", [1, 1])
    dataset.add_new((0x6004, 0x0100), "US", 1)
    dataset.add_new((0x6004, 0x0102), "US", 0)
    dataset.add_new((0x6004, 0x3000), "OW", np.packbits(planes.reshape(-1), bitorder="little").tobytes())
    return dataset


def icon() -> Dataset:
    dataset = image(small())
    dataset.IconImageSequence = [image(np.where(ink() > 127, 255, small() // 2).astype(np.uint8))]
    del dataset.IconImageSequence[0].file_meta
    return dataset


def private_thumbnail() -> Dataset:
    dataset = image(small())
    body = io.BytesIO()
    Image.fromarray(np.where(ink() > 127, 255, small() // 2).astype(np.uint8)).save(body, "JPEG")
    dataset.add_new((0x0029, 0x0010), "LO", "MAKER 1")
    dataset.add_new((0x0029, 0x1020), "OB", body.getvalue())
    return dataset


def dicom(dataset: Dataset) -> bytes:
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def transparency() -> bytes:
    """The text is in how opaque a grey picture is."""
    channels = np.dstack([small(), small(), small(), 255 - ink() // 2])
    return encoded(Image.fromarray(channels, "RGBA"))


def transparent_colours() -> bytes:
    """All colours of the palette are black, and some of them cannot be seen."""
    picture = Image.fromarray(np.where(ink() > 127, 1, 0).astype(np.uint8), "P")
    picture.putpalette(bytes(768))
    body = io.BytesIO()
    picture.save(body, "PNG", transparency=bytes([255, 0]))
    return body.getvalue()


def deep(extension: str) -> bytes:
    """16 bits a sample, of which Pillow keeps the upper 8, which are nothing."""
    levels = np.where(ink() > 127, 250, small()).astype(np.uint16)
    return bytes(cv2.imencode(extension, np.dstack([levels] * 3))[1].tobytes())


def deep_png() -> bytes:
    return deep(".png")


def deep_tiff() -> bytes:
    return deep(".tiff")


def under_transparency() -> bytes:
    """The text is where no viewer shows it, and anybody may uncover it."""
    hidden = np.where(ink() > 127, 255, small()).astype(np.uint8)
    return encoded(Image.fromarray(np.dstack([hidden] * 3 + [np.zeros_like(hidden)]), "RGBA"))


def exif_thumbnail() -> bytes:
    """The picture was blackened; the thumbnail that the camera stored was not."""
    thumbnail = io.BytesIO()
    Image.fromarray(np.where(ink() > 127, 255, small() // 2).astype(np.uint8)).save(thumbnail, "JPEG")
    picture = io.BytesIO()
    Image.fromarray(small()).save(picture, "JPEG", exif=with_thumbnail(thumbnail.getvalue()))
    return picture.getvalue()


def with_thumbnail(jpeg: bytes) -> bytes:
    """An EXIF block: an empty first directory, and a second that holds a thumbnail (EXIF 2.32, 4.6.2)."""
    second = 8 + 2 + 4
    at = second + 2 + 3 * 12 + 4
    entries = [(0x0103, 3, 6), (0x0201, 4, at), (0x0202, 4, len(jpeg))]
    body = b"MM\0*" + (8).to_bytes(4, "big") + (0).to_bytes(2, "big") + second.to_bytes(4, "big")
    body += len(entries).to_bytes(2, "big")
    for tag, kind, value in entries:
        stored = value.to_bytes(2, "big") + b"\0\0" if kind == 3 else value.to_bytes(4, "big")
        body += tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + (1).to_bytes(4, "big") + stored
    return b"Exif\0\0" + body + (0).to_bytes(4, "big") + jpeg


def second_page() -> bytes:
    pages = [Image.fromarray(small()), Image.fromarray(np.where(ink() > 127, 255, small()).astype(np.uint8))]
    body = io.BytesIO()
    pages[0].save(body, "TIFF", save_all=True, append_images=pages[1:])
    return body.getvalue()


def encoded(picture: Image.Image) -> bytes:
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


IN_DICOM = [
    another_frame, a_palette, chroma, above_the_window, below_the_window, beyond_an_8_bit_window, a_second_window,
    deep_colour, dark_deep_colour, a_palette_that_is_missing, the_lowest_bit, red_on_grey_in_one_frame,
    floats, unused_bits, unused_bits_in_run_length_encoding, overlay_in_the_pixels, second_frame_of_an_overlay,
    icon, private_thumbnail,
]  # fmt: skip
IN_PICTURES = [
    transparency, transparent_colours, under_transparency, exif_thumbnail, second_page, deep_png, deep_tiff,
]  # fmt: skip


def text_of(content: bytes, name: str) -> str:
    stream = io.BytesIO(content)
    reading = read_item(stream, Item(name, len(content)))
    reader = TextReader()
    for frame in (*reading.frames(), *reading.layers()):
        reader.add(frame)
    result = reader.finish()
    assert not result.frames_failed
    return "".join("".join(e.value.split()) for e in result.elements).upper()


@pytest.mark.parametrize("made", IN_DICOM)
def test_text_that_one_place_of_a_dicom_file_shows_is_read(made: Callable[[], Dataset]) -> None:
    assert "KOWALSKI" in text_of(dicom(made()), "a.dcm")


@pytest.mark.parametrize("made", IN_PICTURES)
def test_text_that_one_place_of_a_picture_shows_is_read(made: Callable[[], bytes]) -> None:
    assert "KOWALSKI" in text_of(made(), "a.bin")


def test_the_grounds_hold_no_text_of_their_own() -> None:
    assert text_of(dicom(image(small())), "a.dcm") == ""
    assert cv2.countNonZero(ink()) > 500
