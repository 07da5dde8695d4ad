"""Elements met before are recognised by their bytes, so that reading costs by distinct elements.

Most elements of a dataset recur in file after file, byte for byte. What an element says depends on its
own bytes and on little besides (`Scope`): where both were met before it is looked up, else the walk reads
it. Nothing that reading gives may depend on what was read before; a test reads every file both ways.
"""

from __future__ import annotations

from itertools import chain
from typing import Literal

from auditor.model import Element, Place
from auditor.readers.base import Limits
from auditor.readers.charsets import encodings_of
from auditor.readers.dicom.facts import METHOD_CODES, is_method_code
from auditor.readers.dicom.scope import LONG, STOP, Known, Scope
from auditor.readers.dicom.text import fresh_texts_of, texts_of
from auditor.readers.dicom.walk import DOCUMENT, LONG_VR_NAMES, TEXT_VRS, Raw, Walk
from auditor.readers.window import Window

CHARSET = 0x00080005
_LONGEST = 4096
"""Bytes of an element that is remembered; longer ones seldom recur."""
_MOST = 1 << 14
"""Elements that are remembered at a time: some 15 MB."""
_MOST_INSIDE, _MOST_ITEMS = 256, 64
"""Elements and items of a sequence of which it is remembered how they are built."""
_MARKS = {
    True: (b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"),
    False: (b"\xff\xfe\xe0\x00", b"\xff\xfe\xe0\x0d\0\0\0\0", b"\xff\xfe\xe0\xdd\0\0\0\0"),
}
"""How an item begins and ends and a sequence ends (PS3.5 7.5), in little and in big endian."""
_UNDEFINED = b"\xff\xff\xff\xff"
_IN_ITEM = "[#]."


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
        self.values.update([each.value for each in met if each.value])
        self.elements.extend(chain.from_iterable([each.elements for each in met]))
        self.codes.update(chain.from_iterable([each.codes for each in met if each.codes]))


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
            for known in scope.known.values():
                known.follower = None
            for table in scope.known, scope.spans, scope.long, scope.plain, scope.items:
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
    at, ended = pos - base, False
    met: list[Known] = []
    before: Known | None = None
    known, spans = scope.known, scope.spans
    while True:
        one = before.follower if before else None
        if one is None or not data.startswith(one.content, at):
            head = data[at : at + 8]
            length = spans.get(head)
            if not length:
                length = scope.long.get(data[at : at + 12]) if length == LONG else None
            if length == STOP:
                ended = True
                break
            content = data[at : at + length] if length else b""
            one = known.get(content)
            if one is None:
                one = _made_up(data, at, head, content, length or 0, scope)
                if one is None:
                    break
            if before:
                before.follower = one
        met.append(one)
        at += one.length
        before = one
        if one.scope is not None:
            scope = one.scope
            known, spans = scope.known, scope.spans
    found.add(met)
    walk.seen += sum([one.seen for one in met])
    return base + at, scope, ended


def _made_up(data: bytes, at: int, head: bytes, content: bytes, length: int, scope: Scope) -> Known | None:
    """What a new element says that is built like one met before: plain text, or a sequence of plain text."""
    like = scope.plain.get(head)
    if like is not None:
        return _plain(content, like, scope) if len(content) == length else None
    items = scope.items.get(head)
    return _sequence(data, at, items, scope) if items else None


def _plain(content: bytes, like: Raw, scope: Scope) -> Known:
    """What a plain text element says; `like` is another with the same header."""
    _memory.make_room()
    text, elements = fresh_texts_of(content[8:], like, scope.encodings, scope.place)
    one = scope.known[content] = Known(content, (like.tag, text), elements)
    return one


def _sequence(data: bytes, at: int, items: list[Scope], scope: Scope) -> Known | None:
    """What a sequence says whose items hold such text only; None where anything is not as it was met."""
    order: Literal["little", "big"] = "little" if scope.little else "big"
    item, item_end, sequence_end = _MARKS[scope.little]
    pos, number, found = at + 12, 0, []
    length = data[at + 8 : pos]
    end = -1 if length == _UNDEFINED else pos + int.from_bytes(length, order)
    while pos != end:
        mark, length = data[pos : pos + 4], data[pos + 4 : pos + 8]
        pos += 8
        if end < 0 and mark + length == sequence_end:
            break
        if mark != item or number == len(items):
            return None
        inner = items[number]
        known, spans = inner.known, inner.spans
        number += 1
        stop = -1 if length == _UNDEFINED else pos + int.from_bytes(length, order)
        while pos != stop:
            head = data[pos : pos + 8]
            if stop < 0 and head == item_end:
                pos += 8
                break
            content = data[pos : pos + spans.get(head, 0)]
            one = known.get(content)
            if one is None:
                like = inner.plain.get(head)
                if like is None or len(content) != 8 + like.length:
                    return None
                one = _plain(content, like, inner)
            found.append(one)
            pos += one.length
            if pos > stop > 0:
                return None
        if pos > end > 0:
            return None
    if pos > len(data):
        return None
    elements = tuple(chain.from_iterable([one.elements for one in found]))
    return Known(data[at:pos], None, elements, seen=1 + len(found))


def _read(
    walk: Walk, window: Window, pos: int, scope: Scope, found: Gathered, stop_group: int | None
) -> Scope:
    """Walk one top-level element at `pos`, and remember what it gave where another would give the same."""
    first, seen, sure = len(found.elements), walk.seen, walk.reason is None
    encodings = scope.encodings
    nested: dict[tuple[str, tuple[int, ...]], tuple[str, ...]] = {}
    codes: list[str] = []
    top: Raw | None = None
    inside: list[Raw] = []
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
        else:
            if len(inside) < _MOST_INSIDE:
                inside.append(raw)
            if text and is_method_code(raw.path, raw.tag):
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
            window.get(pos, length),
            value,
            tuple(found.elements[first:]),
            tuple(codes),
            walk.seen - seen,
            None if after is scope else after,
        )
        _remember(scope, known, top)
        if inside and not nested:
            _remember_items(scope, known.content, pos, inside)
    elif length == 0 and sure and walk.reason is None and stop_group is not None:
        head = window.get(pos, 8)
        if len(head) == 8 and stop_group < int.from_bytes(head[:2], "little" if scope.little else "big"):
            _memory.make_room()
            scope.spans[head] = STOP
    return after


