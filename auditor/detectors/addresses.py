"""Street addresses and postcodes: English, Chinese, and the forms of some other languages."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.detectors.base import Hit
from auditor.detectors.lexicon import look_up
from auditor.model import Category

_STREET = re.compile(
    r"(?<![\w./\-])(?P<no>\d{1,5}[A-Za-z]?(?:[-/]\d{1,4})?),? (?:[NSEW]\.? |North |South |East |West )?(?P<name>(?:[A-Z][\w.'’\-]{1,24} |\d{1,3}(?:st|nd|rd|th) ){1,4})"
    r"(?P<kind>Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Place|Square|Terrace|Highway|Hwy|Parkway|Pkwy|Crescent|Close|Gardens|Grove|Way|Circle|Cir|Alley|Mews)\b\.?"
    r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\.? ?\w{1,6})?",
)
_STREET_UPPER = re.compile(
    r"(?<![\w./\-])(?P<no>\d{1,5}),? (?P<name>(?:[A-Z][A-Z.'’\-]{1,24} ){1,4})(?P<kind>STREET|ST|AVENUE|AVE|ROAD|RD|BOULEVARD|BLVD|LANE|LN|DRIVE|DR|HIGHWAY|HWY|PARKWAY|PKWY|TERRACE|CRESCENT)\b"
)
_STREET_LAST = re.compile(
    r"(?<![\w])(?P<name>(?:[A-Z][\w.'’\-]{1,24} ){1,4})(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Drive|Dr|Highway|Way) \d{1,5}(?![\w.])"
)
_STATES = "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR"
_US_ZIP = re.compile(
    rf"(?:[A-Z][A-Za-z.'\-]{{2,20}},? )(?:{_STATES})[ ,]{{1,3}}(?:US[, ] ?)?\d{{5}}(?:-\d{{4}})?(?!\d)"
)
_GB_POSTCODE = re.compile(
    r"(?<![\w\-])(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|ZE)\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}(?![\w\-])"
)
_CA_POSTCODE = re.compile(r"(?<![\w\-])[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d(?![\w\-])")
_EIRCODE = re.compile(
    r"(?<![\w\-])[AC-FHKNPRTV-Y]\d[0-9W] (?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[0-9AC-FHKNPRTV-Y]{4}(?![\w\-])"
)
_PO_BOX = re.compile(r"\bP\.? ?O\.? ?Box \d{1,6}\b", re.IGNORECASE)
_GERMAN = re.compile(
    r"(?<!\w)[A-ZÄÖÜ][\w\-]{1,30}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee) ?\d{1,4} ?[a-z]?\b"
    r"|(?<!\w)[A-ZÄÖÜ][\w\-]{2,20} (?:Stra(?:ß|ss)e|Str\.|Weg|Platz|Allee|Guertel|Gürtel) ?\d{1,4}\b"
    r"|\d{1,3}(?:-\d{1,3})?,? ?[A-ZÄÖÜ][\w\-]{2,20} (?:Gürtel|Guertel|Stra(?:ß|ss)e|Platz|Gasse)\b"
)
_GERMAN_CITY = re.compile(r"(?<![\w.\-])(?:D|A|CH|NL|F|I)-\d{4,5} [A-ZÄÖÜ][\w.\-]{2,30}")
_ROMANCE = re.compile(
    r"(?<!\w)\d{1,4}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|chemin|all[ée]e|impasse|quai|cours|route) (?:(?:de|du|des|la|le|les|l'|d')[ ']?){0,3}[\w\-'’]{2,30}(?: [A-Z][\w\-]{1,20}){0,3}"
    r"|(?<!\w)(?:calle|c/|avda\.?|avenida|paseo|plaza|via|viale|piazza|corso|rua|travessa|largo|ul\.|ulica) (?:(?:de|del|della|dei|la|las|los|da|do|dos) ){0,2}[A-Z][\w\-'’]{1,30}(?: [\w\-'’]{2,20}){0,3},? ?(?:n[.º°]{0,2} ?)?\d{1,4}\b",
    re.IGNORECASE,
)
_DUTCH = re.compile(
    r"(?<!\w)[A-Z][a-z\-]{2,30}(?:straat|laan|weg|plein|gracht|kade|dijk|singel) \d{1,4} ?[a-zA-Z]?\b"
)
_HAN = r"[\u4e00-\u9fffA-Za-z0-9]"
_CHINESE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}省|[\u4e00-\u9fff]{2,6}自治区|北京|上海|天津|重庆)?(?:[\u4e00-\u9fff]{2,7}(?:市|自治州|地区|盟))?"
    rf"[\u4e00-\u9fff]{{1,7}}(?:区|县|旗|镇|乡|街道|开发区|路|街|巷|大道|胡同|弄|村|小区|花园|新村)(?:{_HAN}{{1,12}}(?:区|镇|乡|街道|路|街|巷|大道|胡同|弄|村|组|小区|花园|苑|号院?|栋|幢|座|楼|单元|室|门|层)){{1,8}}"
    r"(?:\d{1,5}(?:室|号)?)?"
)
_CHINESE_CITY = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}省[\u4e00-\u9fff]{2,7}(?:市|州)(?:[\u4e00-\u9fff]{2,6}[区县市])?|[\u4e00-\u9fff]{2,4}市[\u4e00-\u9fff]{2,4}[区县](?![域间]))"
)
_JAPANESE = re.compile(
    r"(?:〒\d{3}-\d{4}|[\u4e00-\u9fff]{2,3}[都道府県][\u4e00-\u9fffぁ-んァ-ヶ]{1,8}[市区町村郡][\u4e00-\u9fffぁ-んァ-ヶ0-9０-９丁目番地号\-ー−]{1,24})"
)
_KOREAN = re.compile(
    r"[\uac00-\ud7af]{1,8}(?:시|도) [\uac00-\ud7af]{1,8}(?:구|군|시)(?: [\uac00-\ud7af0-9]{1,12}(?:로|길|동|읍|면)(?: ?\d{1,4}(?:-\d{1,4})?)?)?"
)
_CHINESE_CLINICAL = re.compile(
    r"病区|叶区|额区|枕区|肺野|纵隔|门区|隐窝|椎间|病房|诊区|科室|检查|未见|影像|住院号|信号|区域"
)
_FORMS: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("city and zip code", _US_ZIP, 0.85),
    ("postcode", _GB_POSTCODE, 0.6),
    ("postcode", _CA_POSTCODE, 0.6),
    ("postcode", _EIRCODE, 0.6),
    ("po box", _PO_BOX, 0.85),
    ("street address", _GERMAN, 0.8),
    ("postcode and city", _GERMAN_CITY, 0.75),
    ("street address", _ROMANCE, 0.75),
    ("street address", _DUTCH, 0.75),
    ("street address", _JAPANESE, 0.8),
    ("street address", _KOREAN, 0.75),
)


def find_addresses(text: str) -> Iterator[Hit]:
    """Streets with a number, postcodes in a country's form, Chinese addresses of two or more levels."""
    if any(c.isdigit() for c in text):
        for pattern, confidence in ((_STREET, 0.8), (_STREET_UPPER, 0.7), (_STREET_LAST, 0.6)):
            for match in pattern.finditer(text):
                if _street_name(match.group("name")):
                    yield Hit(Category.ADDRESS, "street address", match.start(), match.end(), confidence)
        for kind, pattern, confidence in _FORMS:
            for match in pattern.finditer(text):
                if pattern is not _GERMAN or not _is_one_word_of_imaging(match.group()):
                    yield Hit(Category.ADDRESS, kind, match.start(), match.end(), confidence)
    if any(c in text for c in "市县区路街村镇省"):
        for match in _CHINESE.finditer(text):
            value = match.group()
            if not _CHINESE_CLINICAL.search(value) and (
                any(c.isdigit() for c in value) or "市" in value or "省" in value
            ):
                yield Hit(Category.ADDRESS, "street address", match.start(), match.end(), 0.85)
        for match in _CHINESE_CITY.finditer(text):
            if not _CHINESE_CLINICAL.search(match.group()):
                yield Hit(Category.ADDRESS, "place", match.start(), match.end(), 0.5)


def _is_one_word_of_imaging(text: str) -> bool:
    """`Monitoring 3` ends like a street and is none."""
    word = re.match(r"[^\W\d_]+", text)
    return word is not None and look_up(word.group()).clinical


def _street_name(name: str) -> bool:
    """Not `5 CT HEAD ST`: no word of imaging before the street's kind."""
    return not any(look_up(w).clinical and not look_up(w).name for w in re.findall(r"[A-Za-z]{2,}", name))
