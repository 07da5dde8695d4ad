"""Recall and false alarms of the detectors on lists that no lexicon was built from.

    python benchmarks/measure_detectors.py [BURNED_IN_FOLDER]

detector_lists/ holds names, short fields that are no names, sentences with the spans to be found
(`text|span;span`) and text to be quiet on. All persons are invented. The lists were written before
the detectors first ran on them; misses seen since have been worked on, so they no longer tell how
unseen text fares. BURNED_IN_FOLDER: JSON files with `values` of `kind` and `text`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from auditor.detectors import detect, person_name

LISTS = Path(__file__).parent / "detector_lists"
IDENTIFYING = 0.5
"""Confidence from which a hit counts."""
COVERED = 0.6
"""Share of an expected span that hits must cover."""


def lines(name: str) -> list[str]:
    return (LISTS / name).read_text(encoding="utf-8").splitlines()


def covered(text: str, span: str) -> bool:
    start = text.index(span)
    end = start + len(span)
    overlap = (min(end, h.end) - max(start, h.start) for h in detect(text) if h.confidence >= IDENTIFYING)
    return max(overlap, default=0) >= COVERED * len(span)


def alarms(text: str) -> bool:
    return any(h.confidence >= IDENTIFYING for h in detect(text))


def main() -> None:
    names, others, quiet = lines("names.txt"), lines("no_names.txt"), lines("quiet.txt")
    print(f"names recognised: {sum(person_name(n) >= IDENTIFYING for n in names)} of {len(names)}")
    print(
        f"other fields taken for names: {sum(person_name(n) >= IDENTIFYING for n in others)} of {len(others)}"
    )
    print(f"other fields with any hit: {sum(map(alarms, others))} of {len(others)}")
    spans = [
        (text, s)
        for text, expected in (x.rsplit("|", 1) for x in lines("sentences.txt"))
        for s in expected.split(";")
    ]
    print(f"spans found in sentences: {sum(covered(t, s) for t, s in spans)} of {len(spans)}")
    print(f"quiet text with any hit: {sum(map(alarms, quiet))} of {len(quiet)}")
    for folder in sys.argv[1:]:
        total, found = Counter[str](), Counter[str]()
        for path in sorted(Path(folder).glob("*.json")):
            for value in json.loads(path.read_text())["values"]:
                total[value["kind"]] += 1
                found[value["kind"]] += alarms(value["text"])
        for kind, count in total.items():
            print(f"burned in, {kind}: {found[kind]} of {count}")


if __name__ == "__main__":
    main()
