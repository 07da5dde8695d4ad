"""What a DICOM file holds beyond what is read is never silently left out."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from auditor.model import Frame, Item, Reason, Record, Status
from auditor.readers import Limits, read_item
from auditor.readers.charsets import decode, encodings_of, guess
from tests.builders.dicom import make_dicom

PIXELS = np.arange(3 * 16 * 16, dtype=np.uint8).reshape(3, 16, 16)


def record(content: bytes, limits: Limits | None = None) -> Record:
    return read_item(io.BytesIO(content), Item("a.dcm", len(content)), limits).record


def test_frames_that_the_data_cannot_hold_are_missed() -> None:
    found = record(make_dicom(PIXELS).replace(b"IS\x02\x003 ", b"IS\x02\x009 "))
    assert (found.frames_total, found.status, found.reason) == (3, Status.PARTIAL, Reason.TRUNCATED)


def test_an_opaque_value_beyond_the_limit_makes_the_file_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.readers.dicom.walk._OPAQUE_BYTES", 1000)
    found = record(make_dicom(private=[(0x29, "ACME", 0x10, "OB", bytes(2000))]))
    assert (found.status, found.reason) == (Status.PARTIAL, Reason.TOO_LARGE)


@pytest.mark.parametrize("note", [b"exported by night shift", b"Dr M"])
def test_a_note_behind_the_data_set_does_not_make_it_partial(note: bytes) -> None:
    found = record(make_dicom(trailing=note))
    assert found.status is Status.READ
    assert record(make_dicom(trailing=bytes(range(1, 60)) * 2)).status is Status.PARTIAL


def test_a_preamble_that_makes_the_file_a_tiff_is_read_as_one() -> None:
    # A directory at byte 8, whose ImageDescription lies in a private element.
    text = b"Patient Carmen Sexton\0"
    content = make_dicom(private=[(0x29, "ACME", 0x10, "OB", text)])
    at = content.index(text)
    fields = ((256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (270, 2, len(text), at),
              (273, 4, 1, at), (278, 3, 1, 1), (279, 4, 1, 1))  # fmt: skip
    directory = b"".join(struct.pack("<HHLL", *field) for field in fields)
    preamble = (b"II*\0\x08\0\0\0" + struct.pack("<H", len(fields)) + directory).ljust(128, b"\0")
    found = record(preamble + content[128:])
    assert any(e.place == "exif" and "Carmen" in e.value for e in found.elements)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"])
@pytest.mark.parametrize("bound", [0, 1 << 40])
def test_frames_on_demand_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, syntax: str, bound: int
) -> None:
    monkeypatch.setattr("auditor.readers.dicom.frames.WHOLE", bound)
    content = make_dicom(PIXELS, syntax=syntax)
    reading = read_item(io.BytesIO(content), Item("a.dcm", len(content)))
    frames = [frame.stored for frame in reading.frames() if isinstance(frame, Frame)]
    assert np.array_equal(np.stack([f for f in frames if f is not None]), PIXELS)


def test_shift_jis_without_a_declaration() -> None:
    assert guess("検査 タロウ さん".encode("shift_jis")) == "検査 タロウ さん"


JAPANESE = (
    "鈴木健太郎",
    "田中美咲",
    "患者名 渡辺智子",
    "山本 太郎",
    "タナカ ハナコ",
    "高橋一郎 様",
    "検査 胸部",
)
CHINESE = (
    "王小明",
    "患者姓名：李娜",
    "王喆",
    "赵堃",
    "姓名:王喆",
    "孟庆瑶 女 45岁",
    "男 45",
    "北京协和医院",
    "高桥",
    "田野",
)
KOREAN = ("김철수", "환자명 이영희", "서울대학교병원")
RUSSIAN = ("Петров Иван Сергеевич", "КУЗНЕЦОВА АННА", "пациент Смирнов", "Боль в груди справа")
GREEK = ("Παπαδόπουλος Γεώργιος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "Ασθενής: Δημητρίου", "ακτινογραφία θώρακος")
LATIN = ("Müller", "Größe: 180 cm", "René François", "crâne entrée", "GRÖSSE", "Ægir Øst", "25 °C", "naïve café",
         "José María Muñoz", "Thorax à l'entrée", "±5 °C", "Öztürk")  # fmt: skip


@pytest.mark.parametrize("declared", ["", "iso8859", "latin_1"])
@pytest.mark.parametrize(
    ("texts", "codecs"),
    [
        (JAPANESE, ("euc_jp",)),
        (CHINESE, ("gb18030", "gbk")),
        (KOREAN, ("euc_kr",)),
        (RUSSIAN, ("cp1251", "koi8-r")),
        (GREEK, ("iso8859-7", "cp1253")),
        (LATIN, ("latin-1",)),
    ],
    ids=["Japanese", "Chinese", "Korean", "Russian", "Greek", "Latin"],
)
def test_bytes_that_no_header_declares_are_read_by_what_they_say(
    texts: tuple[str, ...], codecs: tuple[str, ...], declared: str
) -> None:
    for text in texts:
        for codec in codecs:
            assert decode(text.encode(codec), (declared,) if declared else ()) == text, codec


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("ISO_IR 144", "iso8859-5", "КУЗНЕЦОВА АННА"),
        ("ISO_IR 126", "iso8859-7", "ΨΩΜΑΣ"),
        ("ISO_IR 138", "iso8859-8", "כהן"),
    ],
)
def test_scripts_of_their_own_are_believed_where_declared(declared: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), encodings_of(declared)) == text
