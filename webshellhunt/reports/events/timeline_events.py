"""The events of a report for a timeline: moments, times of files, requests of clients, witnesses of builds, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import is_listed
from webshellhunt.reports.events.event_times import hunt_time
from webshellhunt.reports.events.grading import is_alert
from webshellhunt.reports.events.messages import message_of
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.redaction import Redaction

_KINDS: Final = {
    MomentKind.PLANTED: "Planting Time",
    MomentKind.FIRST_USED: "First Used Time",
    MomentKind.LAST_USED: "Last Used Time",
    MomentKind.FIXED: "Fix Installation Time",
    MomentKind.EXPLOITED: "Exploitation Time",
    MomentKind.VIEW_STATE: "View State Request Time",
    MomentKind.LOG_CLEARED: "Log Clearing Time",
    MomentKind.TAKEN: "Act Time",
    MomentKind.DETECTED: "Antivirus Detection Time",
    MomentKind.REMOVED: "Antivirus Removal Time",
    MomentKind.CREATED: "Creation Time",
    MomentKind.RENAMED: "Rename Time",
    MomentKind.DELETED: "Deletion Time",
    MomentKind.OTHER: "Event Time",
}
_HUNT: Final = "Hunt Time"
NOT_A_TIME: Final = "Not a time"
"""The description that forensic timelines use for an event without a time."""


class TimelineEvent(NamedTuple):
    """An event: its time, its sentence, the description of the time, and the kind of the event.

    ``verdict`` is the one on the subject of the event, if there is one; ``client`` is the address of a client.
    """

    when: datetime
    message: str
    description: str
    kind: str
    verdict: Verdict | None = None
    path: str = ""
    witness: str = ""
    until: datetime | None = None
    client: str = ""


def timeline_events(report: Report, options: Options) -> Iterator[TimelineEvent]:
    """Yield the events of a report, those of each subject together."""
    accused = {decodable(verdict.subject.path): verdict for verdict in reversed(report.accused)}
    for moment in report.timeline:
        yield _of_moment(moment, accused.get(decodable(moment.path)))
    told = {(moment.kind, decodable(moment.path)) for moment in report.timeline}
    when, description = hunt_time(report), _HUNT if report.run.started_utc is not None else NOT_A_TIME
    for verdict in report.verdicts:
        if not is_listed(verdict, options):
            continue
        redaction = Redaction(verdict, show_secrets=options.show_secrets)
        said = message_of(verdict, options)
        yield TimelineEvent(when, said, description, "verdict", verdict, verdict.subject.path)
        if is_alert(verdict):
            yield from _untold(verdict, redaction, told)
            yield from _times_of_file(verdict)
    yield from _clients(report)
    yield from _builds(report)
    for gap in report.gaps:
        if gap.matters:
            yield TimelineEvent(when, f"not examined: {gap.path}: {gap.reason}", description, "gap", path=gap.path)
    yield TimelineEvent(when, f"hunt: {report.assessment.sentence}", description, "assessment")


def _of_moment(moment: Moment, verdict: Verdict | None) -> TimelineEvent:
    kind, until = moment.kind, moment.until_utc
    said = moment.event if until is None else f"{moment.event} (until {until:%Y-%m-%d %H:%M:%S} by other witnesses)"
    return TimelineEvent(
        moment.when_utc, said, _KINDS[kind], kind.value, verdict, moment.path, moment.witness, moment.until_utc
    )


def _untold(verdict: Verdict, redaction: Redaction, told: set[tuple[MomentKind, str]]) -> Iterator[TimelineEvent]:
    """Yield planting and use if the timeline of the report, which is limited, doesn't have them."""
    path, planting, use = verdict.subject.path, verdict.planting, verdict.use
    if planting is not None:
        said, witness = redaction.text(planting.sentence), planting.witness
        yield from _untold_moment(MomentKind.PLANTED, planting.when_utc, said, witness, verdict, told)
    if use is not None and use.answered:
        yield from _untold_moment(MomentKind.FIRST_USED, use.first_utc, f"first used: {path}", "", verdict, told)
        yield from _untold_moment(MomentKind.LAST_USED, use.last_utc, f"last used: {path}", "", verdict, told)


def _untold_moment(
    kind: MomentKind,
    when: datetime | None,
    said: str,
    witness: str,
    verdict: Verdict,
    told: set[tuple[MomentKind, str]],
) -> Iterator[TimelineEvent]:
    if when is not None and (kind, decodable(verdict.subject.path)) not in told:
        yield TimelineEvent(when, said, _KINDS[kind], kind.value, verdict, verdict.subject.path, witness)


def _times_of_file(verdict: Verdict) -> Iterator[TimelineEvent]:
    """Yield the times of an accused file. Those of a copy are times of nothing that happened on the server."""
    times, path = verdict.subject.times, verdict.subject.path
    named = (
        (times.name_created_utc, "created (file name)", "Creation Time", "$FILE_NAME"),
        (times.name_modified_utc, "modified (file name)", "Content Modification Time", "$FILE_NAME"),
    )
    standard = (
        (times.created_utc, "created", "Creation Time", "file times"),
        (times.modified_utc, "modified", "Content Modification Time", "file times"),
        (times.changed_utc, "record changed", "Metadata Modification Time", "file times"),
        (times.accessed_utc, "accessed", "Last Access Time", "file times"),
    )
    for when, word, description, witness in (*standard, *named) if times.original else named:
        if when is not None:
            yield TimelineEvent(when, f"file {word}: {path}", description, "file_time", verdict, path, witness)


def _clients(report: Report) -> Iterator[TimelineEvent]:
    for client in report.traffic.clients if report.traffic is not None else ():
        address = client.address
        for when, word in ((client.first_utc, "First"), (client.last_utc, "Last")):
            if when is not None:
                said = f"{word.lower()} request of client {address}"
                yield TimelineEvent(when, said, f"{word} Request Time", "client", client=address)
        for moment in client.moments:
            said, witness = f"client {address}: {moment.event}", moment.witness
            yield TimelineEvent(moment.when_utc, said, "Request Time", "request", witness=witness, client=address)


def _builds(report: Report) -> Iterator[TimelineEvent]:
    for each in report.patch_state.witnesses if report.patch_state is not None else ():
        if each.when_utc is not None:
            said = f"build {each.build or 'unknown'}{f', {each.update}' if each.update else ''}: {each.kind.words}"
            yield TimelineEvent(each.when_utc, said, "Build Witness Time", "build", witness=each.where)
