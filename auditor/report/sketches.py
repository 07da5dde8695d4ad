"""What two sketches have in common, in words and as JSON; and what each file gives away."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from auditor.linkage.sketches import Comparison, Sketch
from auditor.linkage.sketches.intersection import Counted
from auditor.model import Estimate
from auditor.report.locale import locale
from auditor.report.measures import Interval

VERSION = "2.0"
ALIKE = 0.5
"""Likeness of strangers across the holders, of that within each, under which their images differ in kind."""


def sketch_text(made: Sketch, lang: str = "en") -> str:
    """What was sketched, and what the file gives away to whoever has it."""
    t = locale(lang)
    lines = [
        t(
            "sketch.made",
            patients=t.count("patients", len(made.patients)),
            images=t.count("images", made.images),
            bits=made.bits,
            left_out=made.left_out,
        ),
        t("sketch.leaks"),
        *(f"  - {text}" for text in t.data("sketch.leaks_list")),
    ]
    return "\n".join(lines)


def comparison_text(found: Comparison, lang: str = "en", *, verified: bool) -> str:
    """The answer with its interval, the threshold and what it was calibrated on."""
    t = locale(lang)
    lines = [
        t(
            "sketch.sizes",
            first=t.count("patients", found.patients[0]),
            second=t.count("patients", found.patients[1]),
        ),
        t("sketch.exposures", n=found.shared_exposures, first=found.patients_with_shared_exposures[0]),
    ]
    shared, weight, likeness = found.shared_patients, found.weight, found.likeness
    seen, chance = found.seen, found.by_chance
    if shared and weight and likeness is not None and seen is not None and chance is not None:
        lines += [
            t(
                "sketch.shared",
                n=round(shared.value),
                low=round(shared.low),
                high=round(shared.high),
                first=t.count("patients", found.patients[0]),
            ),
            t(
                "sketch.calibrated",
                seen=t.decimal(seen),
                chance=t.decimal(chance),
                weight=t.decimal(weight.value),
                interval=t.interval(_interval(weight)),
                likeness=t.percent(likeness),
                known=found.known_pairs,
            ),
        ]
        if likeness < ALIKE:
            lines.append(t("sketch.unlike"))
    else:
        lines.append(t("sketch.unmeasured", reason=t.phrase(found.reason) or found.reason))
    lines.append(t("sketch.verified" if verified else "sketch.unverified"))
    lines.append(t("sketch.limit"))
    return "\n".join(lines)


def _interval(found: Estimate) -> Interval:
    return Interval(value=found.value, low=found.low, high=found.high)


def comparison_json(found: Comparison, seed: int, *, verified: bool) -> dict[str, Any]:
    """The comparison as JSON values."""
    return {"schema_version": VERSION, "verified_with_key": verified, "seed": seed, **asdict(found)}


def psi_request_text(exposures: int, lang: str = "en") -> str:
    """What was asked, and what the two files give away."""
    t = locale(lang)
    return t("psi.request", exposures=t.count("exposures", exposures))


def psi_answer_text(asked: int, own: int, lang: str = "en") -> str:
    """What was answered, and what the other holder learns by it."""
    t = locale(lang)
    return t("psi.answer", asked=t.count("exposures", asked), own=t.count("exposures", own))


def psi_count_text(found: Counted, lang: str = "en") -> str:
    """How many exposures both holders have."""
    t = locale(lang)
    own, theirs = found.exposures
    return t("psi.count", shared=found.shared, own=own, theirs=theirs)


def psi_json(found: Counted) -> dict[str, Any]:
    """The count as JSON values."""
    return {"schema_version": VERSION, **asdict(found)}
