"""Spool: results that wait on the disk, so that the memory does not grow with their number."""

from __future__ import annotations

import weakref
from tempfile import TemporaryFile
from typing import IO


class Spool:
    """Contents by number, in a temporary file; in memory if the disk has no room for them."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: list[tuple[int, int] | bytes] = []
        self._end = 0

    def __len__(self) -> int:
        return len(self._places)

    def add(self, content: bytes) -> int:
        """Keep a content, and return its number."""
        number = len(self._places)
        try:
            file = self._opened()
            file.seek(self._end)
            is_whole = file.write(content) == len(content)
        except OSError:
            is_whole = False
        self._places.append((self._end, len(content)) if is_whole else content)  # no space is left on the disk
        self._end += len(content) if is_whole else 0
        return number

    def __getitem__(self, number: int) -> bytes:
        place = self._places[number]
        if isinstance(place, bytes):
            return place
        file = self._opened()
        file.seek(place[0])
        return file.read(place[1])

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = TemporaryFile(prefix="webshellhunt-", buffering=0)  # noqa: SIM115 - open as long as this object lives
            weakref.finalize(self, self._file.close)
        return self._file
