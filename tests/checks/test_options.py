"""PS3.15 Table E.1-1 as combinations: what a file may hold under every pair of options, read off the standard.

The rows below were copied from PS3.15 2024b, one or two for every combination of actions that the table has,
and what they require is worked out here from Table E.1-1a, without a look at the package's own table:

    X remove · Z empty or dummy · D dummy · U replace the UID · K keep · C clean: no identifying content left
    composites: the first that the type of the attribute allows; each leaves nothing of the original
    an option's action replaces the profile's; what one option keeps, another does not take away
"""

from __future__ import annotations

import io
import itertools
import random
from dataclasses import dataclass, replace

import pytest
from pydicom import Dataset

from auditor.checks import all_checks
from auditor.checks._examples import context as claim_of
from auditor.checks._examples import dicom
from auditor.checks.base import ClaimCheck
from auditor.model import Claim, Context, Element, Item, Severity
from auditor.pipeline.judge import judge_elements
from auditor.readers import read_item

BASIC = "113100"
PIXELS, VISUAL, GRAPHICS, STRUCTURED, TEXT, FULL, MOVED, TRAITS, DEVICE, UIDS, SAFE, SITE = OPTIONS = tuple(
    str(code) for code in range(113101, 113113)
)
DATES = {FULL: "K", MOVED: "C"}


@dataclass(frozen=True)
class Kind:
    """Values that an attribute of one kind may hold."""

    real: str
    """As the hospital wrote it."""
    dummy: str
    clean: str = ""
    """Of similar meaning, known not to identify."""
    weighs: Severity = Severity.LOW
    """The least that a kept value must count."""
    shows: bool = True
    """Whether one value tells that it was not cleaned; a date does not tell that it was moved."""


NAME = Kind("SEXTON^CARMEN", "ANONYMOUS")
ID = Kind("RX-88213/24", "sub-001")
DAY = Kind("20240319", "19000101", "20161102", shows=False)
MOMENT = Kind("20240319101530", "19000101", "20161102101530", shows=False)
CLOCK = Kind("101530.25", "000000", "093011", shows=False)
UID = Kind("1.2.840.113619.2.55.3.604688119.971.268", "2.25.329800735698586629295641978511506172918")
NOTE = Kind("seen by Dr. Carmen Sexton, MRN: 88213477", "REMOVED", "chest with contrast")
TITLE = Kind("STMARYCT2", "REMOVED", "CT1")
SERIAL = Kind("45781-C", "REMOVED")
PLACE = Kind("St. Mary Hospital", "SITE-01")
TRAIT = Kind("071", "", weighs=Severity.INFO)

