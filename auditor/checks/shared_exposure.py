"""L701: the same exposure under two patients."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._duplicates import across_patients
from auditor.checks.base import Example, OutcomeCheck
from auditor.model import Category, Context, Duplicate, Match, Outcomes, Severity, Text, Way


class SharedExposure(OutcomeCheck):
    """Two files of two patients hold identical pixels.

    What it does
        Compares a hash of the decoded grey values of all images. The hash ignores the file format,
        an offset or factor of the stored values and black-white exchange, so the same exposure as
        DICOM and as PNG is found. Blank images are left out.

    Why it matters
        One exposure under two pseudonyms ties them together: whoever knows one person behind the
        image knows both records. It also shows that the pseudonyms were not assigned one a person,
        and that a split of the dataset by patient leaks.

    Remedy
        Find out which attribution is right, merge the two pseudonyms or drop one of the files.
    """

    id = "L701"
    title = Text(en="Identical pixels under two patients", zh="两名患者名下存在完全相同的图像")
    remedy = Text(
        en="Merge the two pseudonyms or drop the file that is attributed wrongly.",
        zh="请合并这两个假名，或删除归属错误的文件。",
    )
    severity = Severity.HIGH
    category = Category.LINKAGE
    way = Way.IMAGE
    good = (
        Example(Outcomes()),
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "b.png", "p1", "p1", "identical_pixels", 1.0, "within"),))
        ),
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "b.png", "p1", "", "identical_pixels", 1.0, "within"),))
        ),
    )
    bad = (
        Example(
            Outcomes(duplicates=(Duplicate("a.png", "b.png", "p1", "p2", "identical_pixels", 1.0, "within"),))
        ),
        Example(
            Outcomes(
                duplicates=(
                    Duplicate("a.dcm", "b.png", "p1", "p1", "identical_pixels", 1.0, "within"),
                    Duplicate("a.dcm", "d.dcm", "p1", "p4", "identical_pixels", 1.0, "within"),
                )
            )
        ),
    )

    def judge(self, subject: Outcomes, context: Context) -> Iterable[Match]:
        """One match a pair of files, at the second of them."""
        return across_patients(subject, "identical_pixels")
