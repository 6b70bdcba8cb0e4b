"""The lines of the text report about the logs: the use of a file, the timeline, clients, and the extent of the logs."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.content.logs import client_words, log_name, log_notes, period_sentence, rows_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import second
from webshellhunt.reports.writers.text.timeline_lines import moment_line
from webshellhunt.reports.writers.text.traffic_chart import WIDTH, traffic_chart
from webshellhunt.views.figures import count_in_words

_CLIENTS = 5
_STEPS = 8


def client_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the clients of accused pages, each with its traces in order."""
    clients = () if report.traffic is None else report.traffic.clients
    for each in clients if options.show_all else clients[:_CLIENTS]:
        yield f"{one_line(each.address)}: {client_words(each)}"
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
    period = period_sentence(report)
    if period:
        yield period
    if report.traffic.sentence:
        yield one_line(report.traffic.sentence)
    for each in report.traffic.coverage:
        when = f", {second(each.first_utc)} to {second(each.last_utc)}" if each.first_utc is not None else ""
        yield f"{log_name(each)}: {count_in_words(each.files, 'file')}, {rows_words(each)}{when}"
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
