"""The header of a personal store, and the sizes of its fields.

Source: [MS-PST] 2.2.2.6 (header), 2.2.2.7 (pages), 2.2.2.8 (blocks); the 4 KiB form after libpff's notes.
"""

from __future__ import annotations

from dataclasses import dataclass

MAGIC = b"!BDN"


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
