"""Features that cost next to nothing, for tests of what is done with features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float, local_contrast


class Tiny:
    """A small copy of the portrait, normalised locally."""

    name = "tiny"

    def describe(self, portrait: NDArray[np.uint8]) -> tuple[Float, ...]:
        """(1, 16, 16)."""
        return (local_contrast(portrait, 16, 2.0)[None],)
