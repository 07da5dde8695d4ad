"""A parametric chest radiograph: an anatomy per patient, a pose and an exposure per exam.

Coordinates of the anatomy: x from −1 (image left, the patient's right) to 1, y from −1 (top) to 1.
Densities add up as they do in the logarithm of a radiograph: body, minus air, plus bone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.floating[Any]]
Layer = NDArray[np.uint8]
Points = NDArray[np.float64]
RIBS = 10
SIDES = (-1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Anatomy:
    """What stays with a patient from exam to exam. Lengths in half image widths."""

    female: bool
    half_width: float
    apex: float
    base: tuple[float, float]
    dome: tuple[float, float]
    mediastinum: float
    heart: tuple[float, float, float, float]
    """x, half width, half height, tilt in radians."""
    knob: float
    rib_gap: float
    rib_drop: float
    rib_arch: float
    rib_width: float
    rib_jitter: NDArray[np.float64]
    """(2 sides, ribs, [y, reach, drop]) offsets."""
    clavicle: NDArray[np.float64]
    """(2 sides, [inner y, outer y, bow, width])."""
    scapula: NDArray[np.float64]
    """(2 sides, [x, y, tilt])."""
    scoliosis: tuple[float, float]
    """Amplitude and phase."""
    vertebra: float
    fat: float
    stomach: float
    texture: int
    """Seed of the vessels."""
    nodule: tuple[float, float, float] | None
    pacemaker: bool


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """What changes from exam to exam."""

    degrees: float
    scale: float
    shift: tuple[float, float]
    inspiration: float
    """Diaphragm displacement downwards."""
    turn: float
    """Rotation of the patient about his long axis: the heart and spine move sideways."""
    gamma: float
    level: float
    scatter: float
    noise: float
    clutter: float
    """Contrast of the soft tissue that happens to overlap."""
    portable: bool
    """AP at the bedside: a larger heart, scapulae over the lungs, a shallow breath."""
    opacity: tuple[float, float, float, float] | None
    """Of this exam only: x, y, radius, density."""
    posture: NDArray[np.float64]
    """(2 sides, [clavicle, scapula, rib] offsets): how the arms and the trunk are held."""
    seed: int


def draw_anatomy(rng: np.random.Generator, *, female: bool, pacemaker: bool = False) -> Anatomy:
    """One patient. The spread of every parameter is what makes patients differ."""
    low = rng.normal(0.47, 0.05)
    return Anatomy(
        female=female,
        half_width=float(np.clip(rng.normal(0.66 if female else 0.69, 0.035), 0.58, 0.76)),
        apex=rng.normal(-0.72, 0.03),
        base=(low, low + rng.normal(0.05, 0.02)),
        dome=(rng.normal(0.17, 0.03), rng.normal(0.15, 0.03)),
        mediastinum=rng.normal(0.125, 0.015),
        heart=(
            rng.normal(0.13, 0.025),
            rng.normal(0.27, 0.035),
            rng.normal(0.37, 0.035),
            rng.normal(0.7, 0.1),
        ),
        knob=rng.normal(0.075, 0.02),
        rib_gap=rng.normal(0.124, 0.006),
        rib_drop=rng.normal(0.5, 0.06),
        rib_arch=rng.normal(0.05, 0.015),
        rib_width=rng.normal(0.042, 0.004),
        rib_jitter=rng.normal(0.0, (0.008, 0.013, 0.022), (2, RIBS, 3)),
        clavicle=rng.normal((-0.56, -0.74, 0.04, 0.05), (0.03, 0.04, 0.02, 0.006), (2, 4)),
        scapula=rng.normal((0.62, -0.3, 0.12), (0.04, 0.05, 0.06), (2, 3)),
        scoliosis=(abs(rng.normal(0.0, 0.018)), rng.uniform(0, 2 * np.pi)),
        vertebra=rng.normal(0.135, 0.008),
        fat=float(np.clip(rng.normal(0.1, 0.05), 0.02, 0.25)),
        stomach=max(0.0, rng.normal(0.08, 0.05)),
        texture=int(rng.integers(1 << 31)),
        nodule=(rng.uniform(0.25, 0.5) * rng.choice(SIDES), rng.uniform(-0.4, 0.25), rng.uniform(0.02, 0.05))
        if rng.random() < 0.2
        else None,
        pacemaker=pacemaker,
    )


def draw_exposure(rng: np.random.Generator, *, portable: bool = False) -> Exposure:
    """One exam: pose, breath, dose and noise, and in one exam of four an infiltrate."""
    return Exposure(
        degrees=rng.normal(0.0, 2.8),
        scale=rng.normal(1.05 if portable else 1.0, 0.04),
        shift=(rng.normal(0.0, 0.04), rng.normal(0.0, 0.045)),
        inspiration=rng.normal(-0.07 if portable else 0.0, 0.065),
        turn=rng.normal(0.0, 0.04),
        gamma=float(np.clip(rng.normal(1.0, 0.15), 0.65, 1.4)),
        level=rng.normal(0.0, 0.05),
        scatter=float(np.clip(rng.normal(0.22 if portable else 0.12, 0.05), 0.02, 0.35)),
        noise=float(np.clip(rng.normal(0.022, 0.007), 0.008, 0.045)),
        clutter=float(np.clip(rng.normal(0.03, 0.008), 0.01, 0.05)),
        portable=portable,
        opacity=(
            rng.uniform(0.2, 0.5) * rng.choice(SIDES),
            rng.uniform(-0.3, 0.35),
            rng.uniform(0.12, 0.3),
            rng.uniform(0.08, 0.25),
        )
        if rng.random() < 0.25
        else None,
        posture=rng.normal(0.0, (0.045, 0.06, 0.018), (2, 3)),
        seed=int(rng.integers(1 << 31)),
    )


def render(anatomy: Anatomy, exposure: Exposure, side: int = 512) -> NDArray[np.uint16]:
    """The film, (side, side), 12 bits, dense tissue bright."""
    canvas = _Canvas(exposure, side)
    x, y = canvas.grid()
    density = _body(anatomy, x, y)
    air, heart = _lungs(anatomy, exposure, x, y)
    density = density - 0.56 * air + 0.05 * heart
    density += 0.2 * _vessels(anatomy, canvas) * air
    density += (
        _ribs(anatomy, exposure, canvas)
        + _shoulder(anatomy, exposure, canvas)
        + _spine(anatomy, exposure, canvas)
    )
    if exposure.opacity:
        ox, oy, radius, dense = exposure.opacity
        density += dense * np.exp(-((x - ox) ** 2 + (y - oy) ** 2) / (2 * radius**2)) * np.clip(air * 2, 0, 1)
    if anatomy.nodule:
        nx, ny, radius = anatomy.nodule
        density += 0.16 * _soft(radius - np.hypot(x - nx, y - ny), 0.006)
    if anatomy.pacemaker:
        density += _pacemaker(canvas)
    return _expose(density, exposure, canvas)


class _Canvas:
    """Maps the anatomy to pixels of one posed film."""

    def __init__(self, exposure: Exposure, side: int) -> None:
        self.side, self.unit = side, side / 2
        turn = np.deg2rad(exposure.degrees)
        spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        self._forward, self._shift = spin * exposure.scale, np.array(exposure.shift)

    def grid(self) -> tuple[Field, Field]:
        """Anatomical x and y of every pixel."""
        line = (np.arange(self.side) + 0.5) / self.unit - 1
        film = np.stack(np.meshgrid(line, line), axis=-1) - self._shift
        points = film @ np.linalg.inv(self._forward).T
        return points[..., 0].astype(np.float32), points[..., 1].astype(np.float32)

    def stroke(self, points: Points, width: float, layer: Layer, value: float = 1.0) -> None:
        """Draw a curve of the given width onto `layer`, over what is there."""
        thickness = max(1, round(width * self.unit))
        cv2.polylines(layer, [self._pixels(points)], False, round(255 * value), thickness, cv2.LINE_AA, 4)

    def fill(self, points: Points, layer: Layer, value: float = 1.0) -> None:
        """Fill a polygon onto `layer`, over what is there."""
        cv2.fillPoly(layer, [self._pixels(points)], round(255 * value), cv2.LINE_AA, 4)

    def _pixels(self, points: Points) -> NDArray[np.int32]:
        """Sixteenths of a pixel, as OpenCV draws with shift 4."""
        pixels = (points @ self._forward.T + self._shift + 1) * self.unit
        return np.asarray(np.round(pixels * 16), dtype=np.int32)

    def layer(self) -> Layer:
        """An empty layer."""
        return np.zeros((self.side, self.side), np.uint8)

    def smooth(self, layer: Layer, width: float) -> Field:
        """A layer as densities from 0 to 1, blurred."""
        return self.blur(layer.astype(np.float32) / np.float32(255), width)

    def blur(self, layer: Field, width: float) -> Field:
        """Gaussian blur; `width` in anatomical units."""
        return np.asarray(cv2.GaussianBlur(layer, (0, 0), max(0.3, width * self.unit)), dtype=np.float32)


def _soft(distance: Field, width: float) -> Field:
    """0 outside, 1 inside, with an edge of `width`."""
    return np.asarray(1 / (1 + np.exp(-np.clip(distance / width, -30, 30))), dtype=np.float32)


def _body(anatomy: Anatomy, x: Field, y: Field) -> Field:
    neck, shoulder = 0.24, 0.97 + anatomy.fat * 0.3
    slope = _soft(y + 0.8, 0.035)
    half = neck + (shoulder - neck) * slope + 0.05 * (y + 0.5)
    inside = _soft(half - np.abs(x), 0.012)
    depth = np.sqrt(np.clip(1 - (x / (half + 0.12)) ** 2, 0, 1))
    axilla = 0.16 * _soft(np.abs(x) - anatomy.half_width - 0.05, 0.05) * _soft(-0.1 - y, 0.15)
    body = inside * (0.5 + 0.22 * depth + 0.12 * _soft(y - 0.4, 0.15)) + inside * axilla
    trachea = _soft(0.035 - np.abs(x + 0.01), 0.008) * _soft(-0.32 - y, 0.03)
    body -= 0.11 * trachea
    if anatomy.female:
        reach = np.hypot((np.abs(x) - 0.42) / 0.36, (y - 0.26) / (0.26 + anatomy.fat * 0.4))
        body += (0.07 + 0.25 * anatomy.fat) * _soft(1 - reach, 0.05) * np.clip(0.6 + 0.7 * (y - 0.05), 0.1, 1)
    return np.asarray(body, dtype=np.float32)


def _lungs(anatomy: Anatomy, exposure: Exposure, x: Field, y: Field) -> tuple[Field, Field]:
    """Air (0–1) of both lungs with the stomach bubble, and the heart with the great vessels."""
    hx, hw, hh, tilt = anatomy.heart
    hx, hy = hx + exposure.turn, 0.2 + 0.6 * exposure.inspiration
    size = (1.1 if exposure.portable else 1.0) - 0.8 * exposure.inspiration
    hw, hh = hw * size, hh * (0.5 + 0.5 * size)
    u = (x - hx) * np.cos(tilt) + (y - hy) * np.sin(tilt)
    v = (y - hy) * np.cos(tilt) - (x - hx) * np.sin(tilt)
    heart = _soft(1 - np.hypot(u / hh, v / hw), 0.035)
    # The right atrium and the superior vena cava, which the tilted ventricles leave out.
    atrium = _soft(1 - np.hypot((x + 0.06 - exposure.turn) / 0.14, (y - hy + 0.02) / 0.27), 0.05)
    heart = np.maximum(heart, atrium)
    knob = _soft(anatomy.knob - np.hypot(x - 0.1 - exposure.turn, (y + 0.33) * 0.8), 0.012)
    air = np.zeros_like(x)
    for index, sign in enumerate(SIDES):
        base = anatomy.base[index] + exposure.inspiration
        across = sign * x
        tall = np.clip((y - anatomy.apex) / (base + 0.12 - anatomy.apex), 0, 1)
        outer = anatomy.half_width * (0.2 + 0.8 * np.sqrt(np.clip(1 - (1 - tall) ** 2.3, 0, 1)))
        inner = anatomy.mediastinum - 0.02 * np.sin(3 * y) + sign * exposure.turn
        middle = 0.45 * anatomy.half_width
        floor = base - anatomy.dome[index] * (1 - ((across - middle) / (0.75 * anatomy.half_width)) ** 2)
        lung = _soft(outer - across, 0.014) * _soft(across - inner, 0.016) * _soft(floor - y, 0.012)
        lung *= _soft(y - anatomy.apex, 0.02)
        fullness = np.clip((outer - across) / 0.16, 0, 1) ** 0.5 * np.clip(
            (across - inner + 0.12) / 0.28, 0, 1
        )
        air += lung * (0.45 + 0.55 * fullness)
    covered = np.maximum(heart * 0.92, knob * 0.6)
    bubble = np.hypot((x - 0.36) / 0.16, (y - anatomy.base[1] - exposure.inspiration - 0.03) / 0.09)
    air = air * (1 - 0.95 * covered) + anatomy.stomach * 2.5 * _soft(1 - bubble, 0.08)
    return np.asarray(air, dtype=np.float32), np.asarray(np.maximum(heart, 0.7 * knob), dtype=np.float32)


def _vessels(anatomy: Anatomy, canvas: _Canvas) -> Field:
    """Branching shadows from both hila, thinner outwards."""
    rng = np.random.default_rng(anatomy.texture)
    branches: list[tuple[float, Points]] = []
    for sign in SIDES:
        tips = [(np.array([sign * 0.15, -0.1]), angle, 0.026) for angle in rng.uniform(-1.3, 1.5, 9)]
        while tips:
            start, angle, width = tips.pop()
            end = start + rng.uniform(0.07, 0.13) * np.array([sign * np.cos(angle), np.sin(angle)])
            branches.append((width, np.stack([start, end])))
            if width > 0.006:
                spread = rng.uniform(0.2, 0.55)
                tips += [(end, angle + spread, width * 0.72), (end, angle - spread, width * 0.66)]
    layer = canvas.layer()
    for width, branch in sorted(branches, key=lambda one: one[0]):
        canvas.stroke(branch, width, layer, 0.25 + 14 * width)
    for sign in SIDES:
        canvas.fill(np.array([sign * 0.14, -0.1]) + 0.05 * _circle(), layer, 0.6)
    return canvas.smooth(layer, 0.004)


def _ribs(anatomy: Anatomy, exposure: Exposure, canvas: _Canvas) -> Field:
    """Ten pairs: the back half bright, the front half, turned towards the middle, fainter."""
    bone, marrow, front = canvas.layer(), canvas.layer(), canvas.layer()
    for index, sign in enumerate(SIDES):
        for rib in range(RIBS):
            dy, reach, drop = anatomy.rib_jitter[index, rib]
            wide = anatomy.half_width * np.sqrt(1 - (1 - min(1.0, (rib + 1.7) / 6.5)) ** 2) + 0.025 + reach
            fall = anatomy.rib_drop * (0.55 + 0.06 * rib) + drop + 0.5 * exposure.inspiration
            top = anatomy.apex - 0.02 + rib * anatomy.rib_gap * (1 + 0.4 * exposure.inspiration) + dy
            top += exposure.posture[index, 2]
            angle = np.linspace(0.06, 0.86 * np.pi, 60)
            side_x = 0.07 + (wide - 0.07) * np.sin(angle)
            down = top + fall * (1 - np.cos(angle)) / 2 - anatomy.rib_arch * np.sin(2 * angle)
            curve = np.stack([sign * side_x + exposure.turn * np.cos(angle), down], axis=1)
            back, rest = curve[:36], curve[33:]
            canvas.stroke(back, anatomy.rib_width, bone)
            canvas.stroke(back, anatomy.rib_width * 0.5, marrow)
            if rib < RIBS - 2:
                canvas.stroke(rest, anatomy.rib_width * 1.15, front)
    edge = 0.006
    return np.asarray(
        0.15 * canvas.smooth(bone, edge)
        - 0.055 * canvas.smooth(marrow, edge)
        + 0.07 * canvas.smooth(front, edge)
    )


def _shoulder(anatomy: Anatomy, exposure: Exposure, canvas: _Canvas) -> Field:
    """Clavicles, scapulae and the heads of the humeri."""
    bone, blade = canvas.layer(), canvas.layer()
    for index, sign in enumerate(SIDES):
        inner, outer, bow, width = anatomy.clavicle[index]
        raised, swung, _ = exposure.posture[index]
        outer = outer + raised
        t = np.linspace(0, 1, 30)
        line = inner + (outer - inner) * t - bow * np.sin(2 * np.pi * t)
        canvas.stroke(np.stack([sign * (0.09 + 0.62 * t), line], axis=1), width, bone)
        sx, sy, tilt = anatomy.scapula[index]
        sx, sy = sx + swung - (0.12 if exposure.portable else 0.0), sy + raised
        shape = np.array(
            [[0.0, -0.28], [-0.03, 0.02], [0.05, 0.32], [0.14, 0.1], [0.25, -0.2], [0.16, -0.32]]
        )
        turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
        outline = (shape @ turn.T + (sx, sy)) * (sign, 1)
        canvas.fill(outline, blade, 0.55)
        canvas.stroke(np.vstack([outline[:4], outline[3:4]]), 0.018, blade, 1.0)
        canvas.fill(np.array([sign * (sx + 0.27), sy - 0.42]) + 0.11 * _circle(), blade, 1.0)
    return 0.13 * canvas.smooth(bone, 0.006) + 0.08 * canvas.smooth(blade, 0.01)


def _spine(anatomy: Anatomy, exposure: Exposure, canvas: _Canvas) -> Field:
    """Vertebral bodies with pedicles, bent by the patient's scoliosis."""
    bone, dense = canvas.layer(), canvas.layer()
    amplitude, phase = anatomy.scoliosis
    for y in np.arange(-0.98, 1.05, anatomy.vertebra):
        centre = np.array([amplitude * np.sin(2.2 * y + phase) + exposure.turn * 0.5, y])
        half = 0.062 + 0.012 * (y + 1)
        body = np.array([[-1.0, -1.0], [1.0, -1.0], [0.86, 0.0], [1.0, 1.0], [-1.0, 1.0], [-0.86, 0.0]])
        canvas.fill(centre + body * (half, anatomy.vertebra * 0.42), bone)
        for sign in SIDES:
            canvas.fill(centre + (sign * half * 0.62, -0.01) + 0.016 * _circle(), dense)
        canvas.stroke(centre + np.array([[0.0, 0.01], [0.0, 0.05]]), 0.014, dense)
    return 0.09 * canvas.smooth(bone, 0.009) + 0.05 * canvas.smooth(dense, 0.009)


