"""The records of what the logs say: the use of a file, the extent of the logs, clients and the timeline."""

from __future__ import annotations

from webshellhunt.model.log_results import Moment, Traffic
from webshellhunt.model.traffic import Use
from webshellhunt.reports.content.logs import LogNotes
from webshellhunt.reports.records.plain import Record, plain_record


def use_record(use: Use) -> Record:
    """Return the record of the requests for one file."""
    counts = {"methods": dict(use.methods), "statuses": dict(use.statuses)}
    return plain_record(use, line=use.line or None, **counts)


def traffic_record(traffic: Traffic, notes: LogNotes) -> Record:
    """Return the record of the logs of a host."""
    coverage = [plain_record(each, "kind", log=each.kind) for each in traffic.coverage]
    return plain_record(traffic, coverage=coverage, notes=notes.sentences, more_notes=notes.more)


def moment_record(moment: Moment) -> Record:
    """Return the record of one line of a timeline."""
    return plain_record(moment)
