"""Ways to reach a person or a machine: mail, URL, IP and MAC address, phone, GPS position."""

# Patterns and word lists read better on one line.
# ruff: noqa: E501, SIM905

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from auditor.detectors.base import Hit
from auditor.model import Category

_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w\-])")
_URL = re.compile(
    r"(?:https?|ftp|sftp|smb|file)://[^\s\"'<>]{3,2000}|(?<![\w.@])www\.[\w\-]{2,63}\.[^\s\"'<>]{2,500}",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"[?&/](?:\w{0,12}(?:id|mrn|uid|accession|acc)|patients?|study|studies|exams?|records?|subjects?|users?|profile|people)[=/]"
    r"(?=[\w.\-]*\d{3})[\w.\-]+",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.\-])([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})(?![\w\-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_MAC = re.compile(
    r"(?<![0-9A-Fa-f:\-])(?:[0-9A-Fa-f]{2}([:\-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:\-])"
)
_IP_LABEL = re.compile(r"(?:\bip|\bhost|\baddr|server|地址)\W{0,4}$", re.IGNORECASE)
_VERSION_LABEL = re.compile(r"(?:\bv|ver|vers|version|release|build|rev|版本)\W{0,3}$", re.IGNORECASE)
_PUBLIC = re.compile(
    r"(?:https?|ftp)://(?:[\w\-]+\.)*(?:w3\.org|adobe\.com|purl\.org|creativecommons\.org|doi\.org|github\.(?:com|io)|gitlab\.com|arxiv\.org|nih\.gov|"
    r"matplotlib\.org|python\.org|pypi\.org|openmicroscopy\.org|nema\.org|hl7\.org|loinc\.org|snomed\.(?:info|org)|unitsofmeasure\.org|ihtsdo\.org|"
    r"cocodataset\.org|cancerimagingarchive\.net|openneuro\.org|zenodo\.org|figshare\.com|kaggle\.com|physionet\.org|cognitiveatlas\.org|schema\.org|"
    r"json-schema\.org|dublincore\.org|xmlsoap\.org|openxmlformats\.org|microsoft\.com|oasis-open\.org|mozilla\.org|apache\.org|gnu\.org|opensource\.org|"
    r"sourceforge\.net|slicer\.org|itk\.org|kitware\.com|neuroimaging\.io|incf\.org|wikipedia\.org|wikidata\.org|huggingface\.co|pytorch\.org|tensorflow\.org|"
    r"readthedocs\.(?:io|org)|grand-challenge\.org|synapse\.org|nitrc\.org|usc\.edu|osf\.io|ezgif\.com|gimp\.org|inkscape\.org|iptc\.org|useplus\.org|"
    r"digitalcorpora\.org|mathworks\.com|anaconda\.(?:com|org)|numpy\.org|scipy\.org|nature\.com|sciencedirect\.com|springer\.com|ieee\.org|rsna\.org|who\.int)"
    r"(?::\d+)?(?:/[^?@]*)?",
    re.IGNORECASE,
)
"""Pages of standards, programs, archives and journals, asked without a query: they name nobody."""
_ROLE = re.compile(
    r"(?:info|help(?:desk)?|support|contact|admin|office|no-?reply|data|team|webmaster|service|enquir(?:y|ies)|mail|press|privacy|dpo|security|editor|hello"
    r"|dataset|access|request|research|imaging|study|trial|committee|curator|maintainer|license|licensing)s?"
    r"(?:[\-_.](?:team|office|desk|data|dataset|access|request|support|info|help|admin|committee|group|lab|study|trial)s?){0,2}"
    r"@(?P<host>.+)",
    re.IGNORECASE,
)
"""Mailboxes of an office and of nobody."""
_HOME = re.compile(
    r"(?:[\\/](?:Users|home|Documents and Settings|Benutzer|Utilisateurs|用户)[\\/])(?P<user>[^\\/\s:*?\"<>|]{2,40})",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"(?:public|default|all|admin|administrator|user|users|guest|root|system|service|dicom|pacs|ubuntu|runner|data|test|shared)[\w.\-]{0,4}",
    re.IGNORECASE,
)
"""Accounts that are nobody's."""
_HOST = re.compile(
    r"(?<![\w.@/\\\-])(?:[A-Za-z0-9][A-Za-z0-9\-]{1,40}\.){2,5}(?P<tld>[A-Za-z]{2,12})(?![\w@]|\.\w)"
    r"|(?<![\w.@/\\\-])[A-Za-z0-9][A-Za-z0-9\-]{2,40}\.(?P<inner>local|lan|internal|intranet|intra|corp|domain|nhs\.uk|ac\.uk|edu)(?![\w@]|\.\w)",
    re.IGNORECASE,
)
_TLDS = frozenset(
    "com org net edu gov int eu asia local lan internal intranet intra corp domain home health hospital care clinic "
    "at au be bg br ca ch cl cn co cz de dk ee es fi fr gr hk hr hu id ie il in ir is it jp kr lt lu lv ma mx my ng nl no nz pe "
    "ph pk pl pt ro rs ru sa se sg si sk th tr tw ua uk us uy vn za".split()
)
_MACHINES = re.compile(
    r"(?:^|[.\-])(?:pacs|ris|his|kis|rad(?:io\w*)?|dicom|server|srv|mail|smtp|vpn|gateway|hosp\w*|klini\w*|clinic\w*|umc|med|health)(?=[.\-\d])",
    re.IGNORECASE,
)
_UNC = re.compile(r"(?<![\w\\:/])\\\\(?P<host>[A-Za-z0-9][\w.\-]{2,40})\\[\w$.\- ]{1,60}")
_SOCIAL = re.compile(
    r"(?<![\w@.])@(?P<handle>(?=[A-Za-z0-9_.]*[A-Za-z])[A-Za-z0-9_.]{4,30})(?![\w@])(?=[^\n]{0,24}\b(?:insta(?:gram)?|twitter|x\.com|tiktok|facebook|fb|threads|mastodon|telegram|snap(?:chat)?|weibo|line)\b)"
    r"|\b(?:insta(?:gram)?|twitter|tiktok|facebook|fb|ig|threads|telegram|snap(?:chat)?)\b\W{1,4}@?(?P<after>(?=[A-Za-z0-9_.]*[A-Za-z])(?=[A-Za-z0-9_.]*[_.\d])[A-Za-z0-9_.]{5,30})(?!\w)"
    r"|微信号?[:： ]{0,2}(?P<wx>[A-Za-z][A-Za-z0-9_\-]{5,19})(?!\w)",
    re.IGNORECASE,
)
_WECHAT = re.compile(r"wxid_[0-9a-z]{6,24}")
_DEGREES = re.compile(
    r"\d{1,3} ?° ?\d{1,2} ?['′’] ?(?:\d{1,2}(?:\.\d{1,6})? ?(?:\"|″|''|”) ?)?[NSEWnsew]"
    r"|(?<![\w.])\d{1,3}\.\d{3,8} ?°? ?[NSns][ ,;/]{1,3}\d{1,3}\.\d{3,8} ?°? ?[EWew]\b"
    r"|\b(?:lat|latitude|gps|纬度)\W{0,4}[+\-]?\d{1,2}\.\d{3,8} ?°? ?[NS]?[ ,;/]{0,3}(?:(?:lon|lng|long|longitude|经度)\W{0,4})?[+\-]?\d{1,3}\.\d{3,8}(?: ?°? ?[EW]\b)?",
    re.IGNORECASE,
)  # fmt: skip


def find_contacts(text: str) -> Iterator[Hit]:
    """Mail addresses, URLs, IP and MAC addresses, and positions in degrees."""
    if "@" in text:
        for match in _MAIL.finditer(text):
            role = _ROLE.fullmatch(match.group())
            public = role and _PUBLIC.fullmatch("http://" + role["host"])
            sure = 0.95 if not role else 0.3 if public else 0.45
            yield Hit(
                Category.EMAIL, "e-mail of an office" if role else "e-mail", match.start(), match.end(), sure
            )
    if "://" in text or "www." in text.lower():
        for match in _URL.finditer(text):
            public = _PUBLIC.fullmatch(match.group().rstrip(".,;)]"))
            kind = "public page" if public else "url of a record" if _RECORD.search(match.group()) else "url"
            yield Hit(Category.URL, kind, match.start(), match.end(), 0.3 if public else 0.6)
    for match in _IPV4.finditer(text):
        yield from _ipv4(match, text)
    if text.count(":") >= 3:
        for match in _IPV6.finditer(text):
            if _is_ipv6(match.group()):
                yield Hit(Category.IP, "ip address", match.start(), match.end(), 0.85)
    for match in _HOME.finditer(text) if "/" in text or "\\" in text else ():
        if not _SHARED.fullmatch(match["user"]):
            yield Hit(Category.STAFF, "user name", match.start("user"), match.end("user"), 0.75)
    for match in _WECHAT.finditer(text) if "wxid_" in text else ():
        yield Hit(Category.ACCOUNT, "wechat id", match.start(), match.end(), 0.9)
    for match in _HOST.finditer(text) if text.count(".") else ():
        if match["inner"] or match["tld"].lower() in _TLDS:
            yield from _host(match.group(), match.start(), match.end())
    for match in _UNC.finditer(text) if "\\" in text else ():
        yield Hit(Category.URL, "host name", match.start("host"), match.end("host"), 0.7)
    for match in _SOCIAL.finditer(text):
        group = match.lastgroup or "handle"
        yield Hit(Category.ACCOUNT, "account of a network", *match.span(group), 0.8)
    for match in _MAC.finditer(text):
        yield Hit(Category.DEVICE, "mac address", match.start(), match.end(), 0.9)
    for match in _DEGREES.finditer(text):
        yield Hit(Category.ADDRESS, "position", match.start(), match.end(), 0.85)


def _host(name: str, start: int, end: int) -> Iterator[Hit]:
    """A machine in a network: three or more parts that are not all numbers, and no page that everybody reads."""
    if _PUBLIC.match("http://" + name) or not any(map(str.isalpha, name.rpartition(".")[0])):
        return
    if re.fullmatch(r"(?:(?:org|com|net|edu|io|de|dk|dcm4che)\.)[\w.\-]+", name, re.IGNORECASE):
        return  # packages of Java: org.dcm4che.net
    first = name.split(".")[0]
    inner = re.search(r"\.(?:local|lan|internal|intranet|intra|corp|domain)(?:\.|$)", name, re.IGNORECASE)
    if inner or re.search(r"[a-z]-?\d|[a-z]-[a-z]", first, re.IGNORECASE) or _MACHINES.search(name):
        yield Hit(Category.URL, "host name", start, end, 0.65)


def _ipv4(match: re.Match[str], text: str) -> Iterator[Hit]:
    octets = [int(g) for g in match.groups()]
    padded = any(len(g) > 1 and g[0] == "0" for g in match.groups())
    before = text[max(0, match.start() - 12) : match.start()]
    if padded or max(octets) > 255 or _VERSION_LABEL.search(before):
        return
    address = ipaddress.IPv4Address(".".join(match.groups()))
    if address.is_unspecified or address.is_loopback or octets[0] == 0:
        return
    if _IP_LABEL.search(before):
        confidence = 0.95
    elif address.is_private:
        confidence = 0.85
    else:
        # Versions have four small parts too; addresses rarely do.
        confidence = 0.6 if sum(o > 31 for o in octets) >= 2 else 0.25
    yield Hit(Category.IP, "ip address", match.start(), match.end(), confidence)


def _is_ipv6(text: str) -> bool:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback) and len(text) >= 7