def _pacemaker(canvas: _Canvas) -> Field:
    """A generator below the left clavicle and its lead to the right ventricle."""
    metal = canvas.layer()
    canvas.fill(np.array([0.46, -0.4]) + _circle() * (0.085, 0.1), metal)
    t = np.linspace(0, 1, 40)
    lead = np.stack([0.42 - 0.5 * np.sin(np.pi * t * 0.75) + 0.08 * t, -0.46 + 0.82 * t], axis=1)
    canvas.stroke(lead, 0.01, metal, 0.8)
    return 0.5 * canvas.smooth(metal, 0.003)


def _circle() -> Points:
    angle = np.linspace(0, 2 * np.pi, 40)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _expose(density: Field, exposure: Exposure, canvas: _Canvas) -> NDArray[np.uint16]:
    """Scatter, noise, contrast curve and digitisation to 12 bits."""
    rng = np.random.default_rng(exposure.seed)
    density = (1 - exposure.scatter) * density + exposure.scatter * canvas.blur(density, 0.22)
    noise = rng.standard_normal(density.shape).astype(np.float32)
    # Fewer photons reach the detector behind dense tissue.
    density = density + canvas.blur(noise, 0.002) * exposure.noise * (0.5 + np.clip(density, 0, 1))
    # Skin folds, fat and small vessels lie over everything, in front and behind.
    for width, amount in ((0.012, 0.25), (0.03, 0.5), (0.08, 0.9)):
        density = density + amount * exposure.clutter * canvas.blur(
            rng.standard_normal(density.shape).astype(np.float32), width
        ) * np.float32(width * canvas.unit)
    curve = np.clip(density * 1.02 + exposure.level, 0, 1.2) / 1.2
    return np.asarray(np.clip(curve**exposure.gamma * 4095, 0, 4095), dtype=np.uint16)
