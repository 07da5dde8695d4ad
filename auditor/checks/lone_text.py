"""D214: free text that one patient alone has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.checks._fields import field_of
from auditor.checks._values import says_no_more
from auditor.checks.base import Example, LoneTextCheck
from auditor.checks.patient_constant import lower_bound
from auditor.detectors import is_acquisition_text, is_placeholder, is_pseudonym
from auditor.model import Category, Context, Element, Match, Place, Severity, Text, Way
from auditor.model.survey import LoneText
from auditor.standards.ps315 import Group

_WORD = re.compile(r"[^\W\d_]{2,}")
_IDEOGRAPHS = re.compile(r"[\u3400-\u9fff]")
_NEARLY_ALL = 0.8
_FEWEST_WORDS, _FEWEST_IDEOGRAPHS = 4, 6


def _text(
    value: str, sharing: int = 19, tag: int = 0x00204000, name: str = "ImageComments"
) -> Example[LoneText]:
    location = f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {name}"
    return Example(LoneText(Element(Place.DATASET, location, value, "LT", tag), 20, sharing))


class LoneTextOfAPatient(LoneTextCheck):
    """A remark that only one patient has, where the other patients share a few texts.

    What it does
        Over the whole dataset, at every element and column of text that at least 8 patients have and four in
        five of them share with others, reports texts of four words or more that one patient alone
        has, unless they are words of imaging or another rule reports them. Info where every word is a
        word of the language, low where one is not.

    Why it matters
        Typists leave remarks where nobody looks for them: how an accident happened, who came along,
        what the patient does for a living. None of it looks like an identifier, all of it singles out.

    Remedy
        Read the text; blank it, or replace it by the wording that the other files have.
    """

    id = "D214"
    title = Text(en="Free text that only one patient has", zh="仅一名患者拥有的自由文本")
    remedy = Text(
        en="Read it; blank it or use the wording of the other files (PS3.15 action X or C, option 113105).",
        zh="请人工阅读；清空或改为其他文件的通用措辞（PS3.15 动作 X 或 C，选项 113105）。",
    )
    severity = Severity.LOW
    category = Category.FREE_TEXT
    way = Way.DATA
    good = (
        _text("chest pa and lateral"),
        _text("fell off the quadbike near Brockhurst", sharing=14),
        _text("see report"),
        _text("[REMOVED]"),
        _text("fell off the quadbike near Brockhurst", tag=0x00100010, name="PatientName"),
    )
    bad = (
        _text("fell off the quadbike near Brockhurst"),
        _text("患者在工地坠落后由工友送来"),
        _text("bitten by the neighbour's alpaca in Velmora"),
    )

    def judge(self, subject: LoneText, context: Context) -> Iterable[Match]:
        """At most one match."""
        text = subject.element.value
        share = lower_bound(subject.sharing, subject.patients)
        long = (
            len(_WORD.findall(text)) >= _FEWEST_WORDS or len(_IDEOGRAPHS.findall(text)) >= _FEWEST_IDEOGRAPHS
        )
        if not long or subject.sharing < _NEARLY_ALL * subject.patients:
            return
        field = field_of(subject.element)
        if field is not None and field.group not in (Group.DESCRIPTOR, Group.PRIVATE):
            return
        if is_acquisition_text(text) or is_placeholder(text) or is_pseudonym(text):
            return
        plain = says_no_more(re.sub(r"[^\w\s]", " ", text)) is not None
        yield Match(
            round(0.8 * share, 3),
            severity=Severity.INFO if plain else None,
            detail=f"{subject.sharing} of {subject.patients} patients share theirs",
        )
