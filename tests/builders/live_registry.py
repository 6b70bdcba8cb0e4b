"""Stands in for Python's ``winreg``, so that the live registry is tested on any system."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType, TracebackType

from tests.builders.hive import HiveTree, Typed, Written, ticks_of


class FakeKey:
    def __init__(self, values: dict[str, object], keys: list[str], ticks: int = 0) -> None:
        self.values = values
        self.keys = keys
        self.ticks = ticks

    def __enter__(self) -> FakeKey:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class FakeWinreg(ModuleType):
    """The keys of a registry by their paths: below ``HKEY_LOCAL_MACHINE``, or, with ``HKU`` in front, below users.

    A path in ``denied`` may not be opened.
    """

    HKEY_LOCAL_MACHINE = 1
    HKEY_USERS = 3
    KEY_READ = 2
    KEY_WOW64_64KEY = 0x100

    def __init__(self, keys: dict[str, FakeKey], denied: tuple[str, ...] = ()) -> None:
        super().__init__("winreg")
        self._keys = {path.upper(): key for path, key in keys.items()}
        self._denied = {path.upper() for path in denied}

    def OpenKey(self, root: int, path: str, reserved: int, access: int) -> FakeKey:  # noqa: N802
        assert root in (1, 3)
        assert (reserved, access) == (0, 0x102)
        if "\0" in path:
            raise ValueError("embedded null character")
        place = (path if root == 1 else f"HKU\\{path}".rstrip("\\")).upper()
        if place in self._denied:
            raise PermissionError(path)
        if place not in self._keys:
            raise FileNotFoundError(path)
        return self._keys[place]

    def QueryInfoKey(self, key: FakeKey) -> tuple[int, int, int]:  # noqa: N802
        return len(key.keys), len(key.values), key.ticks

    def EnumKey(self, key: FakeKey, index: int) -> str:  # noqa: N802
        if index >= len(key.keys):
            raise OSError("no more data")
        return key.keys[index]

    def EnumValue(self, key: FakeKey, index: int) -> tuple[str, object, int]:  # noqa: N802
        if index >= len(key.values):
            raise OSError("no more data")
        name, data = list(key.values.items())[index]
        return name, data, _kind(data)

    def QueryValueEx(self, key: FakeKey, name: str) -> tuple[object, int]:  # noqa: N802
        found = {each.upper(): data for each, data in key.values.items()}
        if name.upper() not in found:
            raise FileNotFoundError(name)
        return found[name.upper()], _kind(found[name.upper()])


def _kind(data: object) -> int:
    return {str: 1, int: 4, list: 7}.get(type(data), 3)


def live_tree(place: str, tree: HiveTree) -> dict[str, FakeKey]:
    """Return the keys of a live registry from the tree that also makes a hive file (``tests.builders.hive``)."""
    ticks = ticks_of(tree.when) if isinstance(tree, Written) else 0
    values = {name: _plain(value) for name, value in tree.items() if not isinstance(value, Mapping)}
    below = {name: value for name, value in tree.items() if isinstance(value, Mapping)}
    keys = {place: FakeKey(values, list(below), ticks)}
    for name, value in below.items():
        keys |= live_tree(f"{place}\\{name}", value)
    return keys


def _plain(value: object) -> object:
    if isinstance(value, Typed):
        return value.data
    return list(value) if isinstance(value, (list, tuple)) else value
