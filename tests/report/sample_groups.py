"""Groups of findings made in code, and the counts that belong to them."""

from __future__ import annotations

from auditor.report.schema import FindingGroup, Findings


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
