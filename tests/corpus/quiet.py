"""Files that identify nobody, and look a little as if they did."""

from __future__ import annotations

from tests.corpus.files import Case, _tags, column, dicom, jpeg, nifti, png, sidecar

PHILIPS = "Philips Imaging DD 001"
RANDOM_UID = "2.25.329800735698586629295641978511506172918"

QUIET: list[Case] = [
    *_tags(
        "pseudonyms",
        *[
            (pseudonym, {"PatientName": pseudonym, "PatientID": pseudonym})
            for pseudonym in (
                "sub-001", "TCGA-A1-0042", "LIDC-IDRI-0001", "Patient_12", "P-3fa9c1", "SUBJ0001", "ANON0042", "0042",
                "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "Anonymous", "Case 17", "NLST-100012",
            )
        ],
        ("removed", {"PatientName": "REMOVED", "PatientID": "REMOVED", "InstitutionName": "REMOVED"}),
        ("zeros", {"PatientBirthDate": "19000101", "StudyTime": "000000", "AccessionNumber": "0"}),
    ),
    *_tags(
        "characteristics",
        ("sex and age", {"PatientSex": "M", "PatientAge": "089Y"}),
        ("size and weight", {"PatientSize": "1.72", "PatientWeight": "71"}),
        ("infant", {"PatientAge": "095D"}),
    ),
    Case("declared", "shifted dates", "IM.dcm", dicom("113107", StudyDate="20211102", SeriesTime="101530",
         LongitudinalTemporalInformationModified="MODIFIED", AcquisitionDateTime="20211102101530")),
    Case("declared", "full dates", "IM.dcm", dicom("113106", StudyDate="20240319",
         LongitudinalTemporalInformationModified="UNMODIFIED")),
    Case("declared", "device", "IM.dcm", dicom("113109", DeviceSerialNumber="45781-C", StationName="STMARYDX3")),
    Case("declared", "institution", "IM.dcm", dicom("113112", InstitutionName="St. Mary Hospital")),
    Case("declared", "characteristics", "IM.dcm", dicom("113108", PatientWeight="71", EthnicGroup="Sorbian")),
    Case("declared", "uids", "IM.dcm", dicom("113110", FrameOfReferenceUID="1.3.46.670589.11.5720.5.0.88.1")),
    *_tags(
        "clinical words",
        *[
            (text, {"StudyDescription": text, "SeriesDescription": text})
            for text in (
                "Hodgkin lymphoma follow-up", "US Doppler carotid", "Swan-Ganz catheter position", "Crohn disease MR",
                "T2 FLAIR AX", "Chest PA and lateral", "CT Abdomen w/o contrast", "Foley catheter in place",
                "Paget disease, pelvis AP", "Schatzki ring", "Bucky chest 125 kV", "Towne view", "胸部正位片",
                "腰椎MRI平扫", "PORTABLE AP R", "Colles fracture", "ep2d_diff_3scan_trace_p2", "MIP 10 mm COR",
            )
        ],
    ),
    *_tags(
        "equipment",
        ("phantom", {"PatientName": "PHANTOM", "PatientID": "PHANTOM", "StationName": "PHANTOM-LAB"}),
        ("test", {"PatientName": "TEST^QA", "PatientID": "TEST01"}),
        ("software", {"SoftwareVersions": ["syngo MR E11", "VB10A 20030626"]}),
        ("protocol", {"ProtocolName": "Abdomen^Routine 5.0 B31f"}),
        ("implementation", {"meta": {"ImplementationVersionName": "OFFIS_DCMTK_366",
                                     "ImplementationClassUID": "1.2.276.0.7230010.3.0.3.6.6"}}),
        ("random uid", {"SOPInstanceUID": RANDOM_UID, "StudyInstanceUID": RANDOM_UID + "1"}),
        ("model", {"Manufacturer": "GE MEDICAL SYSTEMS", "ManufacturerModelName": "Discovery MR750w"}),
        ("code", {"ProcedureCodeSequence": {"CodeValue": "399208008", "CodingSchemeDesignator": "SCT",
                                            "CodingSchemeVersion": "20190731", "CodeMeaning": "Plain chest X-ray"}}),
    ),
    Case("private", "safe", "IM.dcm", dicom("113111", private=[(0x2001, PHILIPS, 0x01, "FL", 1.5),
         (0x2001, PHILIPS, 0x0B, "CS", "TRANSVERSAL")])),
    Case("private", "numbers", "IM.dcm", dicom(private=[(0x0019, "ACME 1.0", 0x0A, "DS", "0.75")])),
    *[
        Case("names of files", path, path, dicom())
        for path in (
            "IM000001.dcm", "sub-001/ses-01/IM000001.dcm", "train/00000013_004.dcm", "CT/axial 5 mm/1-001.dcm",
            "TCGA-A1-0042/scan.dcm", f"{RANDOM_UID}.dcm", "images_002/NORMAL2-IM-1427-0001.dcm",
            "Hodgkin lymphoma/IM1.dcm", "data/raw/patient_0042/t1.dcm",
        )
    ],
    Case("images", "software", "00000001_000.png", png(text={"Software": "Matplotlib version 3.9.2"})),
    Case("images", "camera", "00000001_000.jpg", jpeg(exif={0x010F: "Canon", 0x0110: "EOS 80D", 0x0131: "GIMP 2.10"})),
    Case("volumes", "descrip", "sub-001.nii", nifti(descrip="TE=2.3;phase=1")),
    Case("volumes", "tool", "sub-001.nii", nifti(descrip="FSL5.0", aux_file="none")),
    *[
        Case("tables", f"column {name}", "metadata.csv", column(name, *values))
        for name, values in {
            "Patient ID": ("1", "13"),
            "patient_id": ("sub-001", "sub-002"),
            "Finding Labels": ("Hernia|Infiltration", "No Finding"),
            "View Position": ("PA", "AP"),
            "file name": ("00000013_004.png", "00000013_005.png"),
            "class": ("malignant", "benign"),
            "follow_up": ("0", "4"),
            "spacing": ("0.143", "0.168"),
            "label": ("Hodgkin lymphoma", "Crohn disease"),
        }.items()
    ],
    Case("sidecars", "bids", "sub-001_T1w.json", sidecar(
        Manufacturer="Siemens", ManufacturersModelName="Prisma", SoftwareVersions="syngo MR E11",
        SeriesDescription="t1_mprage_sag_p2_iso", ProtocolName="t1_mprage", RepetitionTime=2.3)),
    Case("reports", "english", "report.txt", b"FINDINGS: Swan-Ganz catheter in the right pulmonary artery.\n"
         b"A 12 x 14 mm nodule in the left upper lobe, 3.5 cm above the hilum. Hodgkin lymphoma is likely.\n"
         b"IMPRESSION: 61-year-old man with stable disease."),
    Case("reports", "chinese", "report.txt", "双肺纹理清晰，心影不大，膈面光整。印象：心肺膈未见明显异常。".encode()),
]  # fmt: skip
