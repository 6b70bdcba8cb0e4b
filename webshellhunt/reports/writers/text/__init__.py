"""The text format, for responders: a head, a table of the subjects, a block for each, next steps, times, and gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from webshellhunt.model.report import Report, Step
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.gaps import GapGroup, gap_groups, gaps_words, lacking
from webshellhunt.reports.content.hunt import covered_words, hunt_facts, interrupted_words
from webshellhunt.reports.content.overridden import iter_sections
from webshellhunt.reports.content.patches import patch_lines, patch_note
from webshellhunt.reports.content.phrases import UNKNOWN
from webshellhunt.reports.content.subjects import NOT_APPLICABLE, ShownVerdict, numbers_of, shown_verdicts
from webshellhunt.reports.fleet_part import with_fleet
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.writers.text.blocks import block, brief_block, common_lines, common_sentences, is_defanged
from webshellhunt.reports.writers.text.layout import (
    Column,
    common_top,
    fitted,
    folded,
    paint,
    row_lines,
    short_path,
    wrapped,
)
from webshellhunt.reports.writers.text.log_lines import chart_lines, client_lines, log_lines, timeline_lines

if TYPE_CHECKING:
    from webshellhunt.model.fleet import Fleet

ABOUT = "for people, on a terminal or in a file"
EXTENSIONS = ("txt", "text", "log", "out")

ROWS: Final = 20
"""Largest number of verdicts below malicious listed one by one; the others are grouped by rule without ``--all``."""

GROUPS: Final = 20
"""Largest number of groups of such verdicts; the largest come first."""

EXAMPLES: Final = 3
"""Largest number of paths shown for a group."""

DEFANGED_NOTE: Final = (
    "Excerpts are defanged, so that antivirus does not delete this report; --raw-excerpts writes them unchanged."
)

_REASON: Final = 400
"""Longest reason of a gap, so that its advice at the end is not cut off."""

_BETWEEN: Final = "\n" + "=" * 80 + "\n\n"

WIDTH_IN_FILE: Final = 160
"""The width of the table in a file, which has no width of its own."""

_CELL: Final = 160
_VERBS: Final = {"by ": "there", "after ": "planted"}
_LEAST_FILE: Final = 26
_SHARE_OF_FILE: Final = 0.3


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the lines of each report, with a line of ``=`` between two, and the comparison of the hosts."""
    return with_fleet(reports, options, lambda report: _report(report, options), partial(_fleet, options), _BETWEEN)


def _fleet(options: Options, fleet: Fleet) -> Iterator[str]:
    from webshellhunt.reports.writers.text.fleet_lines import fleet_lines  # here, for a quick start

    return fleet_lines(fleet, options)


def _report(report: Report, options: Options) -> Iterator[str]:
    rows = list(shown_verdicts(report, options))
    graver = [each for each in rows if each.verdict.disposition >= Disposition.SUSPICIOUS]
    malicious = sum(each.verdict.disposition is Disposition.MALICIOUS for each in graver)
    shown = graver if options.show_all else graver[: malicious + ROWS]
    yield from _opening(report, options)
    yield from _subjects(rows, graver, shown, options)
    yield ""
    for note in _notes(report, options):
        yield from folded(note, options.width)
    for title, lines_of in iter_sections(report, options):
        yield from _section(title, lines_of, options)
    yield from _titled("Next steps", _steps(report.assessment.next_steps, options), options)
    numbers = numbers_of(report.timeline, shown)
    of_table = "; numbers are those of the table" if numbers else ""
    yield from _section(f"Timeline (UTC{of_table})", timeline_lines(report, numbers, options), options)
    yield from _section("Clients of accused pages and exploits", client_lines(report, options), options)
    yield from _section("Logs", log_lines(report, options), options)
    yield from chart_lines(report, options)
    if report.patch_state is not None and not report.run.options.logs.alone:
        yield from _section("Patch state", patch_lines(report.patch_state), options)
    yield from _titled("Missing or unread inputs", lacking_lines(report, options), options)
    groups = gap_groups(report.gaps)
    is_cut = any(len(group.gaps) > EXAMPLES for group in groups) and not options.show_all
    more = "; --all lists each" if is_cut else ""
    of_groups = (line for group in groups for line in gap_lines(group, options))
    yield from _titled(f"Not examined ({gaps_words(report.gaps)}{more})", of_groups, options)


