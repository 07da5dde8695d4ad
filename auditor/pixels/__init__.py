"""Text in pixels: frames in, `Element`s of `Place.PIXELS` with their boxes out."""

from auditor.pixels.engines import ENGINES, available, describe_engine
from auditor.pixels.reading import EFFORTS, read_frame
from auditor.pixels.stack import PixelReading, TextReader, read_frames

__all__ = [
    "EFFORTS",
    "ENGINES",
    "PixelReading",
    "TextReader",
    "available",
    "describe_engine",
    "read_frame",
    "read_frames",
]
