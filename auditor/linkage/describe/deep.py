"""Features from the first blocks of a network trained on photographs, run by onnxruntime.

Early activations describe edges and texture, not dog breeds; kept as an 8 × 8 grid on aligned
images they say whose anatomy it is. Weights, origin, licence and checksum: models/README.md.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from auditor.linkage.describe.align import Float, local_contrast
from auditor.linkage.describe.features import Classical

GRID = 8
MODEL = "efficientnet-lite0-blocks.onnx"


class Deep:
    """Activations of EfficientNet-lite0, blocks 4 and 10, and the classical blocks beside them."""

    name = "deep: EfficientNet-lite0 blocks 4 and 10 (8x8) + classical Gabor 8x8 and HOG 16x16, PCA-whitened by zones"
    side = 256

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        # Images are spread over threads by the caller; more inside would only compete.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        weights = (files("auditor.linkage") / "models" / MODEL).read_bytes()
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._classical = Classical()

    def describe(self, portrait: NDArray[np.uint8]) -> tuple[Float, ...]:
        """(40, 8, 8) of block 4, (112, 8, 8) of block 10, and the classical grids."""
        contrast = local_contrast(portrait, self.side, self.side / 16)
        # ±3 local deviations become the 0 to 1 that the network was trained on.
        grey = (contrast / 6 + 0.5)[None, None].astype(np.float32)
        activations = self._session.run(None, {"grey": grey})
        early, late = (np.asarray(each[0], np.float32).reshape(-1, GRID, GRID) for each in activations)
        return early, late, *self._classical.describe(portrait)
