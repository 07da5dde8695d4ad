"""What third-party parsers raise on hostile bytes, and how to keep them quiet."""

from __future__ import annotations

import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pydicom.errors import BytesLengthException, InvalidDicomError

PARSER_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    BytesLengthException,
    InvalidDicomError,
)
"""Parsers of binary formats trust lengths, tags and offsets, so that bad bytes surface as any of
these, deep inside. They are caught around one third-party call only, and become a typed reason;
their text may quote the data and is dropped."""

_LOGGERS = ("pydicom", "nibabel", "nibabel.global", "PIL", "pylibjpeg", "openjpeg", "pypdf", "openpyxl")


@contextmanager
def quiet() -> Iterator[None]:
    """No warning and no log line of a parser leaves this block: they quote values of the data."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, state in zip(loggers, before, strict=True):
            logger.disabled = state
