"""The parametric chest: anatomy stays, exposure changes."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from auditor.demo.chest import draw_anatomy, draw_exposure, render

SIDE = 128
PATIENTS = 20


def _detail(film: NDArray[np.uint16]) -> NDArray[np.float64]:
    """A film without its brightness: what is finer than a tenth of its width, of unit norm."""
    grey = cv2.resize(film.astype(np.float32), (64, 64), interpolation=cv2.INTER_AREA)
    fine = (grey - cv2.GaussianBlur(grey, (0, 0), 6)).ravel().astype(np.float64)
    return (fine / np.linalg.norm(fine)).reshape(64, 64)


def test_same_numbers_same_film() -> None:
    def film() -> NDArray[np.uint16]:
        rng = np.random.default_rng(4)
        return render(draw_anatomy(rng, female=True), draw_exposure(rng), SIDE)

    assert np.array_equal(film(), film())
    assert film().dtype == np.uint16 and film().max() < 4096


def test_lungs_are_darker_than_spine_and_air_around_is_darkest() -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        anatomy = draw_anatomy(rng, female=seed % 2 == 0)
        still = replace(draw_exposure(rng), degrees=0.0, shift=(0.0, 0.0), scale=1.0, opacity=None)
        film = render(anatomy, still, SIDE).astype(float)
        spine = film[70:90, 60:68].mean()
        lung = film[45:65, 30:45].mean()
        outside = film[2:8, 2:20].mean()
        assert outside < lung < spine


def test_films_of_one_patient_are_more_alike_than_chance() -> None:
    gallery, probes = [], []
    for patient in range(PATIENTS):
        rng = np.random.default_rng(patient)
        anatomy = draw_anatomy(rng, female=bool(patient % 2))
        gallery.append(_detail(render(anatomy, draw_exposure(rng), SIDE)))
        probes.append(_detail(render(anatomy, draw_exposure(rng), SIDE)))
    # The best match over all shifts: the highest circular cross-correlation.
    one = np.conj(np.fft.rfft2(np.array(gallery)))
    other = np.fft.rfft2(np.array(probes))
    scores = np.fft.irfft2(other[:, None] * one[None]).max(axis=(2, 3))
    rank_of_own = (scores > np.diag(scores)[:, None]).sum(axis=1)
    assert 4 / PATIENTS <= (rank_of_own == 0).mean() < 1


def test_a_pacemaker_is_the_brightest_thing() -> None:
    rng = np.random.default_rng(1)
    anatomy, exposure = draw_anatomy(rng, female=False), draw_exposure(rng)
    without = render(anatomy, exposure, SIDE).astype(int)
    fitted = render(replace(anatomy, pacemaker=True), exposure, SIDE).astype(int)
    assert (fitted - without > 300).sum() > 50
