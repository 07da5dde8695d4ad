"""D211: a value that stands for its patient."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from auditor.checks._fields import field_of
from auditor.checks._values import by_confidence
from auditor.checks.base import Example, ProfileCheck
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.model.survey import Profile
from auditor.standards.ps315 import Group

FEWEST_PATIENTS = 8
FEWEST_REPEATED = 5
"""Below these, constancy happens by chance too often to say anything."""
_AGREE = 0.9
_JUDGED_BY_FIELD = frozenset({Group.UID, Group.DATE, Group.BIRTH, Group.CHARACTERISTIC, Group.DEVICE})
_PSEUDONYMS_BELONG = frozenset({Group.NAME, Group.IDENTIFIER})
_NAMED_BY_EXAM = frozenset({Place.FILE_NAME, Place.FOLDER_NAME})
"""Exports make a folder a study: where patients have one study each, its name says nothing."""
_NUMERIC = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "FL", "FD", "AS"})
_ONE_EXAM = 0.8
"""How much less it says that a value is the same in the files of one exam than in several exams."""


def _profile(
    location: str, vr: str, tag: int | None, place: Place = Place.DATASET, **counts: float
) -> Example[Profile]:
    names = ("patients", "values", "exclusive", "repeated", "constant", "revisited", "steady")
    creator = "ACME" if tag and tag >> 16 & 1 else ""
    usual: dict[str, float] = dict.fromkeys(names, 20)
    return Example(Profile(Element(place, location, "", vr, tag, creator), **{**usual, **counts}))  # type: ignore[arg-type]


class PatientConstant(ProfileCheck):
    """A value is the same throughout a patient's files and no other patient has it.

    What it does
        Counts, for every element, column, and part of a file or folder name, over how many files,
        exams and patients each value spreads. Where at least 8 patients have values, at least 5 of
        them more than once, and nearly all keep one value that nobody else has, the value is an
        identifier whatever it looks like. Where a file has several values in the items of a
        sequence, one that stands in all files of one patient alone counts. Quiet on the declared
        pseudonym and values that hold it,
        codes in the shape of a pseudonym where names and identifiers belong, UIDs, dates, patient
        characteristics and devices (their own rules judge them), and settings of the device.
        Within single exams the evidence weighs less, and names of files and
        folders none. Values that another rule reports are left to it.

    Why it matters
        Whoever holds the hospital's copy, or another release with the same value, joins the two and
        has the patient, even though nobody can say what the value means.

    Remedy
        Remove the value, or replace it by a random one per patient if a key is needed.
    """

    id = "D211"
    title = Text(en="A value that only one patient has, in all the patient's files",
                 zh="某个值在一名患者的所有文件中相同，且仅属于该患者")  # fmt: skip
    remedy = Text(
        en="Remove it, or replace it by a random code per patient.", zh="删除该值，或按患者替换为随机代码。"
    )
    severity = Severity.MEDIUM
    category = Category.UNIQUE_CODE
    way = Way.DATA
    good = (
        _profile("(0018,1030) ProtocolName", "LO", 0x00181030, values=5, exclusive=1),
        _profile("(0018,1110) DistanceSourceToDetector", "DS", 0x00181110),
        _profile("(0029,1010)", "LO", 0x00291010, patients=5, values=5, exclusive=5),
        _profile("(0029,1010)", "LO", 0x00291010, steady=4, constant=4),
        _profile("(0010,0020) PatientID", "LO", 0x00100020, pseudonymous=1.0),
        _profile("folder name 2", "", None, Place.FOLDER_NAME, revisited=0, steady=0),
        _profile("folder name", "", None, Place.FOLDER_NAME, declared=1.0),
        _profile("(0018,0015) BodyPartExamined", "CS", 0x00180015),
        _profile("(0020,000D) StudyInstanceUID", "UI", 0x0020000D),
    )
    bad = (
        _profile("folder name 2", "", None, Place.FOLDER_NAME),
        _profile("(0029,1010)", "LO", 0x00291010),
        _profile("(0029,1010)", "LO", 0x00291010, revisited=0, steady=0),
        _profile("(0032,1030) ReasonForStudy", "LO", 0x00321030),
        _profile("table column=code row=#", "", None, Place.TABLE),
    )

    def judge(self, subject: Profile, context: Context) -> Iterable[Match]:
        """At most one match, for all values at the location."""
        if subject.patients < FEWEST_PATIENTS or _is_judged_elsewhere(subject):
            return
        exams = subject.revisited >= FEWEST_REPEATED
        if not exams and subject.element.place in _NAMED_BY_EXAM:
            return
        trials, kept = (subject.revisited, subject.steady) if exams else (subject.repeated, subject.constant)
        alone = subject.exclusive / subject.values
        if trials < FEWEST_REPEATED or kept < _AGREE * trials or alone < _AGREE:
            return
        if subject.values < _AGREE * subject.patients:
            return
        confidence = lower_bound(kept, trials) * alone * (1.0 if exams else _ONE_EXAM)
        over = f"{kept} of {trials} patients with more than one {'exam' if exams else 'file'}"
        yield Match(
            round(confidence, 3),
            severity=by_confidence(self.severity, confidence),
            detail=f"the same for {over}, shared by none",
            location=subject.element.location,
        )


def _is_judged_elsewhere(subject: Profile) -> bool:
    """Whether the place, or what its values look like, says that constancy is nothing to object to."""
    element, field = subject.element, field_of(subject.element)
    group = field.group if field is not None else None
    if group in _JUDGED_BY_FIELD or element.vr == "UI" or subject.declared >= _AGREE:
        return True
    if group in _PSEUDONYMS_BELONG and subject.pseudonymous >= _AGREE:
        return True
    standard = element.tag is not None and not element.tag >> 16 & 1
    # A device repeats its settings within an exam, hardly over several.
    if standard and element.vr == "CS":
        return True  # words that the standard defines
    setting = element.vr in _NUMERIC and (standard or subject.revisited < FEWEST_REPEATED)
    return setting or subject.coded < _AGREE


def lower_bound(hits: int, trials: int) -> float:
    """Lower end of the Wilson score interval (95 %) of a share."""
    z, share = 1.96, hits / trials
    middle = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (middle - spread) / (1 + z * z / trials)
