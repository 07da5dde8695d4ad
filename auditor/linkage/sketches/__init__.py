"""Do two holders have patients in common? Sketches of images that can be compared and not looked at."""

from auditor.linkage.sketches.basis import MIN_IMAGES, Basis, read_basis
from auditor.linkage.sketches.compare import Comparison, compare
from auditor.linkage.sketches.files import Sketch, SketchedPatient, load_sketch, save_sketch
from auditor.linkage.sketches.projection import BITS, Projection

__all__ = [
    "BITS",
    "MIN_IMAGES",
    "Basis",
    "Comparison",
    "Projection",
    "Sketch",
    "SketchedPatient",
    "compare",
    "load_sketch",
    "read_basis",
    "save_sketch",
]
