"""The lines of the text report about the logs: the use of a file, the timeline, clients, and the extent of the logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from webshellhunt.model.log_results import Client, LogCoverage
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Use
from webshellhunt.reports.log_notes import log_notes
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.shared_words import LOG_NAMES, many
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.text.timeline_lines import moment_line
from webshellhunt.reports.writers.text.traffic_chart import WIDTH, traffic_chart
from webshellhunt.views.use_words import use_sentence

_CLIENTS = 5
_STEPS = 8


def use_line(use: Use) -> str:
    """Return the use of a file in one sentence."""
    return one_line(use_sentence(use))


def period_line(report: Report) -> str | None:
    """Return the period of which records were read, or ``None`` if that is all."""
    since, until = report.run.options.logs.period
    if since is None and until is None:
        return None
    start = "" if since is None else f" from {_moment_words(since)} on"
    end = "" if until is None else f" {_end_words(until)}"
    options = " and ".join(name for name, value in (("--since", since), ("--until", until)) if value is not None)
    return f"Only log records{start}{end} were read ({options})"


def _end_words(until: datetime) -> str:
    """Return the end of a period; before midnight is until the day before."""
    if until.timetz().replace(tzinfo=None) == time() and until > datetime.min.replace(tzinfo=UTC):
        return f"until {until - timedelta(days=1):%Y-%m-%d}"
    return f"before {_second(until)}"


def _moment_words(when: datetime) -> str | None:
    """Return a time; midnight as a day."""
    return f"{when:%Y-%m-%d}" if when.timetz().replace(tzinfo=None) == time() else _second(when)


def client_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the clients of accused pages, each with its traces in order."""
    clients = () if report.traffic is None else report.traffic.clients
    for each in clients if options.show_all else clients[:_CLIENTS]:
        yield _client(each)
        steps = each.moments if options.show_all else each.moments[:_STEPS]
        yield from (f"  {moment_line(step, options)}" for step in steps)
        if len(each.moments) > len(steps):
            yield f"  {len(each.moments) - len(steps):,} more addresses (--all lists each)"
    if len(clients) > _CLIENTS and not options.show_all:
        yield f"{len(clients) - _CLIENTS:,} more clients (--all lists each)"


def log_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the days of the logs, and their extent by kind and site."""
    if report.traffic is None:
        return
    period = period_line(report)
    if period is not None:
        yield period
    if report.traffic.sentence:
        yield one_line(report.traffic.sentence)
    yield from map(_coverage, report.traffic.coverage)
    notes = log_notes(report, show_secrets=options.show_secrets)
    yield from map(one_line, notes.sentences)
    if notes.more:
        yield f"{notes.more:,} more notes (--all lists each)"


def chart_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield a chart of the outgoing traffic by day, with a mark below the days of a lead; none without a lead."""
    traffic = report.traffic
    if traffic is None or not (options.show_all or any(each.is_marked for each in traffic.days)):
        return
    days = [(each.day, each.total) for each in traffic.days]
    marked = [each.day for each in traffic.days if each.is_marked]
    width = WIDTH if options.width is None else min(WIDTH, options.width - 2)
    unit = one_line(traffic.measure)
    chart = traffic_chart(days, unit=unit, marked=marked, width=width, only_ascii=options.only_ascii)
    yield from (f"  {line}" for line in chart)


def _client(client: Client) -> str:
    until = f" until {_second(client.last_utc)}" if client.last_utc != client.first_utc else ""
    proxy = "; this is a proxy, which stands for many clients" if client.is_proxy else ""
    requests = many(client.requests, "request")
    exploited = f"exploited {', '.join(map(one_line, client.exploits))}; " if client.exploits else ""
    return f"{one_line(client.address)}: {exploited}{requests} from {_second(client.first_utc)}{until}{proxy}"


def _coverage(each: LogCoverage) -> str:
    site = "" if each.site is None else f", site {each.site}"
    files = many(each.files, "file")
    broken = f", {each.broken:,} of them broken" if each.broken else ""
    when = f", {_second(each.first_utc)} to {_second(each.last_utc)}" if each.first_utc is not None else ""
    return f"{LOG_NAMES[each.kind]}{site}: {files}, {many(each.rows, 'row')}{broken}{when}"


def _second(when: datetime | None) -> str | None:
    """Return a time without the parts of a second that logs of Exchange have."""
    return None if when is None else utc(when.replace(microsecond=0))
