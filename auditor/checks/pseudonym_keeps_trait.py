"""K916: pseudonyms that keep something of the patients they stand for."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._traits import kept
from auditor.checks.base import ComparisonCheck, Example
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Comparison, Trait


def _of(*traits: Trait) -> Example[Comparison]:
    return Example(Comparison(traits=traits))


class PseudonymKeepsTrait(ComparisonCheck):
    """Pseudonyms hold letters of the name, digits of the old id or a date, or count in the patients' order.

    What it does
        With `--original`: takes name, id and birth date of every paired patient and looks in the
        pseudonym for initials and first letters, for four digits in a row of the id, for the date and the
        year of birth. Reports what most pseudonyms keep of their own patient and clearly fewer would keep of
        another (patients exchanged 20 times; at least four). Reports numbers in the pseudonyms that follow
        the order of the names or ids (Spearman's rank correlation of 0.95 or more, at least 8 patients).
        What shows without the original is V508.

    Why it matters
        Initials and a year of birth leave a handful of patients of a hospital; an order leaves one, for
        whoever has a list of the patients.

    Remedy
        Assign pseudonyms at random, or by a keyed hash.
    """

    id = "K916"
    title = Text(en="Pseudonyms keep something of whom they stand for", zh="假名保留了所代表患者的信息")
    remedy = Text(
        en="Assign pseudonyms at random, or by a keyed hash.", zh="随机分配假名，或使用带密钥的散列。"
    )
    severity = Severity.MEDIUM
    category = Category.UNIQUE_CODE
    way = Way.REVERSAL
    good = (
        Example(Comparison()),
        _of(Trait("initials", 1, 20, 0.04)),
        _of(Trait("year of birth", 19, 20, 0.9)),
        _of(Trait("order of the names", 10, 20, 0.0, 0.5)),
    )
    bad = (
        _of(Trait("initials", 20, 20, 0.04)),
        _of(Trait("digits of the identifier", 18, 20, 0.0)),
        _of(Trait("order of the identifiers", 20, 20, 0.0, 1.0)),
    )

    def judge(self, subject: Comparison, context: Context) -> Iterable[Match]:
        """One match a trait, for the dataset."""
        for trait in subject.traits:
            match = kept(trait)
            if match is not None:
                yield match
