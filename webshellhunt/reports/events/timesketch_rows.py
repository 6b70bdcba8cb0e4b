"""The rows of Timesketch: the columns that its importer requires, and ours.

Source:
    The guide of Timesketch about JSONL and CSV, and its importer: ``message``, ``datetime`` and ``timestamp_desc`` are
    required; ``timestamp`` is in microseconds; ``tag`` is a list. It drops times that its library can't store.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from webshellhunt.model.report import Report
from webshellhunt.reports.content.subjects import leading_finding
from webshellhunt.reports.events.attack_names import techniques_of
from webshellhunt.reports.events.event_times import EPOCH, microseconds, with_offset
from webshellhunt.reports.events.file_names import path_of_file
from webshellhunt.reports.events.grading import severity_of
from webshellhunt.reports.events.leading_excerpt import leading_excerpt
from webshellhunt.reports.events.timeline_events import NOT_A_TIME, TimelineEvent, timeline_events
from webshellhunt.reports.identity import subject_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc

COLUMNS: Final = (
    "message", "datetime", "timestamp", "timestamp_desc", "data_type", "tag", "hostname", "file_path", "sha256",
    "disposition", "severity", "presence", "rule", "rule_title", "techniques", "url", "ip_address", "witness",
    "until", "excerpt", "subject_id", "location",
)  # fmt: skip
_YEARS: Final = range(1700, 2262)
"""The years that the importer stores."""

Row = dict[str, Any]


def timesketch_rows(report: Report, options: Options) -> Iterator[Row]:
    """Yield the rows of a report in the order of time, each with all columns; a value may be ``None``."""
    of_report = {"hostname": _text(report.host.name), "location": _text(report.location)}
    for event in sorted(timeline_events(report, options), key=lambda event: microseconds(event.when)):
        made = {**_row(event), **of_report, **_of_verdict(event, report, options)}
        yield {name: made.get(name) for name in COLUMNS}


def _row(event: TimelineEvent) -> Row:
    when, is_time = event.when, event.when.year in _YEARS
    message = decodable(event.message) or event.description
    return {
        "message": message if is_time else f"{message} ({utc(when)})",
        "datetime": with_offset(when if is_time else EPOCH),
        "timestamp": microseconds(when if is_time else EPOCH),
        "timestamp_desc": event.description if is_time else NOT_A_TIME,
        "data_type": f"webshellhunt:{event.kind}",
        "tag": ["webshellhunt", event.kind],
        "file_path": _text(event.path if event.verdict is None else path_of_file(event.verdict)),
        "ip_address": _text(event.client),
        "witness": _text(event.witness),
        "until": _until(event.until),
    }


def _of_verdict(event: TimelineEvent, report: Report, options: Options) -> Row:
    """Return the columns about the subject; the excerpt stands once, with its verdict."""
    verdict = event.verdict
    if verdict is None:
        return {}
    leading, subject = leading_finding(verdict), verdict.subject
    is_verdict = event.kind == "verdict"
    return {
        "tag": ["webshellhunt", event.kind, verdict.disposition.label],
        "sha256": subject.sha256,
        "disposition": verdict.disposition.label,
        "severity": severity_of(verdict).label,
        "presence": subject.presence.value,
        "rule": _text(leading.rule.id) if leading is not None else None,
        "rule_title": _text(leading.rule.title) if leading is not None else None,
        "techniques": [each.sub_id or each.id for each in techniques_of(verdict)],
        "url": _text(subject.urls[0].address) if subject.urls else None,
        "excerpt": leading_excerpt(verdict, options) if is_verdict else None,
        "subject_id": subject_id(subject, report.host.name, report.location),
    }


def _until(until: datetime | None) -> str | None:
    return with_offset(until) if until is not None else None


def _text(text: str | None) -> str | None:
    return decodable(text) if text else None
