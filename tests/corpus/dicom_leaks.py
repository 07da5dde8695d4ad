"""One leak a DICOM file, over attributes, types, encodings and containers. Nobody in them exists."""

# Cases read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import base64
import gzip
import io
import struct
import zipfile

import numpy as np

from tests.builders.dicom import BIG_ENDIAN, DEFLATED, IMPLICIT
from tests.corpus.dicom_styles import (
    CLEANED,
    SHIFTED,
    changed,
    file,
    inner,
    jpeg_frame,
    planted,
    private,
    recoded,
    whole,
)
from tests.corpus.files import Case

_REQUEST, _STAFF = "RequestAttributesSequence.", "ReferringPhysicianIdentificationSequence."
_BYTES = bytes(range(1, 65))
_NAME = b"Brandstetter Karl 14.02.1956"


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("okafor_ngozi.txt", "MRN 60418827")
    return out.getvalue()


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


DICOM_LEAKS: list[Case] = [
    *planted(
        "names",
        *[("PatientName", name) for name in (
            "Okafor^Ngozi^Adaeze", "Wojciechowska", "de la Fuente, Rocio", "SCHMITT-KOEHLER^ANNELIESE", "Grünewald^Jörg",
            "欧阳建国", "Zhangweiguo", "LIU XIU YING", "ANON=林志豪", "ANON==たなか^はなこ", "サトウ^ユキコ", "박지훈", "Kim^Min-jun",
            "Кузнецова^Ольга", "محمد^الهاشمي", "Παπαδόπουλος^Νίκος", "Nguyễn^Thị Hoa", "TEST^Bernadette Krol", "Yıldırım^Ayşe",
        )],
        ("OtherPatientNames", ["ANON", "Feinberg^Miriam"]), ("PerformingPhysicianName", "Thibault^Geneviève^^Dr"),
        ("PhysiciansOfRecord", ["REMOVED", "Abernathy^Lucille^^^MD"]), ("OperatorsName", "brk"),
        ("VerifyingObserverSequence.VerifyingObserverName", "Castellanos^Ines"),
        ("ResultsDistributionListSequence.DistributionName", "Hellström^Ebba"), ("CameraOwnerName", "Dr Ruth Adeyemi"),
        (_STAFF + "PersonIdentificationCodeSequence.CodeMeaning", "Gutierrez, Ramon MD"),
        ("OperatorIdentificationSequence.PersonIdentificationCodeSequence.CodeValue", "NPI1497758544"),
    ),
    *planted(
        "identifiers",
        *[("PatientID", number) for number in (
            "60418827", "044-71-928", "H1938827", "ZY20230718045", "310104680512242", "440305198207154411", "820715-2345672",
            "529.982.247-25", "HK15071982", "j.halvorsen@uhb.no", "HALVORSEN_KARI", "Halvorsen1982", "2019/48213", "44051401359",
            base64.b64encode(b"Halvorsen^Kari").decode(), b"Halvorsen^Kari".hex(),
        )],
        ("OtherPatientIDsSequence.PatientID", "UKE-771203"), ("AccessionNumber", "UHB24CT003817"), ("StudyID", "CT240719.3"),
        ("IssuerOfPatientIDQualifiersSequence.UniversalEntityID", "klinikum-nord.de"), ("LabelText", "A1 H&E\nHALVORSEN K"),
        ("OrderPlacerIdentifierSequence.LocalNamespaceEntityID", "RIS-LAUSANNE"), ("SpecimenAccessionNumber", "S23-10442"),
        (_REQUEST + "ScheduledProcedureStepID", "SPS-2290418"), ("BarcodeValue", "S2310442A12"),
        ("HL7InstanceIdentifier", "2.16.756.5.30.1.99^60418827"),
    ),
    *planted(
        "dates",
        ("PatientBirthDate", "1947.11.02"), ("PatientBirthTime", "0342"), ("StudyTime", "081733.271"), ("ContentDate", "202209"),
        ("PatientBirthDateInAlternativeCalendar", "昭和22年11月2日"), ("AcquisitionDateTime", "20220914081733.271000+0200"),
        ("PerFrameFunctionalGroupsSequence.FrameContentSequence.FrameReferenceDateTime", "20220914081733"),
        ("RadiopharmaceuticalInformationSequence.RadiopharmaceuticalStartTime", "070512.00"), ("TimezoneOffsetFromUTC", "-0330"),
        ("ContentSequence.ContentSequence.DateTime", "20220914081733"), ("GPSTimeStamp", "20220914081733"),
        ("StudyDate", "20220914-20220916"), ("SeriesDate", "2022-09-14"), ("SeriesTime", "08:17:33"), ("PatientAge", "1955"),
        ("OriginalAttributesSequence.AttributeModificationDateTime", "20230214093012"), ("PatientAge", "103Y"),
        ("DateOfLastCalibration", ["19000101", "20220830"]), ("DateOfInstallation", "20190620"),
    ),
    *planted(
        "places and contacts",
        ("PatientAddress", "Lindenallee 44, 50968 Köln"), ("PatientAddress", "東京都世田谷区成城2丁目1-5"),
        ("PatientTelephoneNumbers", "ext 4471"), ("PatientTelecomInformation", "wxid_k8812zz"), ("GPSLatitude", ["46", "31", "30"]),
        ("InstitutionName", "UZL"), ("InstitutionName", "서울아산병원"), ("InstitutionName", "四川大学华西医院"), ("InstitutionAddress", "Chengdu"),
        ("InstitutionCodeSequence.CodeMeaning", "Nordic Heart Clinic"), ("InstitutionCodeSequence.CodeValue", "HUS07"),
        (_STAFF + "PersonAddress", "4 Harley Street, London"), (_REQUEST + "ScheduledProcedureStepLocation", "RAD EG R 0.117"),
        ("CustodialOrganizationSequence.InstitutionName", "Inselspital Bern"), ("PatientReligiousPreference", "Zoroastrian"),
        ("ScheduledStationGeographicLocationCodeSequence.CodeMeaning", "Uppsala Akademiska, ing 70"), ("EthnicGroup", "Ainu"),
        ("ContributingEquipmentSequence.InstitutionName", "Spital Limmattal"), ("SpecialNeeds", "interpreter Mrs. Tran"),
    ),
    *planted(
        "devices",
        ("DeviceSerialNumber", "000000003188241"), ("StationName", "CTAWP67118"), ("DetectorID", "PXD-0042817"), ("GantryID", "G3 West"),
        ("UDISequence.UniqueDeviceIdentifier", "(01)04056869046877(21)175520"), ("LensSerialNumber", "3301771"),
        ("BeamSequence.TreatmentMachineName", "UKB_TB3_2177"), ("PerformedStationNameCodeSequence.CodeValue", "THUNMR1"),
        ("OriginalAttributesSequence.ModifyingSystem", "pacs-thun-01.spital.local"), ("XRaySourceID", "SRC-8812"),
        ("SoftwareVersions", ["5.1", "patched for Spital Thun by R. Egli"]),
    ),
    *planted(
        "text about the patient",
        ("PatientComments", "wife of the mayor"), ("Occupation", "opera singer"), ("VisitComments", "brought by police"),
        ("ConfidentialityConstraintOnPatientDataDescription", "member of the royal family"), ("MedicalAlerts", "haemophilia"),
        ("AdmittingDiagnosesDescription", "fall in Altersheim Abendrot"), ("PatientState", "prisoner, JVA Straubing"),
        ("ReasonForTheRequestedProcedure", "assault at work"), ("TopicKeywords", "hand;Halvorsen"),
    ),
    *planted(
        "text",
        *[("ImageComments", text) for text in (
            "pat no. 60418827", "compare w/ 60418827", "VU vom 14.09.2022", "comparé au 14 septembre 2022", "令和4年9月14日の検査と比較",
            "对比22年9月14日片", "né le 02/11/1947", "geb. 2.11.47", "97jährige Patientin", "患者女，93岁", "Rückruf 0171 2345678",
            "tél 06 12 34 56 78", "联系 010-65295327", "lives 22 Acacia Avenue SW1A 2AA", "家住成都市武侯区人民南路四段12号", "KVNR A123456780",
            "440305198207154411", "DE89 3704 0044 0532 0130 00", "车牌 川A8K21F", "sent from 10.44.7.21", "鈴木健太郎様 咳嗽", "환자 박지훈, 기침",
            "La Sra. Castellanos refiere dolor", "CT Abdomen Fr. Zimmermann Stat. 7B", "given by nurse Egli", "住院号２０２３０７１８０４",
            "病患姓名：陳慧敏 病歷號：A128839", "K\u200brol Berna\u200bdette M\u200bRN 604\u200b18827",
            "from 1.3.12.2.1107.5.1.4.66012.30000022091406454712300000123",
        )],
        ("StudyDescription", "CT Thorax Okafor"), ("StudyDescription", "CT head 77120938"), ("ProtocolName", "Dr. Nakagawa's shoulder"),
        ("SeriesDescription", "T1 轴位 陈慧敏"), ("BodyPartExamined", "HAND OF MR KROL"), ("DeidentificationMethod", "at Inselspital Bern"),
        ("StructureSetROISequence.ROIName", "GTV Krol"), ("SegmentSequence.SegmentLabel", "Liver Ngozi Okafor"),
        ("BeamSequence.BeamName", "Zimmermann G0"), ("ProcedureCodeSequence.CodeMeaning", "CT chest for Mr Krol"),
        ("WaveformAnnotationSequence.UnformattedTextValue", "Name: Krol, Bernadette"), ("SequenceName", "tse_halvorsen_kari"),
        ("DerivationDescription", "from /data/bergen/halvorsen_kari/ser3"),
        ("GraphicAnnotationSequence.TextObjectSequence.UnformattedTextValue", "HALVORSEN K 02.11.47"),
        ("ContentSequence.TextValue", "Sehr geehrte Frau Kollegin Stein, wir berichten über Ihre Patientin Zimmermann"),
        ("SpecimenDescriptionSequence.SpecimenDetailedDescription", "labelled 'Halvorsen K, left breast'"),
    ),
    *planted("claims that the content breaks", ("StudyDescription", "CT CHEST prior 14 Sep 2022"), ("AccessionNumber", "88120417"),
             ("OperatorsName", "Egli^Rolf"), ("PatientAge", "094Y"), ("PatientBirthDate", "19551203"), style=SHIFTED),
    *planted("claims that the content breaks", ("StudyDescription", "Halvorsen Kari Thorax"),
             ("ContentSequence.TextValue", "Seen by Dr Osei"), ("ImageComments", "Mme Delacroix, toux"), style=CLEANED),
    *planted(
        "values before a change, bytes that nobody reads",
        ("OriginalAttributesSequence.ModifiedAttributesSequence.PatientID", "60418827"),
        ("OriginalAttributesSequence.NonconformingModifiedAttributesSequence.NonconformingDataElementValue", b"Halvorsen^Kari"),
        ("ReferencedPatientAliasSequence.PatientName", "Halvorsen^Kari"), ("MakerNote", _BYTES), ("DeviceSettingDescription", _BYTES),
        ("SourceImageSequence.ReferencedSOPInstanceUID", "1.2.840.113704.1.111.5104.1663143453.7"), ("MAC", _BYTES),
        ("DigitalSignaturesSequence.CertificateOfSigner", _BYTES), ("DigitalSignaturesSequence.CertifiedTimestamp", _BYTES),
        ("DigitalSignaturesSequence.Signature", _BYTES), ("EncryptedAttributesSequence.EncryptedContent", _BYTES),
        ("FlowIdentifier", _BYTES), ("FrameOriginTimestamp", _BYTES[:10]), ("GPSProcessingMethod", b"ASCII\0\0\0GPS "),
        ("ReferencedPatientPhotoSequence.ReferencedSOPSequence.ReferencedSOPInstanceUID", "2.25.329800735698586629295641978511506172918"),
    ),
    *planted(
        "UIDs",
        *[("StudyInstanceUID", uid) for uid in (
            "1.3.12.2.1107.5.1.4.66012.30000022091406454712300000123", "1.2.124.113532.80.22189.7812.20220914.81733.4417",
            "1.2.826.0.1.3680043.9.3811.1663143453", "2.16.756.5.30.1.99.1663143453123", "1.2.826.0.1.3680043.9.3811.14092022.3",
            "1.2.826.0.1.3680043.9.3811.192.168.14.77.3", "1.2.156.112605.66988330245183.220914001733.3.8112.1",
            "1.2.392.200036.9123.100.12.13.21017.89220319085530.2",
        )],
        ("SegmentSequence.TrackingUID", "1.2.276.0.50.20220914081733.18.2"), ("IrradiationEventUID", "1.2.752.24.7.1881.3"),
    ),
    *changed(
        "types that hold something else", r"\(0018,0050\)|\(0028,3006\)|\(0028,1201\)|\(0008,1050\)|\(5000|\(5002|\(0020,000E\)",
        words_in_a_uid={"SeriesInstanceUID": "OSTERMANN.HELGA.1956"},
        text_in_a_lookup_table={"VOILUTSequence": {"LUTDescriptor": [14, 0, 16], "LUTData": _NAME}},
        text_in_a_palette={"RedPaletteColorLookupTableData": _NAME},
    ),
    *[
        Case("types that hold something else", f"{vr} for LO", "IM.dcm",
             file(CLEANED, SliceThickness="1.25", KVP="120").replace(b"\x18\0\x50\0DS\x04\x001.25", b"\x18\0\x50\0" + head + b"Krol Bernadette "),
             r"\(0018,0050\)")
        for vr, head in (("DS", b"DS\x10\0"), ("TM", b"TM\x10\0"), ("UN", b"UN\0\0\x10\0\0\0"), ("OB", b"OB\0\0\x10\0\0\0"))
    ],
    *changed(
        "private elements", r"\(0041,(10|xx)",
        name=private("LO", "Adeyemi Ruth"), uid=private("UI", "1.2.752.24.7.20220914.8817.3"), number=private("IS", "19560214"),
        phone=private("DS", "13901128845"), utf16=private("UN", "Adeyemi Ruth 12.03.1955".encode("utf-16-le")),
        utf16_chinese=private("OB", "患者崔涛".encode("utf-16-le")), gbk=private("UN", "陈慧敏 住院号 2023071804".encode("gb18030")),
        sjis=private("UN", "患者名 サトウユキコ".encode("shift_jis")), euc_kr=private("UN", "환자명 박지훈".encode("euc_kr")),
        big5=private("UN", "病患姓名 陳慧敏".encode("big5")), koi8=private("UN", "Кузнецова Ольга".encode("koi8-r")),
        cp1252=private("UN", "Grünewald Jörg geb. 2.11.47".encode("cp1252")), hexadecimal=private("UN", b"Adeyemi Ruth 19550312".hex().encode()),
        base64=private("LT", base64.b64encode(b"PatientName=Adeyemi Ruth;DOB=19550312").decode()),
        gzip=private("OB", gzip.compress(b"<Patient><Name>Adeyemi Ruth</Name></Patient>", mtime=0)),
        xml=private("UT", "<req><pat><nm>Adeyemi</nm><fn>Ruth</fn><id>60418827</id></pat></req>"),
        hl7=private("UT", "MSH|^~\\&|RIS|THUN|PACS|THUN\rPID|||60418827||Adeyemi^Ruth||19550312|F"),
        file=private("OB", whole(PatientName="Adeyemi^Ruth", PatientID="60418827")), words=private("OW", b"Patient=Brandstetter Karl "),
        sequence=private("SQ", inner(AdditionalPatientHistory="fell from a ladder, Ruth Adeyemi")),
        lengths=private("OB", b"\x0c\0Brandstetter\x04\0Karl\x08\0" + b"19560214"),
    ),
    *changed("private elements", r"\(0041,0010\)", creator=private("DS", "1", "SPITAL THUN RIS"), chinese=private("DS", "1", "华西医院影像科")),
    *recoded(
        "character sets",
        ("PatientName", "欧阳建国", "gb18030", "GB18030"), ("PatientName", "欧阳建国", "gbk", None), ("PatientName", "欧阳建国", "utf8", None),
        ("PatientName", "박지훈", "euc_kr", None), ("ImageComments", "환자 박지훈 님", "euc_kr", "ISO_IR 100"), ("PatientName", "陳慧敏", "big5", None),
        ("ImageComments", "病人欧阳建国复查", "gbk", "ISO_IR 100"), ("PatientName", "鈴木健太郎", "shift_jis", None),
        ("PatientName", "Кузнецова^Ольга", "iso8859_5", "ISO_IR 144"), ("ImageComments", "Пациент Кузнецова", "cp1251", None),
        ("PatientName", "Соловьёва^Марина", "koi8-r", None), ("PatientName", "Grünewald^Jörg", "latin1", "ISO_IR 192"),
        ("ImageComments", "Krol Bernadette", "utf-16-le", "ISO_IR 192"),
    ),
    *changed(
        "file meta", r"\(0002,00(1[678]|2[678])\)|\(0002,0102\)|\(0002,0013\)",
        ae={"meta": {"ReceivingApplicationEntityTitle": "UKBPACS01"}}, address={"meta": {"SourcePresentationAddress": "dicom://10.44.7.21:104"}},
        host={"meta": {"ReceivingPresentationAddress": "pacs01.spital.local:11112"}}, version={"meta": {"ImplementationVersionName": "SPITAL_THUN_GW"}},
        information={"meta": {"PrivateInformationCreatorUID": "1.2.276.0.50.99", "PrivateInformation": b"exported for Brandstetter Karl"}},
    ),
    *changed(
        "before and behind the data", "preamble|trailing|member|pixel data",
        chinese={"preamble": "陈慧敏 2023071804".encode("gbk").ljust(128, b"\0")}, path={"preamble": b"D:\\export\\krol_b\\img1".ljust(128, b"\0")},
        tiff={"preamble": b"II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x10\0\0\0\x20\0\0\0\0\0\0\0\0\0\0\0Krol Bernadette\0".ljust(128, b"\0")},
        deflated={"preamble": _NAME.ljust(128, b"\0"), "syntax": DEFLATED}, trailing={"trailing": b"Krol Bernadette"},
        far={"trailing": bytes(4096) + b"Bernadette Krol, 12.3.1955"}, archive={"trailing": _zip()}, big={"trailing": _NAME, "syntax": BIG_ENDIAN},
        another={"trailing": whole(PatientName="Krol^Bernadette", PatientID="60418827")}, implicit={"trailing": _NAME, "syntax": IMPLICIT},
        sjis={"trailing": "患者様 サトウ ユキコ".encode("shift_jis")}, slack={"slack": "患者陈慧敏 ".encode("gbk")}, utf16={"slack": "Karl Brandstetter".encode("utf-16-le")},
    ),
    Case("before and behind the data", "behind a deflated data set", "IM.dcm", file(CLEANED, syntax=DEFLATED) + _NAME, "trailing"),
    *changed(
        "compressed frames", "pixel data|exif|xmp",
        comment=jpeg_frame((0xFE, "陈慧敏".encode("gbk"))), xmp=jpeg_frame((0xE1, b"http://ns.adobe.com/xap/1.0/\0<dc:creator>Bernadette Krol</dc:creator>")),
        preview=jpeg_frame((0xE0, b"JFXX\0\x10" + jpeg_frame()["fragments"][0])), after=jpeg_frame(after=b"Krol Bernadette 12.03.1955"),
        iptc=jpeg_frame((0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x14\x1c\x02\x50\0\x0fBernadette Krol")),
        fragment={**jpeg_frame(), "fragments": [*jpeg_frame()["fragments"], b"Krol Bernadette "]},
        far_after=jpeg_frame(after=b"Krol Bernadette, born in Thun " * 200),
        runs={**jpeg_frame(), "fragments": [struct.pack("<16L", 1, 64, *[0] * 14) + b"\xc1\0" + b"Krol Bernadette 12.03.1955"]},
        jp2={**jpeg_frame(), "fragments": [_box(b"jP  ", b"\r\n\x87\n") + _box(b"uuid", bytes(16) + b"Bernadette Krol")]},
        mp4={**jpeg_frame(), "fragments": [_box(b"ftyp", b"mp42isom") + _box(b"moov", _box(b"udta", b"Krol Bernadette 12.03.1955"))]},
    ),
    *changed(
        "a DICOMDIR", r"\(0004,1130\)|\(0010,0010\)|\(0004,1500\)|\(0004,1511\)",
        set_id={"FileSetID": "SPITAL_THUN"},
        patient={"DirectoryRecordSequence": {"DirectoryRecordType": "PATIENT", "PatientName": "Okafor^Ngozi"}},
        folder={"DirectoryRecordSequence": {"DirectoryRecordType": "IMAGE", "ReferencedFileID": ["OKAFOR_NGOZI", "IM1"]}},
        uid={"DirectoryRecordSequence": {"ReferencedSOPInstanceUIDInFile": "1.3.12.2.1107.5.1.4.66012.30000022091406454712300000123"}},
    ),
    *changed(
        "claims", r"\(0012,006|\(0028,030",
        empty_method={"DeidentificationMethod": "", "DeidentificationMethodCodeSequence": None}, no={"PatientIdentityRemoved": "NO"},
        word={"PatientIdentityRemoved": "NONE"}, unmodified={"LongitudinalTemporalInformationModified": "UNMODIFIED"},
        unknown={"DeidentificationMethodCodeSequence": {"CodeValue": "113199", "CodingSchemeDesignator": "DCM", "CodeMeaning": "All"}},
        option={"DeidentificationMethodCodeSequence": {"CodeValue": "113105", "CodingSchemeDesignator": "DCM", "CodeMeaning": "Clean"}},
        recognizable={"RecognizableVisualFeatures": "YES", "DeidentificationMethodCodeSequence": [
            {"CodeValue": code, "CodingSchemeDesignator": "DCM", "CodeMeaning": "x"} for code in ("113100", "113102")]},
    ),
    *[
        Case("names of files", path, path, file(CLEANED, pixels=np.zeros((4, 4), np.uint8)), "file name|folder name")
        for path in (
            "okafor ngozi.dcm", "陈慧敏_2022/IM1.dcm", "pat_60418827/ct.dcm", "CT_2022_09_14.dcm", "华西医院/IM1.dcm", "박지훈/IM1.dcm",
            "Dr Osei referrals/IM1.dcm", "kari.halvorsen@online.no.dcm", "鈴木健太郎_CT.dcm", "Müller_Hans_geb_02111947.dcm", "CHU de Nantes/IM1.dcm",
        )
    ],
]  # fmt: skip
