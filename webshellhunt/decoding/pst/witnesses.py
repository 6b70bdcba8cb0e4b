"""The mailbox of an export, and the message that contains an offset of the file.

Source: property identifiers of [MS-OXPROPS]; [MS-PST] 2.3.1 (heap), 2.3.2 (tree on the heap), 2.3.3 (properties of a
node: a list in the heap in its blocks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice, pairwise

from webshellhunt.decoding.pst.permutation import decode_permuted
from webshellhunt.decoding.pst.store import Node, Store, open_store
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.filetime import filetime_utc
from webshellhunt.model.findings import FactValue
from webshellhunt.model.times import second_in_utc

_HEAP_SIGNATURE = 0xEC
_TREE = 0xB5
_LEVELS = 8
_RECORDS = 4096
_STRING8, _UNICODE, _TIME = 0x1E, 0x1F, 0x40
_PROPERTY_BYTES = 2048
_MESSAGE_STORE = 0x21
_MESSAGE, _ATTACHMENT = 0x04, 0x05
_DISPLAY_NAME = 0x3001
_SUBJECT = (0x0037, 0x0E1D, 0x0070)
_SENDER = (0x5D01, 0x0C1F, 0x0C1A, 0x5D02, 0x0065, 0x0042)
_RECIPIENTS = (0x0E04, 0x0E03)
_MAILBOX = (0x5D07, 0x0076, 0x0040, 0x3FF8, 0x3FFA)
_FILE_NAMES = (0x3707, 0x3704, 0x3001)
_TIMES = {"submitted": 0x0039, "delivered": 0x0E06, "created": 0x3007, "modified": 0x3008}
_ANYONES = frozenset({"personal folders", "outlook data file", "outlook", "archive"})
_WAYS = {0: "none", 1: "permutation", 2: "cyclic"}
_MESSAGES = 2000
_ATTACHMENTS = 32
_DEPTH = 4
_OWNED = 200_000
_HEAP = lazy_pattern(rb"\xec\xbc")
_HEAPS = 20_000
_ALLOCATIONS = 512
_TEXT_BYTES = 600
_TELLING = lazy_pattern(r"[^\s@]@[^\s@]|\.[A-Za-z]{3,4}\Z")
_CARVED = 20
_CARVE_BYTES = 4 * 1024 * 1024


class Properties:
    """The properties of one node, by their 16-bit identifier; text and times are read on demand."""

    def __init__(self, store: Store, node: Node) -> None:
        self._store = store
        self._node = node
        self._blocks = store.read(node.data)
        self._heap_bits = (14, 19) if store.header.layout.count_bytes == 2 else (11, 16)
        self._values = self._read()

    def text(self, *identifiers: int) -> str | None:
        """Return the first of these properties with non-empty text; bounded."""
        for identifier in identifiers:
            kind, value = self._values.get(identifier, (0, 0))
            if kind in (_UNICODE, _STRING8):
                raw = self._content(value)[:_PROPERTY_BYTES]
                text = raw.decode("utf-16-le" if kind == _UNICODE else "cp1252", "replace").strip("\0 ")
                # A subject may begin with a mark and the length of its "Re: ".
                text = text[2:] if text.startswith("\x01") else text
                if text:
                    return text
        return None

    def time(self, identifier: int) -> str | None:
        """Return a property that is a time, in ISO 8601 UTC."""
        kind, value = self._values.get(identifier, (0, 0))
        raw = self._content(value) if kind == _TIME else b""
        if len(raw) < 8:
            return None
        return second_in_utc(filetime_utc(int.from_bytes(raw[:8], "little")))

    @cached_property
    def _subnodes(self) -> dict[int, Node]:
        return self._store.subnodes(self._node.subnodes)

    def _read(self) -> dict[int, tuple[int, int]]:
        """Walk the tree of properties to its records: identifier, type, value or reference to it."""
        if not self._blocks or self._blocks[0][2:3] != bytes((_HEAP_SIGNATURE,)):
            return {}
        head = self._allocation(int.from_bytes(self._blocks[0][4:8], "little"))
        if len(head) < 8 or head[:3] != bytes((_TREE, 2, 6)) or head[3] > _LEVELS:
            return {}
        parts = [int.from_bytes(head[4:8], "little")]
        for _ in range(head[3]):
            parts = [int.from_bytes(record[2:6], "little") for record in self._records(parts, 6)]
        found: dict[int, tuple[int, int]] = {}
        for record in self._records(parts, 8):
            identifier, kind, value = (int.from_bytes(record[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8)))
            found.setdefault(identifier, (kind, value))
        return found

    def _records(self, allocations: Iterable[int], size: int) -> Iterator[bytes]:
        """Yield the records of some allocations, a bounded number."""
        inner = (self._allocation(allocation) for allocation in allocations)
        records = (raw[at : at + size] for raw in inner for at in range(0, len(raw) - size + 1, size))
        return islice(records, _RECORDS)

    def _allocation(self, identifier: int) -> bytes:
        """Return one allocation of the heap."""
        index_end, block_start = self._heap_bits
        block_number = identifier >> block_start
        index = identifier >> 5 & (1 << index_end) - 1
        if identifier & 0x1F or index == 0 or block_number >= len(self._blocks):
            return b""
        block = self._blocks[block_number]
        at = int.from_bytes(block[:2], "little") + 4 + 2 * (index - 1)
        start, end = (int.from_bytes(block[place : place + 2], "little") for place in (at, at + 2))
        return block[start:end]

    def _content(self, value: int) -> bytes:
        """Return the data that a value refers to: an allocation or a subnode."""
        if value & 0x1F == 0:
            return self._allocation(value)
        node = self._subnodes.get(value)
        return b"".join(self._store.read(node.data, most=1)) if node is not None else b""


class Witnesses:
    """The facts of an export; read once, then looked up by offset."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._store = open_store(data)

    @cached_property
    def _messages(self) -> list[Node]:
        nodes = self._store.nodes.values() if self._store is not None else ()
        return list(islice((node for node in nodes if node.kind == _MESSAGE), _MESSAGES))

    def facts(self, offset: int | None = None) -> Mapping[str, FactValue]:
        """Return the facts of the message that contains an offset, or else of the first one."""
        store = self._store
        if store is None:
            return {"strings": self._carve()}
        block = store.block_at(offset) if offset is not None else None
        holding = self._owners.get(block) if block is not None else None
        message, attachment = holding or (next(iter(self._messages), None), None)
        store.allow_work()
        told: dict[str, FactValue] = {
            "form": store.header.layout.name,
            "encoding": _WAYS.get(store.crypt, str(store.crypt)),
            "messages": len(self._messages),
        }
        root = store.nodes.get(_MESSAGE_STORE)
        if root is not None:
            name = told["store"] = Properties(store, root).text(_DISPLAY_NAME)
            told["mailbox"] = name if name is not None and name.lower() not in _ANYONES else None
        if message is not None:
            return {**told, **_facts_of(store, message, attachment)}
        return {**told, "strings": self._carve()} if root is None else told

    @cached_property
    def _owners(self) -> dict[int, tuple[Node, Node | None]]:
        """The message, and the attachment of it, that each block of the file belongs to."""
        store = self._store
        owners: dict[int, tuple[Node, Node | None]] = {}
        if store is None:
            return owners
        todo: list[tuple[Node, Node, Node | None, int]] = [(node, node, None, 0) for node in reversed(self._messages)]
        left = _OWNED
        while todo and left > 0:
            node, message, attachment, depth = todo.pop()
            leaves = store.leaves(node.data)
            left -= len(leaves) + 1
            for leaf in leaves:
                owners.setdefault(leaf & ~1, (message, attachment))
            if depth < _DEPTH and node.subnodes:
                inner = store.subnodes(node.subnodes).values()
                todo += [(n, message, n if n.kind == _ATTACHMENT else attachment, depth + 1) for n in inner]
        return owners

    def _carve(self) -> tuple[str, ...]:
        """Return addresses and file names from a damaged store, with any encoding."""
        found: dict[str, None] = {}
        for data in (decode_permuted(self._data[:_CARVE_BYTES]), self._data[:_CARVE_BYTES]):
            for text in _heap_texts(data):
                if _TELLING.search(text) is not None and text.isprintable():
                    found.setdefault(text)
                if len(found) >= _CARVED:
                    return tuple(found)
        return tuple(found)


