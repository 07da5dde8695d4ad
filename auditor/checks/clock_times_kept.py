"""V505: times of day that were left as they were while dates were moved."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import Example, ReleaseCheck
from auditor.checks.patient_constant import lower_bound
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Release

FEWEST = 20
_MORE_THAN_CHANCE = 0.7
"""Times that were moved at random fall into the twelve hours of the day half of the time."""


class ClockTimesKept(ReleaseCheck):
    """Dates are said to be modified, but the times of day are those of the hospital's working day.

    What it does
        Counts the distinct times of day, to the second, of studies whose dates the file or the policy
        says are modified or removed. Reports when at least 20 of them lie between 7 and 19 o'clock so
        often (lower bound 70 %) that they cannot have been moved at random.

    Why it matters
        A time to the second is nearly unique within a hospital's day: it leads to the examination in
        any log or second release, whatever the date says.

    Remedy
        Shift dates and times together, by an amount that is no multiple of a day, or cut times.
    """

    id = "V505"
    title = Text(en="Times of day are exact while dates were moved", zh="日期已平移但时刻仍为原值")
    remedy = Text(
        en="Shift dates and times together, or cut the times.", zh="将日期与时刻一并平移，或截断时刻。"
    )
    severity = Severity.LOW
    category = Category.DATE
    way = Way.REVERSAL
    good = (Example(Release()), Example(Release(times=100, by_day=52)), Example(Release(times=10, by_day=10)))
    bad = (Example(Release(times=100, by_day=95)), Example(Release(times=20, by_day=20)))

    def judge(self, subject: Release, context: Context) -> Iterable[Match]:
        """At most one match, for the dataset."""
        if subject.times < FEWEST:
            return
        bound = lower_bound(subject.by_day, subject.times)
        if bound >= _MORE_THAN_CHANCE:
            detail = f"{subject.by_day} of {subject.times} times between 7 and 19 o'clock"
            yield Match(round(bound, 3), detail=detail, location="(0008,0030) StudyTime")
