"""File records as a witness: pages that are gone, how pages came to their place, and times that programs can't set.

::

    $MFT, $UsnJrnl ─▶ records of each drive ─┬▶ files that are there: times, renamings, history
                                             └▶ pages that are gone or not collected: traces, small ones examined
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from webshellhunt.detectors.placement import file_history, renamed_into_place
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.verdict import Examination, Subject
from webshellhunt.ntfs.listed_files import ListedFile
from webshellhunt.views.recorded_file import RecordedFile
from webshellhunt.witnesses.recorded_drive import RecordedDrive, times_of
from webshellhunt.witnesses.recorded_traces import traces_of
from webshellhunt.witnesses.signs import find_table

_ROUNDED = timedelta(seconds=2)  # times in a ZIP archive


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
