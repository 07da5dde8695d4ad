"""Which patient of a release does an image show, if it is another exposure than the release holds?

Likeness answers, not local features: the image is looked up in the release as in an open gallery, and what
such a best match is worth is learnt from the release's own patients (see `open_set`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.linkage.across.open_set import BestMatches, best_matches, fit_open_set
from auditor.linkage.copies.trace import content
from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import NEIGHBOURS, Progress, embed
from auditor.linkage.describe.features import Features
from auditor.linkage.describe.portrait import is_blank, portray
from auditor.linkage.describe.space import best_pose
from auditor.model import Frame, Portrait


@dataclass(frozen=True, slots=True)
class Person:
    """The image of the release that is most alike, by its position, and the probability that its patient is the
    one shown; at even odds that the patient is in the release at all."""

    position: int
    chance: float


class Persons:
    """The images of a release, placed once, to be asked about many times."""

    def __init__(
        self,
        portraits: Sequence[Portrait],
        *,
        seed: int,
        features: Features | None = None,
        progress: Progress | None = None,
    ) -> None:
        """seed: of every random draw. features: as for the attack."""
        workers = os.cpu_count() or 1
        self._own = embed(
            lambda: portraits, features or Deep(), seed=seed, workers=workers, progress=progress
        )
        self._known = fit_open_set(self._own, seed=seed) if portraits else None

    def find(self, image: NDArray[np.uint8]) -> Person | None:
        """Who `image`, grey, of any size, most probably shows; None where nothing can be said."""
        own, space = self._own, self._own.space
        shown = np.flatnonzero(~own.blank & (own.patients != ""))
        looks = [portray(Frame(0, part)) for part in (image, content(image)) if part is not None]
        looks = [look for look in looks if not is_blank(look)]
        # What one right match looks like has to be known from patients with two images.
        if self._known is None or self._known.model is None or space is None or not looks:
            return None
        # The look and kind of picture that lie best on a template of the release.
        kinds = sorted(set(own.modalities[shown].tolist()))
        _, number, kind = max(
            (
                found[1].confidence if (found := best_pose(space.templates.get(each, ()), look)) else -1.0,
                -n,
                each,
            )
            for n, look in enumerate(looks)
            for each in kinds
        )
        asked = Portrait("", "", "", looks[-number], "", kind)
        (vector,) = space.place([space.describe(asked)])
        similar = vector @ own.vectors[shown].T
        nearest = min(NEIGHBOURS, max(1, (len(shown) - 1) // 4))
        familiar = np.partition(similar, -nearest)[-nearest:].mean() if len(shown) > 4 else 0.0
        scores = similar - (familiar + own.familiarity[shown]) / 2
        _, code = np.unique(own.patients[shown], return_inverse=True)
        score, rival, column = best_matches(scores[None].astype(np.float32), code)
        match = BestMatches(score, rival, column, len(shown))
        chance = self._known.model.predict_proba(self._known.inputs(match))[0, 1]
        return Person(int(shown[column[0]]), float(chance))
