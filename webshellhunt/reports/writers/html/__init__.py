"""The HTML format: one file for a browser, for people; it needs no network and no other file.

Its content security policy allows nothing but its own style sheet, and its script for the filter, without which all is
readable. Each text of the evidence is escaped, and excerpts
have markup between their characters, so that no line of the page is a shell that works or that antivirus knows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from webshellhunt.model.fleet import Fleet
from webshellhunt.model.report import Report, RunOptions
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content import fleet as content
from webshellhunt.reports.content.gaps import GapGroup, gap_groups, gaps_words, lacking
from webshellhunt.reports.content.hunt import covered_words, hunt_facts, interrupted_words
from webshellhunt.reports.content.logs import client_words, log_name, moment_or_day
from webshellhunt.reports.content.overridden import iter_sections
from webshellhunt.reports.content.patches import patch_lines, patch_note
from webshellhunt.reports.content.subjects import ShownVerdict, disposition_words, shown_verdicts
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.rule_list import rules_by_id
from webshellhunt.reports.times import second
from webshellhunt.reports.writers.html.day_chart import day_chart
from webshellhunt.reports.writers.html.environment import asset, digest, rendered
from webshellhunt.reports.writers.html.timeline import MOST_ROWS, timeline
from webshellhunt.reports.writers.html.verdict_view import verdict_view
from webshellhunt.reports.writers.html.words import SHAPES, STATES
from webshellhunt.views.figures import count_in_words

ABOUT = "one page for a browser, for people"
EXTENSIONS = ("html", "htm")

_OPENED: Final = 1
"""The number of verdicts that are unfolded from the beginning."""

_STYLE: Final = "style.css"
_SCRIPT: Final = "filter.js"

MOST_HOSTS: Final = 100
"""Largest number of rows of a table about hosts without ``--all``."""

FULL: Final = 400
"""Largest number of verdicts in full without ``--all``, the worst first; each further one is a row of a table."""

ROWS: Final = 200
"""Largest number of rows of the overview without ``--all``."""

REASONS: Final = 3
_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=:/\\@")


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
    yield rendered("closing", {}).replace("<script></script>", f"<script>{asset(_SCRIPT)}</script>")


def _opening(title: str, options: Options, *, puts_first: bool) -> Iterator[str]:
    """Yield the beginning of the page, or put it where the comparison follows it."""
    head = rendered("opening", {"title": title, "style": digest(_STYLE), "script": digest(_SCRIPT)})
    head = head.replace("<style></style>", f"<style>{asset(_STYLE)}</style>")
    if puts_first and options.first is not None:
        options.first.append(head)
    else:
        yield head


def _title(report: Report) -> str:
    return one_line(report.host.name or report.location, 80)


def _part(template: str, values: Mapping[str, Any]) -> str:
    words = {"log_name": log_name, "client_words": client_words, "filter_of": filter_of}
    return rendered(template, {**words, **values})


def _report(report: Report, options: Options, number: int) -> Iterator[str]:
    """Yield the parts of a report, worst news first."""
    prefix, has_all = f"r{number}-", options.show_all
    rows = tuple(shown_verdicts(report, options))
    full = len(rows) if has_all else FULL
    pages = rule_pages(rows[:full])
    graver = [each for each in rows if each.verdict.disposition >= Disposition.SUSPICIOUS]
    # The parts of further reports have names of their own for a screen reader, which lists them.
    of_host = f" {prefix}host" if number > 1 else ""
    common = {"report": report, "prefix": prefix, "show_all": has_all, "of_host": of_host, "pages": pages}
    yield _part("head", {**common, **_head(report, prefix)})
    most = len(graver) if has_all else ROWS
    yield _part("overview", {**common, "rows": graver[:most], "full": full, "accused": len(graver)})
    yield _part("steps", common)
    events = len(report.timeline) if has_all else MOST_ROWS
    yield _part("timeline", {**common, "drawn": timeline(report), "moments": report.timeline[:events]})
    yield _part("findings", {**common, "count": len(rows)})
    for at, shown in enumerate(rows[:full]):
        yield _part("verdict", {**common, "view": verdict_view(shown, prefix, options), "open": at < _OPENED})
    yield _part("brief", {**common, "rows": rows[full:]})
    groups = [(group, gap_places(group)) for group in gap_groups(report.gaps)]
    yield _part("gaps", {**common, "groups": groups, "lacking": lacking(report)})
    if report.patch_state is not None:
        brief, whole = tuple(patch_lines(report.patch_state)), patch_lines(report.patch_state, whole=True)
        yield _part("patch", {**common, "brief": brief, "more": [each for each in whole if each not in brief]})
    if report.traffic is not None:
        chart = day_chart(report.traffic.days, report.traffic.measure)
        yield _part("logs", {**common, "traffic": report.traffic, "chart": chart})
    sections = list(iter_sections(report, options))
    if sections:
        yield _part("overridden", {**common, "sections": sections})
    digests = [each for each in graver if each.subject.sha256 is not None]
    kept = digests[:most]
    more = {"more_digests": len(digests) - len(kept), "command": command_line(report)}
    yield _part("verify", {**common, **more, "digests": kept})


def _head(report: Report, prefix: str) -> Mapping[str, Any]:
    tone, state = STATES[report.assessment.state]
    is_empty = all(each.disposition <= Disposition.BENIGN for each in report.verdicts)
    return {
        "tone": tone,
        "state": state,
        "figures": figures(report, prefix),
        "facts": tuple(hunt_facts(report)),
        "interrupted": interrupted_words(report),
        "patch_note": patch_note(report),
        "empty": covered_words(report) if is_empty else "",
    }


def fleet_values(fleet: Fleet, options: Options, anchors: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """Return the values of the template; ``anchors`` are those of the reports by location."""
    most = max(len(fleet.outliers), len(fleet.shared), len(fleet.hosts)) if options.show_all else MOST_HOSTS
    return {
        "fleet": fleet,
        "tone": STATES[fleet.hosts[0].state][0] if fleet.hosts else "warn",
        "anchors": {} if anchors is None else anchors,
        "hosts": [(each, *STATES[each.state]) for each in fleet.hosts[:most]],
        "outliers": [
            (each, SHAPES[each.disposition], disposition_words(each.disposition)) for each in fleet.outliers[:most]
        ],
        "shared": fleet.shared[:most],
        "more_hosts": fleet.more_hosts + max(0, len(fleet.hosts) - most),
        "more_outliers": fleet.more_outliers + max(0, len(fleet.outliers) - most),
        "more_shared": fleet.more_shared + max(0, len(fleet.shared) - most),
        "unopened": fleet.unopened,
        "words": content,
    }


class Figure(NamedTuple):
    """One of the numbers at the top, with the anchor of its section."""

    number: str
    words: str
    kind: str
    shape: str
    anchor: str


def figures(report: Report, prefix: str) -> tuple[Figure, ...]:
    """Return the numbers at the top: findings, and, as prominent, gaps."""
    found = [Disposition.MALICIOUS, Disposition.SUSPICIOUS, Disposition.UNEXPLAINED]
    made = [_found(report, each, f"{prefix}findings") for each in found]
    lacks = len(lacking(report))
    words = f"{gaps_words(report.gaps).partition(' ')[2]}: not examined"
    words += f"; {count_in_words(lacks, 'missing input')}" if lacks else ""
    kind = "gaps" if report.gaps or lacks else "none"
    return (*made, Figure(f"{len(report.gaps):,}", words, kind, "◌", f"{prefix}gaps"))


def _found(report: Report, disposition: Disposition, anchor: str) -> Figure:
    """Return the number of subjects of a disposition, and of each kind if they are not files alone."""
    kinds = Counter(each.subject.kind for each in report.verdicts if each.disposition is disposition)
    of_kinds = ", ".join(count_in_words(kinds[kind], kind.value) for kind in SubjectKind if kinds[kind])
    is_mixed = kinds.total() > kinds[SubjectKind.FILE]
    words = f"{disposition.label}: {of_kinds}" if is_mixed else disposition.label
    kind = disposition.label if kinds else "none"
    return Figure(f"{kinds.total():,}", words, kind, SHAPES[disposition], anchor)


def filter_of(shown: ShownVerdict) -> str:
    """Return the words by which the reader filters a row: the verdict, the path, the rules, and the clients."""
    clients = () if shown.verdict.use is None else shown.verdict.use.clients
    return " ".join([shown.word, shown.path, *dict.fromkeys(each.rule_id for each in shown.findings), *clients])


def gap_places(group: GapGroup) -> list[str]:
    """Return the places of gaps, each once; with its reason if the group has many reasons."""
    named = (f"{each.path}: {each.reason}" if len(group.reasons) > REASONS else each.path for each in group.gaps)
    return list(dict.fromkeys(one_line(each, 800) for each in named))


def command_line(report: Report) -> str:
    """Return the command of a hunt with the options that change its result, as far as the report has them."""
    options = report.run.options
    words = ["webshellhunt", "hunt", _quoted(report.location)]
    for name, paths in (
        ("--signatures", options.signatures),
        ("--baseline", options.baselines),
        ("--accept", options.accepted),
        ("--logs", options.logs.paths),
        ("--patterns", options.logs.pattern_paths),
    ):
        words += [word for path in paths for word in (name, _quoted(path))]
    since, until = options.logs.period
    words += ["--since", _quoted(moment_or_day(since).rstrip("Z"))] if since is not None else []
    words += ["--until", _quoted((second(until) or "").rstrip("Z"))] if until is not None else []
    words += ["--engine", _quoted(options.engine)] if options.engine != RunOptions().engine else []
    words += [] if options.logs.read else ["--no-logs"]
    return " ".join(words)


def _quoted(word: str) -> str:
    shown = one_line(word, 400)
    return shown if shown and set(shown) <= _SAFE else f'"{shown}"'


def rule_pages(verdicts: Sequence[ShownVerdict]) -> Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the pages of the rules of these verdicts, of this installation: title, and sections by name."""
    known = rules_by_id()
    used = {each.rule_id for shown in verdicts for each in shown.findings}
    return {each: (known[each].title, page_sections(known[each].page)) for each in sorted(used & known.keys())}


def page_sections(page: str) -> tuple[tuple[str, str], ...]:
    """Return the sections of a page of a rule, each as one paragraph; references are in the findings."""
    sections: list[tuple[str, list[str]]] = []
    for line in page.splitlines():
        if line and not line.startswith(" ") and line.rstrip().endswith(":"):
            sections.append((line.rstrip().rstrip(":"), []))
        elif sections and line.strip():
            sections[-1][1].append(line.strip())
    return tuple((name, " ".join(words)) for name, words in sections if name != "References")