ROWS = (
    (0x00100010, "PN", "PatientName", "Z", {}, NAME),
    (0x00100020, "LO", "PatientID", "Z/D", {}, ID),
    (0x00100030, "DA", "PatientBirthDate", "Z", {}, DAY),
    (0x00101001, "PN", "OtherPatientNames", "X", {}, NAME),
    (0x00101040, "LO", "PatientAddress", "X", {}, Kind("12 Elm Street, Springfield", "REMOVED")),
    (0x00081070, "PN", "OperatorsName", "X/Z/D", {}, NAME),
    (0x00700084, "PN", "ContentCreatorName", "Z/D", {}, NAME),
    (0x300E0008, "PN", "ReviewerName", "X/Z", {}, NAME),
    (0x22000005, "LT", "BarcodeValue", "X/Z", {}, ID),
    (0x00400512, "LO", "ContainerIdentifier", "D", {}, ID),
    (0x00380010, "LO", "AdmissionID", "X", {}, ID),
    (0x00080020, "DA", "StudyDate", "Z", DATES, DAY),
    (0x00080022, "DA", "AcquisitionDate", "X/Z", DATES, DAY),
    (0x00080012, "DA", "InstanceCreationDate", "X/D", DATES, DAY),
    (0x00080023, "DA", "ContentDate", "Z/D", DATES, DAY),
    (0x0008002A, "DT", "AcquisitionDateTime", "X/Z/D", DATES, MOMENT),
    (0x00440104, "DT", "AssertionDateTime", "D", DATES, MOMENT),
    (0x00380021, "TM", "AdmittingTime", "X", DATES, CLOCK),
    (0x00181203, "DT", "CalibrationDateTime", "Z", {**DATES, DEVICE: "K"}, MOMENT),
    (0x00181200, "DA", "DateOfLastCalibration", "X", {**DATES, DEVICE: "K"}, DAY),
    (0x0018700E, "TM", "TimeOfLastDetectorCalibration", "X/D", {**DATES, DEVICE: "K"}, CLOCK),
    (0x300C0127, "DT", "BeamHoldTransitionDateTime", "D", {**DATES, DEVICE: "K"}, MOMENT),
    (0x0020000D, "UI", "StudyInstanceUID", "U", {UIDS: "K"}, UID),
    (0x00181002, "UI", "DeviceUID", "U", {UIDS: "K", DEVICE: "K"}, UID),
    (0x0040A124, "UI", "UID", "U", {}, UID),
    (0x00001000, "UI", "AffectedSOPInstanceUID", "X", {UIDS: "K"}, UID),
    (0x006A0003, "UI", "AnnotationGroupUID", "D", {UIDS: "K"}, UID),
    (0x00181000, "LO", "DeviceSerialNumber", "X/Z/D", {DEVICE: "K"}, SERIAL),
    (0x00181008, "LO", "GantryID", "X", {DEVICE: "K"}, SERIAL),
    (0x30080105, "LO", "SourceSerialNumber", "X/Z", {DEVICE: "K"}, SERIAL),
    (0x0018700A, "SH", "DetectorID", "X/D", {DEVICE: "K"}, SERIAL),
    (0x00189367, "UC", "XRaySourceID", "D", {DEVICE: "K"}, SERIAL),
    (0x30100043, "ST", "ManufacturerDeviceIdentifier", "Z", {DEVICE: "K"}, SERIAL),
    (0x00080055, "AE", "StationAETitle", "X", {DEVICE: "C"}, TITLE),
    (0x21000140, "AE", "DestinationAE", "D", {DEVICE: "C"}, TITLE),
    (0x00080080, "LO", "InstitutionName", "X/Z/D", {SITE: "K"}, PLACE),
    (0x00080081, "ST", "InstitutionAddress", "X", {SITE: "K"}, Kind("1 Hospital Road, Springfield", "")),
    (0x00120031, "LO", "ClinicalTrialSiteName", "Z", {SITE: "K"}, PLACE),
    (0x00120081, "LO", "ClinicalTrialProtocolEthicsCommitteeName", "D", {SITE: "K"}, PLACE),
    (0x00081030, "LO", "StudyDescription", "X", {TEXT: "C"}, NOTE),
    (0x00104000, "LT", "PatientComments", "X", {TEXT: "C"}, NOTE),
    (0x00181030, "LO", "ProtocolName", "X/D", {TEXT: "C"}, NOTE),
    (0x00321060, "LO", "RequestedProcedureDescription", "X/Z", {TEXT: "C"}, NOTE),
    (0x00180010, "LO", "ContrastBolusAgent", "Z/D", {TEXT: "C"}, NOTE),
    (0x30100035, "SH", "EntityLabel", "D", {TEXT: "C"}, NOTE),
    (0x3010000F, "ST", "ConceptualVolumeCombinationDescription", "Z", {TEXT: "C"}, NOTE),
    (0x00102110, "LO", "Allergies", "X", {TEXT: "C", TRAITS: "C"}, NOTE),
    (0x00380050, "LO", "SpecialNeeds", "X", {TRAITS: "C"}, NOTE),
    (0x00101030, "DS", "PatientWeight", "X", {TRAITS: "K"}, TRAIT),
    (0x00102160, "SH", "EthnicGroup", "X", {TRAITS: "K"}, Kind("Tamil", "UNKNOWN")),
    (0x00100040, "CS", "PatientSex", "Z", {TRAITS: "K"}, Kind("F", "", weighs=Severity.INFO)),
    (0x00102203, "CS", "PatientSexNeutered", "X/Z", {TRAITS: "K"}, Kind("ALTERED", "", weighs=Severity.INFO)),
    (0x0072005F, "AS", "SelectorASValue", "D", {TRAITS: "K"}, Kind("061Y", "", weighs=Severity.INFO)),
    (0x60004000, "LT", "OverlayComments", "X", {GRAPHICS: "C"}, NOTE),
)
ITEMS = (
    # Sequences: K means that items stay, with their contents judged one by one; nothing else lets a name pass.
    ("(0008,1072)[#].(0040,1101)[#].", 0x00080104, "LO", "CodeMeaning", {}, NAME),
    ("(0040,0275)[#].", 0x00401003, "SH", "RequestedProcedurePriority", {}, NOTE),
    ("(0040,A730)[#].", 0x0040A123, "PN", "PersonName", {}, NAME),
    ("(0040,A730)[#].", 0x0040A160, "UT", "TextValue", {}, NOTE),
    ("(0040,0555)[#].(0040,A168)[#].", 0x00080104, "LO", "CodeMeaning", {}, NOTE),
    ("(0070,0001)[#].(0070,0008)[#].", 0x00700006, "ST", "UnformattedTextValue", {}, NOTE),
    ("(0008,1140)[#].", 0x00081155, "UI", "ReferencedSOPInstanceUID", {UIDS: "K"}, UID),
    ("(0008,1111)[#].", 0x00081155, "UI", "ReferencedSOPInstanceUID", {UIDS: "K"}, UID),
    ("(0008,0082)[#].", 0x00080104, "LO", "CodeMeaning", {SITE: "K"}, PLACE),
    ("(0040,4028)[#].", 0x00080104, "LO", "CodeMeaning", {DEVICE: "K"}, TITLE),
    ("(0400,0561)[#].(0400,0550)[#].", 0x00100010, "PN", "PatientName", {}, NAME),
)
SETS: tuple[tuple[str, ...], ...] = (
    (),
    *((option,) for option in OPTIONS),
    # Dates are retained in full or moved, not both: PS3.15 E.3.6. C404 tells of those who claim it.
    *(pair for pair in itertools.combinations(OPTIONS, 2) if pair != (FULL, MOVED)),
    *(
        tuple(sorted(set(random.Random(seed).sample(OPTIONS, 3 + seed % 6)) - {(FULL, MOVED)[seed % 2]}))
        for seed in range(40)
    ),
)
SEVERITY = {check.id: check.severity for check in all_checks()}


