"""Linkage by record: how many patients share each patient's quasi-identifiers.

Sources: prosecutor, journalist and marketer risk after El Emam, *Guide to the De-Identification of
Personal Health Information* (2013), ch. 16; the number of people in a population behind a class of
a sample after Benedetti and Franconi (1998), as mu-Argus uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditor.model import Estimate, Facts, RecordsOutcome
from auditor.risk.generalise import GENERALISE, parse_day, plain, value_of

PERSONAL = ("age", "sex", "ethnic", "size", "weight")
"""What somebody who knows the patient knows."""
ENCOUNTER = ("study_date", "site", "device", "modality", "body_part")
"""What somebody who knows of the visit, or holds another record of it, knows."""
ACQUISITION = ("view", "rows", "columns", "spacing")
"""What every copy of the image shows, so what somebody who holds another copy or series knows."""
DEFAULT = PERSONAL + ENCOUNTER + ACQUISITION

RESAMPLES = 1000
FloatArray = NDArray[np.float64]


def assess(
    facts: Iterable[tuple[str, Facts]],
    *,
    quasi_identifiers: Sequence[str] | None = None,
    population: int | None = None,
    seed: int = 0,
) -> RecordsOutcome:
    """Equivalence classes of patients over the quasi-identifiers present.

    facts: (patient pseudonym, facts) for every file or exam, in any number per patient; an empty
    pseudonym is left out. A patient's value is the one of the earliest study date (without dates:
    the first given), or of the next file that has one. A missing value is a value of its own: it
    equals only another missing one, which can overstate the risk but not hide it. A study date that
    its file declares as modified counts as missing.

    quasi_identifiers: names of `Facts` fields (ValueError for others); default `DEFAULT`. Those
    that are the same for everybody, or missing for everybody, are left out: they tell nothing.

    population: how many people the patients were drawn from at random. `journalist` (the mean over
    patients of the expected 1/F, F the number of people in the population who share the class)
    needs it. Without it `journalist` is None and `marketer` takes the worst case, a register that
    holds exactly these patients, where it equals `prosecutor`; with it, the averages of marketer
    and journalist risk coincide under this estimator.

    Intervals: 95 % percentile bootstrap of the per-patient figures, `RESAMPLES` draws of
    `seed`, with the classes held as they are, because resampled patients would be their own twins.
    """
    wanted = DEFAULT if quasi_identifiers is None else tuple(dict.fromkeys(quasi_identifiers))
    unknown = set(wanted) - set(Facts.__dataclass_fields__)
    if unknown:
        raise ValueError(f"not a quasi-identifier: {', '.join(sorted(unknown))}")
    people = one_row_each(facts, wanted)
    if people.empty:
        return RecordsOutcome(reason="no file is attributed to a patient")
    present = [name for name in wanted if people[name].any()]
    if not present:
        return RecordsOutcome(patients=len(people), reason="no quasi-identifier is present")
    if len(people) == 1:
        return RecordsOutcome(
            quasi_identifiers=tuple(present),
            patients=1,
            reason="one patient only: there is nobody to be told apart from",
        )
    telling = [name for name in present if people[name].nunique() > 1]
    sizes = class_sizes(people, telling)
    rng = np.random.default_rng(seed)
    prosecutor = mean_of(sizes, lambda k: 1.0 / k, rng)
    journalist = None
    if population is not None:
        fraction = min(1.0, len(people) / population) if population > 0 else 1.0
        journalist = mean_of(sizes, lambda k: inverse_population_class(k, fraction), rng)
    return RecordsOutcome(
        quasi_identifiers=tuple(telling),
        patients=len(people),
        k_min=int(sizes.min()),
        prosecutor=prosecutor,
        journalist=journalist,
        marketer=journalist or prosecutor,
        uniques=mean_of(sizes, lambda k: (k == 1).astype(np.float64), rng),
        class_of={str(patient): int(k) for patient, k in sizes.items()},
        by_attribute=tuple((name, float((class_sizes(people, [name]) == 1).mean())) for name in telling),
        reason="" if telling else "every patient has the same quasi-identifiers",
    )


def one_row_each(facts: Iterable[tuple[str, Facts]], attributes: Sequence[str]) -> pd.DataFrame:
    """Generalised values, one row a patient (index: pseudonym), one column an attribute; '' missing."""
    rows = [
        (patient, parse_day(one.study_date), *(value_of(one, name) for name in attributes))
        for patient, one in dict.fromkeys(facts)
        if patient
    ]
    table = pd.DataFrame(rows, columns=["patient", "when", *attributes], dtype=object)
    for name in attributes:
        rule = GENERALISE.get(name, plain)
        table[name] = table[name].map({text: rule(text) or None for text in table[name].unique()})
    table["when"] = pd.to_datetime(table["when"].map(lambda d: d.isoformat() if d else None), errors="coerce")
    ordered = table.sort_values("when", kind="stable", na_position="last")
    # `first` takes the first value that is not missing, column by column.
    first = ordered.groupby("patient", sort=True)[list(attributes)].first()
    return first.astype(object).where(first.notna(), "")


def class_sizes(people: pd.DataFrame, attributes: Sequence[str]) -> pd.Series[int]:
    """For every patient, how many share all of `attributes`; without attributes, everybody does."""
    if not attributes:
        return pd.Series(len(people), index=people.index)
    return people.groupby(list(attributes), sort=False)[attributes[0]].transform("size").astype(int)


def mean_of(
    sizes: pd.Series[int], figure: Callable[[FloatArray], FloatArray], rng: np.random.Generator
) -> Estimate:
    """Mean over patients of `figure(k)` and its bootstrap interval.

    Patients of one class size have one figure, so a resample is one multinomial draw over sizes.
    """
    distinct, counts = np.unique(sizes.to_numpy(), return_counts=True)
    values = figure(distinct.astype(np.float64))
    total = int(counts.sum())
    draws = rng.multinomial(total, counts / total, size=RESAMPLES) @ values / total
    low, high = np.quantile(draws, [0.025, 0.975])
    return Estimate(float(counts @ values / total), float(low), float(high))


def inverse_population_class(k: FloatArray, fraction: float) -> FloatArray:
    """E[1/F | k]: a class of k in a sample of `fraction` of a population of which F are in the class.

    F − k is negative binomial (k, fraction). With p the fraction, the expectation is
    ∫₀¹ x^(k−1) · p / (p + (1−p)·x) dx; for k = 1 it is p/(1−p)·ln(1/p). It is integrated on a grid
    in ln x, which resolves the steep part near 0 however small p is.
    """
    # Beyond these limits the integrand is below 1e-12 of its integral.
    x = np.exp(np.linspace(np.log(max(fraction, 1e-12) * 1e-6), 0.0, 4001))
    weight = fraction / (fraction + (1.0 - fraction) * x)
    below = x[0] ** k / k  # the part left of the grid, where the weight is 1
    return np.asarray(below + [np.trapezoid(x**one * weight, np.log(x)) for one in k], dtype=np.float64)
