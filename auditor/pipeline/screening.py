"""What the screen before reading did in this run, for the report."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model import Text
from auditor.report import schema


def screening(sums: Mapping[str, int]) -> schema.Screening | None:
    """From the inventory's sums; None where nothing was screened."""
    if not sums["screened"]:
        return None
    return schema.Screening(looked=sums["screened"], spared=sums["spared"], repeated=sums["repeated"])


def screening_told(done: schema.Screening | None) -> list[Text]:
    """In words, how much the screen looked at and how much of it was spared reading."""
    if done is None:
        return []
    looked, spared, share = f"{done.looked:,}", f"{done.spared:,}", f"{done.spared / done.looked:.1%}"
    en = (
        f"In this run the screen looked at {looked} distinct frames, layers and projections of several frames, "
        f"and spared {spared} of them ({share}) the careful reading: text that it overlooked there was not read."
    )
    zh = (
        f"本次运行中，筛查查看了 {looked} 个互不相同的帧、图层和多帧投影，"
        f"其中 {spared} 个（{share}）免于细读：筛查遗漏的文字未被读取。"
    )
    if done.repeated:
        en += f" {done.repeated:,} more were copies of an earlier frame of their file, and were not looked at again."
        zh += f"另有 {done.repeated:,} 个与同一文件中先前的帧相同，未再查看。"
    return [Text(en, zh)]
