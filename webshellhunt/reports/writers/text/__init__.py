"""The text format, for responders: a head, a table of the subjects, a block for each, next steps, times, and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from webshellhunt.model.report import Report, Step
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.content.subjects import ShownVerdict, accused, shown_verdicts
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.patch_words import PATCH_NOTE
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.writers.text.acceptance_rows import iter_sections
from webshellhunt.reports.writers.text.blocks import Said, block, brief_block, is_defanged
from webshellhunt.reports.writers.text.colors import paint
from webshellhunt.reports.writers.text.common import common_lines, common_sentences
from webshellhunt.reports.writers.text.fleet_lines import fleet_lines
from webshellhunt.reports.writers.text.gap_lines import gap_lines, gaps_title, lacking_lines
from webshellhunt.reports.writers.text.head import head_lines
from webshellhunt.reports.writers.text.log_lines import chart_lines, client_lines, log_lines
from webshellhunt.reports.writers.text.overview_table import table_lines
from webshellhunt.reports.writers.text.patch_lines import patch_lines
from webshellhunt.reports.writers.text.rows import grouped_rows
from webshellhunt.reports.writers.text.timeline_lines import timeline_lines
from webshellhunt.views.figures import count_in_words

ABOUT = "for people, on a terminal or in a file"
EXTENSIONS = ("txt", "text", "log", "out")

ROWS = 20
"""Largest number of verdicts below malicious listed one by one; the others are grouped by rule without ``--all``."""

DEFANGED_NOTE = (
    "Excerpts are defanged, so that antivirus does not delete this report; --raw-excerpts writes them unchanged."
)

_BETWEEN = "\n" + "=" * 80 + "\n\n"


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the lines of each report, with a line of ``=`` between two, and the comparison of the hosts.

    The comparison is last, or in ``options.first``, so that it is the beginning of a file.
    """
    part = FleetPart(options)
    between = ""
    for report in part.through(reports):
        yield between
        for line in _report(report, options):
            yield line + "\n"
        between = _BETWEEN
    fleet = part.fleet()
    if fleet is None:
        return
    compared = "".join(f"{line}\n" for line in fleet_lines(fleet, options))
    if options.first is None:
        yield between + compared
    else:
        options.first.append(compared + between)


def _report(report: Report, options: Options) -> Iterator[str]:
    rows = accused(report, options)
    shown = _shown(rows, options)
    yield from _opening(report, options)
    yield from _subjects(report, rows, shown, options)
    yield ""
    for note in _notes(report, options):
        yield from folded(note, options.width)
    for title, lines_of in iter_sections(report, options):
        yield from _section(title, lines_of, options)
    if report.assessment.next_steps:
        yield ""
        yield "Next steps:"
        for number, step in enumerate(report.assessment.next_steps, 1):
            yield from _step(number, step, options)
    numbers = {each.verdict.subject.path: each.number for each in reversed(shown)}
    times = timeline_lines(report, numbers, options)
    yield from _section(
        "Timeline (UTC; numbers are those of the table)" if numbers else "Timeline (UTC)", times, options
    )
    yield from _section("Clients of accused pages and exploits", client_lines(report, options), options)
    yield from _section("Logs", log_lines(report, options), options)
    yield from chart_lines(report, options)
    if report.patch_state is not None and not report.run.options.logs.alone:
        yield from _section("Patch state", patch_lines(report.patch_state), options)
    yield from _titled("Missing or unread inputs", lacking_lines(report, options), options)
    if report.gaps:
        yield from _titled(gaps_title(report.gaps, options), gap_lines(report.gaps, options), options)


def _shown(rows: Sequence[ShownVerdict], options: Options) -> list[ShownVerdict]:
    """Return the rows that have a block: each malicious subject, and the first suspicious ones without ``--all``."""
    malicious = [each for each in rows if each.verdict.disposition is Disposition.MALICIOUS]
    suspicious = [each for each in rows if each.verdict.disposition is not Disposition.MALICIOUS]
    return [*malicious, *(suspicious if options.show_all else suspicious[:ROWS])]