def action(basic: str, options: dict[str, str], chosen: tuple[str, ...]) -> str:
    """What Table E.1-1 asks for under the chosen options."""
    granted = {options[code] for code in chosen if code in options}
    return "K" if "K" in granted else "C" if "C" in granted else basic


def must_report(kind: Kind, held: str, action: str) -> bool | None:
    """Whether the standard calls this value a leak; None where one value alone cannot tell."""
    if held in ("absent", "empty", "dummy") or action == "K":
        return False
    if held == "real":
        return True if action != "C" or kind.shows else None
    return False if action == "C" else None


def found(element: Element, context: Context, least: Severity = Severity.LOW) -> list[str]:
    """The rules that report the element, at a severity or above."""
    return [
        rule
        for _, rule, match, _ in judge_elements([(0, element, context)])
        if (match.severity or SEVERITY[rule]).rank >= least.rank
    ]


def held_by(kind: Kind) -> dict[str, str]:
    values = {"empty": "", "dummy": kind.dummy, "real": kind.real, "clean": kind.clean}
    return {held: value for held, value in values.items() if value or held == "empty"}


def by_name(row: tuple[object, ...]) -> str:
    return " ".join(str(part) for part in row[:4] if isinstance(part, str))


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_what_is_held_against_what_is_required(
    row: tuple[int, str, str, str, dict[str, str], Kind],
) -> None:
    tag, vr, name, basic, options, kind = row
    for chosen, (held, value) in itertools.product(SETS, held_by(kind).items()):
        element = dicom(tag, vr, value, name).subject
        for context in (claim_of(BASIC, *chosen), Context(Claim(), declared=(BASIC, *chosen))):
            required = must_report(kind, held, action(basic, options, chosen))
            if required:
                assert found(element, context, kind.weighs), (chosen, held)
            elif required is False:
                assert not found(element, context), (chosen, held)
            elif kind is not TITLE and action(basic, options, chosen) != "C":
                # Clean words where nothing should be: the claim was not carried out, and that is said.
                assert found(element, context, Severity.INFO), (chosen, held)


