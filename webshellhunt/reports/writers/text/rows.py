"""Grouped rows: many verdicts by rule, or many gaps by code, in few lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line

EXAMPLES = 3
"""Largest number of members shown for a group."""

GROUPS = 20
"""Largest number of groups shown; the largest come first."""

_REASON = 400
"""Longest reason shown, so that its advice at the end is not cut off."""


def grouped_rows(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield a row for each rule that is the most severe of some verdict: count, title and example paths."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        gravest = min(verdict.counted, key=lambda f: (-f.severity, -f.confidence, f.rule.id), default=None)
        key = (gravest.rule.id, gravest.rule.title) if gravest is not None else ("", "no rule")
        groups[key].append(verdict.subject.path)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    for (rule, title), paths in ordered[:GROUPS]:
        yield f"  {len(paths)} x {one_line(f'{rule} {title}', 100)}: {_examples(paths)}"
    rest = sum(len(paths) for _, paths in ordered[GROUPS:])
    if rest:
        yield f"  {rest} x other rules"


def gap_rows(gaps: Sequence[Gap], options: Options) -> Iterator[str]:
    """Yield the gaps grouped by code, those that matter first; each one with ``--all``."""
    if options.show_all:
        yield from (f"{gap.code}{_mark(gap)}: {one_line(gap.path)}: {one_line(gap.reason)}" for gap in gaps)
        return
    groups: dict[tuple[bool, str], list[Gap]] = defaultdict(list)
    for gap in gaps:
        groups[not gap.matters, gap.code].append(gap)
    for (_, code), members in sorted(groups.items(), key=lambda group: group[0]):
        count = f"{len(members)} x " if len(members) > 1 else ""
        example = f"{one_line(members[0].path, 160)}: {one_line(members[0].reason, _REASON)}"
        more = f" … and {len(members) - 1} more" if len(members) > 1 else ""
        yield f"{count}{one_line(code)}{_mark(members[0])}: {example}{more}"


def _mark(gap: Gap) -> str:
    return " (matters)" if gap.matters else ""


def _examples(paths: Sequence[str]) -> str:
    more = len(paths) - EXAMPLES
    named = ", ".join(one_line(path, 160) for path in paths[:EXAMPLES])
    return f"{named} … and {more} more" if more > 0 else named
