"""Text and faces in pixels: frames in, `Element`s of `Place.PIXELS` and `Place.FACE` with their boxes out."""

from auditor.pixels.engines import ENGINES, available, describe_engine
from auditor.pixels.faces import FaceFinder
from auditor.pixels.heads import try_head
from auditor.pixels.reading import EFFORTS, limits_of, read_frame
from auditor.pixels.stack import PixelReading, TextReader, read_frames

__all__ = [
    "EFFORTS",
    "ENGINES",
    "FaceFinder",
    "PixelReading",
    "TextReader",
    "available",
    "describe_engine",
    "limits_of",
    "read_frame",
    "read_frames",
    "try_head",
]
