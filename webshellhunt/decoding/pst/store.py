"""A personal store: its header, its two trees of nodes and blocks, and the data of nodes.

Iterative; each tree, list and node is bounded, and damaged parts are skipped.

Source: [MS-PST] 2.2.2.6 (header), 2.2.2.7 (pages, trees), 2.2.2.8 (blocks); the 4 KiB form after libpff's notes.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from webshellhunt.decoding.pst.permutation import apply_cyclic, decode_permuted

MAGIC = b"!BDN"
_PAGES = 20_000
_ENTRIES = 200_000
_BLOCKS_OF_NODE = 8192
_WORK = 200_000
_SUBNODES = 4096
_CYCLIC_BYTES = 1024 * 1024
_INTERNAL = 2
_HEAP_SIGNATURE = 0xEC
_MESSAGE_STORE = 0x21
_NONE, _PERMUTED, _CYCLIC = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the three forms: sizes in bytes, and offsets in the header and in a page.

    ``count_at`` is the offset of a page's entry count; ``count_bytes`` is its size.
    """

    name: str
    number_bytes: int
    page_bytes: int
    count_at: int
    count_bytes: int
    crypt_at: int
    nodes_at: int
    blocks_at: int
    header_bytes: int


ANSI = Layout("ANSI", 4, 512, 496, 1, 461, 188, 196, 512)
UNICODE = Layout("Unicode", 8, 512, 488, 1, 513, 224, 240, 564)
UNICODE_4K = Layout("Unicode, 4 KiB pages", 8, 4096, 4056, 2, 513, 224, 240, 564)


@dataclass(frozen=True, slots=True)
class Header:
    """The header: the form, the encoding (0 none, 1 permutation, 2 cyclic), and the two roots."""

    layout: Layout
    crypt: int
    nodes_root: int
    blocks_root: int


def read_header(data: bytes) -> Header | None:
    """Read the header of a store, or return ``None`` if the data is no store or ends within it."""
    if not data.startswith(MAGIC) or len(data) < UNICODE.header_bytes:
        return None
    version = int.from_bytes(data[10:12], "little")
    layout = ANSI if version < 20 else UNICODE_4K if version >= 36 else UNICODE
    width = layout.number_bytes
    nodes = int.from_bytes(data[layout.nodes_at : layout.nodes_at + width], "little")
    blocks = int.from_bytes(data[layout.blocks_at : layout.blocks_at + width], "little")
    return Header(layout, data[layout.crypt_at], nodes, blocks)


@dataclass(frozen=True, slots=True)
class Node:
    """A node: the block of its data, the block that lists its subnodes (0 for none), and its parent."""

    identifier: int
    data: int
    subnodes: int
    parent: int = 0

    @property
    def kind(self) -> int:
        """The type of the node: 2 a folder, 4 a message, 5 an attachment."""
        return self.identifier & 0x1F


