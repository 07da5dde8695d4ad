"""Bring images of the same anatomy to one pose, with a template that the dataset itself provides.

Groupwise affine registration: the template starts as the mean of locally normalised copies, every
sampled image is registered to it by maximising the enhanced correlation coefficient (ECC;
Evangelidis and Psarakis, IEEE TPAMI 2008), the template becomes the mean of the registered copies,
and so on. Nothing about chests is built in: whatever most images show becomes the template, and an
image that does not show it gets a low confidence and keeps its own pose.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]

GRID = 64
"""Side of the copies that are registered, in pixels."""
MIN_IMAGES = 8
"""Below this many images a mean says more about one image than about the anatomy."""
MIN_CONFIDENCE = 0.35
"""Correlation with the template from which a pose is believed."""
MAX_SCALE = 2.0
ROUNDS = 4
IDENTITY: Float = np.eye(2, 3, dtype=np.float32)
# ECC finds the nearest optimum only: the other starts are a smaller and a larger field of view.
START_SCALES = (1.0, 0.82, 1.22)
SEARCH = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-4)


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """`matrix` (2, 3) maps template coordinates, in pixels of the 64-pixel grid, to the image's."""

    matrix: Float
    confidence: float
    """Correlation of the registered image with the template, -1 to 1."""

    @property
    def believed(self) -> bool:
        """Whether the image shows what the template shows, without an implausible stretch."""
        scales = np.linalg.svd(self.matrix[:, :2].astype(np.float64), compute_uv=False)
        plausible = scales.max() <= MAX_SCALE and scales.min() >= 1 / MAX_SCALE
        return bool(plausible and self.confidence >= MIN_CONFIDENCE)


def content_mask(portrait: NDArray[np.uint8]) -> Float:
    """1 inside the image, 0 in the black bars that letterboxing or collimation left at its sides."""
    rows, columns = portrait.any(axis=1), portrait.any(axis=0)
    mask = np.zeros(portrait.shape, np.float32)
    if rows.any():
        top, bottom = np.flatnonzero(rows)[[0, -1]]
        left, right = np.flatnonzero(columns)[[0, -1]]
        mask[top : bottom + 1, left : right + 1] = 1
    return mask


def local_contrast(portrait: NDArray[np.uint8], side: int, sigma: float) -> Float:
    """Grey values relative to their neighbourhood: zero local mean, unit local deviation.

    Args:
        portrait: uint8, square.
        side: of the result, in pixels.
        sigma: of the Gaussian neighbourhood, in pixels of the result.

    Returns:
        float32 (side, side), within ±3; 0 outside the image's content, so that bars weigh nothing.
    """
    small = cv2.resize(portrait, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    mask = cv2.resize(content_mask(portrait), (side, side), interpolation=cv2.INTER_AREA)
    weight = cv2.GaussianBlur(mask, (0, 0), sigma) + 1e-3
    mean = cv2.GaussianBlur(small * mask, (0, 0), sigma) / weight
    centred = (small - mean) * mask
    deviation = np.sqrt(cv2.GaussianBlur(centred * centred, (0, 0), sigma) / weight)
    # A floor of two grey levels keeps flat background from becoming amplified noise.
    return np.clip(centred / (deviation + 2.0), -3, 3).astype(np.float32)


def _scaled(scale: float) -> Float:
    centre = (GRID - 1) / 2
    shift = centre * (1 - scale)
    return np.array([[scale, 0, shift], [0, scale, shift]], np.float32)


def _warp(image: Float, matrix: Float) -> Float:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(image, matrix, (image.shape[1], image.shape[0]), flags=flags), np.float32
    )


def register(image: Float, template: Float, starts: tuple[float, ...] = START_SCALES) -> Pose:
    """The best affine pose of `image` against `template`, both float32 (64, 64)."""
    best = Pose(IDENTITY, -1.0)
    everywhere = np.ones(image.shape, np.uint8)
    if image.std() < 1e-3 or template.std() < 1e-3:
        return best
    for scale in starts:
        try:
            confidence, matrix = cv2.findTransformECC(
                template, image, _scaled(scale), cv2.MOTION_AFFINE, SEARCH, everywhere, 5
            )
        # OpenCV has one exception type; ECC raises it when a start diverges.
        except cv2.error:
            continue
        if confidence > best.confidence and np.isfinite(matrix).all():
            best = Pose(np.asarray(matrix, np.float32), float(confidence))
    return best


def build_template(images: list[Float]) -> Float | None:
    """The mean of `images`, float32 (64, 64) each, after groupwise registration.

    Returns:
        The template, recentred so that the average pose is no change; None below `MIN_IMAGES`.
    """
    if len(images) < MIN_IMAGES:
        return None
    template: Float = np.mean(images, axis=0)
    for turn in range(ROUNDS):
        starts = (1.0,) if turn == 0 else START_SCALES
        poses = [register(image, template, starts) for image in images]
        kept = [(image, pose) for image, pose in zip(images, poses, strict=True) if pose.believed]
        if len(kept) < MIN_IMAGES:
            return None
        # Without this the template shrinks or drifts, because smoother is easier to match.
        drift = np.eye(3)
        drift[:2] = np.mean([pose.matrix for _, pose in kept], axis=0)
        back = np.linalg.inv(drift)
        template = np.mean(
            [
                _warp(image, (np.vstack([pose.matrix, [0, 0, 1]]) @ back)[:2].astype(np.float32))
                for image, pose in kept
            ],
            axis=0,
        ).astype(np.float32)
    return template


def apply_pose(portrait: NDArray[np.uint8], matrix: Float, side: int) -> NDArray[np.uint8]:
    """`portrait` resampled into the template's pose, uint8 (side, side)."""

    # Pixel centres: u_big + 0.5 = factor * (u_small + 0.5).
    def scaling(big: int) -> NDArray[np.float64]:
        factor = big / GRID
        offset = (factor - 1) / 2
        return np.array([[factor, 0, offset], [0, factor, offset], [0, 0, 1]])

    small = np.vstack([matrix.astype(np.float64), [0, 0, 1]])
    full = scaling(portrait.shape[0]) @ small @ np.linalg.inv(scaling(side))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(portrait, full[:2], (side, side), flags=flags), np.uint8)
