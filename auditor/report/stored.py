"""report.json: written, read back and described by the JSON Schema that ships beside this file."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from auditor.errors import ReportError
from auditor.report.schema import SCHEMA_VERSION, Report

SCHEMA_FILE = Path(__file__).with_name("report.schema.json")


def json_text(report: Report) -> str:
    """The report as JSON: two spaces of indent, UTF-8 characters as they are, no NaN."""
    return json.dumps(report.model_dump(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of `Report`; `report.schema.json` holds exactly this."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | Report.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def load_report(path: Path) -> Report:
    """Read report.json.

    Raises `ReportError` if the file cannot be read, is not JSON, was written to another schema
    version, or does not follow the schema; the message names the place, never the content.
    """
    where = str(path)
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise ReportError(
            f"The report cannot be read ({error.strerror or 'input/output error'})",
            where,
            "Give the path of a report.json that `auditor scan` wrote.",
        ) from None
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested beyond any report
        raise ReportError(
            "The report is not JSON", where, "Give the report.json of a scan, not its HTML or CSV."
        ) from None
    if not isinstance(content, dict):
        raise ReportError("The report is not a JSON object", where, "Run `auditor scan` again.")
    version = content.get("schema_version")
    if version != SCHEMA_VERSION:
        raise ReportError(
            f"The report does not follow schema version {SCHEMA_VERSION}",
            where,
            "Run `auditor scan` again with this version of auditor.",
        )
    try:
        return Report.model_validate(content)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise ReportError(
            f"The report does not follow its schema at `{place}` ({error.error_count()} problems in all)",
            where,
            "Run `auditor scan` again; do not edit report.json by hand.",
        ) from None
