"""A personal store as a mailbox export writes it: small, whole, and readable by other parsers.

Source: [MS-PST].
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.builders.filetimes import filetime
from webshellhunt.decoding.pst.permutation import apply_cyclic, encode_permuted

_BLOCK_BYTES = 8176
_FIRST_BLOCK = 0x4600
_HIERARCHY, _CONTENTS, _ASSOCIATED = 0x0D, 0x0E, 0x0F
Value = str | int | bytes | datetime


@dataclass(frozen=True)
class Mail:
    """A message of the store."""

    subject: str = "Subject"
    sender: str = "sender@example.org"
    to: str = "owner@example.org"
    received_by: str = "owner@example.org"
    submitted: datetime = datetime(2021, 8, 20, 9, 30, tzinfo=UTC)
    body: str = "Body"
    attachments: Mapping[str, bytes] = field(default_factory=dict)


def build_pst(
    name: str, mails: Sequence[Mail], *, crypt: int = 1, said: int | None = None, ansi: bool = False
) -> bytes:
    """Return a store whose blocks are encoded by ``crypt``, whatever its header says."""
    writer = _Writer(crypt, ansi=ansi)
    writer.add_node(0x21, 0, _properties({0x3001: name, 0x0FF9: bytes(16), 0x35E0: _entry_id(0x8022)}, writer))
    # One named property, so that readers find a map of names that is not empty.
    names: dict[int, Value] = {
        0x0001: 251,
        0x0002: bytes(16),
        0x0003: struct.pack("<IHH", 0x8501, 4, 0),
        0x0004: bytes(4),
    }
    writer.add_node(0x61, 0, _properties(names, writer))
    _add_folder(writer, 0x122, 0x122, "", [0x8022], [])
    messages = [0x200004 | number << 5 for number in range(1, len(mails) + 1)]
    _add_folder(writer, 0x8022, 0x122, "Inbox", [], messages)
    for identifier, mail in zip(messages, mails, strict=True):
        _add_mail(writer, identifier, mail)
    return writer.finish(said if said is not None else crypt)


def _entry_id(node: int) -> bytes:
    return bytes(20) + struct.pack("<I", node)


def _add_folder(writer: _Writer, node: int, parent: int, name: str, folders: list[int], messages: list[int]) -> None:
    values: dict[int, Value] = {0x3001: name, 0x3602: len(messages), 0x3603: 0, 0x360A: int(bool(folders))}
    writer.add_node(node, parent, _properties(values, writer))
    for kind, rows in ((_HIERARCHY, folders), (_CONTENTS, messages), (_ASSOCIATED, [])):
        writer.add_node(node & ~0x1F | kind, 0, (_table(rows), {}))


def _add_mail(writer: _Writer, identifier: int, mail: Mail) -> None:
    inner: dict[int, tuple[int, int]] = {}
    numbers = [0x8005 | number << 5 for number in range(len(mail.attachments))]
    for number, (name, content) in zip(numbers, mail.attachments.items(), strict=True):
        values: dict[int, Value] = {0x3707: name, 0x3704: name, 0x3705: 1, 0x0E20: len(content), 0x3701: content}
        data, subnodes = _properties(values, writer)
        inner[number] = (writer.add_data(data), writer.add_subnodes(subnodes))
    inner[0x671] = (writer.add_data(_table(numbers)), 0)
    inner[0x692] = (writer.add_data(_table([])), 0)
    properties: dict[int, Value] = {
        0x001A: "IPM.Note",
        0x0037: mail.subject,
        0x0039: mail.submitted,
        0x0040: mail.received_by,
        0x0C1A: mail.sender,
        0x0C1F: mail.sender,
        0x0E04: mail.to,
        0x0E06: mail.submitted + timedelta(seconds=5),
        0x0E07: 0x11 if mail.attachments else 0x01,
        0x1000: mail.body,
        0x3007: mail.submitted + timedelta(seconds=5),
        0x3008: mail.submitted + timedelta(minutes=1),
    }
    data, subnodes = _properties(properties, writer)
    writer.add_node(identifier, 0x8022, (data, {**inner, **subnodes}))


def _properties(values: Mapping[int, Value], writer: _Writer) -> tuple[bytes, dict[int, tuple[int, int]]]:
    """Return the heap of a list of properties, and the subnodes of what is too long for it."""
    allocations: list[bytes] = [b"", b""]
    subnodes: dict[int, tuple[int, int]] = {}
    records = b""
    for identifier, value in sorted(values.items()):
        if isinstance(value, int):
            records += struct.pack("<HHI", identifier, 0x03, value)
            continue
        kind, raw = _encoded(value, ansi=writer.ansi)
        if len(raw) > 1500:
            place = 0x1F | (0x800 + len(subnodes)) << 5
            subnodes[place] = (writer.add_data(raw), 0)
        elif raw:
            allocations.append(raw)
            place = len(allocations) << 5
        else:
            place = 0
        records += struct.pack("<HHI", identifier, kind, place)
    allocations[0], allocations[1] = struct.pack("<BBBBI", 0xB5, 2, 6, 0, 0x40), records
    return _heap(0xBC, 0x20, allocations), subnodes


def _encoded(value: str | bytes | datetime, *, ansi: bool) -> tuple[int, bytes]:
    if isinstance(value, datetime):
        return 0x40, struct.pack("<Q", filetime(value))
    if isinstance(value, bytes):
        return 0x102, value
    return (0x1E, value.encode("cp1252")) if ansi else (0x1F, value.encode("utf-16-le"))


def _table(rows: list[int]) -> bytes:
    """Return the heap of a table that holds the identifiers of its rows."""
    columns = struct.pack("<IHBB", 0x67F20003, 0, 4, 0) + struct.pack("<IHBB", 0x67F30003, 4, 4, 1)
    info = struct.pack("<BB4HIII", 0x7C, 2, 8, 8, 8, 9, 0x40, 0x80 if rows else 0, 0) + columns
    index = b"".join(struct.pack("<II", row, at) for at, row in enumerate(rows))
    tree = struct.pack("<BBBBI", 0xB5, 4, 4, 0, 0x60 if rows else 0)
    content = b"".join(struct.pack("<IIB", row, at, 0xC0) for at, row in enumerate(rows))
    return _heap(0x7C, 0x20, [info, tree, *([index, content] if rows else [])])


def _heap(client: int, root: int, allocations: list[bytes]) -> bytes:
    body, places = struct.pack("<HBBI4x", 0, 0xEC, client, root), []
    for allocation in allocations:
        places.append(len(body))
        body += allocation
    places.append(len(body))
    body += bytes(len(body) % 2)
    assert len(body) < 3500, "one block holds a heap"
    heap = body + struct.pack(f"<HH{len(places)}H", len(allocations), 0, *places)
    return struct.pack("<H", len(body)) + heap[2:]


def _crc(data: bytes) -> int:
    """The sum of the specification: CRC-32 that begins with nothing and is not inverted."""
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


class _Writer:
    def __init__(self, crypt: int, *, ansi: bool) -> None:
        self.crypt = crypt
        self.ansi = ansi
        self.word = "I" if ansi else "Q"
        self.out = bytearray(_FIRST_BLOCK)
        self.blocks: dict[int, tuple[int, int]] = {}
        self.nodes: dict[int, tuple[int, int, int]] = {}
        self._next = 4

    def add_node(self, identifier: int, parent: int, heap: tuple[bytes, Mapping[int, tuple[int, int]]]) -> None:
        data, subnodes = heap
        self.nodes[identifier] = (self.add_data(data), self.add_subnodes(subnodes), parent)

    def add_data(self, data: bytes) -> int:
        parts = [data[at : at + _BLOCK_BYTES] for at in range(0, len(data), _BLOCK_BYTES)]
        if len(parts) == 1:
            return self._add_block(parts[0], internal=False)
        names = [self._add_block(part, internal=False) for part in parts]
        listed = struct.pack(f"<BBHI{len(names)}{self.word}", 1, 1, len(names), len(data), *names)
        return self._add_block(listed, internal=True)

    def add_subnodes(self, subnodes: Mapping[int, tuple[int, int]]) -> int:
        if not subnodes:
            return 0
        head = struct.pack("<BBH", 2, 0, len(subnodes)) + (b"" if self.ansi else bytes(4))
        entries = (struct.pack(f"<3{self.word}", node, *blocks) for node, blocks in sorted(subnodes.items()))
        return self._add_block(head + b"".join(entries), internal=True)

    def _add_block(self, data: bytes, *, internal: bool) -> int:
        block = self._next | (2 if internal else 0)
        self._next += 4
        if not internal and self.crypt:
            data = encode_permuted(data) if self.crypt == 1 else apply_cyclic(data, block)
        offset, trailer = len(self.out), 12 if self.ansi else 16
        self.out += data + bytes(-(len(data) + trailer) % 64)
        self.out += self._trailer(struct.pack("<H", len(data)), data, offset, block)
        self.blocks[block] = (offset, len(data))
        return block

    def _trailer(self, head: bytes, summed: bytes, offset: int, block: int) -> bytes:
        mixed = (offset ^ block) & 0xFFFFFFFF
        head += struct.pack("<H", (mixed >> 16) ^ (mixed & 0xFFFF))
        return head + (
            struct.pack("<II", block, _crc(summed)) if self.ansi else struct.pack("<IQ", _crc(summed), block)
        )

    def _add_tree(self, kind: int, entries: list[tuple[int, bytes]]) -> tuple[int, int]:
        """Write the pages of a tree; return the block and the offset of its root."""
        room, level = (496 if self.ansi else 488), 0
        while True:
            size = len(entries[0][1])
            most = room // size
            above = []
            for at in range(0, len(entries), most):
                part = entries[at : at + most]
                block, self._next = self._next, self._next + 4
                offset = len(self.out) + -len(self.out) % 512
                self.out += bytes(offset - len(self.out))
                body = b"".join(raw for _, raw in part).ljust(room, b"\0")
                body += struct.pack("<4B", len(part), most, size, level) + (b"" if self.ansi else bytes(4))
                self.out += body + self._trailer(bytes((kind, kind)), body, offset, block)
                above.append((part[0][0], struct.pack(f"<3{self.word}", part[0][0], block, offset)))
            if len(above) == 1:
                return block, offset
            entries, level = above, level + 1

    def finish(self, said: int) -> bytes:
        blocks = [
            (block, struct.pack(f"<2{self.word}HH", block, *place, 2) + (b"" if self.ansi else bytes(4)))
            for block, place in sorted(self.blocks.items())
        ]
        nodes = [
            (node, struct.pack(f"<3{self.word}I", node, *rest) + (b"" if self.ansi else bytes(4)))
            for node, rest in sorted(self.nodes.items())
        ]
        nodes_root, blocks_root = self._add_tree(0x81, nodes), self._add_tree(0x80, blocks)
        sizes = (len(self.out), 0x4400, 0, 0)
        root = struct.pack(f"<I4{self.word}4{self.word}BBH", 0, *sizes, *nodes_root, *blocks_root, 0, 0, 0)
        node_numbers = struct.pack("<32I", *[0x400] * 32)
        if self.ansi:
            middle = struct.pack("<III", self._next, self._next, 1) + node_numbers + root + b"\xff" * 256
            middle += struct.pack("<BB", 0x80, said) + bytes(50)
        else:
            middle = struct.pack("<QQI", 0, self._next, 1) + node_numbers + bytes(8) + root + bytes(4) + b"\xff" * 256
            middle += struct.pack("<BBHQ", 0x80, said, 0, self._next)
        body = struct.pack("<HHHBBII", 0x4D53, 14 if self.ansi else 23, 19, 1, 1, 0, 0) + middle
        header = b"!BDN" + struct.pack("<I", _crc(body[:471])) + body
        header += b"" if self.ansi else struct.pack("<I", _crc(body[:516])) + bytes(36)
        self.out[: len(header)] = header
        return bytes(self.out)
