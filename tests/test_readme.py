"""README and docs stay true: every option, command, file and make target that they name exists."""

import re
from pathlib import Path

import pytest
import typer

from auditor.checks import all_checks
from auditor.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    group = typer.main.get_command(app)
    return {
        name: {
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        for name, command in group.commands.items()  # type: ignore[attr-defined]
    }


def test_every_option_that_the_readme_names_exists() -> None:
    known = {option for options in commands().values() for option in options} | {"--version", "--help"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert named - known == set()


def test_every_option_of_a_command_is_used_where_it_exists() -> None:
    known = commands()
    for name, arguments in re.findall(r"^auditor (\w+)(.*)$", README, re.MULTILINE):
        assert set(re.findall(r"(?<!\S)--[a-z][a-z-]+", arguments)) <= known[name], name


def test_every_make_target_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)`?", README)) - {"it"} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_rule_has_its_page() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "rules").glob("*.md")} - {"README", "index"}
    assert pages == {check.id for check in all_checks()}
