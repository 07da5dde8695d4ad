"""What an acquaintance would recognise, drawn into a radiograph of a chest: hardware, and anatomy that is otherwise.

Sizes are shares of the film's width, after what the things measure on a chest some 38 cm wide. Metal lets through
next to nothing, so it is drawn as attenuation: a share of what is missing to white, with an edge as soft as the film's.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Film = NDArray[np.uint8]
Plant = Callable[[Film, np.random.Generator], Film]
Points = list[tuple[float, float]]


class Pen:
    """Draws in shares of width and height; `film` gives the film with what was drawn."""

    def __init__(self, film: Film, rng: np.random.Generator) -> None:
        self._film, self._rng = film, rng
        self._rows, self._columns = film.shape
        self._layer = np.zeros(film.shape, np.float32)

    def _at(self, point: tuple[float, float]) -> tuple[int, int]:
        return round(point[0] * self._columns), round(point[1] * self._rows)

    def _wide(self, share: float) -> int:
        return max(1, round(share * self._columns))

    def line(self, points: Points, width: float, opacity: float) -> None:
        places = np.array([self._at(point) for point in points], np.int32)
        cv2.polylines(self._layer, [places], False, opacity, self._wide(width), cv2.LINE_AA)

    def disc(self, at: tuple[float, float], size: tuple[float, float], turn: float, opacity: float) -> None:
        axes = self._wide(size[0] / 2), self._wide(size[1] / 2)
        cv2.ellipse(self._layer, self._at(at), axes, turn, 0, 360, opacity, -1, cv2.LINE_AA)

    def ring(self, at: tuple[float, float], size: float, width: float, opacity: float) -> None:
        cv2.circle(self._layer, self._at(at), self._wide(size / 2), opacity, self._wide(width), cv2.LINE_AA)

    def film(self) -> Film:
        soft = cv2.GaussianBlur(self._layer, (0, 0), 0.0013 * self._columns)
        grain = self._rng.normal(0, 2, self._film.shape)
        grey = self._film + (250 - self._film.astype(np.float32)).clip(0) * soft + grain * (soft > 0.05)
        return np.asarray(grey.clip(0, 255), np.uint8)


def _curve(points: Points) -> Points:
    """A smooth line through a few points."""
    places = np.array(points)
    along = np.linspace(0, 1, len(places))
    fine = np.linspace(0, 1, 40)
    fitted = [
        np.polyval(np.polyfit(along, places[:, axis], min(3, len(places) - 1)), fine) for axis in (0, 1)
    ]
    return list(zip(fitted[0].tolist(), fitted[1].tolist(), strict=True))


def pacemaker(film: Film, rng: np.random.Generator) -> Film:
    """A generator of some 45 mm below a clavicle, and one or two leads."""
    pen = Pen(film, rng)
    side = 1 if rng.random() < 0.8 else -1
    x, y = 0.5 + side * rng.uniform(0.19, 0.26), rng.uniform(0.2, 0.3)
    pen.disc(
        (x, y), (rng.uniform(0.1, 0.13), rng.uniform(0.09, 0.11)), rng.uniform(0, 90), rng.uniform(0.6, 0.85)
    )
    pen.disc((x, y + 0.015), (0.05, 0.04), 0, 0.95)
    for end in [(0.58, 0.72), (0.5, 0.58)][: rng.integers(1, 3)]:
        pen.line(_curve([(x, y), (0.5 + side * 0.08, y - 0.04), (0.46, 0.42), end]), 0.004, 0.7)
        pen.disc(end, (0.012, 0.012), 0, 0.9)
    return pen.film()


def rods(film: Film, rng: np.random.Generator) -> Film:
    """Two rods along the spine with pedicle screws."""
    pen, top, bottom = Pen(film, rng), rng.uniform(0.15, 0.35), rng.uniform(0.65, 0.9)
    for side in (-1, 1):
        x = 0.5 + side * rng.uniform(0.02, 0.035)
        pen.line([(x, top), (x + rng.normal(0, 0.006), bottom)], 0.013, 0.85)
        for y in np.arange(top, bottom, 0.065):
            pen.line([(x, y), (x - side * 0.015, y + 0.005)], 0.014, 0.9)
    return pen.film()


def shoulder_joint(film: Film, rng: np.random.Generator) -> Film:
    """A ball and a stem at the edge."""
    pen, side = Pen(film, rng), rng.choice([-1, 1])
    x, y = 0.5 + side * rng.uniform(0.37, 0.42), rng.uniform(0.14, 0.2)
    pen.disc((x, y), (0.1, 0.1), 0, 0.9)
    pen.line([(x, y), (x + side * 0.05, y + 0.22)], 0.03, 0.9)
    return pen.film()


def sternal_wires(film: Film, rng: np.random.Generator) -> Film:
    pen = Pen(film, rng)
    for y in np.linspace(0.3, rng.uniform(0.6, 0.7), rng.integers(4, 8)):
        x = 0.5 + rng.normal(0, 0.006)
        pen.ring((x, y), 0.028, 0.003, 0.75)
        pen.line([(x, y), (x + rng.normal(0, 0.012), y + 0.015)], 0.004, 0.8)
    return pen.film()


def valve(film: Film, rng: np.random.Generator) -> Film:
    """A prosthetic valve, seen at an angle."""
    pen, at = Pen(film, rng), (rng.uniform(0.5, 0.57), rng.uniform(0.52, 0.63))
    pen.ring(at, rng.uniform(0.06, 0.08), 0.007, 0.75)
    pen.line([(at[0] - 0.03, at[1] - 0.005), (at[0] + 0.03, at[1] + 0.01)], 0.006, 0.7)
    return pen.film()


def port(film: Film, rng: np.random.Generator) -> Film:
    """A port under the skin with its catheter."""
    pen, side = Pen(film, rng), rng.choice([-1, 1])
    x, y = 0.5 + side * rng.uniform(0.18, 0.26), rng.uniform(0.22, 0.32)
    pen.ring((x, y), 0.07, 0.008, 0.7)
    pen.disc((x, y), (0.045, 0.045), 0, 0.5)
    pen.line(_curve([(x, y), (0.5 + side * 0.1, y - 0.08), (0.47, 0.3), (0.46, 0.45)]), 0.004, 0.5)
    return pen.film()


def clips(film: Film, rng: np.random.Generator) -> Film:
    """Surgical clips in an armpit."""
    pen, side = Pen(film, rng), rng.choice([-1, 1])
    for _ in range(rng.integers(8, 16)):
        x, y = 0.5 + side * (0.33 + rng.normal(0, 0.03)), 0.33 + rng.normal(0, 0.04)
        turn = rng.uniform(0, np.pi)
        pen.line([(x, y), (x + 0.014 * np.cos(turn), y + 0.014 * np.sin(turn))], 0.005, 0.9)
    return pen.film()


def shrapnel(film: Film, rng: np.random.Generator) -> Film:
    pen, at = Pen(film, rng), (rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.7))
    for _ in range(rng.integers(12, 40)):
        where = (at[0] + rng.normal(0, 0.09), at[1] + rng.normal(0, 0.09))
        pen.disc(where, (rng.uniform(0.004, 0.018), rng.uniform(0.004, 0.012)), rng.uniform(0, 180), 0.95)
    return pen.film()


def bullet(film: Film, rng: np.random.Generator) -> Film:
    pen, turn = Pen(film, rng), rng.uniform(0, np.pi)
    x, y = rng.uniform(0.2, 0.8), rng.uniform(0.25, 0.8)
    pen.line([(x, y), (x + 0.035 * np.cos(turn), y + 0.035 * np.sin(turn))], 0.024, 1.0)
    return pen.film()


def opaque_lung(film: Film, rng: np.random.Generator) -> Film:
    """A lung that was taken out."""
    side = rng.choice([0.3, 0.7])
    return _shaded(film, (side, 0.5), (0.15, 0.3), lambda grey: np.maximum(grey, 195 + rng.normal(0, 8)))


def missing_breast(film: Film, rng: np.random.Generator) -> Film:
    side, less = rng.choice([0.27, 0.73]), rng.uniform(25, 45)
    return _shaded(film, (side, 0.66), (0.17, 0.15), lambda grey: grey - less * (grey > 40), soft=3)


def missing_shoulder(film: Film, rng: np.random.Generator) -> Film:
    """An arm that was taken off at the joint."""
    side = rng.choice([0.02, 0.98])
    dark = float(np.percentile(film, 1))
    return _shaded(film, (side, 0.22), (0.17, 0.2), lambda grey: np.full_like(grey, dark))


def _shaded(
    film: Film,
    at: tuple[float, float],
    size: tuple[float, float],
    change: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    soft: float = 8,
) -> Film:
    y, x = np.mgrid[0 : film.shape[0], 0 : film.shape[1]].astype(np.float32)
    away = ((x / film.shape[1] - at[0]) / size[0]) ** 2 + ((y / film.shape[0] - at[1]) / size[1]) ** 2
    share = 1 / (1 + np.exp(soft * (away - 1)))
    grey = film.astype(np.float32)
    return np.asarray((grey + share * (change(grey) - grey)).clip(0, 255), np.uint8)


def scoliosis(film: Film, rng: np.random.Generator) -> Film:
    """The trunk bent to both sides."""
    y, x = np.mgrid[0 : film.shape[0], 0 : film.shape[1]].astype(np.float32)
    bend = rng.choice([-1, 1]) * rng.uniform(0.06, 0.1) * film.shape[1]
    shift = (bend * np.sin(2 * np.pi * (y / film.shape[0] - 0.1))).astype(np.float32)
    return np.asarray(
        cv2.remap(film, x + shift, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def mirrored(film: Film, rng: np.random.Generator) -> Film:
    """Heart and stomach on the other side."""
    return np.ascontiguousarray(film[:, ::-1])


def squeezed(film: Film, rng: np.random.Generator) -> Film:
    """A body of other proportions."""
    rows, columns = film.shape
    narrow = round(columns * rng.uniform(0.55, 0.7))
    small = cv2.resize(film, (narrow, rows), interpolation=cv2.INTER_AREA)
    left = (columns - narrow) // 2
    return np.asarray(
        cv2.copyMakeBorder(small, 0, 0, left, columns - narrow - left, cv2.BORDER_CONSTANT, value=0), np.uint8
    )


PLANTS: dict[str, Plant] = {
    plant.__name__.replace("_", " "): plant
    for plant in (
        pacemaker, rods, shoulder_joint, sternal_wires, valve, port, clips, shrapnel, bullet,
        opaque_lung, missing_breast, missing_shoulder, scoliosis, mirrored, squeezed,
    )
}  # fmt: skip