def _heap_texts(data: bytes) -> Iterator[str]:
    """Yield possible text in the heaps of property lists, which begin blocks and so are aligned."""
    for match in islice(_HEAP.finditer(data), _HEAPS):
        start = match.start() - 2
        if start < 0 or start % 64:
            continue
        at = start + int.from_bytes(data[start : start + 2], "little")
        count = min(int.from_bytes(data[at : at + 2], "little"), _ALLOCATIONS)
        places = [int.from_bytes(data[n : n + 2], "little") for n in range(at + 4, at + 6 + 2 * count, 2)]
        for first, last in pairwise(places):
            raw = data[start + first : start + min(last, first + _TEXT_BYTES)]
            yield raw.decode("utf-16-le" if b"\0" in raw else "cp1252", "replace")


def _facts_of(store: Store, message: Node, attachment: Node | None) -> dict[str, FactValue]:
    """Return the facts of one message."""
    properties = Properties(store, message)
    attached = [node for node in store.subnodes(message.subnodes).values() if node.kind == _ATTACHMENT]
    names = [Properties(store, node).text(*_FILE_NAMES) for node in attached[:_ATTACHMENTS]]
    times = {name: moment for name, number in _TIMES.items() if (moment := properties.time(number)) is not None}
    told: dict[str, FactValue] = {
        "subject": properties.text(*_SUBJECT),
        "sender": properties.text(*_SENDER),
        "recipients": properties.text(*_RECIPIENTS),
        "attachments": tuple(name for name in names if name is not None),
        "times": tuple(f"{name} {moment}" for name, moment in times.items()),
        **times,
    }
    if attachment is not None:
        told["attachment"] = Properties(store, attachment).text(*_FILE_NAMES)
    folder = store.nodes.get(message.parent)
    if folder is not None:
        told["folder"] = Properties(store, folder).text(_DISPLAY_NAME)
    owner = properties.text(*_MAILBOX)
    return {**told, "mailbox": owner} if owner is not None else told
