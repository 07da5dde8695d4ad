"""Person names in short fields, judged word by word against names and against clinical language.

The evidence of each word is the decimal logarithm of its frequency among names over its frequency
in text (lexicon.py); the words' evidence, the field's form (`Family^Given`) and a prior add up
to log-odds, as in a naive Bayes classifier.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import re
from functools import lru_cache

from auditor.detectors import cjk_names
from auditor.detectors.lexicon import Word, eponym_pairs, fold, look_up, pinyin_surnames
from auditor.detectors.name_words import syllables
from auditor.detectors.placeholders import is_placeholder, is_pseudonym

MAX_FIELD = 96
_TITLES = frozenset(
    "dr dra doctor prof professor mr mrs ms miss mme mlle herr frau sr sra srta sir dame lady rev md phd dds dmd do rn np pa "
    "jr ii iii iv esq msc bsc facr frcr mph dipl ing med univ habil".split()
)
_PARTICLES = frozenset(
    "de da do dos das del della di du la le van von der den ter ten al el bin ben bint ibn abu mac st san santa y e zu und".split()
)
_NOT_NAMES = frozenset(
    "hospital clinic center centre university medical department ward radiology imaging unit system systems company "
    "corporation inc ltd gmbh institute laboratory lab disease syndrome "
    "street avenue road lane drive boulevard fracture lymphoma device test protocol study series".split()
)
_MODALITIES = frozenset("us ct mr cr dx mg xa rf nm pt ot sc".split())
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HUMPED = re.compile(r"(?!(?:Mc|Mac|De|Di|Du|La|Le|Van|Fitz|O)[A-Z])[A-Z][a-z]+[A-Z]\w*")
"""A capital inside a word that is no prefix of family names."""
_OTHER = re.compile(r"[^\W\d_]|[\s^=,.'’\-_()\*/&;:]")

_SELDOM = -2.3
"""Weight of a word that no list of names has and that occurs less than twice in a million words."""
PRIOR = {"pn": 0.6, "comma": 0.1, "plain": -0.8}
"""Log-odds (decimal) that a short field is a name before its words are looked at."""


@lru_cache(maxsize=32768)
def person_name(text: str) -> float:
    """How sure (0–1) it is that this short field is a real person's name.

    Takes DICOM PN (`DOE^JOHN`, component groups with `=`), `Smith, Anna`, `SEXTON CARMEN`, Chinese
    in characters and pinyin, Japanese, Korean, and other scripts as far as the lists go.
    """
    text = text.strip(" \t\r\n\0")
    if not 2 <= len(text) <= MAX_FIELD or is_placeholder(text):
        return 0.0
    if "=" in text and "^" in text and ":" not in text:
        return max((person_name(g) for g in text.split("=")[:3] if g.strip("^ ")), default=0.0)
    if any(c.isdecimal() for c in text):
        # `DOE^JOHN 12345`: judge the letters, unless the whole is a code.
        letters, codes = re.subn(r"\S*\d\S*", " ", text)
        letters = letters.strip()
        return 0.0 if not letters or codes > 2 or is_pseudonym(text) else 0.8 * person_name(letters)
    groups = [g for g in text.split("=") if g.strip("^ ")]
    return max((_group(g) for g in groups[:3]), default=0.0)


def _group(text: str) -> float:
    if cjk_names.has_cjk(text):
        return cjk_names.cjk_name(text)
    if sum(1 for _ in _OTHER.finditer(text)) < len(text) or "/" in text or "&" in text or ":" in text:
        return 0.0
    if text.islower() and re.fullmatch(r"[\W_]*[a-z]+(?:-[a-z]+)+", text):
        return 0.0  # conda-forge
    form = "pn" if "^" in text else "comma" if text.count(",") == 1 else "plain"
    words = [w for w in _TOKEN.findall(text.replace("_", " ")) if fold(w) not in _TITLES]
    return judge(tuple(words), form)


@lru_cache(maxsize=65536)
def judge(words: tuple[str, ...], form: str = "plain") -> float:
    """How sure it is that these words, in this order, are one person's name. See `PRIOR` for `form`."""
    kept = [w for i, w in enumerate(words) if i == len(words) - 1 or fold(w) not in _PARTICLES]
    long = [w for w in kept if len(w) > 1]
    if not len(long) >= 1 or len(kept) > 5 or any(fold(w) in _NOT_NAMES for w in long):
        return 0.0
    if len(kept) == 1 and len(long[0]) <= 3 and form == "plain":
        return 0.0
    if form == "plain" and tuple(fold(w) for w in long) in eponym_pairs():
        return 0.3
    if len(kept) == 1:
        split = _joined(long[0])
        if split:
            return 0.75
    known = [look_up(w) for w in long]
    eponym = len(known) > 1 and all(e.clinical for e in known) and form == "plain"
    score = PRIOR[form] + sum(_evidence(w, e, eponym) for w, e in zip(long, known, strict=True))
    score += 0.2 * (len(kept) - len(long))
    if long[0][0].isupper() and not long[0].isupper():
        score -= 2 * sum(w.islower() for w in long[1:])  # a sentence
    if len(long) > 1 and any(_HUMPED.fullmatch(w) for w in long):
        score -= 2  # a product: `ARIA RadOnc`
    if len(long) > 1 and _complementary(known):
        score += 0.4
    rare = [form == "pn" and _rare(e) for e in known]
    score += 0.9 * sum(rare)
    if pinyin_name([w for w in words if len(w) > 1], strict=form != "pn"):
        score += 1.6 if form != "pn" else 2.5
    elif len(kept) > 1:
        score -= sum(
            _ordinary(e) and not r
            for w, e, r in zip(long, known, rare, strict=True)
            if len(w) > 2 or fold(w) in _MODALITIES
        )
    if not any(e.name for e in known):
        # Nothing but unknown words: product names and abbreviations look the same.
        score = min(score, 0.2 if form == "pn" else -0.5)
    probability = 1 / (1 + 10**-score) if score > -9 else 0.0
    if len(kept) == 1:
        # One word alone is at best likely: many family names are also places and makers.
        if len(long[0]) <= (2 if form == "pn" else 4):
            return min(probability, 0.3)
        return min(probability, 0.8 if form == "pn" else 0.55)
    return min(probability, 0.95)


