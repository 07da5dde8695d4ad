"""Time and peak memory of everything that follows the reading of files, at numbers of files nobody makes.

    python benchmarks/inventory_scale.py [--files 20000] [--times 25]

Reads the files of `tags_speed.py` once, stops, and repeats what the state holds: other files, patients and
exams; values of one file or series have other ids and texts, those that stand everywhere stay what they are.
The scan is then resumed, and ends as any other: judged, compared, written.

Measured on two shared cores: 500,000 files, 60 million occurrences and 2.2 million distinct values take 86 s
and 756 MB at most, of which 384 MB are what the libraries take before a scan begins, and 256 MB what the
database may hold; with 160 MB for it, 125 s and 670 MB.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import duckdb
from tags_speed import make

from auditor.errors import InterruptedScanError
from auditor.keys import Key
from auditor.pipeline.plan import Plan
from auditor.pipeline.scan import audit
from auditor.sources import open_source

_PLAN = Plan(stages=frozenset({"tags"}))
_EVERYWHERE = 150
"""A value of more files than this is not one of a patient's."""
_TIMES = """
INSERT INTO items SELECT * REPLACE (
    item + {offset} AS item, patient || '{n}' AS patient, exam || '{n}' AS exam, series || '{n}' AS series)
    FROM once_items;
INSERT INTO occurrences SELECT o.* REPLACE (
    CASE WHEN e.value IS NULL THEN hash(o.value, {n})::BIT::BIGINT ELSE o.value END AS value,
    item + {offset} AS item) FROM once_occurrences o LEFT JOIN everywhere e USING (value);
INSERT INTO values_seen SELECT * REPLACE (
    hash(value, {n})::BIT::BIGINT AS value, hash(text, {n})::BIT::BIGINT AS text) FROM once_values
"""


def read(folder: Path, out: Path) -> None:
    """Examine the files, and leave the state of a scan that was stopped then."""

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "judging values":
            raise KeyboardInterrupt

    try:
        audit(open_source(folder), out, Key(bytes(32)), plan=_PLAN, progress=stop)
    except InterruptedScanError:
        return
    raise SystemExit("the scan ended before it could be stopped")


def repeat(out: Path, times: int) -> tuple[int, int]:
    """Repeat what the state holds; the number of files and occurrences that it has then."""
    with duckdb.connect(out / ".state" / "inventory.duckdb") as db:
        db.execute(f"""CREATE TABLE everywhere AS
            SELECT value FROM occurrences GROUP BY value HAVING count(*) > {_EVERYWHERE}""")
        db.execute("CREATE TABLE once_items AS FROM items")
        db.execute("CREATE TABLE once_occurrences AS FROM occurrences")
        db.execute("CREATE TABLE once_values AS FROM values_seen ANTI JOIN everywhere USING (value)")
        (files,) = db.execute("SELECT max(item) + 1 FROM items").fetchone() or (0,)
        for n in range(1, times):
            db.execute(_TIMES.format(n=n, offset=n * files))
        for table in ("everywhere", "once_items", "once_occurrences", "once_values"):
            db.execute(f"DROP TABLE {table}")
        (held,) = db.execute("SELECT count(*) FROM occurrences").fetchone() or (0,)
        return files * times, held


def finish(folder: Path, out: Path) -> tuple[float, float]:
    """Seconds, and MB that this process took at most, to end the scan."""
    began = time.perf_counter()
    audit(open_source(folder), out, Key(bytes(32)), plan=_PLAN, resume=True)
    return time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print files, occurrences, seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=25)
    asked = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name, "files"), Path(name, "audit")
        folder.mkdir()
        with context.Pool(1) as pool:
            pool.apply(make, (folder, asked.files))
            pool.apply(read, (folder, out))
        files, occurrences = repeat(out, asked.times)
        with context.Pool(1) as pool:
            seconds, peak = pool.apply(finish, (folder, out))
    print(f"{files:,} files, {occurrences:,} occurrences: {seconds:,.0f} s, at most {peak:,.0f} MB")


if __name__ == "__main__":
    main()