def _subjects(
    report: Report, rows: Sequence[ShownVerdict], shown: Sequence[ShownVerdict], options: Options
) -> Iterator[str]:
    """Yield the table, the common sentences of several subjects, their blocks, and the verdicts below suspicion."""
    if shown:
        yield ""
        yield from table_lines(shown, len(rows) - len(shown), options)
    common = common_sentences(shown, options)
    yield from _section("Common to several", common_lines(common), options)
    said = Said(common)
    for each in shown:
        yield ""
        yield from block(each, options, said)
    yield from _grouped([each.verdict for each in rows[len(shown) :]], Disposition.SUSPICIOUS, options)
    yield from _others(report, options, said)


def _others(report: Report, options: Options, said: Said) -> Iterator[str]:
    """Yield the verdicts below suspicion: briefly and the first ones, or each whole with ``--all``."""
    for disposition in reversed(Disposition):
        verdicts = [each for each in report.verdicts if each.disposition == disposition < Disposition.SUSPICIOUS]
        if options.show_all:
            for each in shown_verdicts(report, options):
                if each.verdict.disposition == disposition < Disposition.SUSPICIOUS:
                    yield ""
                    yield from block(each, options, said)
        elif disposition > Disposition.BENIGN and verdicts:
            yield ""
            for verdict in verdicts[:ROWS]:
                yield from brief_block(verdict, options)
            yield from _grouped(verdicts[ROWS:], disposition, options)


def _grouped(verdicts: Sequence[Verdict], disposition: Disposition, options: Options) -> Iterator[str]:
    """Yield verdicts that have no block, by rule."""
    if verdicts:
        yield ""
        title = f"{len(verdicts):,} more {disposition.label}, by rule (--all lists each):"
        yield from (paint(line, disposition.label, options) for line in folded(title, options.width))
        yield from grouped_rows(verdicts, options)


def _notes(report: Report, options: Options) -> Iterator[str]:
    is_known = any(v.disposition > Disposition.BENIGN for v in report.verdicts)
    if not is_known:
        files = count_in_words(report.counts.get("files", 0), "file")
        covered = "these logs" if report.run.options.logs.alone else f"the {files} examined"
        yield f"An empty list does not mean clean: it covers only {covered}."
        return
    if report.host.is_server and not report.run.options.logs.alone:
        yield PATCH_NOTE
    if is_defanged(options):
        yield DEFANGED_NOTE


def _step(number: int, step: Step, options: Options) -> Iterator[str]:
    """Yield a step, then each of its paths and commands on a line of its own, unwrapped for copying."""
    label = f"  {number}. "
    yield from folded(one_line(step.text), options.width, indent=label, hanging=" " * len(label))
    yield from (f"{' ' * len(label)}  {verbatim(item)}" for item in step.items)


def _opening(report: Report, options: Options) -> Iterator[str]:
    """Yield the assessment, then the report's head."""
    if report.interrupted:
        read = "logs read" if report.run.options.logs.alone else "files examined"
        for line in folded(f"Interrupted: this report covers only the {read} before that.", options.width):
            yield paint(line, "suspicious", options)
    for line in folded(one_line(report.assessment.sentence), options.width):
        yield paint(line, "title", options)
    yield ""
    for line in head_lines(report):
        yield from folded(line, options.width, hanging="  ")


def _section(title: str, rows: Iterable[str], options: Options) -> Iterator[str]:
    for number, row in enumerate(rows):
        if not number:
            yield ""
            yield from folded(f"{title}:", options.width)
        indent = " " * (2 + len(row) - len(row.lstrip()))
        yield from folded(row.lstrip(), options.width, indent=indent, hanging=f"{indent}  ")


def _titled(title: str, rows: Iterable[str], options: Options) -> Iterator[str]:
    """Yield a section whose lines are wrapped already."""
    for number, row in enumerate(rows):
        if not number:
            yield ""
            yield from folded(f"{title}:", options.width)
        yield row
