"""Loops and stacks: distinct frames once, projections, and which frame shows the text."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from auditor.model import Element, Frame, Reason, Screening
from auditor.pixels import TextReader, read_frames
from auditor.pixels.text import reading, stack
from auditor.readers.base import FrameError
from tests.builders.drawing import draw, noise


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The indices of the frames that reach the engine."""
    calls: list[int] = []

    def counted(frame: Frame, engine: str, effort: str, tally: reading.Tally) -> list[Element]:
        calls.append(frame.index)
        return reading.read_frame(frame, engine, effort, tally)

    monkeypatch.setattr(stack, "read_frame", counted)
    return calls


def loop(count: int, grain: int = 3) -> list[np.ndarray]:
    """Frames of one scene that differ by grain."""
    rng = np.random.default_rng(5)
    scene = noise(200, 300).astype(np.int16)
    return [np.clip(scene + rng.normal(0, grain, scene.shape), 0, 255).astype(np.uint8) for _ in range(count)]


def told(elements: Iterable[Element]) -> list[tuple[str, tuple[int, ...]]]:
    return [("".join(e.value.split()), e.counts) for e in elements if len(e.value) > 3]


def test_text_in_one_frame_of_a_loop_is_found_and_the_frame_named(reads: list[int]) -> None:
    images = loop(20)
    draw(images[13], "KOWALSKI", 100, 90)
    result = read_frames(Frame(i, image) for i, image in enumerate(images))
    assert told(result.elements) == [("KOWALSKI", (13,))]
    assert (result.frames_examined, result.frames_failed) == (20, 0)
    assert len(reads) < 8


def test_the_frame_named_shows_the_text_though_most_of_its_box_comes_from_others() -> None:
    images = [np.full((200, 300), 20, np.uint8) for _ in range(20)]
    for index, image in enumerate(images):
        image[0, index] = 90
    for image in images[13:16]:
        draw(image, "KOWALSKI", 100, 90)
    ((_, frames),) = told(read_frames(Frame(i, image) for i, image in enumerate(images)).elements)
    assert frames[0] in (13, 14, 15)


def test_dark_text_is_found_too() -> None:
    images = loop(6)
    draw(images[4], "KOWALSKI", 100, 90, value=0)
    assert told(read_frames(Frame(i, image) for i, image in enumerate(images)).elements) == [
        ("KOWALSKI", (4,))
    ]


def test_text_that_stays_is_told_once() -> None:
    images = loop(8)
    for image in images:
        draw(image, "KOWALSKI", 100, 90)
    assert told(read_frames(Frame(i, image) for i, image in enumerate(images)).elements) == [
        ("KOWALSKI", (0,))
    ]


def test_copies_of_a_frame_are_examined_without_being_read_again(reads: list[int]) -> None:
    image = noise(64, 64)
    result = read_frames(Frame(i, image) for i in range(50))
    assert (result.frames_examined, reads) == (50, [0])
    assert result.screening == Screening(looked=1, spared=1, repeated=49)


def test_thorough_reads_every_distinct_frame(reads: list[int]) -> None:
    result = read_frames((Frame(i, image) for i, image in enumerate(loop(4))), effort="thorough")
    assert reads == [0, 1, 2, 3]
    assert result.screening == Screening()


def test_what_passes_the_screen_is_looked_at_and_not_spared() -> None:
    images = [noise(200, 300), noise(200, 300, seed=2)]
    draw(images[1], "KOWALSKI", 100, 90)
    frames = [Frame(0, images[0]), Frame(1, images[1])]
    assert read_frames(frames).screening == Screening(looked=2, spared=1)


def test_frames_that_fail_are_counted_and_the_next_ones_read() -> None:
    image = noise(200, 300)
    draw(image, "KOWALSKI", 100, 90)
    result = read_frames([FrameError(Reason.NO_DECODER, 0), Frame(1, image), FrameError(Reason.TRUNCATED, 2)])
    assert told(result.elements) == [("KOWALSKI", (1,))]
    assert (result.frames_examined, result.frames_failed) == (1, 2)


def test_frames_of_changing_size_and_colour_are_all_read(reads: list[int]) -> None:
    frames = [
        Frame(0, noise(64, 64)),
        Frame(1, noise(64, 80)),
        Frame(2, np.repeat(noise(64, 80)[:, :, None], 3, axis=2)),
        Frame(3, noise(64, 80, seed=2), noise(64, 80, seed=2).astype(np.int16) * 9),
    ]
    assert read_frames(frames).frames_examined == 4
    assert reads == [0, 1, 2, 3]


def test_hidden_text_in_a_stack_is_found_in_stored_values() -> None:
    ink = np.zeros((200, 300), np.uint8)
    draw(ink, "KOWALSKI", 100, 90)
    stored = [image.astype(np.uint16) for image in loop(5)]
    stored[3] += ink.astype(np.uint16) * 8
    black = np.zeros((200, 300), np.uint8)
    result = read_frames(Frame(i, black, image) for i, image in enumerate(stored))
    assert told(result.elements) == [("KOWALSKI", (3,))]


def test_no_frames_is_an_empty_reading() -> None:
    reading = TextReader().finish()
    assert (reading.elements, reading.frames_examined, reading.frames_failed) == ((), 0, 0)


@pytest.mark.parametrize(("soon", "found"), [(60.0, ["KOWALSKI"]), (0.0, [])])
def test_when_time_is_up_held_frames_are_read_or_counted_as_not_examined(
    monkeypatch: pytest.MonkeyPatch, soon: float, found: list[str]
) -> None:
    monkeypatch.setattr(stack, "SOON", soon)
    images = loop(8)
    draw(images[5], "KOWALSKI", 100, 90)
    reader = TextReader()
    for index, image in enumerate(images):
        reader.add(Frame(index, image))
    assert [text for text, _ in told(reader.so_far())] == found
    assert reader.held == (0 if found else 7)
