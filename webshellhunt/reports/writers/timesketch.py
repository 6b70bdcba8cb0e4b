"""The Timesketch format: a timeline as JSON Lines, one event a line, as its importer takes it.

Its events are moments, times of files, requests of clients, witnesses of builds, and gaps.

Source:
    The guide of Timesketch about JSONL and CSV, and its importer: ``message``, ``datetime`` and ``timestamp_desc`` are
    required; ``timestamp`` is in microseconds; ``tag`` is a list. It drops times that its library can't store.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.reports import platforms
from webshellhunt.reports.content.subjects import ShownVerdict, Whole, shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc

ABOUT = "a timeline for Timesketch, one event a line"
EXTENSIONS = ("timesketch.jsonl",)

COLUMNS: Final = (
    "message", "datetime", "timestamp", "timestamp_desc", "data_type", "tag", "hostname", "file_path", "key_path",
    "sha256", "disposition", "severity", "presence", "rule", "rule_title", "techniques", "url", "ip_address", "witness",
    "until", "excerpt", "subject_id", "location",
)  # fmt: skip
_YEARS: Final = range(1700, 2262)
"""The years that the importer stores."""

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
NOT_A_TIME: Final = "Not a time"
"""The description that forensic timelines use for an event without a time."""

Row = dict[str, Any]


class TimelineEvent(NamedTuple):
    """An event: its time, its sentence, the description of the time, and the kind of the event.

    ``shown`` is the subject of the event, if it is listed or accused; ``client`` is the address of a client.
    """

    when: datetime
    message: str
    description: str
    kind: str
    shown: ShownVerdict | None = None
    path: str = ""
    witness: str = ""
    until: datetime | None = None
    client: str = ""


def timesketch_rows(report: Report, options: Options) -> Iterator[Row]:
    """Yield the rows of a report in the order of time, each with all columns; a value may be ``None``."""
    of_report = {"hostname": _text(report.host.name), "location": _text(report.location)}
    for event in sorted(timeline_events(report, options), key=lambda event: platforms.microseconds(event.when)):
        made = {**_row(event), **of_report, **_of_subject(event)}
        yield {name: made.get(name) for name in COLUMNS}


lines: partial[Iterator[str]] = partial(platforms.object_lines, objects=timesketch_rows)


def _row(event: TimelineEvent) -> Row:
    when, is_time = event.when, event.when.year in _YEARS
    message = decodable(event.message) or event.description
    return {
        "message": message if is_time else f"{message} ({utc(when)})",
        "datetime": platforms.with_offset(when if is_time else platforms.EPOCH),
        "timestamp": platforms.microseconds(when if is_time else platforms.EPOCH),
        "timestamp_desc": event.description if is_time else NOT_A_TIME,
        "data_type": f"webshellhunt:{event.kind}",
        "tag": ["webshellhunt", event.kind],
        "file_path": _text(event.path if event.shown is None else platforms.path_of_file(event.shown.verdict)),
        "key_path": _key_path(event.shown),
        "ip_address": _text(event.client),
        "witness": _text(event.witness),
        "until": platforms.with_offset(event.until) if event.until is not None else None,
    }


def _key_path(shown: ShownVerdict | None) -> str | None:
    """Return the path of a registry key, as Plaso names this column."""
    key = None if shown is None else platforms.registry_key(shown.verdict)
    return None if key is None else key.full


def _of_subject(event: TimelineEvent) -> Row:
    """Return the columns about the subject; the excerpt stands once, with its verdict."""
    shown = event.shown
    if shown is None:
        return {}
    verdict, subject, leading = shown.verdict, shown.subject, shown.leading
    return {
        "tag": ["webshellhunt", event.kind, verdict.disposition.label],
        "sha256": subject.sha256,
        "disposition": verdict.disposition.label,
        "severity": platforms.severity_of(verdict).label,
        "presence": subject.presence.value,
        "rule": _text(leading.rule_id) if leading is not None else None,
        "rule_title": _text(leading.finding.rule.title) if leading is not None else None,
        "techniques": [each.sub_id or each.id for each in platforms.techniques_of(verdict)],
        "url": _text(subject.urls[0].address) if subject.urls else None,
        "excerpt": platforms.leading_excerpt(shown) if event.kind == "verdict" else None,
        "subject_id": shown.id,
    }


def _text(text: str | None) -> str | None:
    return decodable(text) if text else None


def timeline_events(report: Report, options: Options) -> Iterator[TimelineEvent]:
    """Yield the events of a report, those of each subject together."""
    whole = Whole.of(report, options)
    accused = {decodable(each.subject.path): ShownVerdict(each, whole) for each in reversed(report.accused)}
    for moment in report.timeline:
        yield _of_moment(moment, accused.get(decodable(moment.path)))
    told = {(moment.kind, decodable(moment.path)) for moment in report.timeline}
    when, description = platforms.hunt_time(report), "Hunt Time" if report.run.started_utc is not None else NOT_A_TIME
    for shown in shown_verdicts(report, options):
        yield TimelineEvent(when, platforms.message_of(shown), description, "verdict", shown, shown.path)
        if platforms.is_alert(shown.verdict):
            yield from (each for each in _planting_and_use(shown) if (each.kind, shown.path) not in told)
            yield from _times_of_file(shown)
    yield from _clients(report)
    yield from _builds(report)
    for gap in report.gaps:
        if gap.matters:
            yield TimelineEvent(when, f"not examined: {gap.path}: {gap.reason}", description, "gap", path=gap.path)
    yield TimelineEvent(when, f"hunt: {report.assessment.sentence}", description, "assessment")


def _of_moment(moment: Moment, shown: ShownVerdict | None) -> TimelineEvent:
    kind, until = moment.kind, moment.until_utc
    said = moment.event if until is None else f"{moment.event} (until {until:%Y-%m-%d %H:%M:%S} by other witnesses)"
    return TimelineEvent(
        moment.when_utc, said, _KINDS[kind], kind.value, shown, moment.path, moment.witness, moment.until_utc
    )


def _planting_and_use(shown: ShownVerdict) -> Iterator[TimelineEvent]:
    """Yield planting and use, which the timeline of the report may lack: it is limited."""
    path, planting, use = shown.path, shown.verdict.planting, shown.verdict.use
    events = []
    if planting is not None:
        events.append((MomentKind.PLANTED, planting.when_utc, shown.planting, planting.witness))
    if use is not None and use.answered and not use.visited:
        events.append((MomentKind.FIRST_USED, use.first_utc, f"first used: {path}", ""))
        events.append((MomentKind.LAST_USED, use.last_utc, f"last used: {path}", ""))
    for kind, when, said, witness in events:
        if when is not None:
            yield TimelineEvent(when, said, _KINDS[kind], kind.value, shown, path, witness)


def _times_of_file(shown: ShownVerdict) -> Iterator[TimelineEvent]:
    """Yield the times of an accused file. Those of a copy are times of nothing that happened on the server."""
    times, path = shown.subject.times, shown.path
    is_key = platforms.registry_key(shown.verdict) is not None
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
            kind, what, by = ("key_time", "registry key", "registry") if is_key else ("file_time", "file", witness)
            yield TimelineEvent(when, f"{what} {word}: {path}", description, kind, shown, path, by)


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
