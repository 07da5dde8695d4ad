"""How well laws foretell rank-1 of a larger gallery from a smaller one, and how often their bands hold it.

    python benchmarks/scaling.py FOLDER [--sizes 100,200] [--draws 100] [--seed 0]

FOLDER is as in linkage_nih.py. Patients are drawn at random; the protocol is run on them alone, the laws are fitted
to what it measures, as a scan of them would, and read at the size of the whole, where rank-1 is measured as well.
Images are placed once, in the space of the whole.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from linkage_nih import load

from auditor.linkage.describe.deep import Deep
from auditor.linkage.describe.embedding import embed
from auditor.linkage.within.protocol import bootstrap_weights, members_by_patient, run_trial
from auditor.linkage.within.scaling import LAWS, measured_sizes, sub_gallery_rank1

REPLICATES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", default="100,200")
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    portraits = load(arguments.folder)
    points = embed(lambda: portraits, Deep(), seed=arguments.seed, workers=os.cpu_count() or 1)
    whole = run_trial(points, seed=arguments.seed, draws=20)
    if whole is None:
        raise SystemExit("no patient can be probed")
    members = list(members_by_patient(points).values())
    truth, at = float(whole.rank_share[:, 0].mean()), np.array([float(whole.gallery_patients)])
    for size in map(int, arguments.sizes.split(",")):
        told: dict[str, list[tuple[float, float, float]]] = {name: [] for name in LAWS}
        for draw in range(arguments.draws):
            drawn = np.random.default_rng([arguments.seed, size, draw]).permutation(len(members))[:size]
            rows = np.sort(np.concatenate([members[each] for each in drawn]))
            part = run_trial(points.take(rows), seed=draw, draws=20)
            if part is None:
                continue
            sizes = measured_sizes(size)
            curves = sub_gallery_rank1(part.rank_share, sizes)
            weights = bootstrap_weights(len(curves), draw, REPLICATES)
            for name, law in LAWS.items():
                fitted = sizes.astype(np.float64)
                value, *spread = law(fitted, np.vstack([curves.mean(axis=0), weights @ curves]), at)[
                    :, 0
                ].tolist()
                low, high = np.clip(np.percentile(spread, [2.5, 97.5]), 0, 1)
                told[name].append((value, min(low, value), max(high, value)))
        for name, each in told.items():
            value, low, high = np.array(each).T
            print(
                f"{name} from {size} of {whole.gallery_patients}: {value.mean():.3f} on average, measured {truth:.3f}, "
                f"spread {value.std():.3f}; band {(high - low).mean():.2f} wide, "
                f"holds it in {((low <= truth) & (truth <= high)).sum()} of {len(value)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
