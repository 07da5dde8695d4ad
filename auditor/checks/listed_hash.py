"""K902: an unsalted hash of a known identifier."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.checks._recurrence import met
from auditor.checks.base import RecurrenceCheck
from auditor.detectors.known_hashes import HASHES
from auditor.model import Category, Context, Match, Severity, Text, Way
from auditor.model.survey import Recurrence


class ListedHash(RecurrenceCheck):
    """A code in the dataset is the unsalted hash of a known identifier.

    What it does
        Hashes every identifier that was found elsewhere in the dataset (the first 5,000), and with
        `--known-identifiers` every one of the list, with MD5, CRC-32, the SHA-1 and SHA-2
        families, twice (SHA-256 of MD5 and the like) and as UUIDs by name, as it is and in upper and
        lower case, with and without separators. Searches the dataset for the digests: in
        hexadecimal, whole or cut to twelve or more digits (eight for the usual ones), as GUID, in
        Base64, and as a decimal number in a UID.

    Why it matters
        Whoever has, or can enumerate, the hospital's numbers makes the same hashes and reads every
        patient off them.

    Remedy
        Use random pseudonyms, or a hash with a secret key (HMAC) that stays with the hospital.
    """

    id = "K902"
    title = Text(en="An unsalted hash of a known identifier", zh="已知标识符的未加盐散列值")
    remedy = Text(en="Use random pseudonyms, or a keyed hash whose key stays with the hospital.",
                  zh="使用随机假名，或密钥留存于医院的带密钥散列。")  # fmt: skip
    severity = Severity.HIGH
    category = Category.UNIQUE_CODE
    way = Way.REVERSAL
    good = (
        met("d41d8cd98f00b204", Category.RECORD_NUMBER, form="md5", guessed=True),
        met("Carmen Sexton", Category.NAME, listed=True),
    )
    bad = (
        met("d41d8cd98f00b204", Category.RECORD_NUMBER, form="md5", listed=True),
        met("d41d8cd98f00b204", Category.RECORD_NUMBER, form="md5"),
        met("0cc175b9", Category.NAME, form="crc32", listed=True),
    )

    def judge(self, subject: Recurrence, context: Context) -> Iterable[Match]:
        """At most one match."""
        if subject.form in HASHES and not subject.guessed:
            detail = f"{subject.form} of a {subject.category}"
            yield Match(round(subject.confidence, 3), subject.text, detail=detail)
