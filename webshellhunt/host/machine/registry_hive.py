r"""Registry hives on disk: keys, values of all types and the last write times of keys; only pages in use are read.

A SOFTWARE hive has some hundred megabytes, and a hunt needs a small part of it. Evidence is hostile: every offset is
checked, and every list, the size of a value and the number of cells to read are bounded. A damaged key or value is
skipped and counted, so that its neighbours are still found; ``UnreadableError`` means that the root key is damaged, or
that the bound on cells, which bounds the time, is used up. Changes that only the transaction logs contain are replayed
in memory (``registry_log``).

Source: M. Suhanov, "Windows registry file format specification".
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.host.machine.paths import Lookup, fold
from webshellhunt.model.artifact import Entry
from webshellhunt.model.filetime import filetime_utc

if TYPE_CHECKING:
    from webshellhunt.host.machine.registry_log import LogSet, Overlay

_BASE_BLOCK = 4096
_PAGE_BITS = 16
_PAGE = 1 << _PAGE_BITS
_MOST_PAGES = 512
_MOST_CELLS = 4_000_000
_FEWEST_CELLS = 200_000
_PAGE_COST = 64  # cells; a page may have to be decompressed
_MOST_VALUES = 4_096
_LARGEST_VALUE = 1024 * 1024
_LARGEST_CELL = 1024 * 1024
_MOST_DEPTH = 32
_MOST_TEXTS = 4_096
_NO_CELL = 0xFFFFFFFF
_ASCII_KEY = 0x20
_ASCII_VALUE = 0x01
_INLINE = 0x80000000
_SEGMENT = 16_344  # bytes in one part of a large value
_SZ, _EXPAND_SZ, _DWORD, _DWORD_BIG, _LINK, _MULTI_SZ, _QWORD = 1, 2, 4, 5, 6, 7, 11
_TEXT_TYPES = frozenset({_SZ, _EXPAND_SZ, _LINK})
_LOGS = (".LOG1", ".LOG2", ".LOG")
_CURRENT = "CURRENTCONTROLSET"
_MOST_SETS = 999
_KEY = struct.Struct("<2sHQ8xI4xI4xIIxxxx")  # to the list of values
_VALUE = struct.Struct("<2sHIIIH2x")
_SIZE = struct.Struct("<i")

ReadAt = Callable[[int, int], bytes]
"""Returns the bytes of a file from an offset (first argument), at most a number of them (second)."""


class Value(NamedTuple):
    """A value of a key: text, a number, several texts, or bytes, by its type (``kind``, ``REG_*``).

    ``name`` is empty for the default value. ``size_bytes`` is the stored size; ``data`` ends at a bound.
    """

    name: str
    kind: int
    data: str | int | bytes | tuple[str, ...]
    size_bytes: int

    @property
    def text(self) -> str | None:
        """The text of a ``REG_SZ``, ``REG_EXPAND_SZ`` or ``REG_LINK``."""
        return self.data if isinstance(self.data, str) else None

    @property
    def number(self) -> int | None:
        """The number of a ``REG_DWORD`` or ``REG_QWORD``."""
        return self.data if isinstance(self.data, int) else None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of a ``REG_MULTI_SZ``; the one text of a value that has one."""
        if isinstance(self.data, str):
            return (self.data,) if self.data else ()
        return self.data if isinstance(self.data, tuple) else ()

    @property
    def raw(self) -> bytes | None:
        """The bytes of a value that is neither text nor a number."""
        return self.data if isinstance(self.data, bytes) else None


class Key(NamedTuple):
    """A key: its name, its path below the root, the time of its last change, and the places of its lists."""

    name: str
    path: str
    written_ticks: int = 0
    subkey_count: int = 0
    value_count: int = 0
    subkeys_at: int = _NO_CELL
    values_at: int = _NO_CELL

    @property
    def written_utc(self) -> datetime | None:
        """The time of the last change to the key or its values."""
        return filetime_utc(self.written_ticks)


