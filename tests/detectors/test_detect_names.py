"""Person names in short fields against the words of medicine, imaging and industry."""

# Tables of values read better on few lines.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detectors import person_name

NAMES = """
DOE^JOHN|Smith, Anna|SEXTON CARMEN|SEXTONCARMEN|张三|王小明|欧阳娜娜|諸葛亮|Zhang Wei|WANG^XIAOMING=王^小明|HE^JUN|MULLER^HANS|Fernández, Lucía
Nowak, Katarzyna|VAN DER BERG^ANNA|de Vries^Sanne|Öztürk Ayşe|PATEL^PRIYA|SINGH GURPREET|AL-SAYED^FATIMA|TANAKA^HIROSHI|山田太郎|김민수
Choi, Seung-hyun|PARK^JISOO|WONG KA MAN|Lim^Siew Ling|Nguyen Van An|SANTOS^JOAO|OKAFOR^CHINEDU|Kuznetsova, Olga|Иванова Мария|O'Connor^Siobhan
李强|李超|黄超静|司马懿德|欧阳修|陈超|劉德華|高圓圓|阿依古丽·买买提|中村ゆうすけ|佐藤美咲|황보관|PARK JISOO|HONG GILDONG|KOWALSKI JAN
BROWN^CHARLIE|WHITE^BETTY|Foley^Mark|Wilson^Owen|YOUNG^MARK|Bell, Kristen|DOE^JANE^M^^MRS|FORD MD^GREGORY
""".replace("\n", "|").strip("|").split("|")  # fmt: skip


@pytest.mark.parametrize("text", NAMES)
def test_is_a_name(text: str) -> None:
    assert person_name(text) >= 0.6


NO_NAMES = """
|Hodgkin lymphoma|Doppler|Swan-Ganz|Foley catheter|Crohn|Baker cyst|Graves disease|T2 FLAIR AX|CHEST PA|Adult Echo|HEAD^ROUTINE|HEAD^Harms
Thorax^1HEAD_NECK_PETCT|ABDOMEN^LIVER|Knee Right|SIEMENS|GE MEDICAL SYSTEMS|Carl Zeiss|Philips Medical Systems|MAGNETOM Skyra|syngo MR E11
LightSpeed VCT|EIS_eCoil|Left MLO|US Dopler|Circle of Willis|Ewing sarcoma|Chiari malformation|Salter Harris|Judkins left|Gleason score
Omnipaque 350|Volume Rendered|胸部正位|头颅平扫|高血压|白内障|黄疸待查|安全|方案|常规扫描|江苏省|陈旧性骨折|左膝|Schädel|Knie links|Phantom
肝右叶|左心室|钡餐|王府|金属影|温度计|平扫期|高密度|时相|石家庄|PARK RIDGE|전립선|石灰沈着
Stress Test|Lower Extremities|sub-001|TCGA-A1-0042|ANONYMOUS|Anon^Anon|匿名|PHANTOM^QA|12345678|1.2.840.10008|Scott Community Hospital
""".replace("\n", "|").strip().split("|")  # fmt: skip


@pytest.mark.parametrize("text", NO_NAMES)
def test_is_no_name(text: str) -> None:
    assert person_name(text) < 0.5


def test_form_of_a_person_name_adds_evidence() -> None:
    assert person_name("Fukuda^^^Dr.") > person_name("Fukuda")


@given(st.text(max_size=80))
def test_is_a_probability(text: str) -> None:
    assert 0.0 <= person_name(text) <= 1.0
