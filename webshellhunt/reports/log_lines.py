"""The lines of the text report about the logs: the use of a file, the timeline, clients, and the extent of the logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from webshellhunt.model.log_results import Client, LogCoverage, Moment
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import LogKind, Use
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.times import utc
from webshellhunt.reports.traffic_chart import traffic_chart

_MOMENTS = 25
_CLIENTS = 5
_STEPS = 8
_NOTES = 10
_LABELS = {
    LogKind.IIS: "IIS",
    LogKind.FTP: "FTP",
    LogKind.HTTP_ERR: "HTTP.sys errors",
    LogKind.HTTP_PROXY: "Exchange HttpProxy",
    LogKind.ECP_ACTIVITY: "ECP activity",
    LogKind.ECP_SERVER: "ECP server",
    LogKind.OAB_GENERATOR: "OAB generator",
    LogKind.CMDLET: "PowerShell requests",
    LogKind.EWS: "EWS",
    LogKind.MESSAGE_TRACKING: "message tracking",
    LogKind.EVENTS: "event logs",
}


def use_line(use: Use) -> str:
    """Return the use of a file in one sentence; a page that nobody requested is still a page."""
    if not use.requests:
        return "not requested in the logs that are here; that does not make it harmless"
    statuses = ", ".join(f"{one_line(status)}: {count:,}" for status, count in use.statuses[:5])
    asked = f"requested {_times(use.requests)}" + (f" (status {statuses})" if statuses else "")
    if not use.answered:
        return f"{asked}, never answered"
    until = f" until {_second(use.last_utc)}" if use.last_utc != use.first_utc else ""
    named = ", ".join(one_line(each) for each in use.clients[:3])
    more = f" and {use.client_count - 3:,} more" if use.client_count > 3 else ""
    sizes = f", {use.sent_bytes:,} bytes sent" if use.sent_bytes is not None else ""
    return f"{asked}, answered {_times(use.answered)} from {_second(use.first_utc)}{until}, to {named}{more}{sizes}"


def timeline_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the moments of the report, one a line."""
    shown = report.timeline if options.show_all else report.timeline[:_MOMENTS]
    yield from (_moment(each) for each in shown)
    if len(report.timeline) > len(shown):
        yield f"{len(report.timeline) - len(shown):,} more (--all lists each)"


def client_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the clients of accused pages, each with its traces in order."""
    clients = () if report.traffic is None else report.traffic.clients
    for each in clients if options.show_all else clients[:_CLIENTS]:
        yield _client(each)
        steps = each.moments if options.show_all else each.moments[:_STEPS]
        yield from (f"  {_moment(step)}" for step in steps)
        if len(each.moments) > len(steps):
            yield f"  {len(each.moments) - len(steps):,} more addresses (--all lists each)"
    if len(clients) > _CLIENTS and not options.show_all:
        yield f"{len(clients) - _CLIENTS:,} more clients (--all lists each)"


def log_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the days of the logs, and their extent by kind and site."""
    if report.traffic is None:
        return
    if report.traffic.sentence:
        yield one_line(report.traffic.sentence)
    yield from map(_coverage, report.traffic.coverage)
    notes = [each for each in report.verdicts if _is_note(each)]
    for each in notes[:_NOTES]:
        yield one_line(Redaction(each, show_secrets=options.show_secrets).text(each.findings[0].message))
    if len(notes) > _NOTES:
        yield f"{len(notes) - _NOTES:,} more notes (--all lists each)"


def _is_note(verdict: Verdict) -> bool:
    """Return True for a trace that accuses nobody, such as attempts that failed."""
    return (
        verdict.subject.kind is SubjectKind.TRACE
        and verdict.disposition is Disposition.BENIGN
        and bool(verdict.findings)
    )


def chart_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield a chart of the outgoing traffic by day, with a mark below the days of a lead; none without a lead."""
    traffic = report.traffic
    if traffic is None or not (options.show_all or any(each.is_marked for each in traffic.days)):
        return
    days = [(each.day, each.total) for each in traffic.days]
    marked = [each.day for each in traffic.days if each.is_marked]
    chart = traffic_chart(days, unit=one_line(traffic.measure), marked=marked, only_ascii=options.only_ascii)
    yield from (f"  {line}" for line in chart)


def _moment(moment: Moment) -> str:
    witness = f" ({one_line(moment.witness)})" if moment.witness else ""
    return f"{_second(moment.when_utc)}  {one_line(moment.event)}{witness}"


def _client(client: Client) -> str:
    until = f" until {_second(client.last_utc)}" if client.last_utc != client.first_utc else ""
    proxy = "; its share of all requests is that of a proxy, which stands for many clients" if client.is_proxy else ""
    requests = f"{client.requests:,} request{'' if client.requests == 1 else 's'}"
    return f"{one_line(client.address)}: {requests} from {_second(client.first_utc)}{until}{proxy}"


def _coverage(each: LogCoverage) -> str:
    site = "" if each.site is None else f", site {each.site}"
    files = f"{each.files:,} file{'' if each.files == 1 else 's'}"
    broken = f", {each.broken:,} of them broken" if each.broken else ""
    when = f", {_second(each.first_utc)} to {_second(each.last_utc)}" if each.first_utc is not None else ""
    return f"{_LABELS[each.kind]}{site}: {files}, {each.rows:,} rows{broken}{when}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _second(when: datetime | None) -> str | None:
    """Return a time without the parts of a second that logs of Exchange have."""
    return None if when is None else utc(when.replace(microsecond=0))
