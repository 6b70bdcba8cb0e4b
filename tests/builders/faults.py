"""Faults of a file system: chosen calls on the files below a folder fail, or return fewer bytes than they could."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import pytest

from webshellhunt.sources.image import disks

SHORT: Final = "short read"
FAULTS: Final = (SHORT, "EIO", "ENOSPC", "EACCES", "ESTALE")
_BY_PATH = ("open", "stat", "lstat", "scandir", "listdir")
_BY_DESCRIPTOR = ("read", "pread")


class Calls:
    """The calls so far: their number, and the faults that happened, each with the name of its call."""

    def __init__(self, folder: str, planned: Mapping[int, str]) -> None:
        self.number = 0
        self.happened: list[tuple[str, str]] = []
        self._folder = folder
        self._planned = planned
        self._inside = set[int]()
        self._close = os.close
        self._open = open

    def fault_of(self, name: str) -> str | None:
        """Count a call; fail if it is to, or return that it is to read less."""
        fault = self._planned.get(self.number)
        self.number += 1
        if fault is None or (fault == SHORT and name not in _BY_DESCRIPTOR):
            return None
        self.happened.append((fault, name))
        if fault != SHORT:
            number = getattr(errno, fault)
            raise OSError(number, os.strerror(number))
        return fault

    def by_path(self, name: str, real: Any) -> Any:
        """Return a replacement of a function of a path, or of a directory by its descriptor."""

        def called(path: Any = ".", *arguments: Any, **named: Any) -> Any:
            is_inside = path in self._inside if isinstance(path, int) else os.fspath(path).startswith(self._folder)
            if is_inside:
                self.fault_of(name)
            found = real(path, *arguments, **named)
            if name == "open" and is_inside:
                self._inside.add(found)
            return found

        return called

    def by_descriptor(self, name: str, real: Any) -> Any:
        """Return a replacement of a function that reads."""

        def called(descriptor: int, count: int, *arguments: Any) -> Any:
            if descriptor in self._inside and self.fault_of(name) == SHORT:
                count = max(1, count // 3)
            return real(descriptor, count, *arguments)

        return called

    def closed(self, descriptor: int) -> None:
        """Close a descriptor, whose number another file may have next."""
        self._inside.discard(descriptor)
        self._close(descriptor)

    def opened(self, path: str, *arguments: Any, **named: Any) -> Any:
        """Open a file of an image, which reads through its object."""
        found = self._open(path, *arguments, **named)
        return _File(found, self.fault_of) if path.startswith(self._folder) else found


class _File:
    """A file of an image, whose reads fail as they are to."""

    def __init__(self, file: Any, fault_of: Callable[[str], str | None]) -> None:
        self._file = file
        self._fault_of = fault_of

    def read(self, count: int) -> bytes:
        if self._fault_of("read") == SHORT:
            count = max(1, count // 3)
        return bytes(self._file.read(count))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def faults_below(folder: str, planned: Mapping[int, str]) -> Iterator[Calls]:
    """Let the calls with some numbers fail while the body runs: ``{3: "EIO"}`` is the fourth call."""
    calls = Calls(folder, planned)
    with pytest.MonkeyPatch.context() as patch:
        for name in _BY_PATH:
            patch.setattr(os, name, calls.by_path(name, getattr(os, name)))
        for name in _BY_DESCRIPTOR:
            if hasattr(os, name):
                patch.setattr(os, name, calls.by_descriptor(name, getattr(os, name)))
        patch.setattr(os, "close", calls.closed)
        patch.setattr(disks, "open", calls.opened, raising=False)
        yield calls
