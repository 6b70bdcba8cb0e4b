"""Stands in for Python's ``winreg``, so that the live registry is tested on any system."""

from __future__ import annotations

from types import ModuleType, TracebackType


class FakeKey:
    def __init__(self, values: dict[str, object], keys: list[str]) -> None:
        self.values = values
        self.keys = keys

    def __enter__(self) -> FakeKey:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class FakeWinreg(ModuleType):
    HKEY_LOCAL_MACHINE = 1
    KEY_READ = 2
    KEY_WOW64_64KEY = 0x100

    def __init__(self, keys: dict[str, FakeKey]) -> None:
        super().__init__("winreg")
        self._keys = keys

    def OpenKey(self, root: int, path: str, reserved: int, access: int) -> FakeKey:  # noqa: N802
        assert (root, reserved, access) == (1, 0, 0x102)
        if path not in self._keys:
            raise FileNotFoundError(path)
        return self._keys[path]

    def EnumKey(self, key: FakeKey, index: int) -> str:  # noqa: N802
        if index >= len(key.keys):
            raise OSError("no more data")
        return key.keys[index]

    def QueryValueEx(self, key: FakeKey, name: str) -> tuple[object, int]:  # noqa: N802
        if name not in key.values:
            raise FileNotFoundError(name)
        return key.values[name], 1
