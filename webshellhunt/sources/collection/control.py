"""Control files of a collection: JSON lines and CSV that the collector wrote, read with bounds.

They come from the same place as the evidence, so that each of them may be damaged, very large or made up.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.sources.collection.names import folded
from webshellhunt.sources.source import Source

_CHUNK_BYTES = 1024 * 1024
_MOST_BYTES = 512 * 1024 * 1024
_LONGEST_LINE = 4 * 1024 * 1024
_MOST_ROWS = 2_000_000
_MOST_DOCUMENT_BYTES = 16 * 1024 * 1024
_FIRST = datetime(1601, 1, 2, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNKNOWN = Timestamps()


@dataclass(slots=True)
class ControlFiles:
    """Reads the control files of one collection, and counts what can't be read.

    ``broken`` are the numbers of broken records by file; ``gaps`` are the other problems.
    """

    source: Source
    broken: dict[str, int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    _bytes_left: int = _MOST_BYTES
    _rows_left: int = _MOST_ROWS

    def rows(self, path: str) -> Iterator[dict[str, object]]:
        """Yield the records of a file with one JSON object a line."""
        for line in self.lines(path):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield row
            else:
                self.count_broken(path)

    def table(self, path: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a CSV file by the names of its first row."""
        reader = csv.reader(self._whole_lines(path), strict=True)
        head: list[str] | None = None
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                self.count_broken(path)
                continue
            if row is None:
                return
            if head is None:
                head = row
            elif len(row) == len(head):
                yield dict(zip(head, row, strict=True))
            elif row:
                self.count_broken(path)

    def document(self, path: str) -> object:
        """Return the content of a JSON file, or ``None`` if it is missing or no JSON."""
        try:
            entry = self.source.stat(path)
            if entry is None:
                return None
            if entry.size_bytes <= _MOST_DOCUMENT_BYTES:
                return json.loads(self.source.read(path, _MOST_DOCUMENT_BYTES).decode("utf-8-sig"))
        except (SourceError, ValueError, RecursionError):
            pass
        self.count_broken(path)
        return None

    def lines(self, path: str) -> Iterator[str]:
        """Yield the lines of a text file; a line that is longer than any record is broken."""
        rest = b""
        for chunk in self._chunks(path):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                self._rows_left -= 1
                yield _text(line)
            if len(rest) > _LONGEST_LINE:
                self.count_broken(path)
                return
        if rest:
            yield _text(rest)

    def count_broken(self, path: str) -> None:
        """Count a record that can't be read."""
        self.broken[path] = self.broken.get(path, 0) + 1

    def all_gaps(self) -> tuple[Gap, ...]:
        """Return the gaps, with one for each file that has broken records."""
        counted = (
            Gap("collector-record", "survey", path, f"broken records of the collector: {number}; they are not used")
            for path, number in sorted(self.broken.items())
        )
        return (*self.gaps, *counted)

    def _whole_lines(self, path: str) -> Iterator[str]:
        """Yield the lines for the CSV reader, which joins quoted fields with line ends."""
        for line in self.lines(path):
            yield line.replace("\0", "") + "\n"

    def _chunks(self, path: str) -> Iterator[bytes]:
        offset = 0
        while self._bytes_left > 0 and self._rows_left > 0:
            try:
                chunk = self.source.read(path, _CHUNK_BYTES, offset)
            except SourceError:
                self.count_broken(path)
                return
            if not chunk:
                return
            offset += len(chunk)
            self._bytes_left -= len(chunk)
            yield chunk
        reason = "the records of the collector are larger than any known collection; the rest is not used"
        self.gaps.append(Gap("collector-record", "survey", path, reason))


def read_time(value: object) -> datetime | None:
    """Return a time of a record: ISO 8601 (UTC if it has no zone) or seconds since 1970; ``None`` if it is unknown.

    Collectors write the zero of their own clock, such as the year 1 or 1601, for a time they don't know.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            when = _EPOCH + timedelta(seconds=value)
        elif isinstance(value, str) and len(value) <= 40:
            parsed = datetime.fromisoformat(value.strip())
            when = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return when if when > _FIRST and when != _EPOCH else None


def add_times(times: dict[str, Timestamps], path: str, found: Sequence[datetime | None]) -> None:
    """Add the times of a file: of its change, its creation, the change of its record, and the last access.

    The first known time of each kind is kept. Missing ones at the end are unknown.
    """
    if any(found):
        modified, created, changed, accessed = (*found, None, None, None, None)[:4]
        known = times.get(folded(path), _UNKNOWN)
        times[folded(path)] = Timestamps(
            known.modified_utc or modified,
            known.created_utc or created,
            known.changed_utc or changed,
            known.accessed_utc or accessed,
            original=True,
        )


def _text(line: bytes) -> str:
    return line.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r").decode("utf-8", "replace")
