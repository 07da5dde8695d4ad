"""Bring images of the same anatomy to one pose, with a template that the dataset itself provides.

Groupwise affine registration: the template starts as the mean of locally normalised copies, every
sampled image is registered to it by maximising the enhanced correlation coefficient (ECC;
Evangelidis and Psarakis, IEEE TPAMI 2008), the template becomes the mean of the registered copies,
and so on. Nothing about chests is built in: whatever most images show becomes the template, and an
image that does not show it gets a low confidence and keeps its own pose.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.orient import MARGIN, UPRIGHT, Orientation, propose

Float = NDArray[np.float32]

GRID = 64
"""Side of the copies that are registered, in pixels."""
MIN_IMAGES = 8
"""Below this many images a mean says more about one image than about the anatomy."""
MIN_CONFIDENCE = 0.5
"""Correlation with the template from which a pose is believed: chest radiographs reach it against a
chest template, most images of something else do not."""
MAX_SCALE = 2.0
ROUNDS = 4
SIGMA = 6.0
"""Neighbourhood of the local normalisation, in pixels of the 64-pixel grid."""
COVERED = 0.95
"""Share of images that must show a part of the template for it to be compared."""
SHADE = 8
"""Grey levels within which a line is of one shade: compression leaves some."""
IDENTITY: Float = np.eye(2, 3, dtype=np.float32)
# ECC finds the nearest optimum only. Scale and shift, in pixels, of the poses it starts from: first
# a smaller and a larger field of view, then, where that disappoints, off-centre ones too.
Start = tuple[float, float, float]
STARTS: tuple[Start, ...] = ((1.0, 0, 0), (0.82, 0, 0), (1.22, 0, 0))
MORE_STARTS: tuple[Start, ...] = (
    (0.7, 0, 0),
    (1.4, 0, 0),
    *((scale, x, y) for scale in (1.0, 0.82, 1.22) for x, y in ((0, 8), (0, -8), (8, 0), (-8, 0))),
)
DISAPPOINTING = 0.6
"""Correlation under which the other starts are tried."""
SEARCH = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-4)


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """`matrix` (2, 3) maps template coordinates, in pixels of the 64-pixel grid, to the image's."""

    matrix: Float
    confidence: float
    """Correlation of the registered image with the template, -1 to 1."""
    orientation: Orientation = UPRIGHT
    """Done to the image before `matrix`."""

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


def filling(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture without a frame of a shade other than black, made as large as its square allows.

    A frame says how an image was exported, and would otherwise be taken for anatomy; black borders weigh nothing as
    they are. What is left has at least a quarter of each side, else the picture stays as it is.

    portrait: uint8, square.
    """
    box = (0, 0, *portrait.shape)
    before, framed = None, False
    # A frame lies inside the bars that fill a square, and bars may lie inside a frame.
    while before != box:
        before = box
        top, left, bottom, right = box
        top, bottom, above = _inside(portrait[:, left:right], top, bottom)
        left, right, beside = _inside(portrait.T[:, top:bottom], left, right)
        box, framed = (top, left, bottom, right), framed or above or beside
    top, left, bottom, right = box
    rows, columns, side = bottom - top, right - left, len(portrait)
    if not framed or min(rows, columns) * 4 < side:
        return portrait
    factor = side / max(rows, columns)
    high, wide = max(1, round(rows * factor)), max(1, round(columns * factor))
    filled = np.zeros_like(portrait)
    y, x = (side - high) // 2, (side - wide) // 2
    part = np.ascontiguousarray(portrait[top:bottom, left:right])
    filled[y : y + high, x : x + wide] = cv2.resize(part, (wide, high), interpolation=cv2.INTER_LINEAR)
    return filled


def _inside(lines: NDArray[np.uint8], first: int, last: int) -> tuple[int, int, bool]:
    """The range of `lines` between `first` and `last` without those of one shade at either end; whether any of
    these is not black."""
    levels = np.sort(lines[first:last], axis=1).astype(np.int16)
    # Where two borders meet, a few pixels are between both.
    some = levels.shape[1] * 3 // 100
    varied = np.flatnonzero(levels[:, -1 - some] - levels[:, some] > SHADE)
    if not varied.size:
        return first, last, False
    start, end = int(varied[0]), int(varied[-1]) + 1
    left_out = np.concatenate([levels[:start], levels[end:]])
    return first + start, first + end, bool((left_out[:, levels.shape[1] // 2] > 2 * SHADE).any())


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


def _start(scale: float, x: float, y: float) -> Float:
    shift = (GRID - 1) / 2 * (1 - scale)
    return np.array([[scale, 0, shift + x], [0, scale, shift + y]], np.float32)


def _warp(image: Float, matrix: Float) -> Float:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(image, matrix, (image.shape[1], image.shape[0]), flags=flags), np.float32
    )


def register(image: Float, template: Float, starts: tuple[Start, ...] = STARTS) -> Pose:
    """The best affine pose of `image` against `template`, both float32 (64, 64)."""
    best = Pose(IDENTITY, -1.0)
    everywhere = np.ones(image.shape, np.uint8)
    if image.std() < 1e-3 or template.std() < 1e-3:
        return best
    for start in starts:
        try:
            confidence, matrix = cv2.findTransformECC(
                template, image, _start(*start), cv2.MOTION_AFFINE, SEARCH, everywhere, 5
            )
        # OpenCV has one exception type; ECC raises it when a start diverges.
        except cv2.error:
            continue
        if confidence > best.confidence and np.isfinite(matrix).all():
            best = Pose(np.asarray(matrix, np.float32), float(confidence))
    return best


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What most images of a release show, and the window of it that nearly all of them show."""

    image: Float
    """(64, 64): mean of the registered, locally normalised copies."""
    window: tuple[int, int, int, int]
    """x0, y0, x1, y1 in pixels of `image`; x1 and y1 are exclusive."""

    def register(self, portrait: NDArray[np.uint8]) -> Pose:
        """The pose of `portrait`, uint8 square, against the template; turned, mirrored or inverted only where
        that fits clearly better."""
        return self.fit(local_contrast(portrait, GRID, SIGMA))

    def fit(self, image: Float) -> Pose:
        """As `register`, of local contrast, float32 (64, 64)."""
        orientation = propose(image, self.image)
        pose = self._register(image)
        if orientation == UPRIGHT:
            return pose
        other = self._register(orientation.of_contrast(image))
        if other.confidence < pose.confidence + MARGIN:
            return pose
        return replace(other, orientation=orientation)

    def _register(self, image: Float) -> Pose:
        pose = register(image, self.image)
        if pose.confidence >= DISAPPOINTING:
            return pose
        return max(pose, register(image, self.image, MORE_STARTS), key=lambda each: each.confidence)

    def cut(self, portrait: NDArray[np.uint8], pose: Pose, side: int) -> NDArray[np.uint8]:
        """The window of the template as `portrait` shows it, stretched to uint8 (side, side)."""
        x0, y0, x1, y1 = self.window
        crop = np.array([[x1 - x0, 0, x0], [0, y1 - y0, y0], [0, 0, 1]]) @ np.diag([1 / side, 1 / side, 1])
        large = np.diag([portrait.shape[1] / GRID, portrait.shape[0] / GRID, 1])
        # All of these map edges to edges; pixel centres lie half a pixel off.
        half, back = np.eye(3), np.eye(3)
        half[:2, 2], back[:2, 2] = 0.5, -0.5
        portrait = pose.orientation.of_portrait(portrait, content_mask(portrait) > 0)
        full = back @ large @ half @ _square(pose.matrix) @ back @ crop @ half
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(portrait, full[:2], (side, side), flags=flags), np.uint8)


