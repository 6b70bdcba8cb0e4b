"""The lines of the text report about times and logs: the timeline, clients, the extent of the logs, and a chart."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from webshellhunt.model.log_results import DayTotal, Moment
from webshellhunt.model.report import Report
from webshellhunt.reports.content.days import DayColumns, day_columns
from webshellhunt.reports.content.logs import (
    client_words,
    log_name,
    log_notes,
    moment_time,
    period_sentence,
    rows_words,
)
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import second
from webshellhunt.reports.writers.text.layout import name_of, number_words
from webshellhunt.views.figures import bytes_in_words, count_in_words, names_in_words

_CLIENTS: Final = 5
_STEPS: Final = 8
_MOMENTS: Final = 25
_LAST_MOMENTS: Final = 5
_NAMED: Final = 4
_PLACE: Final = re.compile(r"(.*?)((?:, (?:line|record) [0-9]+)?)", re.DOTALL)

WIDTH: Final = 78
"""The width of the chart, in characters."""

_HEIGHT: Final = 8
_LABEL: Final = 9


def timeline_lines(report: Report, numbers: Mapping[Moment, int], options: Options) -> Iterator[str]:
    """Yield the moments of the report, one a line, equal ones of several subjects together; of many the first and last.

    ``numbers`` has the numbers of the blocks about their subjects.
    """
    groups: dict[tuple[str, str, str, str], list[Moment]] = {}
    for number, moment in enumerate(report.timeline):
        is_joined = moment in numbers and moment.event.endswith(moment.path) and not options.show_all
        event = moment.event.removesuffix(moment.path) if is_joined else ""
        witness = _witness(moment, options) if is_joined else str(number)
        groups.setdefault((moment_time(moment), moment.kind.value, event, witness), []).append(moment)
    lines = [
        f"{when}  {one_line(event)} {_named(some, numbers)}{witness}" if event else moment_line(some[0], options)
        for (when, _, event, witness), some in groups.items()
    ]
    if options.show_all or len(lines) <= _MOMENTS + 1:
        yield from lines
        return
    yield from lines[: _MOMENTS - _LAST_MOMENTS]
    yield f"… {len(lines) - _MOMENTS:,} more (--all lists each) …"
    yield from lines[-_LAST_MOMENTS:]


def moment_line(moment: Moment, options: Options) -> str:
    """Return one moment: its time, its event, and the witness in short, whole with ``--all``."""
    return f"{moment_time(moment)}  {one_line(moment.event)}{_witness(moment, options)}"


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
    """Yield the days of the logs, their extent by kind and site, and notes about them."""
    if report.traffic is None:
        return
    notes = log_notes(report, show_secrets=options.show_secrets)
    yield from filter(None, (period_sentence(report), one_line(report.traffic.sentence)))
    for each in report.traffic.coverage:
        when = f", {second(each.first_utc)} to {second(each.last_utc)}" if each.first_utc is not None else ""
        yield f"{log_name(each)}: {count_in_words(each.files, 'file')}, {rows_words(each)}{when}"
    yield from map(one_line, notes.sentences)
    if notes.more:
        yield f"{notes.more:,} more notes (--all lists each)"


def chart_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield a chart of the outgoing traffic by day, with a mark below the days of a lead; none without a lead."""
    traffic = report.traffic
    if traffic is None or not (options.show_all or any(each.is_marked for each in traffic.days)):
        return
    width = WIDTH if options.width is None else min(WIDTH, options.width - 2)
    unit = one_line(traffic.measure)
    chart = traffic_chart(traffic.days, unit=unit, width=width, only_ascii=options.only_ascii)
    yield from (f"  {line}" for line in chart)


def _named(moments: Sequence[Moment], numbers: Mapping[Moment, int]) -> str:
    """Return the numbers and the names of the subjects of moments."""
    paths = list(dict.fromkeys(each.path for each in moments))
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    shown = number_words(sorted({numbers[each] for each in moments}))
    return f"[{shown}] {', '.join(map(name_of, paths[:_NAMED]))}{more}"


