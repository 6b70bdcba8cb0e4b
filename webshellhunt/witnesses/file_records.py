"""File records as a witness: pages that are gone, how pages came to their place, and times that programs can't set.

::

    $MFT, $UsnJrnl ─▶ records of each drive ─┬▶ files that are there: times, renamings, history
                                             └▶ pages that are gone or not collected: traces, small ones examined
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, extension_of
from webshellhunt.detectors.placement import file_history, page_not_collected, recorded_deletion, renamed_into_place
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import folded, split_server_path
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.ntfs.histories import Place
from webshellhunt.ntfs.listed_files import ListedFile
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.views.recorded_file import RecordedFile
from webshellhunt.witnesses.recorded_drive import Recorded, RecordedDrive, times_of
from webshellhunt.witnesses.setup_times import HOUR, MANY, SetupTimes
from webshellhunt.witnesses.signs import find_table

_ROUNDED = timedelta(seconds=2)  # times in a ZIP archive

MOST_EXAMINED: Final = 10_000


def hear_file_records(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Yield the examined files with the times of their records, the traces of pages that are gone, and gaps."""
    volumes = host.surveyed.paths.volumes
    for volume in volumes:
        drive = RecordedDrive(host, volume)
        yield from drive.records.gaps
        yield from _examinations(drive)
        yield from traces_of(drive)
    if all(volume.top for volume in volumes) and find_table(host.source, host.surveyed.paths.lookup, "") is not None:
        reason = "the letter of its drive is unknown, so that its records have no place on the server"
        yield Gap("file-table-not-read", "witnesses", "$MFT", reason)


def _examinations(drive: RecordedDrive) -> Iterator[Examination | Gap]:
    """Yield the examined files with the times of their records, and with findings about their history."""
    histories = {each.file: each for each in drive.records.histories}
    silent = []
    known = [(each, drive.there[key][1]) for key, each in drive.files.items() if key in drive.there]
    is_older = any(_differs(each.subject, record) for each, record in known)
    for examination, record in known:
        told = replace(examination, subject=_with_times(examination.subject, record, is_older=is_older))
        history = histories.get(record.reference)
        if history is not None:
            file = drive.recorded(split_server_path(told.subject.path).names, history, record).file
            told = replace(told, findings=(*told.findings, *_findings(file, told)))
        elif told.is_reported:
            silent.append(told.subject.path)
        if told != examination:
            yield told
    since = second_in_utc(drive.records.since_utc)
    if silent and since is not None:
        reason = f"the change journal begins {since} and has no record of {silent[0]}"
        more = f" and {len(silent) - 1} more files with findings" if len(silent) > 1 else ""
        yield Gap("journal-begins-later", "witnesses", drive.records.journal_path or "", reason + more)


def _findings(file: RecordedFile, examination: Examination) -> Iterator[Finding]:
    """Yield the findings about the history of a file that is there."""
    renamed = list(renamed_into_place.find(file))
    yield from renamed
    if examination.is_reported or any(each.severity > Severity.INFO for each in renamed):
        yield from file_history.find(file)


def _differs(subject: Subject, record: ListedFile) -> bool:
    """Return True if a file has the times of a copy, and its record others: the table is not that of the copy."""
    mine, its = subject.times.modified_utc, record.modified_utc
    if subject.times.original or mine is None or its is None or record.size_bytes != subject.size_bytes:
        return False
    return abs(mine - its) > _ROUNDED


def _with_times(subject: Subject, record: ListedFile, *, is_older: bool) -> Subject:
    """Return a file with the times of its name.

    The times of a copy are replaced by those in its record if ``is_older`` is true, as the table is that of the server,
    and where the source has no times at all.
    """
    times, found = subject.times, times_of(record, subject.path.rpartition("\\")[2])
    if not times.original:
        is_same = (is_older or times.modified_utc is None) and record.size_bytes == subject.size_bytes
        return replace(subject, times=found._replace(accessed_utc=times.accessed_utc)) if is_same else subject
    if times.name_created_utc is not None or times.created_utc is None:
        return subject  # known already; or copying changed the creations of all files
    named = times._replace(name_created_utc=found.name_created_utc, name_modified_utc=found.name_modified_utc)
    return replace(subject, times=named)


def traces_of(drive: RecordedDrive) -> Iterator[Examination | Gap]:
    """Yield the traces of the pages of a drive that are gone or were not collected, and a gap if there are too many."""
    missing = sorted(chain(_with_company(drive), _not_collected(drive)), key=_is_ordinary)
    traces = (trace for each in missing[:MOST_EXAMINED] if (trace := _trace(drive, each)) is not None)
    yield from traces
    if len(missing) > MOST_EXAMINED:
        reason = f"it has {len(missing):,} pages that are gone or were not collected; {MOST_EXAMINED:,} were examined"
        yield Gap(
            "file-records-cut", "witnesses", drive.records.table_path or drive.volume.letter, reason, matters=True
        )


