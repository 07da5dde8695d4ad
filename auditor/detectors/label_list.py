"""What forms, reports and screens write before a value, and how to find it in text quickly.

A label's alternatives are filed by their first characters, so that at a word's start only the few
that can begin there are tried.
"""

# Patterns and word lists read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from auditor.detectors.cjk_names import has_cjk
from auditor.detectors.lexicon import simplify
from auditor.model import Category


@dataclass(frozen=True, slots=True)
class Label:
    """One family of labels. `shape` names the function that reads the value after it."""

    category: Category
    kind: str
    shape: str
    latin: str
    han: str = ""
    weak: bool = False
    """The word has other uses: needs a colon, or a value that could be nothing else."""


_NO = r"(?:[ ._]?(?:no|nr|num|number|#|id|code))?"
LABELS = (
    Label(
        Category.NAME, "patient name", "name",
        r"(?:patient|pt|pat|full|last|first|family|given|middle|maiden|mother|father)(?:'?s)?[ ._]?(?:sur)?names?|sur ?name|fore ?name|nom(?: du patient)?|"
        r"pr[ée]nom|nombre|apellidos?|vorname|nachname|familienname|patientenname|cognome|naam|nome|навн|фио|имя|фамилия|пациент",
        r"(?:患者|病人|受检者|被检者|检查者|就诊人|申请人|联系人|家属|母亲|父亲|产妇)?(?:姓名|姓　名|姓\s?名|名字|氏名|名前)|성명|이름|환자명",
    ),
    Label(Category.NAME, "patient name", "name", r"name|pati[eë]nt(?:e|in)?|paziente|paciente|pt|pat", r"患者|病人|产妇|환자|家属|丈夫|妻子|儿子|女儿|父亲|母亲|其[子女妻夫母父兄弟姐妹]", weak=True),
    Label(
        Category.NAME, "relative's name", "relative",
        r"wife|husband|spouse|daughter|son|mother|father|sister|brother|partner|parent|guardian|caregiver|next of kin|contact person|tochter|sohn|ehefrau|ehemann|[ée]pouse|fille de|esposa|esposo|hija|hijo|moglie|figlia", weak=True,
    ),
    Label(
        Category.STAFF, "staff name", "name",
        r"(?:referring|requesting|attending|reading|reporting|performing|ordering|consulting|primary)(?: (?:physician|doctor|md|dr|radiologist|provider|clinician|consultant))?|"
        r"(?:ref|req|perf|attn)\.? ?(?:phys|dr|md)\.?|physicians?|doctors?|radiologists?|sonographer|technologist|technician|operator|tech|surgeon|anesthetist|nurse|"
        r"(?:reported|read|dictated|signed|verified|performed|approved|reviewed|interpreted|referred|requested|transcribed|scanned|electronically signed|created|modified|printed|exported|uploaded|acquired) by|logged in (?:as|by)|log ?in|user(?: ?name| ?id)?|"
        r"arzt|[üu]berweiser|m[ée]decin|m[ée]dico|doctor\(?a?\)?",
        r"(?:申请|送检|检查|报告|审核|主治|主管|经治|住院|开单|诊断|临床|责任|操作|书写|复核|签发)(?:医生|医师|大夫|者|人|技师)|医师|医生|技师|操作员|审核|护士|担当医|読影医|主治医|報告医|検査者|撮影者|依頼医|의사",
        weak=True,
    ),
    Label(
        Category.RECORD_NUMBER, "record number", "code",
        r"m\.?r\.?n\.?|medical[ ._]?rec(?:ord)?s?" + _NO + r"|mr ?#|(?:patient|pat|pt)[ ._]?(?:id(?:entifier)?|no|nr|num|number|#)|pid|uhid|mpi|"
        r"(?:hosp(?:ital)?|unit|chart|case|file|folder|admission|visit|episode|encounter|registration|reg|clinic|opd|ipd|cr|uh|record|dossier|referral)[ ._]?(?:no|nr|num|number|#|id)|"
        r"acc(?:ession)?" + _NO + r"|(?:order|req(?:uisition)?|exam|study|specimen|sample|barcode|film|x-?ray|requested procedure)[ ._]?(?:no|nr|num|number|#|id)|"
        r"hist\.? cl[ií]nica|dossier(?: no| nr|nummer)?|n[º°o]\.? (?:de )?(?:utente|processo|prontu[áa]rio|historia|expediente)|utente|prontu[áa]rio|expediente|"
        r"journal(?:nr|nummer| no)|patientnr|protokol no|dosya no|hasta no|m[ãa] b[ệe]nh nh[âa]n|s[ốo] h[ồo] s[ơo]|номер карты|история болезни(?: №)?|hospitalsnummer|nr historii|"
        r"fallnummer|fall-?nr|patienten(?:-?nr|nummer)|aufnahmenummer|n[°º] (?:de )?dossier|ipp|nip|historia(?: cl[ií]nica)?|hc|nhc|nhs" + _NO,
        r"(?:住院|门诊|病案|病历|病例|检查|影像|登记|就诊|放射|超声|病理|诊疗卡|就诊卡|急诊|体检|申请单|流水|条码|医嘱|标本|样本|片|X线|x线|X光|CT|MR|MRI|US|DR|CR|ECT|内镜|胃镜|序列|患者|病人|档案|就医|一卡通|卡|ID)\s?(?:号码?|编号|ID|No\.?)|病案首页号|患者ID|病人ID|カルテ番号|患者番号|등록번호|환자번호|병록번호",
    ),
    Label(Category.RECORD_NUMBER, "record number", "code", r"i\.?d\.?(?:[ ._]?(?:no|number|#))?|case", weak=True),
    Label(Category.RECORD_NUMBER, "number", "code", r"no|nr|number", r"编号|号码|番号", weak=True),
    Label(Category.RECORD_NUMBER, "bed number", "bed", r"bed(?:[ ._]?(?:no|number|#))?", r"床\s?号|床位号?|病床", weak=True),
    Label(
        Category.INSURANCE, "insurance number", "code",
        r"(?:insurance|ins|policy|member|subscriber|beneficiary|group|health ?plan|health ?card|medicare|medicaid|ohip|versicherten|krankenversicherten)[ ._\-]?(?:no|nr|num|number|nummer|#|id|card)|medicare|medicaid|kvnr|health ?card",
        r"(?:医保|社保|医疗证|医疗保险|社会保障|保险|合作医疗|医保卡|社保卡)(?:卡|证)?(?:号码?|编号|号)|保険者番号|被保険者番号",
    ),
    Label(Category.ACCOUNT, "account number", "code", r"(?:acct|account|invoice|bill(?:ing)?|bank|iban)[ ._]?(?:no|nr|num|number|#)?", r"(?:银行|收费|发票|账)(?:卡)?(?:号码?|帐号)|账号|帐号"),
    Label(Category.LICENCE, "licence number", "code", r"(?:licen[cs]e|lic|dea|npi|passport|driver'?s? ?licen[cs]e)[ ._]?(?:no|nr|num|number|#)?", r"(?:执业|驾驶|护照|许可|军官|通行|资格)证?(?:号码?|编号)|护照"),
    Label(
        Category.NATIONAL_ID, "national id", "code",
        r"ssn|social security(?: (?:no|number))?|national id(?:entity)?(?: (?:no|number))?|nric|aadhaar|cpf|dni|nie|bsn|nir|pesel|personnummer|cpr|rut|curp|nino|sin|hetu|hkid|cccd|cmnd|снилс|инн|nif|pps|cnic|ktp|c[ée]dula|tckn|cuil|cuit|amka|jmbg|oib|id ?card(?: no)?|identity(?: card)?(?: no| number)?",
        r"(?:公民)?身[份分]证(?:件)?(?:字?号码?|编号)?|身份号码|证件(?:号码?|编号)|マイナンバー|주민등록번호",
    ),
    Label(
        Category.DATE, "birth date", "date",
        r"d\.?\s?o\.?\s?b\.?|b\.?day|birth ?(?:date|day)|date ?of ?birth|born(?: on)?|geb\.?(?:urtsdatum|oren)?(?: am)?|n[ée]e? le|date de naissance|ddn|"
        r"(?:fecha de )?nac(?:imiento)?|f\.? ?nac\.?|data di nascita|nat[oa] il|geboortedatum|data de nascimento|дата рождения",
        r"出生(?:日期|年月日?|年月|日)?|生日|生年月日|생년월일",
    ),
    Label(
        Category.DATE, "date", "date",
        r"(?:exam|study|scan|series|acq(?:uisition)?|report|visit|admission|discharge|procedure|operation|surgery|image|content|print(?:ed)?|test|collection|death|treatment)[ ._]?(?:date|dt|on)|date|dated?|datum|fecha|data|d\.?o\.?[sed]\.?",
        r"(?:检查|报告|入院|出院|就诊|送检|申请|审核|手术|扫描|打印|登记|采集|死亡|签发|诊断|拍片|住院)(?:日期|时间|日)|日期|时间|検査日|撮影日|검사일",
    ),
    Label(
        Category.PHONE, "phone", "phone",
        r"(?:tel(?:ephone)?|phone|ph|mobile|mob|cell|fax|contact|handy|tlf|gsm|puh|tfn|тел\.?|sđt|điện thoại|telefon|t[ée]l[ée]phone|m[óo]vil|tel[ée]fono|whatsapp|wechat)(?:[ ._]?(?:no|nr|num|number|#))?",
        r"(?:联系|家庭|办公|家属|手机|移动|座机|固定)?(?:电话|手机|联系方式|传真)(?:号码?)?|手机号|电话号码|電話(?:番号)?|전화(?:번호)?",
    ),
    Label(
        Category.ACCOUNT, "account of a network", "handle",
        r"wechat(?: ?id)?|weixin|whatsapp|qq|instagram|twitter|facebook|telegram|skype(?: ?id)?|line id", r"微信号?|QQ号?|抖音号?|微博|支付宝(?:账号)?",
    ),
    Label(
        Category.DEVICE, "serial number of a device", "code",
        r"(?:pacemaker|implant|icd|prosthesis|stent|valve|shunt|pump|lens|device)[ ._]?(?:serial|ser|lot)[ ._]?(?:no|nr|num|number|#)?\.?",
        r"(?:器械|植入物|起搏器|支架)(?:序列号|编号|出厂编号|唯一标识)", weak=True,
    ),
    Label(Category.PHONE, "extension", "extension", r"pager|beeper|bleep|ext(?:ension)?|durchwahl", r"分机号?|院内电话"),
    Label(
        Category.ADDRESS, "address", "clause",
        r"(?:home |mailing |street |patient'?s? )?addr(?:ess)?|residence|adresse|anschrift|wohnort|direcci[óo]n|domicilio|indirizzo|adres|endere[çc]o|адрес",
        r"(?:家庭|现|户籍|户口|联系|通讯|居住|单位|常住)?(?:地址|住址)|籍贯|户口所在地|出生地|工作单位|住所|주소",
    ),
    Label(Category.ADDRESS, "postcode", "code", r"zip(?: ?code)?|post(?:al)? ?code|plz|cap|cep", r"邮编|邮政编码"),
    Label(
        Category.INSTITUTION, "institution", "clause",
        r"(?:referring |performing )?(?:hospital|institution|facility|clinic|site|organi[sz]ation|employer)(?:[ ._]?name)?|krankenhaus|einrichtung|h[ôo]pital",
        r"(?:检查|就诊|送检|申请|医疗|报告)(?:单位|机构|医院)|医院(?:名称)?|医療機関|병원명",
        weak=True,
    ),
    Label(Category.AGE, "age over 89", "age", r"aged?(?: of)?|alter|edad|[âa]ge", r"年龄|年齢|나이"),
)  # fmt: skip