def _subjects(
    rows: Sequence[ShownVerdict], graver: Sequence[ShownVerdict], shown: Sequence[ShownVerdict], options: Options
) -> Iterator[str]:
    """Yield the table, the common sentences of several subjects, their blocks, and the verdicts below suspicion."""
    if shown:
        yield ""
        yield from table_lines(shown, len(graver) - len(shown), options)
    common = common_sentences(shown, options)
    yield from _section("Common to several", common_lines(common), options)
    for each in shown:
        yield ""
        yield from block(each, options, common)
    yield from _grouped(graver[len(shown) :], options)
    for disposition in reversed(Disposition):
        others = [each for each in rows if each.verdict.disposition == disposition < Disposition.SUSPICIOUS]
        if options.show_all:
            for each in others:
                yield ""
                yield from block(each, options)
        elif disposition > Disposition.BENIGN and others:
            yield ""
            for each in others[:ROWS]:
                yield from brief_block(each, options)
            yield from _grouped(others[ROWS:], options)


def _grouped(rows: Sequence[ShownVerdict], options: Options) -> Iterator[str]:
    """Yield verdicts that have no block: for each rule that is the gravest of some, their number and example paths."""
    if not rows:
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for each in rows:
        gravest = min(each.verdict.counted, key=lambda f: (-f.severity, -f.confidence, f.rule.id), default=None)
        key = (gravest.rule.id, gravest.rule.title) if gravest is not None else ("", "no rule")
        groups.setdefault(key, []).append(each.subject.path)
    disposition = rows[0].verdict.disposition
    yield ""
    title = f"{len(rows):,} more {disposition.label}, by rule (--all lists each):"
    yield from (paint(line, disposition.label, options) for line in folded(title, options.width))
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    for (rule, title), paths in ordered[:GROUPS]:
        words = one_line(f"{title} ({rule})" if rule else title, 120)
        yield from folded(f"{len(paths):,} x {words}:", options.width, indent="  ", hanging="    ")
        yield from _examples(paths)
    rest = sum(len(paths) for _, paths in ordered[GROUPS:])
    if rest:
        yield f"  {rest:,} x other rules"


def _examples(paths: Sequence[str]) -> Iterator[str]:
    yield from (f"      {verbatim(path)}" for path in paths[:EXAMPLES])
    if len(paths) > EXAMPLES:
        yield f"      and {len(paths) - EXAMPLES:,} more"


def _notes(report: Report, options: Options) -> Iterator[str]:
    if all(each.disposition <= Disposition.BENIGN for each in report.verdicts):
        yield covered_words(report)
        return
    if note := patch_note(report):
        yield note
    if is_defanged(options):
        yield DEFANGED_NOTE


def _steps(steps: Sequence[Step], options: Options) -> Iterator[str]:
    """Yield each step, then each of its paths and commands on a line of its own, unwrapped for copying."""
    for number, step in enumerate(steps, 1):
        label = f"  {number}. "
        yield from folded(one_line(step.text), options.width, indent=label, hanging=" " * len(label))
        yield from (f"{' ' * len(label)}  {verbatim(item)}" for item in step.items)


def lacking_lines(report: Report, options: Options) -> Iterator[str]:
    """Yield the inputs that are missing or not read: the consequence, and the advice."""
    for lack in lacking(report):
        yield from folded(f"{lack.name}: {lack.words}", options.width, indent="  ", hanging="    ")
        yield from _advice(lack.advice, options)


def gap_lines(group: GapGroup, options: Options) -> Iterator[str]:
    """Yield a group of gaps: its count and reason, its paths one a line, and the advice; all paths with ``--all``."""
    count = f"{len(group.gaps):,} x " if len(group.gaps) > 1 else ""
    matters = " (matters)" if group.matters else ""
    shared = f": {one_line(group.reasons[0], _REASON)}" if len(group.reasons) == 1 else ""
    title = f"{count}{one_line(group.code)}{matters}{shared}"
    yield from folded(title, options.width, indent="  ", hanging="    ")
    for gap in group.gaps if options.show_all else group.gaps[:EXAMPLES]:
        if gap.path:
            yield f"      {verbatim(gap.path)}"
        if not shared:
            limit = None if options.show_all else _REASON
            yield from folded(one_line(gap.reason, limit), options.width, indent="        ", hanging="          ")
    more = len(group.gaps) - EXAMPLES
    if more > 0 and not options.show_all:
        yield f"      and {more:,} more"
    yield from _advice(group.advice, options)


def _advice(advice: str, options: Options) -> Iterator[str]:
    if advice:
        yield from folded(f"do: {advice}", options.width, indent="    ", hanging="      ")


