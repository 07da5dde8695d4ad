"""Bytes to text when the character set is declared, wrongly declared, or not declared at all."""

from __future__ import annotations

import codecs
import re
import warnings
from functools import lru_cache
from operator import itemgetter

from pydicom.charset import decode_bytes, python_encoding

from auditor.readers.alphabets import in_an_alphabet

_COMMON = 0.8
_PARTLY = 0.5
_FREQUENT = 0.34
"""Share of the most frequent characters below which a Chinese reading has to give way to letters that fit."""
_SAMPLE = 2000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KOREAN = frozenset(
    "가각간강개건검격결경계고공과관광교구국권규균근금급기길김나남내년노다단달당대덕도동두등라란래량력련로록료류르른를름리린림"
    "마만말머면명모목무문미민박반발방배백범법변별병보복본부북분비사산상생서석선설섭성세소손송수숙순술승시식신실심아안애양어언엄"
    "에여연열영예오옥온완왕요용우운원월위유윤율으은을음의이인일임있자장재적전정제조종주준중지진찬참창채천철청체초최추춘충치침태"
    "택통특판편평표필하학한함항해향허현형혜호홍화환황회효후훈휘희"
)
_CHINESE = frozenset(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看"
    "起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什"
    "两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比"
    "才便夫再书部水像眼等体却加电主界门利海受听表德少克代员许稜先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字"
    "王李张刘陈杨黄赵吴周徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭"
    "患者男岁检查医院科号胸部双肺左右侧片位平扫增强影像诊断姓病住址身份证卡复建国志强伟芳娜秀英敏静丽艳勇军杰涛超霞刚桂兰慧欧阳"
)
"""The syllables and characters that occur most in running text, in names and in records; together they tell
EUC-KR from GB 18030, whose bytes are the same."""
_OWN_SCRIPT = frozenset({"iso_ir_144", "iso_ir_127", "iso_ir_126", "iso_ir_138", "iso_ir_166"})
"""Cyrillic, Arabic, Greek, Hebrew and Thai: nobody declares them for other letters, as Latin-1 is."""
_JAPANESE_NAMES = frozenset(
    "田中山本川村井藤佐木伊加高橋鈴渡辺邊邉小林松大石上野原島嶋吉清水池森谷斎斉齋齊西岡長崎福近三青前後内浦横浅尾桜菅久保菊竹武平今新"
    "丸宮増柴秋安荒関岩服部千葉市沢澤滝瀧堀塚土星柳戸坂阪成倉永片黒白赤古河和栗飯熊早望月日向矢笠杉津寺門口須賀美恵子由紀香奈真理"
    "智裕直樹健太郎一二次男雄幸博和夫弘明浩之介彦哉也翔拓悠陽菜葵結衣愛花咲希優里彩沙織麻衣亜友佳代幸枝洋順正義孝隆茂勇信治修司誠"
    "貴史章徳仁秀俊哲昭敏克勝進豊実喜寛晴蓮颯湊樹律朝陽患者様氏名検査病院胸部科号年齢性別歳男女左右肺診断所見撮影"
)
"""Characters that occur most in Japanese names and records: they tell EUC-JP, whose bytes GB 18030 reads as well."""
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""Characters of no width, which would part a word without being seen."""
_KANA = re.compile("[\u3041-\u30fa]{2}")
_JAPANESE = "[\u3000-\u30ff\u4e00-\u9fff\x20-\x7e]*"
_IDEOGRAPHS = re.compile(rf"{_JAPANESE}[\u4e00-\u9fff]{{2}}{_JAPANESE}")
_RARE = re.compile("[\x80-\x9f\ue000-\uf8ff]")
_DELIMITERS = {0x0D, 0x0A, 0x09, 0x0C, 0x5C, 0x5E, 0x3D}
"""PS3.5 6.1.2.5.3: at these an ISO 2022 string returns to its first character set."""


@lru_cache(maxsize=256)
def encodings_of(specific_character_set: str) -> tuple[str, ...]:
    r"""Python codecs for the values of (0008,0005), joined with `\`; unknown terms are left out."""
    terms = [term.strip() for term in specific_character_set.split("\\")]
    known = (python_encoding.get(term) or python_encoding.get(_repaired(term)) for term in terms)
    return tuple(codec for codec in known if codec)


def _repaired(term: str) -> str:
    """Common misspellings: `ISO-IR 100`, `ISO IR 100`, `iso_ir_192`, `UTF-8`."""
    upper = term.upper().replace("-", "_")
    if upper in ("UTF_8", "UTF8"):
        return "ISO_IR 192"
    return re.sub(r"^ISO[ _]IR[ _]?", "ISO_IR ", upper)


def decode(raw: bytes, encodings: tuple[str, ...] = ()) -> str:
    """Text of a value. Plain ASCII is itself; else the declared set if it fits; else the likeliest."""
    if raw.isascii() and b"\x1b" not in raw:
        wide = _utf16(raw) if b"\0" in raw[:-1] else None
        return raw.decode("ascii") if wide is None else wide
    return _decode(raw, encodings).translate(_INVISIBLE)


def _utf16(raw: bytes) -> str | None:
    """UTF-16 of Latin letters without a mark of its order: every second byte is NUL."""
    kept = len(raw) & ~1
    if kept >= 8:
        for zeros, codec in ((raw[1:kept:2], "utf-16-le"), (raw[0:kept:2], "utf-16-be")):
            if zeros.count(0) * 4 >= len(zeros) * 3 and raw[:kept].count(0) <= len(zeros):
                return _try(raw[:kept], codec)
    return None


def _decode(raw: bytes, encodings: tuple[str, ...]) -> str:
    if b"\x1b" in raw:
        return _decode_iso2022(raw, encodings)
    declared = encodings[0] if encodings else ""
    multi_byte = declared and not declared.startswith(("iso8859", "latin", "iso_ir_1"))
    if multi_byte or declared in _OWN_SCRIPT:
        text = _try(raw, declared)
        if text is not None:
            return text
    return guess(raw, declared)


def guess(raw: bytes, otherwise: str = "") -> str:
    """Text of bytes of unknown encoding: Unicode, EUC-JP, Chinese, Korean, Japanese with kana, Cyrillic, Greek,
    then `otherwise`, then Latin-1.

    UTF-8 with high bytes is practically never anything else. Chinese decoded by the right one of
    its encodings consists of common characters; by the wrong one, or from Western bytes, of rare ones.
    """
    for bom, codec in _BOMS:
        if raw.startswith(bom):
            text = _try(raw, codec)
            if text is not None:
                return text
    unicode = _try(raw, "utf-8")
    if unicode is not None:
        return unicode
    if euc := _euc_jp(raw):
        return euc
    candidates = [(text, _common_share(text)) for codec in ("gb18030", "big5") if (text := _try(raw, codec))]
    text, share = max(candidates, key=itemgetter(1), default=("", 0.0))
    lettered = in_an_alphabet(raw) if _share(text, _CHINESE) < _FREQUENT else ""
    if not lettered and (share >= _COMMON or (share >= _PARTLY and _chinese_runs(text))) and not _stray(text):
        return _korean(raw, text) or text
    japanese = _try(raw, "shift_jis")
    if japanese is not None and _KANA.search(japanese) and not _RARE.search(japanese):
        return japanese
    if lettered:
        return lettered
    declared = _try(raw, otherwise) if otherwise else None
    text = raw.decode("latin-1") if declared is None else declared
    # Control characters in it show that the set is wrong.
    high = "".join(character for character in japanese or "" if character > "\x7f")
    return japanese if japanese and _RARE.search(text) and _IDEOGRAPHS.fullmatch(high) else text


def _euc_jp(raw: bytes) -> str:
    """The text as EUC-JP, where it has kana, or characters more frequent in Japanese names than the Chinese
    reading's are in Chinese; empty where it is not."""
    text = _try(raw, "euc_jp")
    if text is None:
        return ""
    if _KANA.search(text):
        return text
    chinese = _try(raw, "gb18030") or ""
    own, other = _share(text, _JAPANESE_NAMES), _share(chinese, _CHINESE)
    return text if own > max(0.5, other) and all(map(_is_ideograph, _high(text))) else ""


def _high(text: str) -> list[str]:
    return [character for character in text if character > "\x7f"][:_SAMPLE]


def _share(text: str, frequent: frozenset[str]) -> float:
    high = _high(text)
    return sum(character in frequent for character in high) / len(high) if high else 0.0


def _is_ideograph(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _stray(text: str) -> bool:
    """Whether ideographs stand one by one within Latin words, as accented letters do: `cr鈔e`, `25 蚓`."""
    runs = re.findall(r"[^\x00-\x7f]+", text)
    return len(text) > 1 and all(len(run) == 1 and run not in _CHINESE for run in runs)


def _chinese_runs(text: str) -> bool:
    """Whether all that is no ASCII comes as names do, two to four ideographs together, the first a common one."""
    runs = re.findall(r"[^\x00-\x7f]+", text)
    return all(2 <= len(run) <= 4 and all(map(_is_ideograph, run)) and is_common(run[0]) for run in runs)


def _korean(raw: bytes, chinese: str) -> str:
    """The text as Korean, where its syllables are more frequent in Korean than `chinese` is in Chinese."""
    text = _try(raw, "euc_kr")
    if text is None:
        return ""
    return text if _share(text, _KOREAN) > max(0.5, _share(chinese, _CHINESE)) else ""


def _common_share(text: str) -> float:
    """Share of the non-ASCII characters that are common Chinese or Chinese punctuation."""
    high = _high(text)
    return sum(map(is_common, high)) / len(high) if high else 0.0


@lru_cache(maxsize=16384)
def is_common(character: str) -> bool:
    """In level 1 of GB 2312 (3,755 characters) or of Big5 (5,401), or full-width punctuation."""
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef":
        return True
    if not "\u4e00" <= character <= "\u9fff":
        return False
    for codec, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            if first <= character.encode(codec)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False


def _try(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _decode_iso2022(raw: bytes, encodings: tuple[str, ...]) -> str:
    # pydicom warns with the value in the warning's text when an escape was not declared.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # An escape is honoured whether or not (0008,0005) declares it.
        extended = [*(encodings or ("iso8859",)), "iso2022_jp", "iso2022_jp_2", "euc_kr", "iso_ir_58"]
        try:
            return decode_bytes(raw, extended, _DELIMITERS)
        except (UnicodeDecodeError, LookupError, ValueError):
            return raw.decode("latin-1")
