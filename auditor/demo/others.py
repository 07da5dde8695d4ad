"""The files of a release that are not DICOM films: PNG with a table, JPEG, NIfTI, reports, broken files."""

from __future__ import annotations

import csv
import gzip
import io

import cv2
import nibabel as nib
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from auditor.demo.people import EVELYN, HOSPITAL, HOSPITAL_ZH, MAJA, XIAOMEI


def shrink(film: NDArray[np.uint16], side: int) -> NDArray[np.uint8]:
    """A 12-bit film as 8 bits, smaller, as image releases have it."""
    return np.asarray(
        cv2.resize((film >> 4).astype(np.uint8), (side, side), interpolation=cv2.INTER_AREA), np.uint8
    )


def png(grey: NDArray[np.uint8], author: str = "") -> bytes:
    """A PNG, with a text chunk `Author` where one is given."""
    info = PngInfo()
    if author:
        info.add_text("Author", author)
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def jpeg(grey: NDArray[np.uint8], artist: str) -> bytes:
    """A JPEG whose EXIF names its maker, the camera's owner, and the place."""
    exif = Image.Exif()
    exif[0x013B] = artist
    exif[0x9003] = "2019:06:14 09:31:12"
    # GPS: a point in the North Sea.
    exif.get_ifd(0x8825).update({1: "N", 2: (56.0, 30.0, 12.0), 3: "E", 4: (3.0, 14.0, 5.0)})
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def table(rows: list[dict[str, str]]) -> bytes:
    """Rows with the same keys as UTF-8 CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def volume(slices: int, side: int, seed: int) -> NDArray[np.int16]:
    """A chest as axial CT slices in Hounsfield units: skin, fat, muscle, lungs, heart, spine, aorta."""
    rng = np.random.default_rng(seed)
    line = np.linspace(-1, 1, side)
    x, y = np.meshgrid(line, line)
    planes = []
    for z in np.linspace(-1, 1, slices):
        plane = np.full((side, side), -1000.0)
        plane[np.hypot(x / 0.9, y / 0.62) < 1] = -90
        plane[np.hypot(x / 0.82, y / 0.54) < 1] = 45
        reach = np.sqrt(max(0.0, 1 - z * z * 0.8))
        for sign in (-1, 1):
            plane[np.hypot((x - sign * 0.4) / (0.31 * reach), (y + 0.02) / (0.4 * reach)) < 1] = -850
        if z > -0.1:
            heart = np.hypot((x - 0.12) / 0.3, (y + 0.12) / 0.24) < np.sqrt(max(0.0, 1 - (2 * z - 0.9) ** 2))
            plane[heart] = 55
        plane[np.hypot(x - 0.1, y - 0.24) < 0.06] = 160
        plane[np.hypot(x / 0.12, (y - 0.36) / 0.1) < 1] = 300
        planes.append(cv2.GaussianBlur(plane, (0, 0), 0.8) + rng.normal(0, 18, plane.shape))
    return np.clip(np.stack(planes), -1024, 3071).astype(np.int16)


def nifti(values: NDArray[np.int16], description: str) -> bytes:
    """A gzipped NIfTI-1 file with `description` in its header."""
    affine = np.diag([3.125, 3.125, 10.0, 1.0])
    image = nib.Nifti1Image(values.transpose(2, 1, 0), affine)
    image.header["descrip"] = description.encode()
    return gzip.compress(image.to_bytes(), mtime=0)


def report_en(patient: str) -> str:
    """A de-identified report."""
    return f"""CHEST RADIOGRAPH
Subject: {patient}
Technique: single frontal view, erect.
Findings: the heart is not enlarged. Swan-Ganz catheter removed since the last film.
No focal consolidation. No pleural effusion. Known Hodgkin lymphoma, mediastinum unchanged.
Impression: no acute cardiopulmonary disease.
"""


def report_en_leaking() -> str:
    """A report that somebody forgot to clean."""
    return f"""{HOSPITAL}, Department of Radiology
Name: {EVELYN.spoken}    DOB: 17 March 1948    MRN: {EVELYN.record_number}
NHS number: {EVELYN.national_id[:3]} {EVELYN.national_id[3:6]} {EVELYN.national_id[6:]}
Clinical details: 71-year-old lady, seen by Dr Samuel Okafor, lives at {EVELYN.address}.
Findings: blunting of the left costophrenic angle.
Please telephone Mrs Harrow on {EVELYN.phone}.
"""


def report_zh(patient: str) -> str:
    """A de-identified report in Chinese."""
    return f"""胸部正位片检查报告
受试者编号：{patient}
检查所见：双肺纹理清晰，未见明显实变影。心影大小、形态正常。双侧肋膈角锐利。
诊断意见：心肺膈未见明显异常。
"""


def report_zh_leaking() -> str:
    """A report in Chinese that somebody forgot to clean."""
    return f"""{HOSPITAL_ZH} 放射科检查报告单
姓名：{XIAOMEI.spoken}  性别：女  出生日期：1961年8月2日
住院号：{XIAOMEI.record_number}  身份证号：{XIAOMEI.national_id}
联系电话：{XIAOMEI.phone}  住址：{XIAOMEI.address}
检查所见：双肺纹理增多，左下肺可见片状模糊影。
报告医师：李国强
"""


NIFTI_DESCRIPTION = f"{MAJA.name} {MAJA.birth}"
JPEG_ARTIST = MAJA.spoken
PNG_AUTHOR = EVELYN.spoken
TABLE_NOTE = f"called Mrs {EVELYN.spoken} on {EVELYN.phone}"