_ORDER = tuple(sorted(LABELS, key=lambda label: label.weak))
"""`patient id` is tried before `patient`."""
PREFIX = 2
_LETTER = r"[A-Za-z\u00c0-\u024f]"


def find_labels(text: str) -> Iterator[tuple[Label, int, int]]:
    """Every label with its start and end, those in Latin and other alphabets first, then in characters."""
    start_of, by_prefix, han = _patterns()
    end = 0
    for found in start_of.finditer(text):
        start = found.start()
        pattern = by_prefix.get(text[start : start + PREFIX].lower()) if start >= end else None
        match = pattern.match(text, start) if pattern else None
        if match:
            end = match.end()
            yield _ORDER[int((match.lastgroup or "L0")[1:])], match.start(), end
    if has_cjk(text):
        for match in han.finditer(simplify(text)):
            yield _ORDER[int((match.lastgroup or "L0")[1:])], match.start(), match.end()


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]], re.Pattern[str]]:
    """Where a label can begin; the labels by prefix; the labels in characters. A group's
    number is the label's place in `_ORDER`."""
    filed: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for index, label in enumerate(_ORDER):
        for alternative in _alternatives(label.latin):
            for prefix in _prefixes(alternative, PREFIX):
                filed[prefix][index].append(alternative)
    by_prefix = {}
    for prefix, labels in filed.items():
        groups = "|".join(f"(?P<L{i}>{'|'.join(alternatives)})" for i, alternatives in labels.items())
        by_prefix[prefix] = re.compile(rf"(?:{groups})(?!{_LETTER})", re.IGNORECASE)
    start = re.compile(
        rf"(?<!{_LETTER})[{''.join(re.escape(c) for c in {p[0] for p in by_prefix})}]", re.IGNORECASE
    )
    han = "|".join(f"(?P<L{i}>{label.han})" for i, label in enumerate(_ORDER) if label.han)
    return start, by_prefix, re.compile(han, re.IGNORECASE)