class Store:
    """A personal store with its two trees."""

    def __init__(self, data: bytes, header: Header) -> None:
        self.data = data
        self.header = header
        self._work = _WORK
        self._cyclic_left = _CYCLIC_BYTES
        self.blocks: dict[int, tuple[int, int, int]] = dict(self._read_blocks())
        self.nodes: dict[int, Node] = {node.identifier: node for node in self._read_nodes()}
        self._places = sorted((offset, size, block) for block, (offset, size, _) in self.blocks.items())
        self.crypt: int = self._find_crypt()

    def _read_blocks(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        width = self.header.layout.number_bytes
        whole = self.header.layout.count_bytes == 2
        for entry in self._leaf_entries(self.header.blocks_root):
            block, offset = (int.from_bytes(entry[at : at + width], "little") for at in (0, width))
            size = int.from_bytes(entry[2 * width : 2 * width + 2], "little")
            inflated = int.from_bytes(entry[2 * width + 2 : 2 * width + 4], "little") if whole else size
            yield block & ~1, (offset, size, inflated)

    def _read_nodes(self) -> Iterator[Node]:
        width = self.header.layout.number_bytes
        for entry in self._leaf_entries(self.header.nodes_root):
            numbers = [int.from_bytes(entry[at : at + width], "little") for at in range(0, 3 * width, width)]
            parent = int.from_bytes(entry[3 * width : 3 * width + 4], "little")
            yield Node(numbers[0] & 0xFFFFFFFF, numbers[1], numbers[2], parent)

    def _leaf_entries(self, root: int) -> Iterator[bytes]:
        """Yield the entries of the leaf pages of a tree, each page once."""
        layout = self.header.layout
        width = layout.number_bytes
        todo, seen, left = [root], {root}, _ENTRIES
        while todo and len(seen) < _PAGES and left > 0:
            page = self.data[todo[-1] : todo.pop() + layout.page_bytes]
            if len(page) < layout.page_bytes:
                continue
            count = int.from_bytes(page[layout.count_at : layout.count_at + layout.count_bytes], "little")
            size, level = page[layout.count_at + 2 * layout.count_bytes :][:2]
            if size < 3 * width or count * size > layout.count_at:
                continue
            entries = [page[at : at + size] for at in range(0, count * size, size)]
            left -= count
            if level == 0:
                yield from entries
                continue
            children = [int.from_bytes(entry[2 * width : 3 * width], "little") for entry in entries]
            fresh = [child for child in dict.fromkeys(children) if child not in seen]
            seen.update(fresh)
            todo += reversed(fresh)

    def _find_crypt(self) -> int:
        """Return the encoding of blocks: the one that decodes the store's own node to a heap.

        Some exports declare no encoding but have one, so the declared one is only tried first.
        """
        probes = [self.nodes[_MESSAGE_STORE]] if _MESSAGE_STORE in self.nodes else []
        probes += [node for node in list(self.nodes.values())[:64] if node.data]
        ways = dict.fromkeys((self.header.crypt, _PERMUTED, _NONE, _CYCLIC))
        for node in probes:
            for way in ways:
                start = next(iter(self.read(node.data, crypt=way, most=1)), b"")
                if start[2:3] == bytes((_HEAP_SIGNATURE,)):
                    return way
        return self.header.crypt

    def raw(self, block: int) -> bytes:
        """Return a block's raw bytes; empty if it does not exist."""
        offset, size, inflated = self.blocks.get(block & ~1, (0, 0, 0))
        raw = self.data[offset : offset + size]
        if size == inflated or not raw:
            return raw
        try:
            return zlib.decompressobj().decompress(raw, inflated)
        except zlib.error:
            return b""

    def allow_work(self) -> None:
        """Allow the reading of another 200,000 list entries; a hostile store never uses up two such portions."""
        self._work = _WORK

    def leaves(self, block: int) -> list[int]:
        """Return the data blocks of a node, in order: the block itself, or the blocks in its lists."""
        found: list[int] = []
        todo, width = [block], self.header.layout.number_bytes
        while todo and len(found) < _BLOCKS_OF_NODE and self._work > 0:
            self._work -= 1
            current = todo.pop()
            if not current & _INTERNAL:
                found.append(current)
                continue
            raw = self.raw(current)
            if raw[:1] != b"\x01":
                continue
            count = min(int.from_bytes(raw[2:4], "little"), (len(raw) - 8) // width)
            names = [int.from_bytes(raw[at : at + width], "little") for at in range(8, 8 + count * width, width)]
            self._work -= len(names)
            todo += reversed(names)
        return found

    def read(self, block: int, *, crypt: int | None = None, most: int = 256) -> list[bytes]:
        """Return the decoded blocks of a node's data, up to a limit."""
        way = self.crypt if crypt is None else crypt
        return [self._decoded(leaf, way) for leaf in self.leaves(block)[:most]]

    def _decoded(self, block: int, way: int) -> bytes:
        raw = self.raw(block)
        if way == _PERMUTED:
            return decode_permuted(raw)
        if way == _CYCLIC and self._cyclic_left > 0:
            self._cyclic_left -= len(raw)
            return apply_cyclic(raw, block & 0xFFFFFFFF)
        return raw

    def subnodes(self, block: int) -> dict[int, Node]:
        """Return the subnodes that a block lists, by identifier."""
        found: dict[int, Node] = {}
        todo, width = [block] if block else [], self.header.layout.number_bytes
        begin = width  # The head is padded to the width of a number.
        while todo and len(found) < _SUBNODES and self._work > 0:
            raw = self.raw(todo.pop())
            if raw[:1] != b"\x02" or len(raw) < begin:
                continue
            size = width * (2 if raw[1] else 3)
            count = min(int.from_bytes(raw[2:4], "little"), (len(raw) - begin) // size)
            self._work -= count + 1
            for at in range(begin, begin + count * size, size):
                numbers = [int.from_bytes(raw[at + n : at + n + width], "little") for n in range(0, size, width)]
                if raw[1]:
                    todo.append(numbers[1])
                else:
                    found[numbers[0] & 0xFFFFFFFF] = Node(numbers[0] & 0xFFFFFFFF, numbers[1], numbers[2])
        return found

    def block_at(self, offset: int) -> int | None:
        """Return the block that contains a byte of the file."""
        at = bisect_right(self._places, (offset, len(self.data), 0)) - 1
        if at < 0:
            return None
        start, size, block = self._places[at]
        return block if start <= offset < start + size else None


def open_store(data: bytes) -> Store | None:
    """Open a personal store, or return ``None`` if the data is no store."""
    header = read_header(data)
    return Store(data, header) if header is not None else None
