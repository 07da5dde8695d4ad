"""What a mitigation is tried on: an image, or a volume whose slices are mitigated one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.portrait import portray
from auditor.linkage.describe.volumes import BONE, portray_volume, shows_hounsfield
from auditor.linkage.whatif.mitigations import Image, Mitigation
from auditor.linkage.whatif.utility import ssim
from auditor.model import Frame, Portrait, Volume
from auditor.readers.volumes import shrunk

KEPT = 160
"""Voxels of a side of a volume that is kept in memory: 4 MB at most."""
AIR = -1024.0
"""HU that become black in the slices of a CT; what is denser than the window of bone becomes white."""


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """A volume in 256 grey levels from `low` to `high`, axes to right, front and top."""

    levels: Image
    """uint8 (x, y, z)."""
    spacing: tuple[float, float, float]
    low: float
    high: float

    @classmethod
    def of(cls, volume: Volume) -> Stack:
        """CT: from air to dense bone; else from the lowest value to what one voxel in a thousand exceeds."""
        blocks = tuple(-(-side // KEPT) for side in volume.voxels.shape)
        values = shrunk(volume.voxels, blocks)
        x, y, z = (mm * block for mm, block in zip(volume.spacing, blocks, strict=True))
        low, high = AIR, BONE[1]
        if not shows_hounsfield(values):
            low, high = float(values.min()), float(np.percentile(values, 99.9))
        scaled = (values - low) * (255 / max(high - low, 1e-6))
        return cls(np.asarray(np.clip(np.rint(scaled), 0, 255), np.uint8), (x, y, z), low, high)

    def slice(self, place: int) -> Image:
        """An axial slice, top up."""
        return np.ascontiguousarray(self.levels[:, :, place].T[::-1])

    @property
    def slices(self) -> int:
        """How many axial slices there are."""
        return int(self.levels.shape[2])

    def portrait(self) -> NDArray[np.uint8]:
        """The picture of the whole that linkage compares."""
        values = self.levels * np.float32((self.high - self.low) / 255) + np.float32(self.low)
        return portray_volume(Volume(values, self.spacing))


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is mitigated, an image as a viewer shows it (uint8, rows and columns) or a volume; and whom it shows."""

    image: Image | Stack
    portrait: Portrait

    def mitigated(self, mitigation: Mitigation, seed: list[int]) -> tuple[Portrait, float]:
        """Its portrait after the mitigation, and the mean SSIM of what it shows; `seed` decides all that is random."""
        if isinstance(self.image, Stack):
            changed, alike = _through(self.image, mitigation, seed)
            return replace(self.portrait, pixels=changed.portrait()), alike
        shown = mitigation(self.image, np.random.default_rng(seed))
        return replace(self.portrait, pixels=portray(Frame(0, shown))), ssim(self.image, shown)

    def sample(self) -> Image:
        """The image, or the middle slice."""
        return self.image.slice(self.image.slices // 2) if isinstance(self.image, Stack) else self.image


def _through(stack: Stack, mitigation: Mitigation, seed: list[int]) -> tuple[Stack, float]:
    """All slices mitigated, each by its own draw, or by one where the mitigation moves anatomy; mean SSIM."""
    levels, alike = np.empty_like(stack.levels), []
    for place in range(stack.slices):
        before = stack.slice(place)
        draw = seed if mitigation.steady else [*seed, place]
        after = mitigation(before, np.random.default_rng(draw))
        levels[:, :, place] = after[::-1].T
        alike.append(ssim(before, after))
    return replace(stack, levels=levels), float(np.mean(alike))