@pytest.mark.parametrize("row", ITEMS, ids=by_name)
def test_sequences_that_are_kept_are_cleaned(row: tuple[str, int, str, str, dict[str, str], Kind]) -> None:
    within, tag, vr, name, options, kind = row
    for chosen, (held, value) in itertools.product(SETS, held_by(kind).items()):
        element = dicom(tag, vr, value, name, within=within).subject
        required = must_report(kind, held, action("X", options, chosen))
        if required:
            assert found(element, claim_of(BASIC, *chosen)), (chosen, held)
        elif required is False:
            assert not found(element, claim_of(BASIC, *chosen)), (chosen, held)


SENTENCE = {
    # Something in a description that an option may retain elsewhere.
    SITE: "sent by Springfield General Hospital",
    FULL: "compared with 2024-03-19",
    DEVICE: "device serial: 45781C",
}


@pytest.mark.parametrize(("option", "text"), SENTENCE.items())
def test_text_is_cleaned_of_what_the_other_options_remove(option: str, text: str) -> None:
    """PS3.15 E.3.5: of the information that the profile and any other options specified remove."""
    element = dicom(0x00081030, "LO", text, "StudyDescription").subject
    for others in itertools.combinations(set(OPTIONS) - {option, FULL, TEXT}, 2):
        assert found(element, claim_of(BASIC, TEXT, *others))
        assert found(element, claim_of(BASIC, option, *others)), "the description is to be removed"
        assert not found(element, claim_of(BASIC, TEXT, option, *others))


def test_a_uid_that_is_retained_may_not_give_back_dates_that_are_not() -> None:
    dated = dicom(0x0020000D, "UI", "1.2.840.113619.2.55.3.20240319.101530.7", "StudyInstanceUID").subject
    for others in itertools.combinations(set(OPTIONS) - {UIDS, FULL, MOVED}, 2):
        assert found(dated, claim_of(BASIC, *others), Severity.MEDIUM)
        assert found(dated, claim_of(BASIC, UIDS, *others))
        assert found(dated, claim_of(BASIC, UIDS, MOVED, *others), Severity.MEDIUM)
        assert not found(dated, claim_of(BASIC, UIDS, FULL, *others))


@pytest.mark.parametrize("option", OPTIONS)
def test_private_elements_are_removed_but_for_the_safe_ones(option: str) -> None:
    unknown = dicom(0x00291008, "LO", "spine ward seven", "", creator="ACME").subject
    safe = dicom(0x20011001, "LO", "0.51 as set", "", creator="Philips Imaging DD 001").subject
    named = dicom(0x20011001, "LO", "Patient: SEXTON^CARMEN", "", creator="Philips Imaging DD 001").subject
    for other in OPTIONS:
        assert found(unknown, claim_of(BASIC, option, other))
        assert found(named, claim_of(BASIC, option, other)), "safe elements are not expected to hold a name"
        assert not found(safe, claim_of(BASIC, SAFE, option, other))


