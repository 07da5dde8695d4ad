"""Text and faces in pixels: frames in, `Element`s of `Place.PIXELS` and `Place.FACE` with their boxes out."""

from auditor.pixels.faces.heads import Look, is_head_sized, look_at, try_head
from auditor.pixels.faces.photographs import FaceFinder
from auditor.pixels.text.engines import ENGINES, available, describe_engine
from auditor.pixels.text.reading import EFFORTS, limits_of, read_frame
from auditor.pixels.text.stack import PixelReading, TextReader, read_frames

__all__ = [
    "EFFORTS",
    "ENGINES",
    "FaceFinder",
    "Look",
    "PixelReading",
    "TextReader",
    "available",
    "describe_engine",
    "is_head_sized",
    "limits_of",
    "look_at",
    "read_frame",
    "read_frames",
    "try_head",
]