class Registry(ABC):
    """One interface to the keys of a hive file and of the running system.

    ``damaged`` counts the keys and values that can't be read, and ``first_damage`` is the reason of the first one.
    Names are compared without regard to case.
    """

    root: Key

    def __init__(self) -> None:
        self.damaged: int = 0
        self.first_damage: str = ""

    @abstractmethod
    def find(self, path: str) -> Key | None:
        r"""Return the key at a path below the root (``Microsoft\Windows NT``), or ``None``."""

    @abstractmethod
    def iter_keys(self, key: Key) -> Iterator[Key]:
        """Yield the subkeys of a key in stored order, which is the order of their names."""

    @abstractmethod
    def iter_values(self, key: Key) -> Iterator[Value]:
        """Yield the values of a key in stored order."""

    @abstractmethod
    def find_value(self, key: Key, name: str) -> Value | None:
        """Return the value with a name, or ``None``; the default value has an empty name."""

    def iter_below(self, key: Key, depth: int = _MOST_DEPTH) -> Iterator[Key]:
        """Yield all keys below a key, each before the keys below it, at most ``depth`` levels."""
        for child in self.iter_keys(key):
            yield child
            if depth > 1:
                yield from self.iter_below(child, depth - 1)

    def has_value(self, key: Key, name: str) -> bool:
        """Return True if a key has a value with a name."""
        return self.find_value(key, name) is not None

    def find_text(self, key: Key, name: str) -> str | None:
        """Return the text of a value, or ``None`` if there is none."""
        value = self.find_value(key, name)
        return None if value is None else value.text

    def find_number(self, key: Key, name: str) -> int | None:
        """Return the number of a value, or ``None`` if there is none."""
        value = self.find_value(key, name)
        return None if value is None else value.number

    def find_bytes(self, key: Key, name: str) -> bytes | None:
        """Return the bytes of a value that is neither text nor a number, or ``None`` if there is none."""
        value = self.find_value(key, name)
        return None if value is None else value.raw

    def note_damage(self, reason: str) -> None:
        """Count a key or value that can't be read."""
        self.damaged += 1
        self.first_damage = self.first_damage or reason