def _is_ordinary(recorded: Recorded) -> bool:
    """Return False for a page in a directory of setup that Exchange does not ship: these come first."""
    return recorded.file.role not in SETUP_ROLES or recorded.file.is_shipped


def _with_company(drive: RecordedDrive) -> Iterator[Recorded]:
    """Yield the pages that are gone, with the knowledge whether many others went at the same time, and if by setup."""
    setup = SetupTimes(drive)
    removed = list(_gone(drive, setup))
    gone = [each for each in removed if folded(each.names) not in drive.there and not drive.is_found(each.names)]
    times = sorted(when for each in removed if (when := each.file.gone_utc) is not None)
    undated = Counter(folded(each.names[:-1]) for each in gone if each.file.gone_utc is None)
    for each in gone:
        many = _around(times, each.file.gone_utc, undated[folded(each.names[:-1])]) >= MANY
        is_of_setup = each.file.is_of_setup or setup.explain(each.file)
        yield each._replace(file=each.file._replace(among_many=many, is_of_setup=is_of_setup))


def _gone(drive: RecordedDrive, setup: SetupTimes) -> Iterator[Recorded]:
    """Yield the served pages whose record is free, or that were deleted or moved away according to the journal."""
    free = {each.reference: each for each in drive.records.table.files if not each.in_use}
    for history in drive.records.histories:
        record = free.pop(history.file, None)
        places = [history.place] if history.deleted_utc is not None else []
        places += [each.old for each in reversed(history.renamings)]
        last: dict[tuple[str, ...], Recorded] = {}  # a name in another spelling is the same place
        for place in dict.fromkeys(places):
            names = _served_names(drive, place)
            if names is not None and folded(names) not in last:
                recorded = drive.recorded(names, history.until_it_left(place), record)
                file = recorded.file._replace(is_gone=True, is_of_setup=setup.became_stock(history))
                last[folded(names)] = recorded._replace(file=file)
        yield from last.values()
    for record in free.values():
        for name in record.names:
            names = _served_names(drive, Place(name.parent, name.name))
            if names is not None:
                recorded = drive.recorded(names, None, record)
                yield recorded._replace(file=recorded.file._replace(is_gone=True))


def _not_collected(drive: RecordedDrive) -> Iterator[Recorded]:
    """Yield the served pages that are there according to the file table, and that the source lacks."""
    histories = {each.file: each for each in drive.records.histories}
    for key, (names, record) in drive.there.items():
        served = key not in drive.files and _is_served_page(drive, names)
        if served and not drive.is_found(names):
            recorded = drive.recorded(names, histories.get(record.reference), record)
            yield recorded._replace(file=recorded.file._replace(is_collected=False))


def _served_names(drive: RecordedDrive, place: Place) -> tuple[str, ...] | None:
    """Return the names of a page from the top of the drive, if its directory serves pages."""
    names = drive.names_of(place)
    return names if names is not None and _is_served_page(drive, names) else None


def _is_served_page(drive: RecordedDrive, names: tuple[str, ...]) -> bool:
    return extension_of(names[-1]) in PAGE_EXTENSIONS and drive.role_of(names) is not None


def _trace(drive: RecordedDrive, recorded: Recorded) -> Examination | None:
    """Return the trace of a page, with the findings in its content if its record has it; ``None`` without any."""
    file, record = recorded.file, recorded.record
    times = Timestamps() if record is None else times_of(record, recorded.names[-1])
    presence = Presence.DELETED if file.is_gone else Presence.NOT_COLLECTED
    subject = Subject(SubjectKind.TRACE, file.path, presence=presence, role=file.role, times=times)
    findings: tuple[Finding, ...] = (*recorded_deletion.find(file), *page_not_collected.find(file))
    content = record.content if record is not None else None
    if content:
        examined = _examine(drive, recorded, content, times)
        mine = examined.subject
        subject = replace(subject, sha256=mine.sha256, size_bytes=len(content), executable=mine.executable)
        if examined.is_reported:
            findings = (*(findings or file_history.find(file)), *examined.findings)
    findings = (*findings, *renamed_into_place.find(file)) if findings else ()
    trace = Examination(subject, findings)
    return trace if trace.is_reported else None


def _examine(drive: RecordedDrive, recorded: Recorded, content: bytes, times: Timestamps) -> Examination:
    """Examine the content that a file record has, as of a file at its place."""
    entry_path, surveyed = drive.entry_path(recorded.names), drive.host.surveyed
    settings = surveyed.configuration.settings(surveyed.configuration.chain_above(entry_path))
    artifact = Artifact(entry_path, recorded.file.path, recorded.file.role, len(content), times, settings)
    return examine_bytes(content, artifact, drive.host.job, builds=surveyed.host.builds)


def _around(times: Sequence[datetime], when: datetime | None, undated: int) -> int:
    """Return the number of deletions within an hour of a time; without a time, the number of those of its directory."""
    if when is None:
        return undated
    return bisect_right(times, when + HOUR) - bisect_left(times, when - HOUR)
