"""A report on the page: its figures, the places of its gaps, its command line and its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from webshellhunt.model.report import Report, RunOptions
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content.gaps import GapGroup, gaps_words, lacking
from webshellhunt.reports.content.logs import moment_or_day
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.rule_list import rules_by_id
from webshellhunt.reports.times import second
from webshellhunt.reports.writers.html.words import SHAPES
from webshellhunt.views.figures import count_in_words

FULL: Final = 400
"""Largest number of verdicts in full without ``--all``, the worst first; each further one is a row of a table."""

ROWS: Final = 200
"""Largest number of rows of the overview without ``--all``."""

PLACES: Final = 50
"""Largest number of places of a group of gaps without ``--all``."""

REASONS: Final = 3
_SAFE: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=:/\\@")


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
