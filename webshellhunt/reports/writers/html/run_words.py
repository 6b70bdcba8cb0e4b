"""The run in words: file times, options, the command line of a hunt, and the digests to check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple

from webshellhunt.model.report import Report, RunOptions
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.writers.html.environment import day, second
from webshellhunt.views.figures import count_in_words

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+=:/\\@")


class Digest(NamedTuple):
    """The digest of an accused file, and its path."""

    sha256: str
    path: str


def period_words(report: Report) -> str:
    """Return the period of which log records were read; empty for all."""
    since, until = report.run.options.logs.period
    parts = [f"from {_moment(since)}" if since is not None else "", f"before {_moment(until)}" if until else ""]
    return " ".join(part for part in parts if part)


def _moment(when: datetime) -> str:
    """Return a time; midnight as a day."""
    at = when.astimezone(UTC)
    return day(at) if at.timetz().replace(tzinfo=None) == time() else second(at)


def option_lines(options: RunOptions) -> Iterator[str]:
    """Yield the options that differ from the defaults, in words."""
    for name, paths in (
        ("further signatures", options.signatures),
        ("baselines", options.baselines),
        ("accepted findings", options.accepted),
        ("further logs", options.logs.paths),
        ("further patterns", options.logs.pattern_paths),
    ):
        if paths:
            yield f"{name}: {', '.join(one_line(path, 200) for path in paths)}"
    if options.machine_keys:
        yield f"{count_in_words(options.machine_keys, 'machine key')} passed as public"
    if options.engine != RunOptions().engine:
        yield f"engine: {one_line(options.engine, 40)}"
    if not options.logs.read:
        yield "logs were not read"


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
    words += ["--since", _quoted(_moment(since).replace(" ", "T"))] if since is not None else []
    words += ["--until", _quoted(second(until).replace(" ", "T"))] if until is not None else []
    words += ["--engine", _quoted(options.engine)] if options.engine != RunOptions().engine else []
    words += [] if options.logs.read else ["--no-logs"]
    return " ".join(words)


def _quoted(word: str) -> str:
    shown = one_line(word, 400)
    return shown if shown and set(shown) <= _SAFE else f'"{shown}"'


def digests(verdicts: Sequence[Verdict]) -> Iterator[Digest]:
    """Yield the digests of accused subjects."""
    for verdict in verdicts:
        if verdict.subject.sha256 is not None:
            yield Digest(verdict.subject.sha256, verbatim(verdict.subject.path))
