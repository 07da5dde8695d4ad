"""Person names inside longer text: beside a title or a degree, in a run of capitalised words, in
file names, and Chinese names beside a title or `男 45岁`."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from auditor.detectors.base import Hit
from auditor.detectors.cjk_names import CLINICAL_CHARS, cjk_name, has_cjk
from auditor.detectors.lexicon import chinese_surnames, eponym_pairs, fold, japanese_names, look_up
from auditor.detectors.names import judge, person_name, pinyin_name
from auditor.model import Category

_CAP = r"[^\W\d_a-z][^\W\d_]{0,30}(?:['’\-][^\W\d_]{1,30}){0,3}"
_PARTICLE = r"(?:(?:de|da|dos|del|della|di|du|la|le|van|von|der|den|ter|al|el|bin|ben) ){0,2}"
_NAME = rf"(?:[A-Z]\. ?){{0,2}}{_CAP}(?: (?:[A-Z]\. ?)?{_PARTICLE}{_CAP}){{0,3}}"
_TITLED = re.compile(
    rf"(?<![\w])(?P<title>Dr|Prof|Professor|Doctor|Mr|Mrs|Ms|Miss|Mister|Herrn?|Frau|Mme|Mlle|Monsieur|Madame|Sr|Sra|Srta|Dott|Dra|Dhr|Mevr|dhr|mevr|Sig\.ra|Sig\.na|Sig|Pan|Pani|DR|PROF|MRS|[Nn]urse|[Ss]ister|Schwester|Fr(?=\.)|Hr(?=\.)|Hrn)"
    rf"(?:\.|\b)(?: ?(?:med|Dr|Prof|habil)\.?)* ?(?P<name>{_NAME})"
)
_DEGREE = re.compile(
    rf"(?<![\w])(?P<name>{_NAME}),? (?:M\.?D\.?|Ph\.?D\.?|D\.?O\.?|F\.?R\.?C\.?[RSP]\.?|MBBS|R\.N\.|RDMS|FACR|DMD|DDS)(?![\w])"
)
_RUN = re.compile(
    rf"(?<![\w])(?:{_CAP}|[A-Z]\.)(?:(?:, ?| |_|\^)(?:{_PARTICLE}{_CAP}|[A-Z]\.?(?![\w]))){{1,11}}"
)
_CARET = re.compile(
    r"(?<![\w^])[^\W\d_]{2,24}(?:[ \-'][^\W\d_]{1,24}){0,2}\^[^\W\d_]{1,24}(?:[ \-'][^\W\d_]{1,24}){0,2}(?:\^[^\W\d_]{0,16}){0,3}"
)
_PATH = re.compile(r"(?<![\w\\/:])(?:[A-Za-z]:|\\)?[\\/][\w\\/.\-]{3,128}")
_PARTS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")
_CODE = re.compile(r"[A-Za-z0-9]{1,24}(?:[_\-.][A-Za-z0-9]{1,24}){1,4}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_EPONYM_NOUNS = frozenset(
    "disease syndrome sign procedure catheter technique classification score scale lymphoma fracture tumor tumour sarcoma cyst lesion "
    "nodule deformity contracture canal foramen ligament nerve artery vein muscle duct valve node gland plexus cells body bodies line angle "
    "view projection position maneuver manoeuvre test law method formula effect sequence index criteria stage staging grade type reflex "
    "operation repair flap shunt stent filter needle tube drain wire rod nail pin screw plate prosthesis implant clamp forceps retractor "
    "abscess exostosis heel diverticulum diverticula necrosis malformation anomaly aneurysm plexus window point block zone area loop ring rule ratio unit units "
    "sarcoidosis thyroiditis esophagus oesophagus anemia palsy chorea dementia encephalopathy phenomenon triad space pouch ulcer hernia "
    "filter kernel transform series protocol criterion curve plot staining stain phantom coefficient correction interpolation".split()
)
_ZH_TITLE = re.compile(
    r"(?:医生|医师|大夫|主任|教授|护士长?|技师|院长|先生|女士|小姐|同志|老师)(?!学|站|室|办|组)"
)
_JA_TITLE = re.compile("(?:様(?!式|々|子|相|態)|さん|殿(?!部)|先生)")
_KO_TITLE = re.compile(
    r"(?<![\uac00-\ud7af])(?P<name>[\uac00-\ud7af]{2,4}?) ?(?:님|씨|환자)(?![\uac00-\ud7af])"
)
_ZH_SEX = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{2,4})[ ,，、/_|]{0,3}(?=[男女](?:性)?[ ,，、/_|]{0,3}(?:\d{1,3}|$|[^\u4e00-\u9fff]))"
)
_ZH_TOKEN = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])")
IN_TEXT = 0.6
_AFTER_TITLE = 0.8
"""Evidence for three characters after a title: what follows one is as often a verb."""
SHORT = 64


def find_names(text: str) -> Iterator[Hit]:
    """Names with their titles left out. Doctors and other professionals count as staff."""
    if has_cjk(text):
        yield from _chinese(text)
    for match in _TITLED.finditer(text):
        staff = match.group("title").lower() in {"dr", "prof", "professor", "doctor", "dott", "dra"}
        length = _credible(match.group("name"))
        start = match.start("name")
        owner = text[start + length : start + length + 2] in {"'s", "’s"}
        if length and (owner or not names_a_thing(text, start + length)):
            yield Hit(Category.STAFF if staff else Category.NAME, "titled name", start, start + length, 0.85)
    for match in _DEGREE.finditer(text):
        if person_name(match.group("name")) >= IN_TEXT:
            yield Hit(Category.STAFF, "titled name", match.start("name"), match.end("name"), 0.85)
    if "^" in text:
        for match in _CARET.finditer(text):
            confidence = person_name(match.group())
            if confidence >= 0.5:
                yield Hit(Category.NAME, "person name", match.start(), match.end(), confidence)
    yield from _runs(text)
    if " " not in text and len(text) <= 128:
        yield from _identifier(text)
    elif "_" in text or "\\" in text:
        yield from _paths(text)


def _credible(name: str) -> int:
    """How many characters after a title belong to a name: words until one that is none."""
    end = 0
    for match in _WORD.finditer(name):
        if len(match.group()) == 1 and not end:
            continue
        word = look_up(match.group())
        seldom = not word.clinical and word.weight > (-1.5 if word.name else -2.3)
        if (
            (word.known and word.weight < -0.3 and not seldom)
            or (word.clinical and not word.name)
            or len(match.group()) < 2
        ):
            break
        end = match.end()
    return end


def _runs(text: str) -> Iterator[Hit]:
    for run in _RUN.finditer(text):
        words = [
            w
            for w in _WORD.finditer(text, run.start(), run.end())
            if (w.group()[0].isupper() or w.group().islower()) and not _of_an_eponym(text, w)
        ]
        index = 0
        while index < len(words):
            size, confidence = _longest(words[index : index + 4])
            if size == 2 and _in_a_list(text, words[index], words[index + 1]):
                size = 0
            if size and not names_a_thing(text, words[index + size - 1].end()):
                start, end = words[index].start(), words[index + size - 1].end()
                yield Hit(Category.NAME, "person name", start, end, confidence)
            index += size or 1


def _in_a_list(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether the comma between two words is one of several, or goes on with `and`: `Sjögren, Behçet, Takayasu`
    lists what is called after people, unless the second is a given name for sure."""
    if text[first.end() : second.start()].strip() != ",":
        return False
    given = look_up(second.group())
    if given.given and given.weight >= 1.2:
        return False
    before = re.search(r"[^\W\d_]{3,}, ?$", text[max(0, first.start() - 30) : first.start()])
    after = re.match(
        r"(?:, ?(?:and |or )?| (?:and|or|und|oder|et|ou|y|o|&) )[^\W\d_a-z]", text[second.end() :]
    )
    return bool(before or after)


