"""Make `reports/example`: the demo dataset's report, in both languages, with pictures of it.

    make example

The dataset is invented, so the run key is a fixed one and the example repeats from run to run. The
pictures need Chromium; without it they are left as they are, and that is said.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from auditor.cli import main
from auditor.report import load_report, render

FOLDER = Path(__file__).parent.parent / "reports" / "example"
FIXED_KEY = "00" * 32
WIDTH, HEIGHT = 1200, 1500


def make() -> None:
    """Audit the demo dataset and write the example folder anew."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        key = base / "key"
        key.write_text(FIXED_KEY)
        dataset = base / "demo"
        sys.argv = [
            "auditor",
            "demo",
            "--dataset",
            str(dataset),
            "--out",
            str(base / "out"),
            "--key",
            str(key),
        ]
        try:
            main()
        except SystemExit as end:
            if end.code:
                raise
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in sorted(each for each in (base / "out").glob("*.*") if each.suffix != ".sealed"):
            shutil.copy(path, FOLDER / path.name)
    report = load_report(FOLDER / "report.json")
    (FOLDER / "report-zh.html").write_text(render(report, "html", lang="zh"), encoding="utf-8")
    picture("report.html", "report-en.png")
    picture("report-zh.html", "report-zh.png")


def picture(page: str, name: str) -> None:
    """Take a picture of the top of a page with headless Chromium."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print(f"No Chromium: {name} is left as it is", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--hide-scrollbars", f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={FOLDER / name}", (FOLDER / page).as_uri(),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip


if __name__ == "__main__":
    make()
