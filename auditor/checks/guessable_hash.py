"""V504: a code that is the hash of something that can be guessed."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._recurrence import met
from auditor.checks.base import RecurrenceCheck
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Recurrence


class GuessableHash(RecurrenceCheck):
    """A code is the unsalted hash of a number or date that was found by trying them all.

    What it does
        Where values are hexadecimal codes of 8 to 128 digits or the Base64 of a digest (the first
        100,000 distinct ones), tries MD5, SHA-1, SHA-2 and CRC-32 of all numbers of up to six digits,
        of small numbers padded or behind usual prefixes, and of all dates since 1900 in the usual
        forms; numbers of seven digits where the length of a code is that of a whole digest. Where a
        release has many codes, samples of these and of larger spaces, up to ten digits, are enough to meet
        one of them; then the spaces are tried whole, up to eight digits. Codes of eight digits are only
        reported where half of them are found, since a few match by chance.

    Why it matters
        What this check reverses in seconds, anybody can; the whole of a hospital's record numbers
        takes minutes.

    Remedy
        Use random pseudonyms, or a hash with a secret key (HMAC) that stays with the hospital.
    """

    id = "V504"
    title = Text(en="A code is the hash of a number that can be guessed", zh="代码是可穷举号码的散列值")
    remedy = Text(en="Use random pseudonyms, or a keyed hash whose key stays with the hospital.",
                  zh="使用随机假名，或密钥留存于医院的带密钥散列。")  # fmt: skip
    severity = Severity.HIGH
    category = Category.UNIQUE_CODE
    way = Way.REVERSAL
    good = (
        met("d41d8cd98f00b204", Category.RECORD_NUMBER, form="md5"),
        met("Carmen Sexton", Category.NAME, listed=True),
    )
    bad = (
        met("d41d8cd98f00b204", Category.RECORD_NUMBER, form="md5", guessed=True),
        met("0cc175b9", Category.DATE, form="crc32", guessed=True),
    )

    def judge(self, subject: Recurrence, context: Context) -> Iterable[Match]:
        """At most one match."""
        if subject.guessed:
            detail = f"{subject.form} of a {subject.category}"
            yield Match(subject.confidence, subject.text, category=self.category, detail=detail)
