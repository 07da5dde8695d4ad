"""Elements met before are recognised by their bytes, so that reading costs by distinct elements.

Most elements of a dataset recur in file after file, byte for byte. What an element says depends on its
own bytes and on little besides (`Scope`): where both were met before it is looked up, else the walk reads
it. Nothing that reading gives may depend on what was read before; a test reads every file both ways.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from auditor.model import Element, Place
from auditor.readers.base import Limits
from auditor.readers.charsets import encodings_of
from auditor.readers.dicom_facts import is_method_code
from auditor.readers.dicom_text import fresh_texts_of, texts_of
from auditor.readers.dicom_walk import DOCUMENT, LONG_VR_NAMES, TEXT_VRS, Raw, Walk
from auditor.readers.window import Window

CHARSET = 0x00080005
_LONGEST = 4096
"""Bytes of an element that is remembered; longer ones seldom recur."""
_MOST = 1 << 14
"""Elements that are remembered at a time: some 15 MB."""
_STOP, _LONG = -1, 0
_UNDEFINED = b"\xff\xff\xff\xff"
_IN_ITEM = "[#]."


class Known(NamedTuple):
    """What one top-level element gave, the elements inside it included."""

    value: tuple[int, str] | None
    """Its tag and first text."""
    elements: tuple[Element, ...]
    codes: tuple[str, ...]
    """Code values that say how the file was de-identified."""
    seen: int
    """How many elements it is, itself included."""
    scope: Scope | None
    """What holds for the elements after it, where that changes."""


class Scope:
    """What an element's meaning depends on besides its bytes, and the elements that were met in it."""

    __slots__ = (
        "creators",
        "encodings",
        "explicit",
        "known",
        "limits",
        "little",
        "long",
        "place",
        "plain",
        "spans",
    )

    def __init__(
        self,
        limits: Limits,
        place: Place,
        explicit: bool,
        little: bool,
        encodings: tuple[str, ...] = (),
        creators: tuple[tuple[int, str], ...] = (),
    ) -> None:
        self.limits, self.place, self.explicit, self.little = limits, place, explicit, little
        self.encodings, self.creators = encodings, creators
        self.known: dict[bytes, Known] = {}
        """By all bytes of the element."""
        self.spans: dict[bytes, int] = {}
        """The length of every element that begins with these eight bytes; `_LONG` where twelve are needed
        to tell, `_STOP` where such an element is no longer part of what is read."""
        self.long: dict[bytes, int] = {}
        """The length of the last element that began with these twelve bytes."""
        self.plain: dict[bytes, Raw] = {}
        """An element that began with these eight bytes, where all that do are text and nothing else."""


class Gathered:
    """What is collected while a data set is read."""

    __slots__ = ("codes", "documents", "elements", "values")

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.values: dict[int, str] = {}
        """First text of each top-level element by tag."""
        self.codes: set[str] = set()
        self.documents: list[tuple[int, int]] = []
        """Offset and length of encapsulated documents."""

    def add(self, met: list[Known]) -> None:
        """Take over what a run of elements gave."""
        self.values.update([each[0] for each in met if each[0]])
        self.elements.extend(chain.from_iterable([each[1] for each in met]))
        for each in met:
            if each[2]:
                self.codes.update(each[2])


class _Memory:
    """All scopes of this process, forgotten together when they hold too much."""

    def __init__(self) -> None:
        self.scopes: dict[tuple[object, ...], Scope] = {}
        self.held = 0

    def scope(
        self,
        limits: Limits,
        place: Place,
        explicit: bool,
        little: bool,
        encodings: tuple[str, ...] = (),
        creators: tuple[tuple[int, str], ...] = (),
    ) -> Scope:
        """The one scope of that kind."""
        key = limits, place, explicit, little, encodings, creators
        found = self.scopes.get(key)
        if found is None:
            self.make_room()
            found = self.scopes[key] = Scope(*key)
        return found

    def make_room(self) -> None:
        """Count one more thing to be remembered; forget all before they are too many."""
        self.held += 1
        if self.held > _MOST:
            self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.held = 0
        for scope in self.scopes.values():
            for table in scope.known, scope.spans, scope.long, scope.plain:
                table.clear()
        self.scopes.clear()


_memory = _Memory()
forget = _memory.forget


def gather(
    walk: Walk,
    window: Window,
    begin: int,
    place: Place,
    explicit: bool,
    little: bool,
    found: Gathered,
    stop_group: int | None = None,
) -> None:
    """Read the elements from `begin` into `found`; afterwards `walk` is as if it had met each of them."""
    scope = _memory.scope(walk.limits, place, explicit, little)
    while True:
        begin, scope, ended = _recall(walk, window, begin, scope, found)
        if ended:
            walk.end = begin
            return
        scope = _read(walk, window, begin, scope, found, stop_group)
        if not walk.more:
            return
        begin = walk.end


