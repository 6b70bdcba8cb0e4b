"""Read log: each access of the evidence while files are copied, with its time and result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.times import TimeBasis
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc
from webshellhunt.sources.source import BaseSource, Source

T = TypeVar("T")


class LoggedSource(BaseSource):
    """A source that logs each access of another one as a line of JSON; its methods raise the errors of the other."""

    def __init__(self, source: Source, clock: Callable[[], datetime], lines: list[bytes]) -> None:
        self.source: Source = source
        self.location: str = source.location
        self.live: bool = source.live
        self._clock = clock
        self._lines = lines

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives of the source."""
        return self.source.drives

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time bases of the source."""
        return self.source.time_bases

    def locate(self, path: str) -> str | None:
        """Return the path on this machine."""
        return self.source.locate(path)

    def close(self) -> None:
        """Do nothing: the owner of the source closes it."""

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

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory."""
        return self._logged("list", path, lambda: self.source.names(path))

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
            "location": decodable(self.location),
            "path": decodable(path),
        }
        record |= {} if offset is None else {"offset": offset}
        record |= {} if size is None else {"bytes": size}
        self._lines.append(json.dumps({**record, "result": decodable(result)}).encode("ascii") + b"\n")
