"""Reports made in code: a rich one, an empty one, and ones in between. No data of anybody."""

from __future__ import annotations

from auditor.report.measures import Interval
from auditor.report.schema import (
    Attribute,
    Calibration,
    CalibrationBin,
    Control,
    CoverageSummary,
    Dataset,
    Duplicates,
    FindingGroup,
    Findings,
    Group,
    LawRow,
    Linkage,
    Records,
    Report,
    Risk,
    ScalingRow,
    Screening,
    SelfLinkage,
    Tool,
    VerdictModel,
)

TOOL = Tool(
    version="0.1.0",
    python="3.11.9",
    libraries={"pydicom": "3.0.1", "numpy": "2.4.0", "rapidocr": "3.10.0"},
    ocr_engine="rapidocr 3.10.0 (PP-OCRv6)",
)


def group(**changes: object) -> FindingGroup:
    """One finding group, changed at will."""
    fields: dict[str, object] = {
        "rule_id": "TAG-NAME",
        "title": "A person's name in an attribute that must be empty",
        "title_zh": "必须为空的属性中有人名",
        "remedy": "Replace the value by a dummy (PS3.15 action Z).",
        "remedy_zh": "用占位值替换（PS3.15 操作 Z）。",
        "way": "data",
        "category": "name",
        "severity": "critical",
        "confidence": 0.98,
        "location": "(0010,0010) PatientName",
        "count": 1204,
        "files": 1204,
        "patients": 311,
        "example_masked": "W***^L**",
        "example_file": "site-a/3f/IM_0001.dcm",
        "example_item": "9c1d0e77ab12",
    }
    return FindingGroup.model_validate(fields | changes)


GROUPS = [
    group(),
    group(
        rule_id="PIX-TEXT",
        title="Identifying text burned into the image",
        title_zh="影像中烧录了可识别身份的文字",
        remedy="Mask the box in every frame.",
        remedy_zh="在每一帧中遮盖该方框。",
        way="pixels",
        category="record number",
        severity="high",
        confidence=0.87,
        location="pixels frame=#",
        count=57,
        files=19,
        patients=12,
        example_masked="住院号 ******42",
        example_file="us/0007.dcm",
    ),
    group(
        rule_id="LINK-RANK1",
        title="Patients can be found again by their images",
        title_zh="可凭影像重新找到患者",
        remedy="Share under controlled access with a data use agreement.",
        remedy_zh="签订数据使用协议并以受控访问方式共享。",
        way="image linkage",
        category="linkage",
        severity="high",
        confidence=1.0,
        location="linkage",
        count=1,
        files=0,
        patients=682,
        example_masked="",
        example_file="",
    ),
    group(
        rule_id="REC-UNIQUE",
        title="Patients stand alone with their age, sex and study date",
        title_zh="患者凭年龄、性别和检查日期即唯一",
        remedy="Give ages in bands of five years and shift the dates of each patient.",
        remedy_zh="年龄以五年分段，并按患者平移日期。",
        way="record linkage",
        category="patient characteristic",
        severity="medium",
        confidence=0.9,
        location="records",
        count=174,
        files=460,
        patients=174,
        example_masked="",
        example_file="",
    ),
    group(
        rule_id="UID-VENDOR",
        title="A UID keeps a vendor's root and a date",
        title_zh="UID 保留了厂商根和日期",
        remedy="Map every UID to a random one under 2.25.",
        remedy_zh="将每个 UID 映射为 2.25 下的随机 UID。",
        way="reversible de-identification",
        category="uid",
        severity="medium",
        confidence=0.75,
        location="(0008,0018) SOPInstanceUID",
        count=880,
        files=880,
        patients=240,
        example_masked="1.2.840.113619.***",
    ),
    group(
        rule_id="TAG-DEVICE",
        title="A device serial number",
        title_zh="设备序列号",
        category="device",
        severity="low",
        location="(0040,0275)[#].(0040,1002) " + "ReasonForTheRequestedProcedure." * 6,
        count=12,
        files=12,
        patients=4,
        waived_by="M. Keller, until 2027-03-31",
    ),
    group(
        rule_id="PATH-DATE",
        title="A date in a folder name",
        title_zh="文件夹名中有日期",
        category="date",
        severity="info",
        location="folder name",
        count=3,
        files=31,
        patients=2,
        example_file="site-a/****-**-**/IM_0001.dcm",
    ),
]


