"""The registry of the running system, whose hives are locked, behind the interface of a hive file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine.registry_hive import Key, Registry, Value, decode_data

_MOST_KEYS = 65_536
_MOST_VALUES = 4_096
_LARGEST_VALUE = 1024 * 1024
_MOST_READ = 1_000_000
_UNOPENED = (OSError, ValueError)
"""Errors of the module: a name with a zero character, which programs hide so, can be listed and not opened."""


class LiveRegistry(Registry):
    r"""The keys below one place of the live registry, such as ``HKEY_LOCAL_MACHINE`` and ``SYSTEM``.

    A key that may not be read counts as damaged; an absent one does not.

    Args:
        winreg: Python's module, or a substitute.
        root: A predefined key of the module.
        place: The path of the root below it.
    """

    def __init__(self, winreg: ModuleType, root: int, place: str) -> None:
        super().__init__()
        self._winreg: Any = winreg
        self._root = root
        self._place = place
        self._left = _MOST_READ
        self.root: Key = self.find("") or Key("", "")

    def find(self, path: str) -> Key | None:
        """Return the key at a path below the root, or ``None``."""
        try:
            with self._open(path) as handle:
                subkeys, values, ticks = self._winreg.QueryInfoKey(handle)
        except _UNOPENED as error:
            self._note(path, error)
            return None
        return Key(path.rpartition("\\")[2], path, ticks, subkeys, values)

    def iter_keys(self, key: Key) -> Iterator[Key]:
        """Yield the subkeys of a key."""
        names: list[str] = []
        try:
            with self._open(key.path) as handle:
                names.extend(self._winreg.EnumKey(handle, index) for index in range(_MOST_KEYS))
        except _UNOPENED as error:
            self._note(key.path, error)  # no more names, or no such key
        for name in names:
            before = self.damaged
            child = self.find(f"{key.path}\\{name}" if key.path else name)
            if child is not None:
                yield child
            elif self.damaged == before:
                self.note_damage(f"the key {name!r} below {key.path or self._place} is listed, but can't be opened")

    def iter_values(self, key: Key) -> Iterator[Value]:
        """Yield the values of a key."""
        found: list[tuple[str, object, int]] = []
        try:
            with self._open(key.path) as handle:
                found.extend(self._winreg.EnumValue(handle, index) for index in range(_MOST_VALUES))
        except _UNOPENED as error:
            self._note(key.path, error)
        for name, data, kind in found:
            yield _value(name, data, kind)

    def find_value(self, key: Key, name: str) -> Value | None:
        """Return the value with a name, or ``None``."""
        try:
            with self._open(key.path) as handle:
                data, kind = self._winreg.QueryValueEx(handle, name)
        except _UNOPENED as error:
            self._note(key.path, error)
            return None
        return _value(name, data, kind)

    def _open(self, path: str) -> AbstractContextManager[object]:
        self._left -= 1
        if self._left < 0:
            raise UnreadableError(f"more than {_MOST_READ:,} keys were read")
        access = self._winreg.KEY_READ | self._winreg.KEY_WOW64_64KEY
        place = "\\".join(filter(None, (self._place, path)))
        opened: AbstractContextManager[object] = self._winreg.OpenKey(self._root, place, 0, access)
        return opened

    def _note(self, path: str, error: Exception) -> None:
        if isinstance(error, UnreadableError):
            raise error
        if isinstance(error, PermissionError):
            self.note_damage(f"access to {path or self._place} is denied")


def _value(name: str, data: object, kind: int) -> Value:
    """Return a value as ``winreg`` has it: decoded by its type already, ``None`` for empty data."""
    if isinstance(data, str):
        return Value(name, kind, data.partition("\0")[0], 2 * len(data))
    if isinstance(data, list):
        texts = tuple(str(text) for text in data if text)
        return Value(name, kind, texts, sum(2 * len(text) for text in texts))
    if isinstance(data, int):
        return Value(name, kind, data, 4)
    raw = data if isinstance(data, bytes) else b""
    return Value(name, kind, decode_data(kind, raw[:_LARGEST_VALUE]), len(raw))
