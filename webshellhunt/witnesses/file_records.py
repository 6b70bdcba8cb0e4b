"""File records as a witness: pages that are gone, how pages came to their place, and times that programs can't set.

::

    $MFT, $UsnJrnl ─▶ records of each drive ─┬▶ pages that are there: times, renamings, history
                                             └▶ pages that are gone: traces, the content of small ones examined
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, SERVED_EXTENSIONS, extension_of
from webshellhunt.correlation.same_trace import join_traces
from webshellhunt.detectors.contract import Detector
from webshellhunt.detectors.placement import file_history, recorded_deletion, renamed_into_place
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import fold, join_server_path, split_server_path
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import Role, Volume
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.ntfs.histories import FileHistory, Place
from webshellhunt.ntfs.records import FileName, FileRecord
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.views.recorded_file import Move, RecordedFile
from webshellhunt.witnesses.drive_records import DriveRecords, find_table, read_drive
from webshellhunt.witnesses.served_places import ServedPlaces

MOST_TRACES: Final = 5_000
MANY: Final = 20
"""So many deletions within an hour are the work of a program."""

_HOUR = timedelta(hours=1)
_ROUNDED = timedelta(seconds=2)  # times in a ZIP archive


class _Recorded(NamedTuple):
    """A file of one drive with its names from the top, and what is known of it."""

    names: tuple[str, ...]
    file: RecordedFile
    record: FileRecord | None


def hear_file_records(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Yield the examined files with the times of their records, the traces of pages that are gone, and gaps."""
    if host.source.live:  # the running system keeps its records to itself
        return
    volumes = host.surveyed.paths.volumes
    for volume in volumes:
        yield from _Drive(host, volume).hear()
    if all(volume.top for volume in volumes) and find_table(host.source, host.surveyed.paths.lookup, "") is not None:
        reason = "the letter of its drive is unknown, so that its records have no place on the server"
        yield Gap("file-table-not-read", "witnesses", "$MFT", reason)


