"""`auditor init`: what it writes is right, and it overwrites nothing."""

import tomllib
from pathlib import Path

import pytest
import typer.testing
import yaml

from auditor.cli import app
from auditor.commands.init import STARTERS
from auditor.errors import UsageError
from auditor.policy import Policy, load_policy
from auditor.report import FORMATS

RUN = typer.testing.CliRunner()


def test_the_policy_spells_out_the_defaults(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["init", str(tmp_path)]).exit_code == 0
    assert load_policy(tmp_path / "audit.toml") == Policy()


def test_every_key_of_the_policy_is_named(tmp_path: Path) -> None:
    RUN.invoke(app, ["init", str(tmp_path)])
    lines = (tmp_path / "audit.toml").read_text(encoding="utf-8").splitlines()
    # What stands behind a comment sign and is TOML counts as named too.
    spelt = tomllib.loads("\n".join(line.removeprefix("# ") for line in lines if "=" in line or "[" in line))
    for name, section in Policy.model_fields.items():
        assert name in spelt
        if hasattr(section.annotation, "model_fields"):
            assert set(spelt[name]) == set(section.annotation.model_fields)


@pytest.mark.parametrize("system", sorted(STARTERS))
def test_the_job_is_yaml_and_reads_files_that_the_formats_write(system: str, tmp_path: Path) -> None:
    assert RUN.invoke(app, ["init", str(tmp_path), "--ci", system]).exit_code == 0
    text = (tmp_path / STARTERS[system][1]).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    command = next(line for line in text.splitlines() if "auditor scan" in line)
    chosen = command.split("--format ")[1].split()[0].split(",")
    assert set(chosen) <= set(FORMATS)
    read = {word.split("audit-report/")[1] for word in text.split() if "audit-report/" in word}
    assert read <= {FORMATS[name].file_name for name in chosen}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "audit.toml").write_text("name = 'mine'", encoding="utf-8")
    result = RUN.invoke(app, ["init", str(tmp_path), "--ci", "gitlab"])
    assert isinstance(result.exception, UsageError)
    assert [path.name for path in tmp_path.iterdir()] == ["audit.toml"]
    assert (tmp_path / "audit.toml").read_text(encoding="utf-8") == "name = 'mine'"
