"""Occurrences on their way to the database: columns of numbers, as they are stored."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.inventory.batch import Batch, Spot


class Occurred:
    """The occurrences of some batches; their spots are numbered anew, so that each stands here once."""

    def __init__(self) -> None:
        self.count = 0
        self._values: list[NDArray[np.int64]] = []
        self._items: list[NDArray[np.int32]] = []
        self._places: list[NDArray[np.int32]] = []
        self._spots: dict[Spot, int] = {}

    def add(self, batch: Batch) -> None:
        """Take a batch's."""
        if not batch.occurred:
            return
        indexes = np.array([example.index for example in batch.examined], np.int32)
        self._values.append(np.array(batch.occurred, np.int64))
        self._items.append(np.repeat(indexes, [example.occurrences for example in batch.examined]))
        known, numbers = np.unique(np.array(batch.places), return_inverse=True)
        own = [self._spots.setdefault(batch.spots[number], len(self._spots)) for number in known.tolist()]
        self._places.append(np.array(own, np.int32)[numbers])
        self.count += len(batch.occurred)

    def table(self) -> pa.Table:
        """Value, item, counts, bbox, confidence."""
        places = np.concatenate([np.zeros(0, np.int32), *self._places])
        confidences = np.array([spot[2] for spot in self._spots], np.float32)
        return pa.table(
            {
                "value": np.concatenate([np.zeros(0, np.int64), *self._values]),
                "item": np.concatenate([np.zeros(0, np.int32), *self._items]),
                "counts": self._told(0, places),
                "bbox": self._told(1, places),
                "confidence": confidences[places] if self._spots else np.zeros(0, np.float32),
            }
        )

    def _told(self, part: int, places: NDArray[np.int32]) -> pa.DictionaryArray:
        texts = pa.array([str(spot[part]) for spot in self._spots], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(places), texts)