def _witness(moment: Moment, options: Options) -> str:
    """Return the witness in brackets: the last folder and the name of a log are enough to find it."""
    if options.show_all or not moment.witness:
        return f" ({one_line(moment.witness)})" if moment.witness else ""
    found = _PLACE.fullmatch(moment.witness)
    path, line = (found[1], found[2]) if found is not None else (moment.witness, "")
    parts = path.replace("/", "\\").split("\\")
    short = "\\".join(parts[-2:]) if len(parts) > 2 else path
    return f" ({one_line(short)}{line})"


class _Style(NamedTuple):
    """The characters of a chart: the parts of a bar from low to full, the axes, and the mark of a day."""

    parts: str
    wall: str
    corner: str
    floor: str


_BLOCKS: Final = _Style("▁▂▃▄▅▆▇█", "┤", "┼", "─")
_ASCII: Final = _Style("_#", "|", "+", "-")


def traffic_chart(
    days: Sequence[DayTotal], *, unit: str = "bytes", width: int = WIDTH, only_ascii: bool = False
) -> list[str]:
    """Return the lines of a chart, none for less than two days or without any traffic.

    ::

        Outgoing bytes by day (largest: 4.1 GB on 2021-03-05)
          4.1 GB ┤           █
                 ┤           █
          2.1 GB ┤           █
                 ┤  ▁  ▂     █▃   ▁
               0 ┼───────────────────
                 2021-02-22   2021-03-12
                 ^ marks days with a lead: 2021-03-05

    Args:
        days: Days with their totals; those with a lead have a mark below their bars.
        unit: ``bytes``, or the name of what is counted.
        width: The most characters of a line.
        only_ascii: True for a terminal without block characters.
    """
    chart = day_columns(days, max(10, width - _LABEL - 2))
    if chart is None:
        return []
    style, top = _ASCII if only_ascii else _BLOCKS, chart.largest.total
    lines = [f"Outgoing {unit} by day (largest: {_words(top, unit)} on {chart.largest.day})"]
    for row in range(_HEIGHT, 0, -1):
        label = _words(top, unit) if row == _HEIGHT else _words(top / 2, unit) if row == _HEIGHT // 2 else ""
        cells = (_cell(each.total, top, row, style) for each in chart.columns)
        lines.append(f"{label:>{_LABEL}} {style.wall}" + "".join(cells))
    lines.append(f"{'0':>{_LABEL}} {style.corner}" + style.floor * len(chart.columns))
    lines += _below(chart)
    return [line.rstrip()[:width] for line in lines]


def _cell(value: int, top: int, row: int, style: _Style) -> str:
    """Return the part of a bar in one row, counted from 1 at the floor; any traffic has at least the lowest part."""
    steps = len(style.parts)
    filled = max(1, round(value / top * _HEIGHT * steps)) if value else 0
    inside = min(steps, max(0, filled - (row - 1) * steps))
    return style.parts[inside - 1] if inside else " "


def _below(chart: DayColumns) -> list[str]:
    """Return the marks and the first and last day."""
    indent, width = " " * (_LABEL + 2), len(chart.columns)
    first, last, marked = str(chart.first), str(chart.last), chart.marked
    lines = [indent + "".join("^" if each.marked else " " for each in chart.columns)] if marked else []
    lines.append(indent + first + last.rjust(max(width - len(first), len(last) + 2)))
    if chart.days_a_column > 1:
        lines.append(f"{indent}each column is the largest of {chart.days_a_column} days")
    if marked:
        lines.append(f"{indent}^ days with a lead: {names_in_words(list(map(str, marked)))}")
    return lines


def _words(value: float, unit: str) -> str:
    if unit == "bytes":
        return bytes_in_words(value)
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{value / (1000 if letter == 'k' else limit):.0f} {letter}"
    return f"{value:.0f}"
