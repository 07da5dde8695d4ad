"""Chinese, Japanese and Korean person names in short fields."""

from __future__ import annotations

import re

from auditor.detectors.lexicon import (
    chinese_given_chars,
    chinese_surnames,
    chinese_words,
    japanese_names,
    korean_names,
)

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_HAN = re.compile(r"[\u3400-\u9fff·]+")
_KANA = re.compile(r"[\u3040-\u30ffー]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
# Characters of body, examination and language that given names do not use.
CLINICAL_CHARS = frozenset(
    "部位科室片扫描肺胸腹颈肝肾肠胃脑颅椎腰髋膝踝肘腕趾乳腺胰脾胆膀胱痛症病癌瘤炎伤肿溃疡囊骨折头面眼耳鼻喉齿牙舌咽皮肤血脉管"
    "检查诊断术后前左右双侧上下位像影超声磁共振电核药剂量的是在有无不了和与及或者为被把从到对其这那此者约余示未见可性度型期级号层厚窗"
    "声谢险辨量色回"
    "床院区县市省路街岁男女患医护技师周身心率压降缺损阴畸形液积水"
)
_TITLES = re.compile(r"(?:先生|女士|小姐|太太|医生|医师|大夫|主任|教授|护士|技师|同志|様|さん|氏|씨|님)$")


def has_cjk(text: str) -> bool:
    """Whether the text holds a Chinese, Japanese or Korean character."""
    return bool(_CJK.search(text))


def cjk_name(text: str) -> float:
    """How sure (0–1) it is that this short field is a person's name in characters."""
    value = re.sub(r"[\s^,，*·]+", "", text)
    bare = _TITLES.sub("", value)
    if not 2 <= len(bare) <= 12:
        return 0.0
    split = len(re.split(r"[\s^,，]+", text.strip(" ^"))) == 2
    if _HAN.fullmatch(bare):
        return max(_chinese(bare, split or bare != value), _japanese(bare, split))
    if _HANGUL.fullmatch(bare):
        return _korean(bare)
    return _japanese(bare, split)


def _chinese(text: str, marked: bool) -> float:
    surnames, given_rank = chinese_surnames(), chinese_given_chars()
    size = 2 if text[:2] in surnames and len(text) > 2 else 1
    surname, given = text[:size], text[size:]
    if surname not in surnames or not 1 <= len(given) <= 2:
        return 0.0
    if text in chinese_words() or any(c in CLINICAL_CHARS for c in given):
        return 0.0
    if len(given) == 2 and given in chinese_words():
        # 建国, 志强 and 红梅 are words and names; 血压 is not.
        likely = surnames[surname] < 100 and all(given_rank.get(c, 9999) < 300 for c in given)
        return 0.65 if likely else 0.2
    score = 0.9 if size == 2 or surnames[surname] < 100 else 0.7 if surnames[surname] < 200 else 0.5
    score -= sum(0.0 if given_rank.get(c, 9999) < 600 else 0.1 if c in given_rank else 0.25 for c in given)
    if len(given) == 1 and not marked:
        score -= 0.1
    return max(0.0, min(0.95, score + (0.05 if marked else 0.0)))


def _japanese(text: str, split: bool) -> float:
    family, given = japanese_names()
    for cut in range(1, len(text)):
        left, right = text[:cut], text[cut:]
        if left in family and (right in given or (split and len(right) <= 3)):
            return 0.9
        if (
            left in family
            and len(left) >= 2
            and 1 <= len(right) <= 3
            and not any(c in CLINICAL_CHARS for c in right)
        ):
            return 0.65
        if split and right in given and len(left) <= 4:
            return 0.8
    return 0.5 if text in family and len(text) >= 2 else 0.0


def _korean(text: str) -> float:
    family, given = korean_names()
    for size in (2, 1):
        if text[:size] in family and 1 <= len(text) - size <= 2:
            return 0.9 if text[size:] in given else 0.5 if len(text) - size == 2 else 0.3
    return 0.0
