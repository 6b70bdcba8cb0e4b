"""Read log: each access of the evidence while files are copied, with its time and result."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Entry
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc
from webshellhunt.sources.source import Source

T = TypeVar("T")


class LoggedSource:
    """Reads a source, and logs each access as a line of JSON; every method raises the errors of the source."""

    def __init__(self, source: Source, clock: Callable[[], datetime], lines: list[bytes]) -> None:
        self.source = source
        self._clock = clock
        self._lines = lines

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on."""
        return self._logged("read", path, lambda: self.source.read(path, limit_bytes, offset), offset)

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        return self._logged("stat", path, lambda: self.source.stat(path))

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file."""
        return self._logged("streams", path, lambda: self.source.streams(path))

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory."""
        return self._logged("list", path, lambda: self.source.list(path))

    def _logged(self, act: str, path: str, access: Callable[[], T], offset: int | None = None) -> T:
        started = self._clock()
        try:
            result = access()
        except SourceError as error:
            self._add(started, act, path, offset, None, f"error: {error.message}")
            raise
        self._add(started, act, path, offset, len(result) if isinstance(result, bytes) else None, "ok")
        return result

    def _add(self, when: datetime, act: str, path: str, offset: int | None, size: int | None, result: str) -> None:
        record: dict[str, object] = {
            "time": utc(when),
            "act": act,
            "location": decodable(self.source.location),
            "path": decodable(path),
        }
        record |= {} if offset is None else {"offset": offset}
        record |= {} if size is None else {"bytes": size}
        self._lines.append(json.dumps({**record, "result": decodable(result)}).encode("ascii") + b"\n")
