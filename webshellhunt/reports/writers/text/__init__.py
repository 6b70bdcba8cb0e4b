"""The text format, for responders: a head, a table of the subjects, a block for each, next steps, times, and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from webshellhunt.model.report import Report, Step
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.gaps import GapGroup, gap_groups, gaps_words, lacking
from webshellhunt.reports.content.hunt import covered_words, hunt_facts, interrupted_words
from webshellhunt.reports.content.overridden import iter_sections
from webshellhunt.reports.content.patches import patch_lines, patch_note
from webshellhunt.reports.content.subjects import ShownVerdict, numbers_of, shown_verdicts
from webshellhunt.reports.fleet_part import with_fleet
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.writers.text.blocks import block, brief_block, common_lines, common_sentences, is_defanged
from webshellhunt.reports.writers.text.layout import folded, paint
from webshellhunt.reports.writers.text.log_lines import chart_lines, client_lines, log_lines, timeline_lines
from webshellhunt.reports.writers.text.overview_table import table_lines

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
