"""The records of what the logs say: the use of a file, the extent of the logs, clients and the timeline."""

from __future__ import annotations

from typing import Any

from webshellhunt.model.log_results import Client, LogCoverage, Moment, Traffic
from webshellhunt.model.traffic import Use
from webshellhunt.reports.log_notes import LogNotes
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import day, utc

Record = dict[str, Any]


def use_record(use: Use) -> Record:
    """Return the record of the requests for one file."""
    return {
        "requests": use.requests,
        "answered": use.answered,
        "posted": use.posted,
        "first_utc": utc(use.first_utc),
        "last_utc": utc(use.last_utc),
        "missed_before": use.missed_before,
        "methods": {decodable(name): count for name, count in use.methods},
        "statuses": {decodable(status): count for status, count in use.statuses},
        "clients": [decodable(each) for each in use.clients],
        "client_count": use.client_count,
        "agents": [decodable(each) for each in use.agents],
        "agent_count": use.agent_count,
        "sent_bytes": use.sent_bytes,
        "received_bytes": use.received_bytes,
        "first_ms": use.first_ms,
        "slowest_ms": use.slowest_ms,
        "logs": [decodable(each) for each in use.logs],
        "line": use.line or None,
        "last_log": decodable(use.last_log) or None,
        "last_line": use.last_line or None,
        "in_period": use.in_period,
        "failed": use.failed,
        "unknown": use.unknown,
        "probes": use.probes,
        "by_server": use.by_server,
        "hidden": use.hidden,
        "claimed": [decodable(each) for each in use.claimed],
        "proxies": [decodable(each) for each in use.proxies],
        "tried": [decodable(each) for each in use.tried],
        "tried_count": use.tried_count,
        "missed_utc": utc(use.missed_utc),
        "missed_log": decodable(use.missed_log) or None,
        "missed_line": use.missed_line or None,
        "has_visitors": use.has_visitors,
        "doubts": [decodable(each) for each in use.doubts],
    }


def traffic_record(traffic: Traffic, notes: LogNotes) -> Record:
    """Return the record of the logs of a host."""
    return {
        "sentence": decodable(traffic.sentence),
        "coverage": [_coverage(each) for each in traffic.coverage],
        "clients": [_client(each) for each in traffic.clients],
        "measure": decodable(traffic.measure),
        "days": [{"day": day(e.day), "total": e.total, "is_marked": e.is_marked} for e in traffic.days],
        "notes": [decodable(each) for each in notes.sentences],
        "more_notes": notes.more,
    }


def moment_record(moment: Moment) -> Record:
    """Return the record of one line of a timeline."""
    return {
        "when_utc": utc(moment.when_utc),
        "event": decodable(moment.event),
        "witness": decodable(moment.witness),
        "kind": moment.kind.value,
        "path": decodable(moment.path),
        "until_utc": utc(moment.until_utc),
    }


def _coverage(each: LogCoverage) -> Record:
    return {
        "log": each.kind.value,
        "site": each.site,
        "files": each.files,
        "rows": each.rows,
        "broken": each.broken,
        "first_utc": utc(each.first_utc),
        "last_utc": utc(each.last_utc),
    }


def _client(client: Client) -> Record:
    return {
        "address": decodable(client.address),
        "requests": client.requests,
        "first_utc": utc(client.first_utc),
        "last_utc": utc(client.last_utc),
        "pages": [decodable(each) for each in client.pages],
        "is_proxy": client.is_proxy,
        "exploits": [decodable(each) for each in client.exploits],
        "moments": [moment_record(each) for each in client.moments],
    }
