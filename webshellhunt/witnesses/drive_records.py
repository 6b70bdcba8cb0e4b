"""Drive records: the file table and the change journal of each drive of a source, where it has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import Lookup, join_server_path
from webshellhunt.model.artifact import Entry
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Volume
from webshellhunt.ntfs.change_journal import JournalReader
from webshellhunt.ntfs.histories import FileHistory, read_histories
from webshellhunt.ntfs.table_scan import ScannedTable, Wanted, is_file_table, scan_table
from webshellhunt.sources.source import Source
from webshellhunt.witnesses.signs import TABLE, find_journal, find_table

_START = 64


@dataclass
class DriveRecords:
    """The records of one drive.

    ``table_path`` and ``journal_path`` are the paths on the server, ``None`` for a part that the source lacks.
    ``since_utc`` is the time of the first record of the journal. ``gaps`` are the parts that could not be read.
    """

    volume: Volume
    table_path: str | None = None
    journal_path: str | None = None
    table: ScannedTable = field(default_factory=ScannedTable)
    histories: list[FileHistory] = field(default_factory=list)
    since_utc: datetime | None = None
    gaps: list[Gap] = field(default_factory=list)


def read_drive(
    source: Source, lookup: Lookup, volume: Volume, extensions: Collection[str], wanted: Wanted
) -> DriveRecords:
    """Return the records of a drive: directories, and the files with an extension in directories of interest."""
    return _DriveReader(source, lookup, volume).read(extensions, wanted)


class _DriveReader:
    """The reading of one drive."""

    def __init__(self, source: Source, lookup: Lookup, volume: Volume) -> None:
        self._source = source
        self._lookup = lookup
        self._records = DriveRecords(volume)

    def read(self, extensions: Collection[str], wanted: Wanted) -> DriveRecords:
        records, top = self._records, self._records.volume.top
        table = find_table(self._source, self._lookup, top)
        if table is not None:
            self._read_table(table, extensions, wanted)
        journal = find_journal(self._source, self._lookup, top)
        if journal is not None:
            self._read_journal(journal, extensions, wanted)
        return records

    def _read_table(self, entry: Entry, extensions: Collection[str], wanted: Wanted) -> None:
        records, path = self._records, self._path(TABLE)
        try:
            if not is_file_table(self._source.read(entry.path, _START)):
                self._gap("file-table-not-read", path, "it does not begin like a file table")
                return
            records.table = scan_table(self._reader(entry), entry.size_bytes, extensions, wanted)
        except SourceError as error:
            self._gap("file-table-not-read", path, error.message)
            return
        records.table_path = path
        if records.table.broken:
            reason = f"{records.table.broken:,} of {records.table.records:,} file records can't be read"
            self._gap("broken-file-records", path, reason)
        if records.table.is_cut or records.table.directories.is_cut:
            self._gap("file-records-cut", path, "it has more records than the limit; the others were not read")

    def _read_journal(self, entry: Entry, extensions: Collection[str], wanted: Wanted) -> None:
        records, path = self._records, self._path(("$Extend", "$UsnJrnl:$J"))
        journal = JournalReader(self._reader(entry), entry.size_bytes, extensions)
        try:
            records.histories = read_histories(journal, records.table.directories, extensions, wanted)
        except SourceError as error:
            self._gap("change-journal-not-read", path, error.message)
            return
        records.since_utc = journal.first_utc
        if journal.records:
            records.journal_path = path
        if journal.broken:
            reason = f"{journal.broken:,} places have no record that can be read, besides {journal.records:,} that can"
            self._gap("broken-file-records", path, reason)
        if journal.is_cut:
            self._gap("file-records-cut", path, "it is larger than the limit; only its last part was read")
        if records.table_path is None and records.histories:
            reason = "the file table of this drive is missing, and most paths in the change journal are unknown without"
            self._gap("file-table-missing", path, reason)

    def _reader(self, entry: Entry) -> ReadAt:
        def read(offset: int, count: int) -> bytes:
            return self._source.read(entry.path, count, offset)

        return read

    def _path(self, names: tuple[str, ...]) -> str:
        return join_server_path(self._records.volume.letter, names)

    def _gap(self, code: str, path: str, reason: str) -> None:
        self._records.gaps.append(Gap(code, "witnesses", path, reason))
