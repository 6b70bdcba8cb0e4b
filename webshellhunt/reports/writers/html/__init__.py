"""The HTML format: one file for a browser, for people; it needs no script, no network and no other file.

Its content security policy allows nothing but its own style sheet. Each text of the evidence is escaped, and excerpts
have markup between their characters, so that no line of the page is a shell that works or that antivirus knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from webshellhunt.model.report import Report
from webshellhunt.reports.content.logs import LOG_NAMES
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.gap_advice import lacking
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.writers.html.day_chart import day_chart
from webshellhunt.reports.writers.html.environment import rendered, style, style_digest
from webshellhunt.reports.writers.html.fleet_view import fleet_values
from webshellhunt.reports.writers.html.gap_groups import gap_groups
from webshellhunt.reports.writers.html.patch_view import patch_values
from webshellhunt.reports.writers.html.report_view import (
    brief_rows,
    head_values,
    listed,
    overridden_values,
    overview_rows,
    rule_pages,
    verify_values,
)
from webshellhunt.reports.writers.html.timeline import MOST_ROWS, timeline
from webshellhunt.reports.writers.html.verdict_view import verdict_view
from webshellhunt.reports.writers.html.words import MOMENTS, place_words

ABOUT = "one page for a browser, for people"
EXTENSIONS = ("html", "htm")

_OPENED: Final = 1
"""The number of verdicts that are unfolded from the beginning."""

_WORDS: Final = {"log_names": LOG_NAMES, "moment_names": MOMENTS, "place": place_words}


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the page in pieces, each report as soon as its hunt ends, and then the comparison of the hosts.

    In a file the comparison comes first: ``options.first`` has it, and the beginning of the page.
    """
    part = FleetPart(options)
    puts_first = options.fleet and options.first is not None
    number, anchors = 0, dict[str, str]()
    for number, report in enumerate(part.through(reports), 1):
        anchors.setdefault(report.location, f"r{number}-sentence")
        if number == 1:
            yield from _opening(_title(report), options, puts_first=puts_first)
        yield from _report(report, options, number)
    if not number:
        yield from _opening("no report", options, puts_first=puts_first)
    fleet = part.fleet()
    if fleet is not None:
        compared = _part("fleet", fleet_values(fleet, options, anchors))
        if puts_first and options.first is not None:
            options.first.append(compared)
        else:
            yield compared
    yield rendered("closing", {})


def _opening(title: str, options: Options, *, puts_first: bool) -> Iterator[str]:
    """Yield the beginning of the page, or put it where the comparison follows it."""
    head = rendered("opening", {"title": title, "digest": style_digest()}).replace("<style></style>", _style())
    if puts_first and options.first is not None:
        options.first.append(head)
    else:
        yield head


def _style() -> str:
    return f"<style>{style()}</style>"


def _title(report: Report) -> str:
    return one_line(report.host.name or report.location, 80)


def _part(template: str, values: Mapping[str, Any]) -> str:
    return rendered(template, {**_WORDS, **values})


def _report(report: Report, options: Options, number: int) -> Iterator[str]:
    """Yield the parts of a report, worst news first."""
    prefix = f"r{number}-"
    shown = listed(report, options, prefix)
    pages = rule_pages([verdict for verdict, _, _ in shown.full])
    # The parts of further reports have names of their own for a screen reader, which lists them.
    of_host = f" {prefix}host" if number > 1 else ""
    common = {"report": report, "prefix": prefix, "show_all": options.show_all, "of_host": of_host}
    yield _part("head", {**common, **head_values(report, prefix)})
    yield _part("overview", {**common, "rows": overview_rows(report, options, shown), "accused": len(report.accused)})
    yield _part("steps", common)
    most = len(report.timeline) if options.show_all else MOST_ROWS
    yield _part("timeline", {**common, "drawn": timeline(report), "moments": report.timeline[:most]})
    yield _part("findings", {**common, "count": len(shown.full) + len(shown.brief)})
    for at, (verdict, anchor, earlier) in enumerate(shown.full):
        view = verdict_view(verdict, anchor, options, earlier)
        yield _part("verdict", {**common, "view": view, "pages": pages, "open": at < _OPENED})
    yield _part("brief", {**common, "rows": brief_rows(shown.brief, options), "count": len(shown.brief)})
    groups = gap_groups(report.gaps, options)
    yield _part("gaps", {**common, "groups": groups, "lacking": lacking(report)})
    if report.patch_state is not None:
        yield _part("patch", {**common, **patch_values(report.patch_state, show_all=options.show_all)})
    if report.traffic is not None:
        chart = day_chart(report.traffic.days, report.traffic.measure)
        yield _part("logs", {**common, "traffic": report.traffic, "chart": chart})
    overridden = overridden_values(report, options)
    if overridden:
        yield _part("overridden", {**common, **overridden})
    yield _part("verify", {**common, **verify_values(report, options), "pages": pages})
