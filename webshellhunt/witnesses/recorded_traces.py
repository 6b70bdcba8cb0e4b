"""Recorded traces: pages that file records have and the source lacks, deleted or not collected."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Final

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, extension_of
from webshellhunt.detectors.placement import file_history, page_not_collected, recorded_deletion, renamed_into_place
from webshellhunt.host.machine.paths import folded
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.ntfs.histories import Place
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.witnesses.recorded_drive import Recorded, RecordedDrive, times_of
from webshellhunt.witnesses.setup_times import HOUR, MANY, SetupTimes

MOST_EXAMINED: Final = 10_000


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