def _of_an_eponym(text: str, word: re.Match[str]) -> bool:
    """Whether a hyphen ties the word to another that some thing is called after with it: Kaplan-Meier."""
    before = re.search(r"([^\W\d_]+)-$", text[max(0, word.start() - 25) : word.start()])
    after = re.match(r"-([^\W\d_]+)", text[word.end() : word.end() + 25])
    pairs = eponym_pairs()
    return bool(
        (before and (fold(before[1]), fold(word.group())) in pairs)
        or (after and (fold(word.group()), fold(after[1])) in pairs)
    )


def _longest(words: list[re.Match[str]]) -> tuple[int, float]:
    """The longest name at the head of these words, and its confidence."""
    for size in range(min(4, len(words)), 1, -1):
        part = tuple(w.group() for w in words[:size])
        if _names_like(part) and len(part[0]) > 1 and any(len(w) > 1 for w in part[1:]):
            confidence = judge(part, "plain")
            if confidence >= IN_TEXT:
                return size, min(0.9, confidence)
        elif size == 2 and pinyin_name([w.lower() for w in part]):
            return size, 0.7
    return 0, 0.0


def _names_like(words: tuple[str, ...]) -> bool:
    """All of them names; beside a clear family name also a given name that is a word: `KOWALSKI JAN`; beside
    a clear given name a word that no list has: `Barnabas Ollerenshaw`."""
    weak = [w for w in words if not _name_like(w)]
    if len(weak) != 1 or len(words) != 2:
        return not weak
    if weak[0] == words[1] and _unheard(weak[0]):
        first = look_up(words[0])
        return first.given and first.weight >= 1.2 and not first.clinical and words[0].istitle()
    if weak[0] == words[0] and _unheard(weak[0]):
        last = look_up(words[1])
        return last.family and last.weight >= 1.2 and not last.clinical and words[1].istitle()
    word, other = look_up(weak[0]), next(look_up(w) for w in words if w != weak[0])
    return word.given and word.weight > -1.0 and not word.clinical and other.family and other.weight > 1.5


def _unheard(word: str) -> bool:
    """A capitalised word of no list, spelt as words are."""
    return len(word) >= 5 and word.istitle() and not look_up(word).known and word.isalpha()


