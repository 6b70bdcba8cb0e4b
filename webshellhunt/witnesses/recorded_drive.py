"""A drive with its records: the paths, roles and records of its files, for the witness of file records."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from webshellhunt.containers.page_names import SERVED_EXTENSIONS, extension_of
from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import SourceError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import Lookup, fold, folded, join_server_path, split_server_path
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.model.artifact import Entry, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role, Volume
from webshellhunt.model.verdict import Examination, SubjectKind
from webshellhunt.ntfs.change_journal import JournalReader
from webshellhunt.ntfs.histories import FileHistory, Place, read_histories
from webshellhunt.ntfs.listed_files import ListedFile
from webshellhunt.ntfs.table_scan import ScannedTable, Wanted, is_file_table, scan_table
from webshellhunt.ntfs.values import FileName
from webshellhunt.sources.source import Source
from webshellhunt.views.recorded_file import Move, RecordedFile
from webshellhunt.witnesses.served_places import ServedPlaces
from webshellhunt.witnesses.signs import TABLE, find_journal, find_table

Names = tuple[str, ...]

_START = 64


class Recorded(NamedTuple):
    """A file of one drive with its names from the top, and its records."""

    names: Names
    file: RecordedFile
    record: ListedFile | None


class RecordedDrive:
    """A drive of an examined host, with what its file table and its change journal say.

    Attributes:
        host: The host.
        volume: The drive.
        files: The examined files of the drive, by their folded names.
        records: The records of the drive.
    """

    def __init__(self, host: ExaminedHost, volume: Volume) -> None:
        self.host = host
        self.volume = volume
        self.files: dict[Names, Examination] = self._examined()
        self._places = ServedPlaces(host.surveyed, volume.letter)
        self._folders = {key[:-1] for key in self.files}
        self.records: DriveRecords = read_drive(
            host.source, host.surveyed.paths.lookup, volume, self._extensions(), self._is_wanted
        )

    def _examined(self) -> dict[Names, Examination]:
        found: dict[Names, Examination] = {}
        for each in self.host.examinations:
            path = split_server_path(each.subject.path)
            if each.subject.kind is SubjectKind.FILE and path.letter == self.volume.letter and path.names:
                found[folded(path.names)] = each
        return found

    def _extensions(self) -> frozenset[str]:
        """Return the extensions of interest: those that servers run, libraries, and those of files with a finding."""
        found = {extension_of(key[-1]) for key, each in self.files.items() if each.is_reported}
        return SERVED_EXTENSIONS | {"dll"} | (found - {""})

    def _is_wanted(self, names: Names) -> bool:
        return self._places.role_of(names) is not None or folded(names) in self._folders

    @cached_property
    def there(self) -> dict[Names, tuple[Names, ListedFile]]:
        """The names and the records of the files that the file table says are there, by their folded names."""
        found: dict[Names, tuple[Names, ListedFile]] = {}
        for record in self.records.table.files:
            for name in record.names if record.in_use else ():
                names = self.names_of(Place(name.parent, name.name))
                if names is not None:
                    found[folded(names)] = names, record
        return found

    def names_of(self, place: Place) -> Names | None:
        """Return the names of a file from the top of the drive, or ``None`` if its directory is unknown."""
        path = self.records.table.directories.path_of(place.directory)
        return None if path is None else (*path, place.name)

    def role_of(self, names: Names) -> Role | None:
        """Return the role of the directory of a file; ``None`` if it serves no pages."""
        return self._places.role_of(names[:-1])

    def is_found(self, names: Names) -> bool:
        """Return True if the source has a file."""
        return self.host.surveyed.paths.lookup.find(self.volume.top, names) is not None

    def entry_path(self, names: Names) -> str:
        """Return the path that a file has or had inside the source."""
        return "/".join((self.volume.top, *names) if self.volume.top else names)

    def recorded(self, names: Names, history: FileHistory | None, record: ListedFile | None) -> Recorded:
        """Return a file with its records."""
        path = join_server_path(self.volume.letter, names)
        file = RecordedFile(path, self.role_of(names) or Role.GIVEN, is_shipped_at(path))
        if record is not None:
            created = name_of(record, names[-1]).created_utc
            number = record.reference.number
            file = file._replace(name_created_utc=created, table=self.records.table_path, record=number)
        if history is not None:
            file = file._replace(
                created_utc=history.created_utc,
                written_utc=history.written_utc,
                times_set_utc=history.times_set_utc,
                deleted_utc=history.deleted_utc,
                moves=tuple(Move(e.when_utc, self._path(e.old), self._path(e.new)) for e in history.renamings),
                journal=self.records.journal_path,
                change=history.last_number,
            )
        return Recorded(names, file, record)

    def _path(self, place: Place) -> str:
        names = self.names_of(place)
        return f"…\\{place.name}" if names is None else join_server_path(self.volume.letter, names)


def name_of(record: ListedFile, name: str) -> FileName:
    """Return the name of a record that has this text, or its first one."""
    same = fold(name)
    return next((each for each in record.names if fold(each.name) == same), record.names[0])


def times_of(record: ListedFile, name: str) -> Timestamps:
    """Return the times of a record and of one of its names."""
    named = name_of(record, name)
    return Timestamps(
        record.modified_utc,
        record.created_utc,
        record.changed_utc,
        original=True,
        name_created_utc=named.created_utc,
        name_modified_utc=named.modified_utc,
    )


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
