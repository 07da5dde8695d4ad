"""Chinese, Japanese and Korean person names in short fields."""

from __future__ import annotations

import re

from auditor.detectors.lexicon import (
    chinese_given_chars,
    chinese_surnames,
    chinese_words,
    japanese_names,
    korean_names,
    korean_syllables,
    simplify,
)

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_HAN = re.compile(r"[\u3005\u3400-\u9fff·]+")
_KANA = re.compile(r"[\u3040-\u30ffー]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
# Characters of body, examination and language that given names do not use.
CLINICAL_CHARS = frozenset(
    "部位科室片扫描肺胸腹颈肝肾肠胃脑颅椎腰髋膝踝肘腕趾乳腺胰脾胆膀胱痛症病癌瘤炎伤肿溃疡囊骨折头面眼耳鼻喉齿牙舌咽皮肤血脉管"
    "检查诊断术后前左右双侧上下位像影超声磁共振电核药剂量的是在有无不了和与及或者为被把从到对其这那此者约余示未见可性度型期级号层厚窗"
    "声谢险辨量色回"
    "氏样房状菌征床院区县市省路街岁男女患医护技师周身心率压降缺损阴畸形液积水"
)
_FOREIGN = re.compile(r"([\u3400-\u9fff]{1,6})[·•・]([\u3400-\u9fff]{2,6})(?:[·•・][\u3400-\u9fff]{1,6})?")
"""Names of other languages in Chinese characters, as 阿依古丽·买买提."""
_TITLES = re.compile(r"(?:先生|女士|小姐|太太|医生|医师|大夫|主任|教授|护士|技师|同志|様|さん|氏|씨|님)$")


def has_cjk(text: str) -> bool:
    """Whether the text holds a Chinese, Japanese or Korean character."""
    return bool(_CJK.search(text))


def cjk_name(text: str) -> float:
    """How sure (0–1) it is that this short field is a person's name in characters."""
    if foreign := _FOREIGN.fullmatch(text.strip(" ^")):
        return 0.0 if any(c in CLINICAL_CHARS for c in foreign[1][-1:] + foreign[2]) else 0.7
    text = text.strip(" #>*-_\t")
    value = re.sub(r"[\s^,，*·]+", "", text)
    bare = _TITLES.sub("", value)
    if not 2 <= len(bare) <= 12:
        return 0.0
    pieces = re.split(r"[\s^,，]+", text.strip(" ^"))
    if len(pieces) > 1 and any(
        len(w) > 1 and 2 * sum(c in CLINICAL_CHARS for c in w) >= len(w) for w in pieces
    ):
        return 0.0  # 高血压 病史
    split = len(re.split(r"[\s^,，]+", text.strip(" ^"))) == 2
    if _HAN.fullmatch(bare):
        return max(_chinese(bare, split or bare != value), _japanese(bare, split))
    if _HANGUL.fullmatch(bare):
        return _korean(bare)
    return _japanese(bare, split)


def _chinese(text: str, marked: bool) -> float:
    """A surname and one or two characters, weighed against the words that the same characters make."""
    text = simplify(text)
    surnames = chinese_surnames()
    scores = [_surname_and_given(text[:n], text[n:]) for n in (2, 1) if text[:n] in surnames]
    return max(0.0, min(0.95, max(scores, default=0.0) + (0.05 if marked else 0.0)))


def _surname_and_given(surname: str, given: str) -> float:
    words = chinese_words()
    if not 1 <= len(given) <= 2 or "氏" in given:
        return 0.0
    ranks = [_rank(c) for c in given]
    whole = surname + given
    clinical = sum(c in CLINICAL_CHARS for c in given)
    if clinical == len(given) and (len(given) == 2 or ranks[0] >= _USUAL):
        return 0.0
    if whole in words:
        # 高峰 and 白雪 are words and names; 血压 is not.
        return 0.35 if max(ranks) < _USUAL and chinese_surnames()[surname] < 100 and not clinical else 0.0
    score = 0.9 if len(surname) == 2 or chinese_surnames()[surname] < 100 else 0.75
    score -= sum(
        0.5 if c in CLINICAL_CHARS and r >= _USUAL else 0.15
        for c, r in zip(given, ranks, strict=True)
        if r >= _USUAL or c in CLINICAL_CHARS
    )
    if len(given) == 1:
        return score - 0.05
    if given in words and given[0] != given[1]:
        # 建国, 志强 and 红梅 are words and names; 密度 is not.
        score -= 0.2 if max(ranks) < 400 and not clinical else 0.45
    if len(surname) == 1 and surname + given[0] in words and given[0] != given[1]:
        score -= 0.2 if ranks[1] < 300 else 0.4
    return score


_USUAL = 1000
"""Rank up to which a character is usual in given names."""


def _rank(char: str) -> int:
    return chinese_given_chars().get(char, 9999)


def _japanese(text: str, split: bool) -> float:
    family, given = japanese_names()
    if text in chinese_words() or simplify(text) in chinese_words():
        return 0.0
    if len(text) == 4 and {simplify(text[:2]), simplify(text[2:])} <= chinese_words():
        return 0.0  # 数据说明
    clinical = sum(c in CLINICAL_CHARS for c in text)
    best = 0.0
    for cut in range(1, len(text)):
        left, right = text[:cut], text[cut:]
        listed = right in given and 2 * clinical < len(text)
        if left in family and (listed or (split and len(right) <= 3)):
            # One character and one more are Chinese words as often as names.
            best = max(best, 0.9 if len(text) > 2 or split else 0.3)
        elif (
            left in family
            and len(left) >= 2
            and 1 <= len(right) <= 3
            and not any(c in CLINICAL_CHARS for c in right)
        ):
            best = max(best, 0.65 if right[-1] in _GIVEN_ENDS else 0.3)
        elif (len(left) >= 2 and left in family and _KANA.fullmatch(right) and 2 <= len(right) <= 5) or (
            split and right in given and len(left) <= 4
        ):
            best = max(best, 0.8)
    return best or (0.45 if text in family and len(text) >= 2 and not clinical else 0.0)


# What Japanese given names end with.
_GIVEN_ENDS = frozenset("子美郎介雄夫男之彦樹人也香奈菜恵江代助平治司史志哉輔太斗翔")


def _korean(text: str) -> float:
    family, given = korean_names()
    for size in (2, 1):
        rest = text[size:]
        if text[:size] in family and 1 <= len(rest) <= 2:
            if rest in given:
                return 0.9
            # Given names are made of few syllables; 전립선 begins like a family name and is none.
            return 0.6 if size == 2 or (len(rest) == 2 and set(rest) <= korean_syllables()) else 0.3
    return 0.0
