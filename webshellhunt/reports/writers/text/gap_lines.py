"""The gaps in the text report: grouped by code, those that matter first, each with advice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Report
from webshellhunt.reports.folding import folded
from webshellhunt.reports.gap_advice import ADVICE, lacking
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim

EXAMPLES = 3
"""Largest number of paths shown for a group."""

_REASON: Final = 400
"""Longest reason shown, so that its advice at the end is not cut off."""


def gaps_title(gaps: Sequence[Gap], options: Options) -> str:
    """Return the title of the gaps: their number, how many matter, and how to list each."""
    rows = {(gap.matters, gap.code) for gap in gaps}
    matter = sum(gap.matters for gap in gaps)
    weighed = f", {matter:,} of which matter{'s' if matter == 1 else ''}" if matter else ""
    more = "; --all lists each" if len(rows) < len(gaps) and not options.show_all else ""
    return f"Not examined ({len(gaps):,} gap{'' if len(gaps) == 1 else 's'}{weighed}{more})"


def gap_lines(gaps: Sequence[Gap], options: Options) -> Iterator[str]:
    """Yield the gaps grouped by code and reason, those that matter first; all paths with ``--all``."""
    groups: dict[tuple[bool, str], list[Gap]] = defaultdict(list)
    for gap in gaps:
        groups[not gap.matters, gap.code].append(gap)
    for (_, code), members in sorted(groups.items(), key=lambda group: group[0]):
        yield from _group(code, members, options)


def _group(code: str, members: Sequence[Gap], options: Options) -> Iterator[str]:
    """Yield a group: its count and reason, its paths one a line, and the advice."""
    count = f"{len(members):,} x " if len(members) > 1 else ""
    matters = " (matters)" if members[0].matters else ""
    reasons = {gap.reason for gap in members}
    shared = f": {one_line(members[0].reason, _REASON)}" if len(reasons) == 1 else ""
    title = f"{count}{one_line(code)}{matters}{shared}"
    yield from folded(title, options.width, indent="  ", hanging="    ")
    for gap in members if options.show_all else members[:EXAMPLES]:
        if gap.path:
            yield f"      {verbatim(gap.path)}"
        if not shared:
            limit = None if options.show_all else _REASON
            yield from folded(one_line(gap.reason, limit), options.width, indent="        ", hanging="          ")
    more = len(members) - EXAMPLES
    if more > 0 and not options.show_all:
        yield f"      and {more:,} more"
    if code in ADVICE:
        yield from folded(f"do: {ADVICE[code]}", options.width, indent="    ", hanging="      ")


def lacking_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the inputs that are missing or not read: the consequence, and the advice."""
    for lack in lacking(report):
        yield from folded(f"{lack.name}: {lack.words}", options.width, indent="  ", hanging="    ")
        if lack.advice:
            yield from folded(f"do: {lack.advice}", options.width, indent="    ", hanging="      ")