@pytest.mark.parametrize("option", OPTIONS)
def test_graphics_and_documents(option: str) -> None:
    overlay = dicom(0x60000040, "CS", "G", "OverlayType").subject
    icon = dicom(
        0x00280004, "CS", "MONOCHROME2", "PhotometricInterpretation", within="(0088,0200)[#]."
    ).subject
    for other in OPTIONS:
        chosen = claim_of(BASIC, option, other)
        assert bool(found(overlay, chosen)) is (GRAPHICS not in (option, other))
        assert found(icon, chosen), "no option keeps an icon"


def said(claim: Claim, *declared: str) -> set[str]:
    context = Context(claim, declared)
    checks = [check for check in all_checks() if isinstance(check, ClaimCheck)]
    return {check.id for check in checks for _ in check.judge(claim, context)}


STATED = {FULL: "UNMODIFIED", MOVED: "MODIFIED"}


@pytest.mark.parametrize("chosen", SETS, ids=",".join)
def test_what_a_list_of_codes_implies(chosen: tuple[str, ...]) -> None:
    """PS3.15 E.2, E.3.1, E.3.2 and E.3.6: what the other attributes of the file have to say."""
    due = Claim(
        identity_removed="YES",
        codes=tuple(sorted((BASIC, *chosen))),
        has_method=True,
        longitudinal=next((STATED[code] for code in chosen if code in STATED), "REMOVED"),
        burned_in="NO" if PIXELS in chosen else "",
        recognizable="NO" if VISUAL in chosen else "",
    )
    assert not said(due)
    assert said(replace(due, identity_removed="NO")) >= {"C402"}
    assert said(replace(due, identity_removed="")) >= {"C402"}
    assert said(replace(due, codes=tuple(sorted(chosen)))) == ({"C403"} if chosen else set())
    assert said(replace(due, longitudinal="")) == {"C406"}
    for stated in {"UNMODIFIED", "MODIFIED", "REMOVED"} - {due.longitudinal}:
        assert said(replace(due, longitudinal=stated)) >= {"C404"}
    for option, attribute in ((PIXELS, "burned_in"), (VISUAL, "recognizable")):
        denied, silent = replace(due, **{attribute: "YES"}), replace(due, **{attribute: ""})
        if option in chosen:
            assert said(denied) >= {"C404"}
            assert said(silent) == {"C406"}
    if not {FULL, MOVED} & set(chosen):
        assert said(replace(due, codes=tuple(sorted((BASIC, *chosen, FULL, MOVED))))) >= {"C404"}


def file_of(held: str, *codes: str) -> bytes:
    """A file that claims the codes and holds every row of the table above in one way."""
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", UID.dummy
    data.PatientIdentityRemoved = "YES"
    data.DeidentificationMethodCodeSequence = [_code(code) for code in codes]
    for tag, vr, _, _, _, kind in ROWS:
        if tag >> 16 and held_by(kind).get(held) is not None:
            data.add_new(tag, vr, held_by(kind)[held])
    buffer = io.BytesIO()
    data.save_as(buffer, implicit_vr=False, little_endian=True)
    return buffer.getvalue()


def _code(value: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", "De-identification"
    return item


@pytest.mark.parametrize("chosen", SETS[:: len(OPTIONS)], ids=",".join)
@pytest.mark.parametrize("held", ["empty", "dummy", "real"])
def test_a_whole_file(held: str, chosen: tuple[str, ...]) -> None:
    content = file_of(held, BASIC, *chosen)
    record = read_item(io.BytesIO(content), Item("a.dcm", len(content))).record
    context = Context(record.claim)
    assert set(record.claim.codes) == {BASIC, *chosen}
    reported = {element.tag for element in record.elements if found(element, context)}
    for tag, _, name, basic, options, kind in ROWS:
        required = must_report(kind, held, action(basic, options, chosen)) if tag >> 16 else None
        if required and kind.weighs.rank >= Severity.LOW.rank:
            assert tag in reported, name
        elif required is False:
            assert tag not in reported, name