def _alternatives(pattern: str) -> list[str]:
    """The pattern cut at each `|` outside of brackets."""
    parts, depth, start = [], 0, 0
    for position, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append(pattern[start:position])
            start = position + 1
    return [*parts, pattern[start:]]


def _prefixes(pattern: str, length: int) -> set[str]:
    """The first `length` characters, in lower case, that matches can begin with, or fewer where a match
    is shorter; knows the constructs the labels use."""
    if not pattern or not length:
        return {""}
    if pattern.startswith("("):
        size = _group_size(pattern)
        inner = pattern[1 : size - 1].removeprefix("?:")
        heads = {head for part in _alternatives(inner) for head in _prefixes(part, length)}
    elif pattern.startswith("["):
        size = pattern.index("]") + 1
        heads = set(pattern[1 : size - 1].lower())
    else:
        size = 2 if pattern.startswith("\\") else 1
        heads = {" " if pattern[:size] == r"\s" else pattern[size - 1].lower()}
    rest = pattern[size:]
    if rest.startswith("?"):
        rest, heads = rest[1:], heads | {""}
    return {head + tail for head in heads for tail in _prefixes(rest, length - len(head))}


def _group_size(pattern: str) -> int:
    """The length of the bracketed group at the head of the pattern."""
    depth = 0
    for position, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if not depth:
            return position + 1
    return len(pattern)
