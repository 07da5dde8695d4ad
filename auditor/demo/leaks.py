"""Everything that is planted in DICOM files: one leak a file, in otherwise de-identified films."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from auditor.demo import planting
from auditor.demo.people import EVELYN, HOSPITAL, HOSPITAL_ZH, MAJA, XIAOMEI
from auditor.model import Category


@dataclass(frozen=True, slots=True)
class Leak:
    """One planted leak. `secret` is what an auditor must never print."""

    kind: str
    location: str
    category: Category
    secret: str
    plant: planting.Planting


_DIGEST = hashlib.md5(EVELYN.record_number.encode(), usedforsecurity=False).hexdigest()

LEAKS: tuple[Leak, ...] = (
    Leak(
        "patient name",
        "(0010,0010) PatientName",
        Category.NAME,
        EVELYN.name,
        planting.element("PatientName"),
    ),
    Leak(
        "patient name, Chinese",
        "(0010,0010) PatientName",
        Category.NAME,
        XIAOMEI.name,
        planting.element("PatientName"),
    ),
    Leak(
        "birth date",
        "(0010,0030) PatientBirthDate",
        Category.DATE,
        f"{MAJA.birth:%Y%m%d}",
        planting.element("PatientBirthDate"),
    ),
    Leak(
        "record number",
        "(0010,1000) OtherPatientIDs",
        Category.RECORD_NUMBER,
        MAJA.record_number,
        planting.element("OtherPatientIDs"),
    ),
    Leak(
        "resident id, nested",
        "(0010,1002)[0].(0010,0020) PatientID",
        Category.NATIONAL_ID,
        XIAOMEI.national_id,
        planting.nested("OtherPatientIDsSequence", "PatientID"),
    ),
    Leak(
        "resident id in a comment",
        "(0010,4000) PatientComments",
        Category.NATIONAL_ID,
        f"身份证号：{XIAOMEI.national_id}",
        planting.element("PatientComments"),
    ),
    Leak(
        "address",
        "(0010,1040) PatientAddress",
        Category.ADDRESS,
        EVELYN.address,
        planting.element("PatientAddress"),
    ),
    Leak(
        "telephone",
        "(0010,2154) PatientTelephoneNumbers",
        Category.PHONE,
        XIAOMEI.phone,
        planting.element("PatientTelephoneNumbers"),
    ),
    Leak(
        "name in a description",
        "(0008,1030) StudyDescription",
        Category.NAME,
        f"CXR PA Mrs {EVELYN.spoken}, DOB 17/03/1948",
        planting.element("StudyDescription"),
    ),
    Leak(
        "name in a request, nested",
        "(0040,0275)[0].(0040,1002) ReasonForTheRequestedProcedure",
        Category.NAME,
        f"Patient {MAJA.spoken}, call {MAJA.phone}",
        planting.nested("RequestAttributesSequence", "ReasonForTheRequestedProcedure"),
    ),
    Leak(
        "name before coercion",
        "(0400,0561)[0].(0400,0550)[0].(0010,0010) PatientName",
        Category.NAME,
        MAJA.name,
        planting.original_attributes,
    ),
    Leak(
        "physician",
        "(0008,0090) ReferringPhysicianName",
        Category.STAFF,
        "Okafor^Samuel^^Dr",
        planting.element("ReferringPhysicianName"),
    ),
    Leak(
        "institution",
        "(0008,0080) InstitutionName",
        Category.INSTITUTION,
        HOSPITAL,
        planting.element("InstitutionName"),
    ),
    Leak(
        "institution, Chinese",
        "(0008,0080) InstitutionName",
        Category.INSTITUTION,
        HOSPITAL_ZH,
        planting.element("InstitutionName"),
    ),
    Leak(
        "mail and web address",
        "(0020,4000) ImageComments",
        Category.EMAIL,
        "ask e.harrow@example.org or https://pacs.example.org/v?id=48291377",
        planting.element("ImageComments"),
    ),
    Leak(
        "device",
        "(0018,1000) DeviceSerialNumber",
        Category.DEVICE,
        "SN-40771-22",
        planting.element("DeviceSerialNumber"),
    ),
    Leak(
        "date forgotten",
        "(0008,002A) AcquisitionDateTime",
        Category.DATE,
        "20190614093112.000000+0100",
        planting.forgotten_date,
    ),
    Leak(
        "age over 89",
        "(0010,1010) PatientAge",
        Category.AGE,
        "094Y",
        planting.element("PatientAge"),
    ),
    Leak(
        "private text",
        "(0029,1010) private",
        Category.RECORD_NUMBER,
        f"MRN {EVELYN.record_number} HARROW EVELYN",
        planting.private_text,
    ),
    Leak(
        "private bytes, GB 18030",
        "(0031,1020) private",
        Category.NAME,
        f"姓名：{XIAOMEI.spoken} 电话：{XIAOMEI.phone}",
        planting.private_bytes,
    ),
    Leak("element the dictionary lacks", "(0010,9A01)", Category.NAME, MAJA.name, planting.unlisted),
    Leak(
        "file meta",
        "file meta (0002,0016) SourceApplicationEntityTitle",
        Category.DEVICE,
        "NGH_XRAY_2",
        planting.file_meta,
    ),
    Leak(
        "preamble",
        "preamble",
        Category.NAME,
        f"{EVELYN.name} {EVELYN.birth:%Y%m%d} MRN {EVELYN.record_number}",
        planting.preamble,
    ),
    Leak(
        "after the last element",
        "trailing bytes",
        Category.NAME,
        f"Patient: {MAJA.spoken} DOB: {MAJA.birth}",
        planting.trailing,
    ),
    Leak(
        "after the last pixel",
        "pixel data slack",
        Category.NAME,
        f"Name: {EVELYN.spoken} MRN: {EVELYN.record_number}",
        planting.pixel_slack,
    ),
    Leak(
        "vendor UID with a date",
        "(0008,0018) SOPInstanceUID",
        Category.UID,
        "1.2.840.113619.2.55.3.2831.20190614.93112.48291377",
        planting.vendor_uid,
    ),
    Leak(
        "hash of the record number",
        "(0012,0040) ClinicalTrialSubjectID",
        Category.UNIQUE_CODE,
        _DIGEST,
        planting.element("ClinicalTrialSubjectID"),
    ),
    Leak(
        "claim without a method",
        "(0012,0062) PatientIdentityRemoved",
        Category.CLAIM,
        "",
        planting.claim_without_method,
    ),
    Leak(
        "burned in",
        "pixels frame=1",
        Category.NAME,
        "HARROW, EVELYN|MRN 48291377|DOB 17/03/1948",
        planting.burn_latin,
    ),
    Leak(
        "burned in, Chinese",
        "pixels frame=1",
        Category.NAME,
        "姓名：王晓梅|性别：女|住院号：00482913|东湖医院",
        planting.burn_chinese,
    ),
    Leak("overlay", "(6000,3000) OverlayData", Category.NAME, "LINDQVIST MAJA", planting.overlay),
    Leak("folder name", "folder name", Category.NAME, "HARROW_EVELYN_19480317", planting.folder_name),
    Leak("file name", "file name", Category.NAME, f"{XIAOMEI.spoken}_{XIAOMEI.phone}", planting.file_name),
)
"""One leak a film, in this order."""
