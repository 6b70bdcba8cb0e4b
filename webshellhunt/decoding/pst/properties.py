"""Properties of a node: the heap in its blocks, and the list of properties in the heap.

Source: [MS-PST] 2.3.1 (heap), 2.3.2 (tree on the heap), 2.3.3 (properties).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

from webshellhunt.decoding.pst.store import Node, Store
from webshellhunt.model.filetime import filetime_utc
from webshellhunt.model.times import second_in_utc

_HEAP_SIGNATURE = 0xEC
_TREE = 0xB5
_LEVELS = 8
_RECORDS = 4096
_STRING8, _UNICODE, _TIME = 0x1E, 0x1F, 0x40
_TEXT_BYTES = 2048


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
                raw = self._content(value)[:_TEXT_BYTES]
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