def _evidence(word: str, evidence: Word, eponym: bool) -> float:
    if word[0].islower() and not word.islower():
        return -1.0
    if not evidence.known:
        return 0.35 if _pronounceable(word) else -0.8
    # Short words are abbreviations as often as names.
    bound = {2: 0.4, 3: 0.9}.get(len(word), 2.0)
    if evidence.clinical:
        # Smith and Wilson are people more often than fractures; Doppler is not.
        bound = min(bound, 1.2 if evidence.weight > 1.4 and not eponym else 0.4)
    return max(-0.3 if len(word) == 2 else -2.0, min(bound, evidence.weight))


def _ordinary(evidence: Word) -> bool:
    """A word of language or medicine that hardly is a name."""
    return evidence.known and evidence.weight < (0.5 if evidence.clinical else -0.5)


def _rare(evidence: Word) -> bool:
    """A word of language so rare that in a PN field it may well be a name: `Lestrade^G`."""
    return evidence.known and not evidence.name and not evidence.clinical and evidence.weight > -1.7


def _complementary(known: list[Word]) -> bool:
    """One word known as given name beside another known as family name."""
    return any(a.given and b.family for i, a in enumerate(known) for j, b in enumerate(known) if i != j)


def _pronounceable(word: str) -> bool:
    key = fold(word)
    vowels = sum(c in "aeiouy" for c in key)
    if not key.isascii():
        return True
    return len(key) >= 3 and 0.2 <= vowels / len(key) <= 0.8 and not re.search(r"[^aeiouy]{5}|(.)\1\1", key)


@lru_cache(maxsize=16384)
def _joined(word: str) -> tuple[str, str] | None:
    """`SEXTONCARMEN`, `SextonCarmen`: two names that lost their space."""
    if not 6 <= len(word) <= 30 or look_up(word).known:
        return None
    humped = not (word.isupper() or word.islower() or word.istitle())
    for cut in range(3, len(word) - 2):
        if humped and not word[cut].isupper():
            continue
        left, right = look_up(word[:cut]), look_up(word[cut:])
        if left.weight > 0.9 and right.weight > 0.9 and _complementary([left, right]):
            return word[:cut], word[cut:]
    return None


def name_shaped(text: str) -> bool:
    """Whether two or three capitalised words could be nothing but a name, where a label or a field says that
    one stands here: each a listed name, a word that hardly occurs in text, or none of any language."""
    words = re.findall(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*", text)
    if not 2 <= len(words) <= 3 or re.search(r"[^\w\s,.'’\-]|\d|_", text):
        return False
    known = [look_up(w) for w in words if len(w) > 1]
    plain = [e.known and not e.name and (e.clinical or e.weight < _SELDOM) for e in known]
    ordinary = [e.name and e.weight < (-0.3 if e.clinical else -1.6) for e in known]
    personal = [e.name or not e.known for e in known]
    titled = all(w[:1].isupper() and not re.search(r"[a-z][A-Z]{2}", w) for w in words)
    return titled and len(known) > 1 and any(personal) and not any(plain) and not any(ordinary)


def pinyin_name(words: list[str], strict: bool = True) -> bool:
    """A romanised Chinese surname beside one or two syllables: `Zhang Wei`, `WANG XIAOMING`. Not
    `strict`: also where the syllables are English words, as `HE^JUN`."""
    keys = [fold(w) for w in words]
    if not 2 <= len(keys) <= 3:
        return False
    for surname, given in ((keys[0], keys[1:]), (keys[-1], keys[:-1])):
        if surname in pinyin_surnames() and len(surname) > 1 and all(syllables(k) for k in given):
            clear = (
                look_up(surname).weight > 1.2
                or not any(_ordinary(look_up(k)) for k in keys)
                # Two syllables that make no word: `PARK JISOO`.
                or (len(given) == 1 and len(given[0]) > 4 and not look_up(given[0]).known)
            )
            if clear or not strict:
                return True
    return False
