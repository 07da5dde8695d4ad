"""Names that their neighbours tell: initials, hyphens, titles in lower case, labels of other languages; and lone
surnames in short descriptions. What imaging and language write in the same forms stays quiet."""

# Tables of values read better on few lines.

from __future__ import annotations

import pytest

from auditor.detectors import detect
from auditor.detectors.descriptors import lone_names
from auditor.detectors.lexicon import look_up
from auditor.model import Category

NAMED = [
    ("marked for the board by P. Virtanen", "Virtanen"),
    ("Q. Zubizarreta", "Zubizarreta"),
    ("plan checked, Halvorsen K.L.", "Halvorsen"),
    ("Fernandez-Castillo, breath hold poor", "Fernandez-Castillo"),
    ("repeat (mr. lefebvre moved)", "lefebvre"),
    ("same pt as Watanabe-san", "Watanabe"),
    ("clip of baby Horvat", "Horvat"),
    ("SICU bed 7, pt Castillo.", "Castillo"),
    ("mother (Svetlana) present", "Svetlana"),
    ("Заключение: норма. Врач Ткаченко В.И.", "Ткаченко"),
    ("Пациент: Орлова Нина", "Орлова"),
    ("판독의 김영수", "김영수"),
    ("ασθενής Νικολαΐδης", "Νικολαΐδης"),
    ("מטופל: משה כהן", "משה כהן"),
    ("المريض أحمد الشمري", "أحمد الشمري"),
    ("นาย ประเสริฐ ทองดี", "ประเสริฐ"),
    ("Bác sĩ Nguyễn Văn Hùng", "Nguyễn Văn Hùng"),
    ("张建军 腹部平扫", "张建军"),
    ("CT_2018_Halvorsen", "Halvorsen"),
]
NO_NAMES = [
    "M. Bechterew bekannt, M. Scheuermann",
    "E. Coli, H. Pylori, C. Difficile",
    "B. Braun pump",
    "V. Cava, A. Carotis",
    "Spetzler-Martin grade 2, Kaplan-Meier, Hill-Sachs, Zollinger-Ellison",
    "Пациент жалуется на кашель",
    "المريض يعاني من السعال",
    "高血压 病史",
    "dr. prescribed rest",
    "pt. moved",
    "Baby Boy",
    "Paciente varón de 56 años",
    "GEMS_PARM_01",
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_name_is_told_by_its_neighbours(text: str, name: str) -> None:
    found = [h for h in detect(text) if h.category in (Category.NAME, Category.STAFF) and h.confidence >= 0.6]
    assert any(name in text[h.start : h.end] or text[h.start : h.end] in name for h in found)


@pytest.mark.parametrize("text", NO_NAMES)
def test_imaging_and_language_stay_quiet(text: str) -> None:
    assert not [
        h for h in detect(text) if h.category in (Category.NAME, Category.STAFF) and h.confidence >= 0.6
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("t2 tse tra wisniewski", "wisniewski"),
        ("CTV_Johnson", "Johnson"),
        ("ptv gutierrez", "gutierrez"),
        ("ouyangzhiyuan", "ouyangzhiyuan"),
        ("tjohansson", "tjohansson"),
    ],
)
def test_one_surname_among_words_of_imaging(text: str, name: str) -> None:
    assert [text[h.start : h.end] for h in lone_names(text) if h.confidence >= 0.6] == [name]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "t2_tse_tra_p2",
            "Kopf nativ",
            "Becken a.p.",
            "Serie 3",
            "rodilla derecha frente",
            "szyja z kontrastem",
            "Zahn 36",
        ),
        *(
            "localizer",
            "Thorax p.a. im Stehen",
            "Herz cine",
            "Magen Darm",
            "crane sans injection",
            "suprarenal",
            "asir 40",
        ),
    ],
)
def test_descriptions_in_many_languages_name_nobody(text: str) -> None:
    assert not [h for h in lone_names(text) if h.confidence >= 0.6]


@pytest.mark.parametrize("surname", ["Soerensen", "Thorvaldsson", "Kristjansdottir", "Papanikolopoulos"])
def test_a_surname_of_no_list_is_told_by_its_form(surname: str) -> None:
    known = look_up(surname)
    assert known.family
    assert known.weight > 0.3
    assert not known.clinical


@pytest.mark.parametrize("word", ["localizer", "Kopfschmerz", "transmission", "Nebenniere", "bronchien"])
def test_a_word_is_no_surname_by_its_form(word: str) -> None:
    assert not look_up(word).family


def test_a_key_before_a_name_is_no_part_of_it() -> None:
    text = "DICOM_0010_0010:=Wagenaar^Joost"
    names = [text[h.start : h.end] for h in detect(text) if h.category is Category.NAME]
    assert names == ["Wagenaar^Joost"]
