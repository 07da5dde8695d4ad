"""K916: pseudonyms that keep something of the patients they stand for."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks.base import ComparisonCheck, Example
from auditor.checks.patient_constant import lower_bound
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Comparison, Trait

_MOST = 0.8
_ORDERED = 0.95
_ABOVE_CHANCE = 0.3


def _of(*traits: Trait) -> Example[Comparison]:
    return Example(Comparison(traits=traits))


class PseudonymKeepsTrait(ComparisonCheck):
    """Pseudonyms hold initials, digits of the old id or the year of birth, or count in the patients' order.

    What it does
        With `--original`: takes name, id and birth date of every paired patient and looks in the
        pseudonym for the initials, for four digits in a row of the id, and for the year of birth.
        Reports what most pseudonyms keep of their own patient and clearly fewer would keep of another
        (patients exchanged 20 times). Reports numbers in the pseudonyms that follow the order of the names
        or ids (Spearman's rank correlation of 0.95 or more). At least 8 patients.

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
            share = trait.kept / trait.tried
            if trait.agreement is not None:
                kept = trait.agreement >= _ORDERED
                detail = f"{trait.kind}, rank correlation {trait.agreement:.2f} over {trait.tried} patients"
            else:
                kept = share >= _MOST and lower_bound(trait.kept, trait.tried) >= trait.chance + _ABOVE_CHANCE
                detail = f"{trait.kind} in {trait.kept} of {trait.tried}, {trait.chance:.0%} by chance"
            if kept:
                sure = lower_bound(trait.kept, trait.tried)
                yield Match(round(max(sure, 0.6), 3), detail=detail, location="pseudonyms")
