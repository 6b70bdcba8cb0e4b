"""The mailbox of an export, and the message that contains an offset of the file.

Source: property identifiers of [MS-OXPROPS].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice, pairwise

from webshellhunt.decoding.pst.permutation import decode_permuted
from webshellhunt.decoding.pst.properties import Properties
from webshellhunt.decoding.pst.store import Node, Store, open_store
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue

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