class Hive(Registry):
    """A hive file; ``dirty`` is the reason why its last changes are not seen, empty if it is complete.

    Raises:
        UnreadableError: The file is not a hive, its root key is damaged, or the bound on cells is used up.
    """

    def __init__(self, read_at: ReadAt, path: str, logs: LogSet = (), size_bytes: int | None = None) -> None:
        super().__init__()
        self._read_at = read_at
        self._path = path
        self._pages: dict[int, bytes] = {}
        # All of a real hive costs a cell for each 40 bytes or more; keys that are looked up again cost more.
        self._most_cells = _MOST_CELLS if size_bytes is None else min(_MOST_CELLS, _FEWEST_CELLS + size_bytes // 16)
        self._cells_left = self._most_cells
        self._overlay: Overlay = {}
        self.dirty: str = ""
        base = read_at(0, 512)
        if base[:4] != b"regf" or len(base) < 512:
            raise self._broken("not a registry hive", 0)
        from webshellhunt.host.machine.registry_log import find_overlay  # here, for a quick start

        self._overlay, self.dirty = find_overlay(base, logs)
        self.root: Key = self._key(_number(base, 36), "")._replace(path="")

    def find(self, path: str) -> Key | None:
        r"""Return the key at a path below the root, or ``None``.

        ``CurrentControlSet``, which no file contains, is the control set that ``Select`` names.
        """
        key: Key | None = self.root
        for name in path.split("\\") if path else ():
            key = None if key is None else self._child(key, name)
        return key

    def _child(self, key: Key, name: str) -> Key | None:
        wanted = fold(name)
        child = self._stored_child(key, wanted)
        if child is None and wanted == _CURRENT and not key.path:
            select = self._stored_child(key, "SELECT")
            number = None if select is None else self.find_number(select, "Current")
            number = number if number is not None and 0 < number <= _MOST_SETS else 1
            child = self._stored_child(key, f"CONTROLSET{number:03}")
            return None if child is None else child._replace(path=name)
        return child

    def _stored_child(self, key: Key, wanted: str) -> Key | None:
        """Return a subkey by its folded name; where the list has hashes of names, few keys are read, as in Windows."""
        prefix = f"{key.path}\\" if key.path else ""
        wanted_hash = _hash(wanted)
        for offset, name_hash in self._subkeys(key):
            if name_hash is None or name_hash == wanted_hash:
                child = self._readable_key(offset, prefix)
                if child is not None and fold(child.name) == wanted:
                    return child
        return None

    def iter_keys(self, key: Key) -> Iterator[Key]:
        """Yield the subkeys of a key in stored order, which is the order of their names."""
        prefix = f"{key.path}\\" if key.path else ""
        for offset, _ in self._subkeys(key, with_hash=False):
            child = self._readable_key(offset, prefix)
            if child is not None:
                yield child

    def iter_values(self, key: Key) -> Iterator[Value]:
        """Yield the values of a key in stored order."""
        for cell in self._value_cells(key):
            value = self._value(cell)
            if value is not None:
                yield value

    def find_value(self, key: Key, name: str) -> Value | None:
        """Return the value with a name, or ``None``; the default value has an empty name."""
        wanted = fold(name)
        for cell in self._value_cells(key):
            if fold(_value_name(cell)) == wanted:
                return self._value(cell)
        return None

    def _subkeys(self, key: Key, *, with_hash: bool = True) -> Iterator[tuple[int, int | None]]:
        """Yield the place of each subkey, with the hash of its name if the list has one."""
        if not key.subkey_count or key.subkeys_at == _NO_CELL:
            return
        left = key.subkey_count
        for leaf in self._leaves(key.subkeys_at):
            width = 4 if leaf[:2] == b"li" else 8
            hashed = with_hash and leaf[:2] == b"lh" and self._is_hashed(leaf)
            count = min(_short(leaf, 2), (len(leaf) - 4) // width, left)
            left -= count
            self._spend(count >> 3)
            for at in range(4, 4 + count * width, width):
                yield _number(leaf, at), _number(leaf, at + 4) if hashed else None

    def _is_hashed(self, leaf: bytes) -> bool:
        """Return True if the first hash of a list is that of its key: some programs write hives without hashes."""
        try:
            return _hash(fold(self._key(_number(leaf, 4), "").name)) == _number(leaf, 8)
        except _DamagedError:
            return False

    def _leaves(self, offset: int) -> Iterator[bytes]:
        """Yield the lists of keys at a place: one, or those that a list of lists names."""
        cell = self._readable_cell(offset)
        if cell[:2] in (b"lf", b"lh", b"li"):
            yield cell
        elif cell[:2] == b"ri":
            for at in range(4, min(4 + 4 * _short(cell, 2), len(cell) - 3), 4):
                leaf = self._readable_cell(_number(cell, at))
                if leaf[:2] in (b"lf", b"lh", b"li"):
                    yield leaf
                elif leaf:
                    self.note_damage("a list of keys is damaged")
        elif cell:
            self.note_damage("a list of keys is damaged")

    def _value_cells(self, key: Key) -> Iterator[bytes]:
        if not key.value_count or key.values_at == _NO_CELL:
            return
        listed = self._readable_cell(key.values_at)
        for index in range(min(key.value_count, _MOST_VALUES, len(listed) // 4)):
            cell = self._readable_cell(_number(listed, 4 * index))
            if len(cell) >= _VALUE.size and cell[:2] == b"vk":
                yield cell
            elif cell:
                self.note_damage("a value of the registry is damaged")

    def _value(self, cell: bytes) -> Value | None:
        _, _, size, data_at, kind, _ = _VALUE.unpack_from(cell)
        try:
            if size & _INLINE:
                size = min(size & ~_INLINE, 4)
                data = cell[8 : 8 + size]
            else:
                data = self._data(data_at, min(size, _LARGEST_VALUE)) if size else b""
        except _DamagedError as error:
            self.note_damage(error.reason)
            return None
        return Value(_value_name(cell), kind, decode_data(kind, data), size)

    def _data(self, offset: int, size: int) -> bytes:
        """Return the data of a value; a large one is in several cells."""
        cell = self._cell(offset)
        if size <= _SEGMENT or cell[:2] != b"db":
            return cell[:size]
        listed = self._cell(_number(cell, 4))
        places = range(0, min(4 * _short(cell, 2), len(listed) - 3, 4 * (size // _SEGMENT + 1)), 4)
        return b"".join([self._cell(_number(listed, at))[:_SEGMENT] for at in places])[:size]

    def _readable_key(self, offset: int, prefix: str) -> Key | None:
        try:
            return self._key(offset, prefix)
        except _DamagedError as error:
            self.note_damage(error.reason)
            return None

    def _key(self, offset: int, prefix: str) -> Key:
        cell = self._cell(offset)
        if len(cell) < 76 or cell[:2] != b"nk":
            raise self._damage("a key of the registry is damaged", offset)
        _, flags, ticks, subkeys, subkeys_at, values, values_at = _KEY.unpack_from(cell)
        raw = cell[76 : 76 + _short(cell, 72)]
        name = raw.decode("latin-1") if flags & _ASCII_KEY else raw[: len(raw) & ~1].decode("utf-16-le", "replace")
        return Key(name, prefix + name, ticks, subkeys, values, subkeys_at, values_at)

    def _readable_cell(self, offset: int) -> bytes:
        try:
            return self._cell(offset)
        except _DamagedError as error:
            self.note_damage(error.reason)
            return b""

    def _cell(self, offset: int) -> bytes:
        """Return the content of an allocated cell; its offset counts from the end of the base block."""
        self._spend(1)
        at = _BASE_BLOCK + offset
        page = self._pages.get(at >> _PAGE_BITS) or self._page(at >> _PAGE_BITS)
        start = at & (_PAGE - 1)
        if start + 4 > len(page):
            raise self._damage("the hive ends too early", offset)
        size = -int(_SIZE.unpack_from(page, start)[0])
        if not 8 <= size <= _LARGEST_CELL:
            raise self._damage("a cell of the registry is damaged", offset)
        self._spend(size >> 10)
        if start + size <= len(page):
            return page[start + 4 : start + size]
        pages = range((at >> _PAGE_BITS), ((at + size - 1) >> _PAGE_BITS) + 1)
        data = b"".join(map(self._page, pages))[start : start + size]
        if len(data) < size:
            raise self._damage("the hive ends too early", offset)
        return data[4:]

    def _page(self, number: int) -> bytes:
        page = self._pages.get(number)
        if page is None:
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            self._spend(_PAGE_COST)
            try:
                page = self._read_at(number * _PAGE, _PAGE)
            except SourceError as error:
                self.note_damage(error.message)
                page = b""
            if number in self._overlay:
                page = _patched(page, self._overlay[number])
            self._pages[number] = page
        return page

    def _spend(self, cells: int) -> None:
        """Count work, in cells to read.

        Raises:
            UnreadableError: The bound is used up.
        """
        self._cells_left -= cells
        if self._cells_left < 0:
            raise self._broken(f"the hive has too many cells to read (more than {self._most_cells:,})", 0)

    def _broken(self, reason: str, offset: int) -> UnreadableError:
        return UnreadableError(reason, path=self._path, offset=offset)

    def _damage(self, reason: str, offset: int) -> _DamagedError:
        return _DamagedError(reason, path=self._path, offset=offset)


class _DamagedError(UnreadableError):
    """One key, value or list is damaged."""

    @property
    def reason(self) -> str:
        return f"{self.message} (byte {self.offset})"


def open_hive(lookup: Lookup, entry: Entry) -> Hive:
    """Return an open hive with the changes in its transaction logs.

    Raises:
        SourceError: The file can't be read, or is not a hive.
    """
    logs = log_entries(lookup, entry)
    readers = [_reader(lookup, log.path) for log in logs if log.size_bytes]
    hive = Hive(_reader(lookup, entry.path), entry.path, readers, entry.size_bytes)
    lookup.hives.update((entry.path, *(log.path for log in logs)))
    return hive


def log_entries(lookup: Lookup, hive: Entry) -> list[Entry]:
    """Return the transaction logs next to a hive."""
    folder = hive.path.rpartition("/")[0]
    return [found for ending in _LOGS if (found := lookup.find(folder, (hive.name + ending,))) is not None]


def _reader(lookup: Lookup, path: str) -> ReadAt:
    return lambda offset, size: lookup.source.read(path, size, offset)


def decode_data(kind: int, data: bytes) -> str | int | bytes | tuple[str, ...]:
    """Return the data of a value by its type; a number whose size is wrong stays bytes."""
    if kind in _TEXT_TYPES:
        return _text(data).partition("\0")[0]
    if kind == _MULTI_SZ:
        return tuple(text for text in _text(data).split("\0")[:_MOST_TEXTS] if text)
    if (kind, len(data)) in ((_DWORD, 4), (_QWORD, 8)):
        return int.from_bytes(data, "little")
    return int.from_bytes(data, "big") if (kind, len(data)) == (_DWORD_BIG, 4) else data


def _text(data: bytes) -> str:
    return data[: len(data) & ~1].decode("utf-16-le", "replace")


def _value_name(cell: bytes) -> str:
    _, length, _, _, _, flags = _VALUE.unpack_from(cell)
    raw = cell[20 : 20 + length]
    return raw.decode("latin-1") if flags & _ASCII_VALUE else _text(raw)


def _patched(page: bytes, parts: list[tuple[int, bytes]]) -> bytes:
    """Return a page with the changes of the transaction logs."""
    changed = bytearray(page)
    for start, data in parts:
        changed.extend(bytes(max(0, start + len(data) - len(changed))))
        changed[start : start + len(data)] = data
    return bytes(changed)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _hash(wanted: str) -> int:
    """Return the hash of a folded name in a list of type ``lh``."""
    value = 0
    units = wanted.encode("utf-16-le", "surrogatepass")
    for (unit,) in struct.iter_unpack("<H", units):
        value = (value * 37 + unit) & 0xFFFFFFFF
    return value