class _Drive:
    """The witness of one drive."""

    def __init__(self, host: ExaminedHost, volume: Volume) -> None:
        self._host = host
        self._volume = volume
        self._lookup = host.surveyed.paths.lookup
        self._places = ServedPlaces(host.surveyed, volume.letter)
        self._files = self._examined()
        self._folders = {key[:-1] for key in self._files}
        self._records = DriveRecords(volume)

    def hear(self) -> Iterator[Examination | Gap]:
        """Yield what the records of the drive say."""
        self._records = read_drive(self._host.source, self._lookup, self._volume, self._extensions(), self._is_wanted)
        yield from self._records.gaps
        there = self._there()
        yield from self._examinations(there)
        yield from self._traces(there)

    def _examined(self) -> dict[tuple[str, ...], Examination]:
        """Return the examined files of the drive by their folded names."""
        found: dict[tuple[str, ...], Examination] = {}
        for each in self._host.examinations:
            path = split_server_path(each.subject.path)
            if each.subject.kind is SubjectKind.FILE and path.letter == self._volume.letter and path.names:
                found[tuple(map(fold, path.names))] = each
        return found

    def _extensions(self) -> frozenset[str]:
        """Return the extensions of interest: those that servers run, libraries, and those of files with a finding."""
        found = {extension_of(key[-1]) for key, each in self._files.items() if _is_reported(each)}
        return SERVED_EXTENSIONS | {"dll"} | (found - {""})

    def _is_wanted(self, names: tuple[str, ...]) -> bool:
        return self._places.role_of(names) is not None or tuple(map(fold, names)) in self._folders

    def _there(self) -> dict[tuple[str, ...], FileRecord]:
        """Return the records of the files that the file table says are there, by their folded names."""
        found: dict[tuple[str, ...], FileRecord] = {}
        for record in self._records.table.files:
            for name in record.names if record.in_use else ():
                path = self._records.table.directories.path_of(name.parent)
                if path is not None:
                    found[tuple(map(fold, (*path, name.name)))] = record
        return found

    def _examinations(self, there: dict[tuple[str, ...], FileRecord]) -> Iterator[Examination | Gap]:
        """Yield the examined files with the times of their records, and with findings about their history."""
        histories = {each.file: each for each in self._records.histories}
        silent = []
        known = [(each, record) for key, each in self._files.items() if (record := there.get(key)) is not None]
        is_older = any(_differs(each.subject, record) for each, record in known)
        for examination, record in known:
            told = replace(examination, subject=_with_times(examination.subject, record, is_older=is_older))
            history = histories.get(record.reference)
            if history is not None:
                file = self._recorded(split_server_path(told.subject.path).names, history, record, is_gone=False).file
                told = replace(told, findings=(*told.findings, *_findings(file, told)))
            elif _is_reported(told):
                silent.append(told.subject.path)
            if told != examination:
                yield told
        since = second_in_utc(self._records.since_utc)
        if silent and since is not None:
            reason = f"the change journal begins {since} and has no record of {silent[0]}"
            more = f" and {len(silent) - 1} more files with findings" if len(silent) > 1 else ""
            yield Gap("journal-begins-later", "witnesses", self._records.journal_path or "", reason + more)

    def _traces(self, there: dict[tuple[str, ...], FileRecord]) -> Iterator[Examination]:
        """Yield the traces of the pages that are gone."""
        gone = [each for each in self._gone() if tuple(map(fold, each.names)) not in there]
        gone = [each for each in gone if self._lookup.find(self._volume.top, each.names) is None]
        times = sorted(when for each in gone if (when := each.file.gone_utc) is not None)
        undated = sum(each.file.gone_utc is None for each in gone)
        traced: dict[str, Examination] = {}
        for each in gone:
            file = each.file._replace(among_many=_around(times, each.file.gone_utc, undated) >= MANY)
            trace = self._trace(each._replace(file=file))
            if trace is not None and len(traced) < MOST_TRACES:
                known = traced.get(file.path.lower())
                traced[file.path.lower()] = trace if known is None else join_traces(known, trace)
        yield from traced.values()

    def _gone(self) -> Iterator[_Recorded]:
        """Yield the served pages whose record is free, or that were deleted or moved away according to the journal."""
        free = {each.reference: each for each in self._records.table.files if not each.in_use}
        for history in self._records.histories:
            record = free.pop(history.file, None)
            places = [history.place] if history.deleted_utc is not None else []
            places += [each.old for each in history.renamings]
            for place in dict.fromkeys(places):
                names = self._served_names(place)
                if names is not None:
                    yield self._recorded(names, history, record, is_gone=True)
        for record in free.values():
            for name in record.names:
                names = self._served_names(Place(name.parent, name.name))
                if names is not None:
                    yield self._recorded(names, None, record, is_gone=True)

    def _served_names(self, place: Place) -> tuple[str, ...] | None:
        """Return the names of a page from the top of the drive, if its directory serves pages."""
        path = self._records.table.directories.path_of(place.directory)
        is_page = extension_of(place.name) in PAGE_EXTENSIONS
        return (*path, place.name) if is_page and path is not None and self._places.role_of(path) is not None else None

    def _recorded(
        self, names: Sequence[str], history: FileHistory | None, record: FileRecord | None, *, is_gone: bool
    ) -> _Recorded:
        path = join_server_path(self._volume.letter, names)
        role = self._places.role_of(names[:-1]) or Role.GIVEN
        file = RecordedFile(path, role, is_shipped_at(path), is_gone=is_gone)
        if record is not None:
            created = _name_of(record, names[-1]).created_utc
            file = file._replace(
                name_created_utc=created, table=self._records.table_path, record=record.reference.number
            )
        if history is not None:
            file = file._replace(
                created_utc=history.created_utc,
                written_utc=history.written_utc,
                times_set_utc=history.times_set_utc,
                deleted_utc=history.deleted_utc,
                moves=tuple(Move(e.when_utc, self._path(e.old), self._path(e.new)) for e in history.renamings),
                journal=self._records.journal_path,
                change=history.last_number,
            )
        return _Recorded(tuple(names), file, record)

    def _path(self, place: Place) -> str:
        path = self._records.table.directories.path_of(place.directory)
        return f"…\\{place.name}" if path is None else join_server_path(self._volume.letter, (*path, place.name))

    def _trace(self, gone: _Recorded) -> Examination | None:
        """Return the trace of a page, with the findings in its content if its record has it; ``None`` without any."""
        file, record = gone.file, gone.record
        times = Timestamps() if record is None else _times_of(record, gone.names[-1])
        subject = Subject(SubjectKind.TRACE, file.path, presence=Presence.DELETED, role=file.role, times=times)
        findings = tuple(_run(recorded_deletion.find, file))
        content = record.content if record is not None else None
        if content and not file.is_shipped:
            examined = self._examine(gone, content, times)
            subject = replace(
                subject,
                sha256=examined.subject.sha256,
                size_bytes=len(content),
                executable=examined.subject.executable,
            )
            if _is_reported(examined):
                findings = (*(findings or _run(file_history.find, file)), *examined.findings)
        findings += tuple(_run(renamed_into_place.find, file)) if findings else ()
        return Examination(subject, findings) if findings else None

    def _examine(self, gone: _Recorded, content: bytes, times: Timestamps) -> Examination:
        entry_path = "/".join((self._volume.top, *gone.names) if self._volume.top else gone.names)
        configuration = self._host.surveyed.configuration
        settings = configuration.settings(configuration.chain_above(entry_path))
        artifact = Artifact(entry_path, gone.file.path, gone.file.role, len(content), times, settings)
        return examine_bytes(content, artifact, self._host.job, builds=self._host.surveyed.host.builds)


