"""Grouped rows: many verdicts by rule, in few lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim

EXAMPLES = 3
"""Largest number of members shown for a group."""

GROUPS = 20
"""Largest number of groups shown; the largest come first."""


def grouped_rows(verdicts: Sequence[Verdict], options: Options) -> Iterator[str]:
    """Yield the count and words of each rule that is the most severe of some verdict, and example paths, one a line."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        gravest = min(verdict.counted, key=lambda f: (-f.severity, -f.confidence, f.rule.id), default=None)
        key = (gravest.rule.id, gravest.rule.title) if gravest is not None else ("", "no rule")
        groups[key].append(verdict.subject.path)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    for (rule, title), paths in ordered[:GROUPS]:
        words = one_line(f"{title} ({rule})" if rule else title, 120)
        yield from folded(f"{len(paths):,} x {words}:", options.width, indent="  ", hanging="    ")
        yield from (f"      {verbatim(path)}" for path in paths[:EXAMPLES])
        if len(paths) > EXAMPLES:
            yield f"      and {len(paths) - EXAMPLES:,} more"
    rest = sum(len(paths) for _, paths in ordered[GROUPS:])
    if rest:
        yield f"  {rest:,} x other rules"