def _remember(scope: Scope, known: Known, top: Raw | None) -> None:
    _memory.make_room()
    scope.known[known.content] = known
    head = known.content[:8]
    if (scope.explicit and head[4:6] in LONG_VR_NAMES) or head[4:] == _UNDEFINED:
        scope.spans[head] = LONG
        scope.long[known.content[:12]] = known.length
        return
    scope.spans[head] = known.length
    if top and known.scope is None and known.length == 8 + top.length and _is_plain(top):
        scope.plain[head] = top._replace(value=b"")


def _is_plain(raw: Raw) -> bool:
    """Whether an element is text that means nothing to the elements after it."""
    creates = raw.tag >> 16 & 1 and 0x10 <= raw.tag & 0xFFFF <= 0xFF
    return raw.vr in TEXT_VRS and raw.tag != CHARSET and not creates


def _remember_items(scope: Scope, content: bytes, start: int, inside: list[Raw]) -> None:
    """Note how the elements in the items of a sequence are built, where that is simple enough."""
    head = content[:8]
    if not scope.explicit or head[4:6] != b"SQ":
        return
    items = scope.items.setdefault(head, [])
    for raw in inside:
        at = raw.offset - start
        own = content[at - 8 : at + raw.length]
        simple = len(raw.counts) == 1 and raw.counts[0] < _MOST_ITEMS and own[4:6] == raw.vr.encode()
        if not simple or raw.tag >> 16 & 1 or not _is_plain(raw) or raw.path.startswith(METHOD_CODES):
            continue
        while len(items) <= raw.counts[0]:
            items.append(
                Scope(scope.limits, scope.place, True, scope.little, scope.encodings, scope.creators)
            )
        _memory.make_room()
        inner = items[raw.counts[0]]
        inner.spans[own[:8]] = len(own)
        inner.plain[own[:8]] = raw._replace(value=b"")


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
