"""Find identifiers that are known beforehand, in whatever form a text repeats them.

Every identifier is turned into the few strings that its usual spellings come to when separators,
case and diacritics are left out: names in any order of their parts, dates in the usual orders,
numbers with and without their zeros or country code. A text is cut into words, numbers and
ideographs, and up to six neighbours at a time are looked up. So the cost is linear in the text,
whatever the number of identifiers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from auditor.detectors.known_forms import Form, forms, reversed_form
from auditor.detectors.known_hashes import DigestIndex
from auditor.detectors.lexicon import chinese_words, fold, look_up
from auditor.model import Category

LONGEST_JOIN = 6
_GAP = 3
"""Characters that may stand between two parts of one identifier."""
_TOKEN = re.compile(
    r"\d+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_ALIKE = str.maketrans("oilsbzgq|", "011582991")
"""Letters and the digits that OCR takes them for."""
_SHORTEST_FUZZY = 6
_SHORTEST_EMBEDDED = 7
_SEPARATORS = re.compile(r"[\s_\-.,;:/\\^=()\[\]@+'’·]*")


@dataclass(frozen=True, slots=True)
class KnownHit:
    """One place in a text that repeats an identifier, and where the identifier comes from."""

    start: int
    end: int
    category: Category
    form: str
    """Empty as it is, `part of the name`, `misread`, `misspelt`, `embedded`, `reversed`, or a hash."""
    confidence: float
    sources: tuple[int, ...]


class KnownIdentifiers:
    """An index of identifiers. Memory grows with their number: some twenty short strings each."""

    def __init__(self) -> None:
        self._forms: dict[str, Form] = {}
        self._sources: defaultdict[str, list[int]] = defaultdict(list)
        self._alike: dict[str, str] = {}
        self._near: defaultdict[str, list[str]] = defaultdict(list)
        self._lengths: defaultdict[int, int] = defaultdict(int)
        self._digests = DigestIndex()

    def __len__(self) -> int:
        return len(self._forms)

    def add(self, text: str, category: Category, source: int) -> bool:
        """Index one identifier; False where the text is too short or plain to be told from others."""
        added = False
        for key, form in forms(text, category):
            added = True
            known = self._forms.get(key)
            if known is None or known.confidence < form.confidence:
                self._forms[key] = form
            if source not in self._sources[key] and len(self._sources[key]) < 16:
                self._sources[key].append(source)
            if known is None:
                self._index(key, form)
        return added

    def add_hashes(self, text: str, category: Category, source: int) -> None:
        """Index the unsalted hashes of an identifier."""
        self._digests.add(text, category, source)

    def find(self, text: str, *, misread: bool = False) -> Iterator[KnownHit]:
        """Every identifier in the text, longest first served at each place. misread: allow for OCR."""
        tokens = [(found.start(), found.end(), fold(found.group())) for found in _TOKEN.finditer(text)]
        taken = -1
        rest = []
        for first, token in enumerate(tokens):
            hit = self._joined(text, tokens, first, misread) if token[0] >= taken else None
            if hit is not None:
                taken = hit.end
                yield hit
            elif token[0] >= taken:
                rest.append(token)
        yield from self._embedded(rest)
        if len(self._digests):
            yield from self._hashed(text)

    def _joined(
        self, text: str, tokens: list[tuple[int, int, str]], first: int, misread: bool
    ) -> KnownHit | None:
        best: KnownHit | None = None
        exact, canonical = "", ""
        start = tokens[first][0]
        for number in range(first, min(first + LONGEST_JOIN, len(tokens))):
            begin, end, word = tokens[number]
            if number > first:
                between = text[tokens[number - 1][1] : begin]
                if len(between) > _GAP or not _SEPARATORS.fullmatch(between):
                    break
            exact += word
            canonical += self._respelt(word)
            key, how = exact, ""
            if key not in self._forms and canonical in self._forms:
                key, how = canonical, "misspelt"
            elif misread and key not in self._forms:
                key, how = self._alike.get(exact.translate(_ALIKE), ""), "misread"
            form = self._forms.get(key)
            if form is not None:
                sure = form.confidence * (0.85 if how else 1.0)
                if len(key) == 2 and text[end - 1 : end + 1] in chinese_words():
                    sure *= 0.5  # its second character begins a word
                best = KnownHit(start, end, form.category, how or form.how, sure, tuple(self._sources[key]))
        return best

    def _embedded(self, tokens: Iterable[tuple[int, int, str]]) -> Iterator[KnownHit]:
        """Numbers inside longer numbers, where chance alone would hardly put them."""
        for start, end, word in tokens:
            if not word.isdigit() or end - start > 64:
                continue
            for length, count in self._lengths.items():
                places = end - start - length
                # Of 10^length numbers `count` are known and `places` + 1 are tried.
                if places < 1 or count * (places + 1) >= 10 ** (length - 5):
                    continue
                for at in range(places + 1):
                    form = self._forms.get(key := word[at : at + length])
                    if form is not None and form.category is not Category.DATE and not form.how:
                        where = start + at
                        source = tuple(self._sources[key])
                        yield KnownHit(where, where + length, form.category, "embedded", 0.7, source)

    def _hashed(self, text: str) -> Iterator[KnownHit]:
        for start, end, name, category, source in self._digests.find(text):
            yield KnownHit(start, end, category, name, 0.95, (source,))

    def _index(self, key: str, form: Form) -> None:
        if len(key) >= _SHORTEST_FUZZY:
            self._alike.setdefault(key.translate(_ALIKE), key)
        if key.isdigit() and len(key) >= _SHORTEST_EMBEDDED and form.category is not Category.DATE:
            self._lengths[len(key)] += 1
        for part in form.parts:
            if len(part) >= _SHORTEST_FUZZY and part not in self._near.get(part, ()):
                for cut in _cuts(part):
                    self._near[cut].append(part)
        if (turned := reversed_form(key, form)) and key[::-1] not in self._forms:
            self._forms[key[::-1]] = turned
            self._sources[key[::-1]] = self._sources[key]

    def _respelt(self, word: str) -> str:
        """The part of a known name that a word is one letter away from, else the word."""
        if len(word) < _SHORTEST_FUZZY or not self._near or not word.isalpha() or look_up(word).known:
            return word
        for cut in _cuts(word):
            for part in self._near.get(cut, ()):
                if DamerauLevenshtein.distance(word, part, score_cutoff=1) <= 1:
                    return part
        return word


def _cuts(word: str) -> set[str]:
    """The word, and the word with each one letter left out: two words one edit apart share one of these."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