def _is_reported(examination: Examination) -> bool:
    return any(finding.severity > Severity.INFO for finding in examination.findings)


def _findings(file: RecordedFile, examination: Examination) -> Iterator[Finding]:
    """Yield the findings about the history of a file that is there."""
    renamed = list(_run(renamed_into_place.find, file))
    yield from renamed
    if _is_reported(examination) or any(each.severity > Severity.INFO for each in renamed):
        yield from _run(file_history.find, file)


def _run(find: Detector, file: RecordedFile) -> Iterator[Finding]:
    return find(file)


def _name_of(record: FileRecord, name: str) -> FileName:
    folded = fold(name)
    return next((each for each in record.names if fold(each.name) == folded), record.names[0])


def _times_of(record: FileRecord, name: str) -> Timestamps:
    named = _name_of(record, name)
    return Timestamps(
        record.modified_utc,
        record.created_utc,
        record.changed_utc,
        original=True,
        name_created_utc=named.created_utc,
        name_modified_utc=named.modified_utc,
    )


def _differs(subject: Subject, record: FileRecord) -> bool:
    """Return True if a file has the times of a copy, and its record others: the table is not that of the copy."""
    mine, its = subject.times.modified_utc, record.modified_utc
    known = mine is not None and its is not None and record.size_bytes == subject.size_bytes
    return known and not subject.times.original and abs(mine - its) > _ROUNDED  # type: ignore[operator]


def _with_times(subject: Subject, record: FileRecord, *, is_older: bool) -> Subject:
    """Return a file with the times of its name.

    The times of a copy are replaced by those in its record, if ``is_older`` is true: the table is that of the server.
    """
    name = subject.path.rpartition("\\")[2]
    times, found = subject.times, _times_of(record, name)
    if not times.original:
        is_same = is_older and record.size_bytes == subject.size_bytes
        return replace(subject, times=found._replace(accessed_utc=times.accessed_utc)) if is_same else subject
    if times.name_created_utc is not None or times.created_utc is None:
        return subject  # known already; or copying changed the creations of all files
    named = times._replace(name_created_utc=found.name_created_utc, name_modified_utc=found.name_modified_utc)
    return replace(subject, times=named)


def _around(times: Sequence[datetime], when: datetime | None, undated: int) -> int:
    """Return the number of deletions within an hour of a time; of those without a time, the number of all."""
    if when is None:
        return undated
    return bisect_right(times, when + _HOUR) - bisect_left(times, when - _HOUR)