def _opening(report: Report, options: Options) -> Iterator[str]:
    """Yield the assessment, then the report's head."""
    if report.interrupted:
        for line in folded(interrupted_words(report), options.width):
            yield paint(line, "suspicious", options)
    for line in folded(one_line(report.assessment.sentence), options.width):
        yield paint(line, "title", options)
    yield ""
    for fact in hunt_facts(report):
        yield from folded(str(fact), options.width, hanging="  ")


def _section(title: str, rows: Iterable[str], options: Options) -> Iterator[str]:
    """Yield a section whose rows are to be wrapped, each with its own indent."""
    yield from _titled(title, (line for row in rows for line in _wrapped(row, options)), options)


def _wrapped(row: str, options: Options) -> Iterator[str]:
    indent = " " * (2 + len(row) - len(row.lstrip()))
    return folded(row.lstrip(), options.width, indent=indent, hanging=f"{indent}  ")


def _titled(title: str, rows: Iterable[str], options: Options) -> Iterator[str]:
    """Yield a section whose lines are wrapped already; nothing if there is none."""
    for number, row in enumerate(rows):
        if not number:
            yield ""
            yield from folded(f"{title}:", options.width)
        yield row


def table_lines(rows: Sequence[ShownVerdict], hidden: int, options: Options) -> Iterator[str]:
    """Yield the table of the accused subjects, grouped by disposition, and the folder that its paths leave out.

    ``hidden`` is the number of subjects that have no row, since they are only counted by rule.
    """
    if not rows:
        return
    cut = "..." if options.only_ascii else "…"
    top = common_top([each.verdict.subject.path for each in rows])
    path = partial(short_path, top=top, cut=cut)
    width = options.width or WIDTH_IN_FILE
    columns = _columns(path, max(_LEAST_FILE, round(width * _SHARE_OF_FILE)))
    cells = [_cells(each, path) for each in rows]
    widths = fitted(columns, cells, width)
    if widths is not None:
        yield paint(next(row_lines(columns, [each.title for each in columns], widths)), "title", options)
    last: Disposition | None = None
    for each, row in zip(rows, cells, strict=True):
        disposition = each.verdict.disposition
        if disposition is not last:
            yield paint(disposition.label.upper(), disposition.label, options)
            last = disposition
        if widths is not None:
            yield from row_lines(columns, row, widths)
        else:
            yield from _stacked(row, width)
    if hidden:
        yield from folded(f"and {hidden:,} more, by rule below (--all lists each)", options.width)
    if top:
        yield f"{cut}{top[-1]} is {top}"


def _columns(path: Callable[[str, int], str], most: int) -> tuple[Column, ...]:
    return (
        Column("#", 1, lambda text, width: [f"{text:>{width}}"]),
        Column("file", _LEAST_FILE, lambda text, width: [path(text, width)], most),
        Column("what it is", 20, wrapped),
        Column("since", 10, wrapped),
        Column("by which hole", 13, wrapped),
        Column("used", 14, wrapped),
        Column("now", 11, wrapped),
    )


def _cells(each: ShownVerdict, path: Callable[[str, int], str]) -> tuple[str, ...]:
    texts = (each.what, each.since.words, each.route.words.removeprefix("in the "), each.used, each.presence)
    return (str(each.number), path(each.subject.path, _CELL), *(one_line(text, _CELL) for text in texts))


def _stacked(cells: Sequence[str], width: int) -> Iterator[str]:
    """Yield a row as lines: the path, its kind, and the rest as a sentence."""
    number, shown, what, since, route, used, presence = cells
    indent = " " * 5
    yield f"{number:>3}  {short_path(shown, width - 5)}"
    yield from folded(what, width, indent=indent, hanging=f"{indent}  ", breaks_words=True)
    parts = [_since(since), _route(route)]
    parts += [] if used == NOT_APPLICABLE else [_used(used)]
    yield from folded("; ".join([*parts, presence]), width, indent=indent, hanging=f"{indent}  ", breaks_words=True)


def _used(used: str) -> str:
    """Return the use as a part of a sentence."""
    if used.startswith(("once", *"123456789")):
        return f"used {used}"
    return f"use {used}" if used.startswith((UNKNOWN, "not in ")) else used


def _since(since: str) -> str:
    """Return since when a subject is there, as a part of a sentence."""
    if since == UNKNOWN:
        return "planting time unknown"
    verb = next((verb for word, verb in _VERBS.items() if since.startswith(word)), "since")
    return f"{verb} {since}"


def _route(route: str) -> str:
    """Return the hole as a part of a sentence."""
    if route == UNKNOWN:
        return "hole unknown"
    return f"in the {route}" if route.startswith("window of ") else f"by {route}"
