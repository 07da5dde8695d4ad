"""The settings of a scan, by which an interrupted one is known again."""

import os
import subprocess
import sys

SHOW = "from auditor.pipeline.plan import Plan; print(Plan().settings)"


def test_another_process_knows_the_settings_again() -> None:
    shown = {
        subprocess.run(
            [sys.executable, "-c", SHOW],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(shown) == 1
    assert "'linkage', 'pixels', 'records', 'tags'" in shown.pop()
