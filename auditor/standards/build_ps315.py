"""Regenerate ps315.csv and safe_private.csv from transcriptions of DICOM PS3.15.

    python -m auditor.standards.build_ps315 TABLE_E1_1.csv SAFE_PRIVATE.csv

The transcription of Table E.1-1 has a column per option; ours adds each attribute's VR (from
pydicom's dictionary, or from the attribute's name where that dictionary is older than the row) and
its group, so that what a check relies on can be read and reviewed as data. Rows that come from an
edition whose option columns were not transcribed get the options that PS3.15 gives to their
neighbours of the same kind; the column `derived` names those options.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

from pydicom.datadict import dictionary_VR

OPTIONS = {
    "113103": "cleanGraphOpt",
    "113104": "cleanStructContOpt",
    "113105": "cleanDescOpt",
    "113106": "rtnLongFullDatesOpt",
    "113107": "rtnLongModifDatesOpt",
    "113108": "rtnPatCharsOpt",
    "113109": "rtnDevIdOpt",
    "113110": "rtnUIDsOpt",
    "113111": "rtnSafePrivOpt",
    "113112": "rtnInstIdOpt",
}
PATTERN_TAGS = {"GGGGEEEE-WHERE-GGGG-IS-ODD": "PRIVATE"}
REPEATING = ("5000", "6000")
"""Rows given once for the first group of a repeating group; the xx rows already cover them."""

BY_NAME = (
    # First match wins: the group of a row that no option column classes.
    (r"GPS", "location"),
    (r"Birth (Date|Time)", "birth"),
    (r"Clinical Trial (Protocol|Series|Time Point|Sponsor)|Ethics", "descriptor"),
    (r"Device|Slot ID", "device"),
    (r"Address|Phone|Telecom|Telephone|Display URI", "contact"),
    (r"Issuer|Organization|Location|Institution|Requesting Service|Transport", "institution"),
    (r"Country|Region|Religious|Military|Branch|Gender|Pronoun|Sex Param|Ethnic", "characteristic"),
    (r"\bIDs?\b|Identif|Number|Locator|Barcode", "identifier"),
    (r"Camera Owner|Topic Author|Name to Use$", "name"),
)
PATIENT_NAME = r"Patient|Person|Selector|Verbal Source|Name to Use|Birth Name"


def vr_of(tag: str, name: str) -> str:
    """The VR in pydicom's dictionary, or the one that the attribute's name implies."""
    pattern = {"60XX3000": "OW", "60XX4000": "LT"}
    if not re.fullmatch(r"[0-9A-F]{8}", tag):
        return pattern.get(tag, "")
    try:
        return dictionary_VR(int(tag, 16))
    except KeyError:
        for ending, vr in (
            ("Sequence", "SQ"),
            ("DateTime", "DT"),
            ("Comment", "UT"),
            ("UID", "UI"),
            ("URI", "UR"),
        ):
            if name.endswith(ending):
                return vr
        return "LO"


def derived_options(name: str, vr: str) -> dict[str, str]:
    """Options for a row without option columns, by analogy with rows of the same kind."""
    if vr in ("DA", "DT", "TM"):
        return {"113106": "K", "113107": "C"}
    if vr == "UI":
        return {"113110": "K"}
    if re.search(r"Device ID", name):
        return {"113109": "K"}
    if re.search(r"Ethnic|Gender Identity|Pronoun|Sex Param", name) and "Comment" not in name:
        return {"113108": "K"}
    if re.search(r"Description|Label|Comment|Diagnos|Montage|Text Value", name):
        return {"113105": "C"}
    return {}


def group_of(name: str, vr: str, options: dict[str, str]) -> str:
    """The class of an attribute: from its option columns, else from its VR and name."""
    if "113111" in options:
        return "private"
    if vr == "SQ":
        return "container"
    if "113110" in options or vr == "UI":
        return "uid"
    if "113106" in options:
        return "date"
    for code, group in (
        ("113109", "device"),
        ("113112", "institution"),
        ("113105", "descriptor"),
        ("113108", "characteristic"),
        ("113103", "graphics"),
        ("113104", "container"),
    ):
        if code in options:
            return group
    if vr == "PN":
        return "name" if re.search(PATIENT_NAME, name) and "Physician" not in name else "staff"
    for pattern, group in BY_NAME:
        if re.search(pattern, name):
            return group
    return "container" if vr in ("OB", "OW", "UN") else "descriptor"


def profile_rows(source: Path) -> list[dict[str, str]]:
    """The package's rows of Table E.1-1, ordered by tag."""
    out = []
    for row in csv.DictReader(source.open(newline="", encoding="utf-8")):
        if row["edition"] != "2024b" and row["tag"].startswith(REPEATING):
            continue
        tag = PATTERN_TAGS.get(row["tag"], row["tag"])
        name = row["name"].split("\n")[0].strip()
        vr = vr_of(tag, name)
        options = {code: row[column] for code, column in OPTIONS.items() if row[column]}
        derived = {} if row["std_comp_iod"] else derived_options(name, vr)
        options |= derived
        out.append(
            {"tag": tag, "name": name, "vr": vr, "basic": row["basic_profile"]}
            | {code: options.get(code, "") for code in OPTIONS}
            | {
                "group": group_of(name, vr, options),
                "derived": " ".join(derived),
                "edition": row["edition"],
            }
        )
    return sorted(out, key=lambda entry: entry["tag"])


def write(rows: list[dict[str, str]], target: Path) -> None:
    with target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    table, safe = Path(sys.argv[1]), Path(sys.argv[2])
    here = Path(__file__).parent
    write(profile_rows(table), here / "ps315.csv")
    private = [
        {
            "group": row["group"].upper(),
            "creator": row["private_creator"],
            "element": row["element"].upper().zfill(2),
            "edition": "2025b",
        }
        for row in csv.DictReader(safe.open(newline="", encoding="utf-8"))
    ]
    write(sorted(private, key=lambda r: (r["group"], r["creator"], r["element"])), here / "safe_private.csv")


if __name__ == "__main__":
    main()