def _square(matrix: Float) -> NDArray[np.float64]:
    return np.vstack([matrix.astype(np.float64), [0, 0, 1]])


def _mean(images: list[Float]) -> Float:
    return np.asarray(np.mean(images, axis=0), np.float32)


def build_template(portraits: list[NDArray[np.uint8]]) -> Template | None:
    """Register `portraits`, uint8 square, to each other and average them.

    Returns:
        The template, recentred so that the average pose is no change; None where fewer than
        `MIN_IMAGES` show the same thing.
    """
    if len(portraits) < MIN_IMAGES:
        return None
    images = [local_contrast(portrait, GRID, SIGMA) for portrait in portraits]
    masks = [
        np.asarray(cv2.resize(content_mask(each), (GRID, GRID), interpolation=cv2.INTER_AREA), np.float32)
        for each in portraits
    ]
    mean, coverage = _mean(images), _mean(masks)
    for turn in range(ROUNDS):
        ways = [propose(image, mean) for image in images]
        images = [way.of_contrast(image) for way, image in zip(ways, images, strict=True)]
        masks = [
            replace(way, inverted=False).of_contrast(mask) for way, mask in zip(ways, masks, strict=True)
        ]
        poses = [register(image, mean, STARTS if turn else STARTS[:1]) for image in images]
        kept = [index for index, pose in enumerate(poses) if pose.believed]
        if len(kept) < MIN_IMAGES:
            return None
        # Without this the template shrinks or drifts, because smoother is easier to match.
        back = np.linalg.inv(_square(np.mean([poses[index].matrix for index in kept], axis=0)))
        centred = [(_square(poses[index].matrix) @ back)[:2].astype(np.float32) for index in kept]
        pairs = list(zip(kept, centred, strict=True))
        mean = _mean([_warp(images[index], matrix) for index, matrix in pairs])
        coverage = _mean([_warp(masks[index], matrix) for index, matrix in pairs])
    return Template(mean, _window(coverage))


def _window(coverage: Float) -> tuple[int, int, int, int]:
    """The box that `COVERED` of the images fill; the field of view differs outside, not the anatomy."""
    covered = coverage >= COVERED
    columns = np.flatnonzero(covered.mean(axis=0) >= 0.5)
    rows = np.flatnonzero(covered.mean(axis=1) >= 0.5)
    if min(columns.size, rows.size) < GRID // 4:
        return 0, 0, GRID, GRID
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