def _name_like(word: str) -> bool:
    if len(word) == 1:
        return True
    evidence = look_up(word)
    return evidence.name and evidence.weight > 0.3 and not (evidence.clinical and evidence.weight < 1.0)


def names_a_thing(text: str, end: int) -> bool:
    """Whether the name only says what a thing is called after."""
    following = re.match(r"(?:['’]s)?[ \-]([A-Za-z]+)", text[end : end + 24])
    return text[end : end + 2] in {"'s", "’s"} or bool(
        following and fold(following.group(1)) in _EPONYM_NOUNS
    )


def _paths(text: str) -> Iterator[Hit]:
    """Names among the folders of a path that stands in text: `from /data/halvorsen_kari/ser3`."""
    for match in _PATH.finditer(text):
        segments = re.finditer(r"[^\\/]+", match.group())
        lone = [
            replace(h, start=s.start() + h.start, end=s.start() + h.end)
            for s in segments
            for h in _lone_in_a_code(s.group(), list(_PARTS.finditer(s.group())))
        ]
        for hit in (*_identifier(match.group()), *lone):
            yield Hit(
                hit.category, hit.kind, match.start() + hit.start, match.start() + hit.end, hit.confidence
            )


def _identifier(text: str) -> Iterator[Hit]:
    """`john_smith_ct.dcm`, `SmithJohn-2`: words of a file name or a code without spaces."""
    words = list(_PARTS.finditer(text))
    yield from _lone_in_a_code(text, words)
    for left, right in pairwise(words):
        gap = text[left.end() : right.start()]
        pair = (left.group(), right.group())
        if gap in {"", "_", "-", ".", "^", ",", "+"} and all(_name_like(w) and len(w) > 2 for w in pair):
            confidence = judge(pair, "plain")
            if confidence >= 0.8:
                yield Hit(Category.NAME, "person name", left.start(), right.end(), min(0.85, confidence))


def _lone_in_a_code(text: str, words: list[re.Match[str]]) -> Iterator[Hit]:
    """`MR_2019_Halvorsen`: one family name among words of imaging and numbers."""
    if not _CODE.fullmatch(text):
        return
    known = [look_up(w.group()) for w in words]
    rare = [
        (w, k) for w, k in zip(words, known, strict=True) if k.family and k.weight >= 2.0 and not k.clinical
    ]
    others = [k for w, k in zip(words, known, strict=True) if len(w.group()) > 2 and (w, k) not in rare]
    if len(rare) == 1 and len(rare[0][0].group()) >= 4 and all(k.clinical and k.weight < 0.5 for k in others):
        yield Hit(Category.NAME, "person name", rare[0][0].start(), rare[0][0].end(), 0.6)


def _chinese(text: str) -> Iterator[Hit]:
    surnames = chinese_surnames()
    for match in _ZH_TITLE.finditer(text):
        title = match.start()
        staff = match.group() not in {"先生", "女士", "小姐", "同志"}
        category = Category.STAFF if staff else Category.NAME
        # What stands before a title ends with the name.
        for size in (4, 3, 2):
            if size <= title and cjk_name(text[title - size : title]) >= IN_TEXT:
                yield Hit(category, "titled name", title - size, title, 0.8)
                break
        else:
            if staff and cjk_name(text[match.end() : match.end() + 3]) >= _AFTER_TITLE:
                yield Hit(category, "titled name", match.end(), match.end() + 3, 0.75)
                continue
            alone = title and not (title > 1 and has_cjk(text[title - 2]))
            if alone and surnames.get(text[title - 1], 999) < 100:
                yield Hit(category, "titled name", title - 1, match.end(), 0.5)
    for match in _JA_TITLE.finditer(text):
        for size in (6, 5, 4, 3, 2):
            before = text[match.start() - size : match.start()] if size <= match.start() else ""
            if before and (cjk_name(before) >= IN_TEXT or (size < 4 and before in japanese_names()[0])):
                yield Hit(Category.NAME, "titled name", match.start() - size, match.start(), 0.8)
                break
    for match in _KO_TITLE.finditer(text):
        if cjk_name(match["name"]) >= IN_TEXT:
            yield Hit(Category.NAME, "titled name", match.start("name"), match.end("name"), 0.8)
    for match in _ZH_SEX.finditer(text):
        if cjk_name(match.group("name")) >= 0.5:
            yield Hit(Category.NAME, "person name", match.start("name"), match.end("name"), 0.85)
    if len(text) <= SHORT and not re.search(r"[。；，]", text):
        tokens = list(_ZH_TOKEN.finditer(text))
        # `王建国 胸部平扫`: beside words of the body and the examination less evidence will do.
        least = (
            0.65
            if any(sum(c in CLINICAL_CHARS for c in t.group()) * 2 >= len(t.group()) for t in tokens)
            else 0.75
        )
        for match in tokens:
            confidence = cjk_name(match.group())
            if confidence >= least:
                yield Hit(Category.NAME, "person name", match.start(), match.end(), 0.7)
