"""Steps that ended in an error, in words."""

from __future__ import annotations

from auditor.model import Text
from auditor.report.locale import LANGUAGES, locale
from auditor.report.schema import Unfinished


def told(step: Unfinished) -> Text:
    """What could not be finished, and where it failed."""
    return _both("unfinished.told", step)


def weighed(step: Unfinished) -> Text:
    """Why the verdict is not whole, or should be looked at."""
    return _both("unfinished.weighs" if step.weighs else "unfinished.beside", step)


def _both(key: str, step: Unfinished) -> Text:
    texts = {}
    for lang in LANGUAGES:
        t = locale(lang)
        what = t.term("step", step.step) + (f" {step.rule}" if step.rule else "")
        error = t("unfinished.error", error=step.said or step.error, where=step.where)
        if step.times > 1:
            error += t("unfinished.times", n=step.times)
        texts[lang] = t(key, what=what, error=error)
    return Text(texts["en"], texts["zh"])
