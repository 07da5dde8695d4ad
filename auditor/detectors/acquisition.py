"""Text that scanners and viewers print and that says nothing of a person."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import re
from functools import cache, lru_cache

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extractOne

from auditor.detectors.cjk_names import CLINICAL_CHARS, cjk_name
from auditor.detectors.engine import detect
from auditor.detectors.lexicon import clinical_words, fold, look_up

IDENTIFYING = 0.5
"""From which confidence a hit says that the text identifies."""
_UNITS = frozenset(
    "mm cm m um nm mm2 cm2 mm3 cm3 ml l dl ul cc kv kvp mv ma mas uas s ms us sec min h hr hz khz mhz ghz fps bpm db dbm hu pct "
    "deg rad gy mgy cgy ugy sv msv mgycm dgycm cgycm px pix pt mw w kw v t g kg mg ug mmol mol meq iu bq mbq kbq mci ci kbps mmhg mbar "
    "pa hpa kpa n ns x fr im se img sl th thk sp tr te ti fa fl nex nsa et etl bw fov tp ww wl wc c z d r p a i f h l q k b e o u j y".split()
)
_HAN = frozenset(
    "窗宽窗位层厚增强平扫左右前后上下头足侧位正位冠状矢状轴位放大缩小图像序列张共第帧秒毫米厘米千伏毫安倍率深度增益频率心率次分肝肾心肺脾胰胆囊子宫卵巢膀胱甲状腺乳颈动静脉"
)
_NUMBER = re.compile(
    r"[+\-±~<>=≤≥]?\d{1,5}(?:[.,]\d{1,4})?%?|\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?|\d{1,3}:1"
)
_YEAR_MONTH = re.compile(r"(?<!\d)(?:19|20)\d{2}[\-/](?:0[1-9]|1[0-2])(?!\d)")
_TOKEN = re.compile(r"[A-Za-z\u00b5\u00c0-\u024f]+|\d[\d.,:]*|[\u3400-\u9fff]+|[^\W_]")


@lru_cache(maxsize=32768)
def is_acquisition_text(text: str) -> bool:
    """Whether every part of the text is a number of up to five digits, a unit, a marker or a word of
    imaging: `L`, `AP PORTABLE`, `120 kV`, `W 400 L 40`, `Adult Echo`, `65bpm`, `Se: 4`; one
    character of a longer word may be misread. False for anything that could be a person's,
    long numbers and dates included; False for empty text and text over 200 characters."""
    if not text.strip() or len(text) > 200:
        return False
    tokens = _TOKEN.findall(text)
    if not tokens:
        return True
    if _YEAR_MONTH.search(text):
        return False
    # Two or more names beside each other are people, whatever else the words mean.
    names = sum(1 for t in tokens if len(t) > 2 and look_up(t).name and look_up(t).weight > 0.3)
    clinical = any(look_up(t).clinical for t in tokens)
    if names >= 2 and not (clinical and len(tokens) > names):
        return False
    if not all(_is_harmless(t) for t in tokens):
        return False
    return all(hit.confidence < IDENTIFYING for hit in detect(text))


def _is_harmless(token: str) -> bool:
    if token[0].isdigit():
        return bool(_NUMBER.fullmatch(token.rstrip(".,:")))
    if "\u3400" <= token[0] <= "\u9fff":
        # Words of examination and body; names do not use these characters.
        ours = sum(c in _HAN or c in CLINICAL_CHARS for c in token)
        return ours * 2 >= len(token) and cjk_name(token) < 0.3
    key = fold(token)
    if len(key) <= 2 or key in _UNITS:
        return True
    word = look_up(key)
    if word.clinical:
        return word.weight < 1.2
    if word.known:
        return not word.name or word.weight < -0.3
    return len(key) >= 5 and _nearly_clinical(key)


def _nearly_clinical(key: str) -> bool:
    """One letter away from a word of imaging, as OCR leaves it."""
    return (
        extractOne(key, _vocabulary(len(key)), scorer=DamerauLevenshtein.distance, score_cutoff=1) is not None
    )


@cache
def _vocabulary(length: int) -> tuple[str, ...]:
    return tuple(w for w in clinical_words() if abs(len(w) - length) <= 1)
