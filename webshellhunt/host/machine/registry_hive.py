r"""Registry hives on disk: single keys and values are read, never the whole file.

A SOFTWARE hive has some hundred megabytes, and a hunt needs a dozen keys of it. Evidence is hostile: every offset is
checked, and every list and the number of cells to read are bounded; a violation raises ``UnreadableError``. Changes
that are only in the transaction logs of the hive are not seen.

Source: M. Suhanov, "Windows registry file format specification".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine.paths import fold

_BASE_BLOCK = 4096
_PAGE = 64 * 1024
_MOST_PAGES = 256
_MOST_CELLS = 200_000
_MOST_KEYS = 50_000
_MOST_VALUES = 4_096
_LARGEST_VALUE = 64 * 1024
_LARGEST_CELL = 1024 * 1024
_NO_CELL = 0xFFFFFFFF
_ASCII_KEY = 0x20
_ASCII_VALUE = 0x01
_INLINE = 0x80000000
_TEXT_TYPES = frozenset({1, 2, 6})  # REG_SZ, REG_EXPAND_SZ, REG_LINK
_NUMBER_TYPE = 4  # REG_DWORD

ReadAt = Callable[[int, int], bytes]
"""Returns the bytes of the hive from an offset (first argument), at most a number of them (second)."""


class Key(NamedTuple):
    """One key: its name, and the offsets of its lists."""

    name: str
    subkey_count: int
    subkeys_at: int
    value_count: int
    values_at: int


class Hive:
    """A registry hive, opened by its base block.

    Raises:
        UnreadableError: The file is not a hive, or is damaged. All methods raise it, too.
    """

    def __init__(self, read_at: ReadAt, path: str) -> None:
        self._read_at = read_at
        self._path = path
        self._pages: dict[int, bytes] = {}
        self._cells_left = _MOST_CELLS
        base = self._bytes(0, 512)
        if base[:4] != b"regf":
            raise self._broken("not a registry hive", 0)
        self.root: Key = self._key(self._number(base, 36))

    def find(self, path: str) -> Key | None:
        r"""Return the key at a path below the root (``Microsoft\Windows NT``) without regard to case, or ``None``."""
        key: Key | None = self.root
        for name in path.split("\\"):
            if key is None:
                return None
            wanted = fold(name)
            key = next((child for child in self.iter_keys(key) if fold(child.name) == wanted), None)
        return key

    def iter_keys(self, key: Key) -> Iterator[Key]:
        """Yield the subkeys of a key in stored order, which is the order of their names."""
        if not key.subkey_count or key.subkeys_at == _NO_CELL:
            return
        for offset in islice(self._subkey_offsets(key.subkeys_at), min(key.subkey_count, _MOST_KEYS)):
            yield self._key(offset)

    def find_text(self, key: Key, name: str) -> str | None:
        """Return the text value of a name without regard to case, or ``None`` if there is none."""
        cell = self._find_value(key, name)
        return self._text(cell) if cell is not None else None

    def find_number(self, key: Key, name: str) -> int | None:
        """Return the 32-bit number of a name without regard to case, or ``None`` if there is none."""
        cell = self._find_value(key, name)
        if cell is None or self._number(cell, 12) != _NUMBER_TYPE or self._number(cell, 4) != _INLINE | 4:
            return None
        return self._number(cell, 8)

    def _find_value(self, key: Key, name: str) -> bytes | None:
        if not key.value_count or key.values_at == _NO_CELL:
            return None
        listed = self._cell(key.values_at)
        wanted = fold(name)
        for index in range(min(key.value_count, _MOST_VALUES, len(listed) // 4)):
            cell = self._cell(self._number(listed, 4 * index))
            if len(cell) < 20 or cell[:2] != b"vk":
                raise self._broken("a value of the registry is damaged", 0)
            if fold(_name(cell, 20, _short(cell, 2), ascii_name=bool(_short(cell, 16) & _ASCII_VALUE))) == wanted:
                return cell
        return None

    def _text(self, cell: bytes) -> str | None:
        if self._number(cell, 12) not in _TEXT_TYPES:
            return None
        size = self._number(cell, 4)
        if size & _INLINE:
            data = cell[8 : 8 + min(size & ~_INLINE, 4)]
        elif size > _LARGEST_VALUE:
            return None
        else:
            data = self._cell(self._number(cell, 8))[:size]
        return data[: len(data) & ~1].decode("utf-16-le", "replace").partition("\0")[0]

    def _subkey_offsets(self, offset: int) -> Iterator[int]:
        cell = self._cell(offset)
        if cell[:2] == b"ri":
            for inner in self._listed(cell, 4):
                leaf = self._cell(inner)
                if leaf[:2] == b"ri":
                    raise self._broken("a list of keys contains itself", inner)
                yield from self._listed(leaf, 4 if leaf[:2] == b"li" else 8)
        elif cell[:2] in (b"lf", b"lh", b"li"):
            yield from self._listed(cell, 4 if cell[:2] == b"li" else 8)
        else:
            raise self._broken("a list of keys is damaged", offset)

    def _listed(self, cell: bytes, width: int) -> Iterator[int]:
        for index in range(_short(cell, 2)):
            yield self._number(cell, 4 + width * index)

    def _key(self, offset: int) -> Key:
        cell = self._cell(offset)
        if len(cell) < 76 or cell[:2] != b"nk":
            raise self._broken("a key of the registry is damaged", offset)
        name = _name(cell, 76, _short(cell, 72), ascii_name=bool(_short(cell, 2) & _ASCII_KEY))
        numbers = (self._number(cell, at) for at in (20, 28, 36, 40))
        return Key(name, *numbers)

    def _cell(self, offset: int) -> bytes:
        """Return the content of an allocated cell; its offset counts from the end of the base block."""
        self._cells_left -= 1
        if self._cells_left < 0:
            raise self._broken(f"the hive has too many cells to read (more than {_MOST_CELLS})", offset)
        size = -int(struct.unpack("<i", self._bytes(_BASE_BLOCK + offset, 4))[0])
        if offset == _NO_CELL or not 8 <= size <= _LARGEST_CELL:
            raise self._broken("a cell of the registry is damaged", offset)
        return self._bytes(_BASE_BLOCK + offset + 4, size - 4)

    def _bytes(self, offset: int, size: int) -> bytes:
        first, last = offset // _PAGE, (offset + size - 1) // _PAGE
        data = b"".join(self._page(number) for number in range(first, last + 1))
        start = offset - first * _PAGE
        if len(data) < start + size:
            raise self._broken("the hive ends too early", offset)
        return data[start : start + size]

    def _page(self, number: int) -> bytes:
        page = self._pages.get(number)
        if page is None:
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            page = self._pages[number] = self._read_at(number * _PAGE, _PAGE)
        return page

    def _number(self, data: bytes, at: int) -> int:
        if at + 4 > len(data):
            raise self._broken("a list of the registry ends too early", 0)
        return int(struct.unpack_from("<I", data, at)[0])

    def _broken(self, reason: str, offset: int) -> UnreadableError:
        return UnreadableError(reason, path=self._path, offset=offset)


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _name(cell: bytes, at: int, length: int, *, ascii_name: bool) -> str:
    raw = cell[at : at + length]
    return raw.decode("latin-1") if ascii_name else raw[: len(raw) & ~1].decode("utf-16-le", "replace")