def findings(groups: list[FindingGroup]) -> Findings:
    """The counts that belong to `groups`."""

    def tally(field: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for g in groups:
            counts[getattr(g, field)] = counts.get(getattr(g, field), 0) + g.count
        return counts

    return Findings(
        total=sum(g.count for g in groups),
        by_rule=tally("rule_id"),
        by_category=tally("category"),
        by_severity=tally("severity"),
        by_way=tally("way"),
        files=max((g.files for g in groups), default=0),
        patients=max((g.patients for g in groups), default=0),
        waived=sum(g.count for g in groups if g.waived_by),
        groups=groups,
    )


def rich() -> Report:
    """Everything measured, something found on every way."""
    measured = [(10, 0.93), (20, 0.91), (50, 0.872), (100, 0.84), (200, 0.805), (400, 0.765), (682, 0.741)]
    beyond = [(1000, 0.72), (3000, 0.665), (10000, 0.607), (30000, 0.561), (100000, 0.515)]
    return Report(
        tool=TOOL,
        dataset=Dataset(
            name="chest-release-2026",
            files=12480,
            bytes=48_310_442_112,
            patients=682,
            images=12011,
            kinds={"dicom": 11800, "raster": 500, "table": 12, "text": 80, "archive": 8, "other": 80},
            patient_rule="tag:PatientID",
            files_without_patient=168,
            key_id="5f2a90c1",
            started="2026-11-21T20:14:09+00:00",
            seconds=1394.2,
            stages=["tags", "pixels", "linkage", "records"],
            seed=20261121,
        ),
        coverage=CoverageSummary(
            read=12100,
            partial=140,
            skipped=180,
            unreadable=60,
            reasons={
                "type not recognised": 100,
                "link is not followed": 80,
                "file ends before its content does": 120,
                "no decoder for this compression": 20,
                "content does not follow its format": 60,
            },
            frames_total=15020,
            frames_examined=14880,
            screening=Screening(looked=14310, spared=12095, repeated=570),
        ),
        findings=findings(GROUPS),
        linkage=Linkage(
            self=SelfLinkage(
                rank1=Interval(value=0.741, low=0.672, high=0.805),
                rank5=Interval(value=0.83, low=0.77, high=0.885),
                map=Interval(value=0.782, low=0.72, high=0.84),
                auc=Interval(value=0.983, low=0.975, high=0.989),
                tar_at_far_1e2=Interval(value=0.868, low=0.81, high=0.915),
                eer=Interval(value=0.058, low=0.043, high=0.075),
                gallery_patients=682,
                probe_patients=164,
                images=1000,
                images_unattributed=14,
                draws=20,
                seed=20261121,
                chance=1 / 682,
                protocol="one gallery image of every patient, one other image of each patient with two or more",
                features="aligned radiograph, Gabor energies, PCA whitening",
                aligned_share=0.962,
                notes=["4% of the images could not be aligned and are matched unaligned."],
            ),
            scaling=[
                ScalingRow(gallery=g, rank1=r, low=r - 0.03, high=r + 0.03, kind="measured")
                for g, r in measured
            ]
            + [
                ScalingRow(
                    gallery=g, rank1=r, low=r - 0.05 - i / 80, high=r + 0.05 + i / 80, kind="extrapolated"
                )
                for i, (g, r) in enumerate(beyond)
            ],
            scaling_law="Pitman–Yor, two parameters, fitted on galleries of up to 682 patients",
            laws=[
                LawRow(
                    law="pitman-yor",
                    fitted_to=170,
                    gallery=682,
                    rank1=0.76,
                    low=0.7,
                    high=0.82,
                    measured=0.741,
                ),
                LawRow(law="log-linear", fitted_to=682, gallery=10_000, rank1=0.6, low=0.52, high=0.7),
                LawRow(law="pitman-yor", fitted_to=682, gallery=10_000, rank1=0.66, low=0.6, high=0.72),
            ],
            calibration=Calibration(
                ece=Interval(value=0.02, low=0.02, high=0.053),
                precision=Interval(value=0.989, low=0.98, high=0.996),
                sure=0.61,
                attempts=3260,
                patients=163,
                adaptive_share=0.4,
                bins=[
                    CalibrationBin(
                        low=n / 10,
                        high=(n + 1) / 10,
                        predicted=n / 10 + 0.05,
                        found=Interval(value=n / 10 + 0.03, low=n / 10, high=n / 10 + 0.1),
                        attempts=90 * n,
                    )
                    for n in range(1, 10)
                ],
            ),
            controls=[
                Control(
                    name="matched_impostors",
                    rank1=Interval(value=0.81, low=0.76, high=0.86),
                    compare=Interval(value=0.83, low=0.79, high=0.87),
                    gallery=331.0,
                    patients=163,
                )
            ],
            groups=[
                Group(
                    by="view",
                    name="AP / PA",
                    rank1=Interval(value=0.69, low=0.56, high=0.81),
                    patients=42,
                    attempts=689,
                )
            ],
            attributes=[
                Attribute(
                    name="sex", metric="auc", value=0.94, low=0.92, high=0.96, baseline=0.5, images=1000
                ),
                Attribute(name="age", metric="mae", value=8.6, low=8.1, high=9.2, baseline=14.0, images=988),
            ],
            duplicates=Duplicates(
                identical_within=3, identical_across_patients=2, near_within=7, near_across_patients=1
            ),
        ),
        records=Records(
            k_min=1,
            prosecutor=Interval(value=0.41, low=0.38, high=0.45),
            journalist=Interval(value=0.02, low=0.01, high=0.04),
            marketer=Interval(value=0.33, low=0.3, high=0.36),
            uniques=Interval(value=0.255, low=0.22, high=0.29),
            patients=682,
            quasi_identifiers=["age", "sex", "study_date", "site", "device"],
            by_attribute={"age": 0.004, "sex": 0.0, "study_date": 0.22, "site": 0.0, "device": 0.009},
        ),
        risk=Risk(
            mean=0.52,
            p95=0.97,
            highest=1.0,
            patients_at_risk=598,
            threshold=0.09,
            by_way={
                "data": 0.31,
                "pixels": 0.02,
                "image linkage": 0.44,
                "record linkage": 0.41,
                "reversible de-identification": None,
            },
            histogram=[84, 40, 62, 71, 80, 66, 52, 61, 90, 76],
        ),
        verdict=VerdictModel(
            status="fail",
            reasons=[
                "1,204 critical findings; the policy allows none.",
                "Rank-1 of image linkage is 74% (67–81%); the policy allows 10%.",
            ],
            reasons_zh=[
                "有 1,204 项极高严重程度的发现；策略不允许任何一项。",
                "影像关联的 Rank-1 为 74%（67–81%）；策略允许 10%。",
            ],
        ),
        limits=["240 files were skipped or unreadable.", "Faces in photographs were not looked for."],
        limits_zh=["有 240 个文件被跳过或无法读取。", "未查找照片中的人脸。"],
    )


def empty() -> Report:
    """An empty folder: nothing examined, nothing measured."""
    return Report(
        tool=TOOL.model_copy(update={"ocr_engine": ""}),
        dataset=Dataset(
            name="empty",
            files=0,
            bytes=0,
            patients=0,
            images=0,
            kinds={},
            patient_rule="",
            files_without_patient=0,
            key_id="",
            started="",
            seconds=0.0,
            stages=[],
            seed=0,
        ),
        coverage=CoverageSummary(
            read=0, partial=0, skipped=0, unreadable=0, reasons={}, frames_total=0, frames_examined=0
        ),
        findings=findings([]),
        linkage=Linkage(self=SelfLinkage(reason="stage not run")),
        records=Records(reason="stage not run"),
        risk=Risk(
            mean=None,
            p95=None,
            highest=None,
            patients_at_risk=0,
            threshold=0.09,
            by_way={},
            histogram=[0] * 10,
        ),
        verdict=VerdictModel(
            status="incomplete", reasons=["No file was found."], reasons_zh=["没有找到文件。"]
        ),
    )


def clean() -> Report:
    """Everything measured, nothing found."""
    full = rich()
    return full.model_copy(
        update={
            "findings": findings([]),
            "verdict": VerdictModel(status="pass", reasons=[], reasons_zh=[]),
        }
    )


def crowded(number: int) -> Report:
    """As many finding groups as asked for."""
    groups = [
        group(rule_id=f"TAG-{i:04}", location=f"(0011,{i:04x}) Private", count=i + 1) for i in range(number)
    ]
    return rich().model_copy(update={"findings": findings(groups)})
