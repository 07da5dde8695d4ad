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
from tests.report.sample_groups import GROUPS, findings, group

TOOL = Tool(
    version="0.1.0",
    python="3.11.9",
    libraries={"pydicom": "3.0.1", "numpy": "2.4.0", "rapidocr": "3.10.0"},
    ocr_engine="rapidocr 3.10.0 (PP-OCRv6)",
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
