"""Moving pictures are decoded from the stream, in files of their own and in DICOM, and break nothing."""

from __future__ import annotations

import base64
import io
import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.encaps import encapsulate

from auditor.model import Frame, Item, Kind, Reason, Status
from auditor.pixels.text.stack import read_frames
from auditor.readers import read_item
from auditor.readers.base import FrameError, Limits, Reading, TimeUp
from auditor.readers.film import film_frames, film_of, is_film, joined
from tests.builders.dicom import dataset_of, make_dicom
from tests.builders.drawing import draw, noise

FRAMES = 24


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """By extension: noise, and a name in frame 20 alone."""
    folder: Path = tmp_path_factory.mktemp("films")
    still = noise(240, 400)
    made = {}
    for extension, code in (("mp4", "mp4v"), ("avi", "MJPG"), ("mkv", "mp4v")):
        target = folder / f"film.{extension}"
        writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*code), 25, (400, 240))
        for index in range(FRAMES):
            picture = np.roll(still, index, 1)
            if index == 20:
                draw(picture, "KOWALSKI JAN 616205", 40, 30, scale=0.7)
            writer.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
        writer.release()
        made[extension] = target.read_bytes()
    return made


def reading_of(content: bytes, name: str = "a") -> Reading:
    return read_item(io.BytesIO(content), Item(name, len(content)))


def in_dicom(
    film: bytes, *cuts: int, table: bool = True, syntax: str = "1.2.840.10008.1.2.4.102", frames: int = FRAMES
) -> bytes:
    dataset = dataset_of(make_dicom(pixels=np.zeros((240, 400, 3), np.uint8), NumberOfFrames=frames))
    edges = [0, *cuts, len(film) + len(film) % 2]
    parts = [film[a:b] for a, b in itertools.pairwise(edges)]
    dataset.PixelData = encapsulate(parts, has_bot=table and not cuts)
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = syntax
    out = io.BytesIO()
    dataset.save_as(out)
    return out.getvalue()


@pytest.mark.parametrize("extension", ["mp4", "avi", "mkv"])
def test_text_in_one_frame_of_a_film_is_found(films: dict[str, bytes], extension: str) -> None:
    reading = reading_of(films[extension])
    assert (reading.record.kind, reading.record.status, reading.record.frames_total) == (
        Kind.RASTER,
        Status.READ,
        FRAMES,
    )
    found = read_frames(reading.frames())
    assert found.frames_examined == FRAMES
    assert [e.counts for e in found.elements if "616205" in e.value] == [(20,)]


@pytest.mark.parametrize(("cuts", "table"), [((), True), ((), False), ((1000, 5000), False)])
def test_a_video_in_dicom_is_put_together_from_its_fragments(
    films: dict[str, bytes], cuts: tuple[int, ...], table: bool
) -> None:
    reading = reading_of(in_dicom(films["mp4"], *cuts, table=table), "a.dcm")
    frames = list(reading.frames())
    assert [frame.index for frame in frames if isinstance(frame, Frame)] == list(range(FRAMES))


@pytest.mark.parametrize(
    ("codec", "syntax"),
    [
        ("mpeg2", "1.2.840.10008.1.2.4.100"),
        ("h264", "1.2.840.10008.1.2.4.102"),
        ("h264", "1.2.840.10008.1.2.4.106"),
        ("hevc", "1.2.840.10008.1.2.4.107"),
    ],
)
@pytest.mark.parametrize("table", [True, False])
def test_streams_of_the_codecs_that_dicom_names(codec: str, syntax: str, table: bool) -> None:
    """Eight frames in which a bar grows from the left, encoded with x264, x265 and FFmpeg's MPEG-2."""
    film = base64.b64decode((Path(__file__).parent / f"{codec}.b64").read_text())
    cuts = (len(film) // 6 * 2,) if not table else ()
    held = reading_of(in_dicom(film, *cuts, table=table, syntax=syntax, frames=8), "a.dcm")
    for reading in (reading_of(film), held):
        frames = [frame for frame in reading.frames() if isinstance(frame, Frame)]
        assert [int((frame.display[32, :, 0] > 120).sum()) for frame in frames] == pytest.approx(
            range(12, 97, 12), abs=3
        )


def test_a_film_that_was_cut_off_says_so(films: dict[str, bytes]) -> None:
    frames = list(reading_of(films["avi"][: len(films["avi"]) // 2]).frames())
    last = frames[-1]
    assert isinstance(last, FrameError) and last.reason is Reason.TRUNCATED
    assert 0 < len(frames) - 1 < FRAMES


def test_what_a_film_says_of_itself_is_read_and_its_samples_are_not(films: dict[str, bytes]) -> None:
    title = b"\x7b\xa9" + bytes([0x80 | 12]) + b"Echo Odom JT"
    texts = [element.value for element in reading_of(films["mkv"] + title).record.elements]
    assert "Echo Odom JT" in texts and len(texts) < 30


def test_a_container_without_pictures_is_partly_examined() -> None:
    record = reading_of(b"\0\0\0\x18ftypisom" + bytes(4000)).record
    assert (record.status, record.reason) == (Status.PARTIAL, Reason.UNSUPPORTED)


def test_a_frame_beyond_the_limit_is_not_decoded(films: dict[str, bytes]) -> None:
    (only,) = film_frames(io.BytesIO(films["mp4"]), FRAMES, Limits(frame_pixels=1000))
    assert isinstance(only, FrameError) and only.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("error", [OSError, TimeUp])
def test_what_the_stream_raises_comes_through_the_decoder(
    films: dict[str, bytes], error: type[BaseException]
) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 100:
                raise error
            return super().read(size)

    with pytest.raises(error):
        film_of(Broken(films["mp4"]))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=40), st.integers(0, 1 << 20)
)
def test_broken_films_break_nothing(
    films: dict[str, bytes], changes: list[tuple[int, int]], end: int
) -> None:
    content = bytearray(films["mp4"])
    for at, value in changes:
        content[at % len(content)] = value
    for frame in film_frames(io.BytesIO(content[: max(16, end % len(content))]), FRAMES, Limits()):
        assert isinstance(frame, (Frame, FrameError))


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=6), st.integers(0, 60), st.integers(-1, 60))
def test_joined_parts_read_as_what_they_join(parts: list[bytes], start: int, size: int) -> None:
    stream, places = b"??", []
    for part in parts:
        places.append((len(stream), len(part)))
        stream += part + b"!!"
    whole = joined(io.BytesIO(stream), places)
    whole.seek(start)
    assert whole.read(size) == io.BytesIO(b"".join(parts)).getvalue()[start:][: None if size < 0 else size]


def test_text_is_no_film() -> None:
    assert not is_film(b"GIVEN NAME, a letter" * 40)
