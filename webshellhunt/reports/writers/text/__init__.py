"""The text format, for responders: few rows, worst first, each with its reason; gaps come last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import InputState, Report, Step
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.writers.text.acceptance_rows import iter_sections
from webshellhunt.reports.writers.text.blocks import block, brief_block, is_defanged, paint
from webshellhunt.reports.writers.text.fleet_lines import fleet_lines
from webshellhunt.reports.writers.text.head import head_lines, many
from webshellhunt.reports.writers.text.log_lines import chart_lines, client_lines, log_lines, timeline_lines
from webshellhunt.reports.writers.text.patch_lines import patch_lines
from webshellhunt.reports.writers.text.rows import gap_rows, grouped_rows

ABOUT = "for people, on a terminal or in a file"
EXTENSIONS = ("txt", "text", "log", "out")

ROWS = 20
"""Largest number of verdicts below malicious listed one by one; the others are grouped by rule without ``--all``."""

PATCH_NOTE = "Patching does not remove these items: an update closes the vulnerability, and planted files stay."

DEFANGED_NOTE = (
    "Excerpts are defanged, so that antivirus does not delete this report; --raw-excerpts writes them unchanged."
)

_LACKING = {
    "registry": "registry: the paths of Exchange and the drive letters are assumed",
    "configuration": "IIS configuration: files of other types that IIS executes are not found",
    "pages": "pages: no file to examine",
    "compiled": "compiled pages: traces of deleted shells are not found without them",
    "logs": "logs: it is unknown who requested a page, and when",
}

_BETWEEN = "\n" + "=" * 80 + "\n\n"

_NOT_READ = {"logs": "logs: present, but not read; it is unknown who requested a page, and when"}


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
    listed = [v for v in report.verdicts if options.show_all or v.disposition > Disposition.BENIGN]
    yield from _opening(report, options)
    yield from _verdicts(listed, options)
    yield ""
    for note in _notes(report, listed, options):
        yield from folded(note, options.width)
    for title, rows in iter_sections(report, options):
        yield from _section(title, rows, options)
    yield from _section("Timeline (UTC)", timeline_lines(report, options), options)
    yield from _section("Clients of accused pages and exploits", client_lines(report, options), options)
    yield from _section("Logs", log_lines(report, options), options)
    yield from chart_lines(report, options)
    if report.patch_state is not None and not report.run.options.logs.alone:
        yield from _section("Patch state", patch_lines(report.patch_state), options)
    if report.assessment.next_steps:
        yield ""
        yield "Next steps:"
        for number, step in enumerate(report.assessment.next_steps, 1):
            yield from _step(number, step, options)
    yield from _section("Missing or unread inputs", _lacking(report), options)
    if report.gaps:
        yield from _section(_gaps_title(report.gaps, options), gap_rows(report.gaps, options), options)


def _gaps_title(gaps: Sequence[Gap], options: Options) -> str:
    """Return the title of the gaps: their number, how many matter, and how to list each."""
    rows = {(gap.matters, gap.code) for gap in gaps}
    matter = sum(gap.matters for gap in gaps)
    weighed = f", {matter} of which matter{'s' if matter == 1 else ''}" if matter else ""
    more = "; --all lists each" if len(rows) < len(gaps) and not options.show_all else ""
    return f"Not examined ({many(len(gaps), 'gap')}{weighed}{more})"


def _notes(report: Report, listed: Sequence[Verdict], options: Options) -> Iterator[str]:
    if all(verdict.disposition <= Disposition.BENIGN for verdict in listed):
        files = many(report.counts.get("files", 0), "file")
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
    yield from (f"{' ' * len(label)}  {one_line(item)}" for item in step.items)


def _opening(report: Report, options: Options) -> Iterator[str]:
    """Yield the assessment, then the report's head."""
    if report.interrupted:
        read = "logs read" if report.run.options.logs.alone else "files examined"
        yield paint(f"Interrupted: this report covers only the {read} before that.", "suspicious", options)
    for line in folded(one_line(report.assessment.sentence), options.width):
        yield paint(line, "title", options)
    for line in head_lines(report):
        yield from folded(line, options.width)


def _verdicts(listed: Sequence[Verdict], options: Options) -> Iterator[str]:
    """Yield a block for each verdict; below malicious, group those after the first rows by rule."""
    shown_content: dict[str, str] = {}
    for disposition in reversed(Disposition):
        verdicts = [verdict for verdict in listed if verdict.disposition == disposition]
        whole = options.show_all or disposition == Disposition.MALICIOUS
        brief = not whole and disposition < Disposition.SUSPICIOUS
        if verdicts and brief:
            yield ""
        for verdict in verdicts if whole else verdicts[:ROWS]:
            if brief:
                yield from brief_block(verdict, options)
            else:
                yield ""
                yield from block(verdict, options, shown_content)
        if not whole and len(verdicts) > ROWS:
            yield ""
            title = f"{len(verdicts) - ROWS:,} more {disposition.label}, by rule (--all lists each):"
            yield paint(title, disposition.label, options)
            yield from grouped_rows(verdicts[ROWS:])


def _lacking(report: Report) -> Iterator[str]:
    held: dict[str, InputState] = {name: getattr(report.coverage, name) for name in _LACKING}
    lacking = [name for name in _LACKING if held[name] is not InputState.HELD]
    if report.context is not None or report.run.options.logs.alone:
        return  # the head says that the file was examined by itself, and the assessment that logs were read alone
    if lacking and not report.host.iis and not report.host.exchange:
        yield f"{', '.join(lacking)}: no Exchange or IIS found here, so each file was examined by itself"
        return
    for name in lacking:
        if held[name] is InputState.NOT_READ:
            yield _NOT_READ.get(name, f"{name}: present, but this version does not read them")
        elif held[name] is InputState.PARTIAL:
            yield f"{name}: only partly available"
        else:
            yield _LACKING[name]


def _section(title: str, rows: Iterable[str], options: Options) -> Iterator[str]:
    for number, row in enumerate(rows):
        if not number:
            yield ""
            yield from folded(f"{title}:", options.width)
        indent = " " * (2 + len(row) - len(row.lstrip()))
        yield from folded(row.lstrip(), options.width, indent=indent, hanging=f"{indent}  ")