def _recall(walk: Walk, window: Window, pos: int, scope: Scope, found: Gathered) -> tuple[int, Scope, bool]:
    """Take over the run of known elements at `pos`; where it ends, the scope there, and whether all does."""
    if walk.pixels is not None:  # what lies after them may be no elements
        return pos, scope, False
    data, base = window.block(pos)
    if walk.seen + len(data) > walk.limits.elements:
        return pos, scope, False
    at, met, ended = pos - base, [], False
    known, spans = scope.known, scope.spans
    while True:
        head = data[at : at + 8]
        length = spans.get(head)
        if not length:
            length = scope.long.get(data[at : at + 12]) if length == _LONG else None
            if length is None:
                break
        if length == _STOP:
            ended = True
            break
        content = data[at : at + length]
        one = known.get(content)
        if one is None:
            template = scope.plain.get(head)
            if template is None or len(content) < length:
                break
            one = known[content] = _plain(content, template, scope)
        met.append(one)
        at += length
        if one[4] is not None:
            scope = one[4]
            known, spans = scope.known, scope.spans
    found.add(met)
    walk.seen += sum([one[3] for one in met])
    return base + at, scope, ended


def _plain(content: bytes, like: Raw, scope: Scope) -> Known:
    """What a plain text element says; `like` is another with the same header."""
    _memory.make_room()
    value = content[len(content) - like.length :]
    text, elements = fresh_texts_of(like._replace(value=value), scope.encodings, scope.place)
    return Known((like.tag, text), elements, (), 1, None)


def _read(
    walk: Walk, window: Window, pos: int, scope: Scope, found: Gathered, stop_group: int | None
) -> Scope:
    """Walk one top-level element at `pos`, and remember what it gave where another would give the same."""
    first, seen, sure = len(found.elements), walk.seen, walk.reason is None
    encodings = scope.encodings
    nested: dict[tuple[str, tuple[int, ...]], tuple[str, ...]] = {}
    codes: list[str] = []
    top: Raw | None = None
    creators = dict(scope.creators)
    for raw in walk.elements(pos, scope.explicit, scope.little, stop_group, creators=creators, single=True):
        if raw.tag == DOCUMENT:  # it is read on its own
            found.documents.append((raw.offset, raw.length))
            sure = False
            continue
        if raw.tag == CHARSET and raw.value:
            # (0008,0005) inside an item holds for that item and what it contains.
            declared = encodings_of(raw.value.decode("latin-1").strip(" \0"))
            if raw.path:
                nested[raw.path, raw.counts] = declared
            else:
                encodings = declared
        chosen = _innermost(nested, raw, encodings) if nested else encodings
        text, elements = texts_of(raw, chosen, scope.place)
        found.elements.extend(elements)
        if not raw.path:
            found.values[raw.tag] = text
            top = raw
        elif text and is_method_code(raw.path, raw.tag):
            codes.append(text)
    found.codes.update(codes)
    after = scope
    if (
        encodings != scope.encodings
        or len(creators) != len(scope.creators)
        or creators != dict(scope.creators)
    ):
        after = _memory.scope(
            walk.limits, scope.place, scope.explicit, scope.little, encodings, tuple(creators.items())
        )
    length = walk.end - pos
    if walk.more and sure and walk.reason is None and walk.pixels is None and length <= _LONGEST:
        value = (top.tag, found.values[top.tag]) if top else None
        known = Known(
            value,
            tuple(found.elements[first:]),
            tuple(codes),
            walk.seen - seen,
            None if after is scope else after,
        )
        _remember(scope, window.get(pos, length), known, top)
    elif length == 0 and sure and walk.reason is None and stop_group is not None:
        head = window.get(pos, 8)
        if len(head) == 8 and stop_group < int.from_bytes(head[:2], "little" if scope.little else "big"):
            _memory.make_room()
            scope.spans[head] = _STOP
    return after


def _remember(scope: Scope, content: bytes, known: Known, top: Raw | None) -> None:
    _memory.make_room()
    scope.known[content] = known
    head = content[:8]
    if (scope.explicit and head[4:6] in LONG_VR_NAMES) or head[4:] == _UNDEFINED:
        scope.spans[head] = _LONG
        scope.long[content[:12]] = len(content)
        return
    scope.spans[head] = len(content)
    if top and top.vr in TEXT_VRS and known.scope is None and len(content) == 8 + top.length:
        creates = top.tag >> 16 & 1 and 0x10 <= top.tag & 0xFFFF <= 0xFF
        if top.tag != CHARSET and not creates:
            scope.plain[head] = top._replace(value=b"")


def _innermost(
    nested: dict[tuple[str, tuple[int, ...]], tuple[str, ...]], raw: Raw, otherwise: tuple[str, ...]
) -> tuple[str, ...]:
    """The encodings that the innermost item around an element declares."""
    parts = raw.path.split(_IN_ITEM)
    for depth in range(len(raw.counts), 0, -1):
        declared = nested.get((_IN_ITEM.join(parts[:depth]) + _IN_ITEM, raw.counts[:depth]))
        if declared is not None:
            return declared
    return otherwise
