"""Rendering of reports in a named format, as a string or into a file."""

import os
from collections.abc import Iterable
from typing import TextIO, overload

from webshellhunt.errors import WrongTypeError
from webshellhunt.model.arguments import require_flag, require_number, type_words
from webshellhunt.model.report import Report
from webshellhunt.reports.destination import open_destination, refuse_input
from webshellhunt.reports.format_registry import Format, require_format
from webshellhunt.reports.options import Options
from webshellhunt.sources.evidence_places import refuse_evidence

_MOST_CHARACTERS = 100_000


@overload
def render(
    report: Report | Iterable[Report],
    format: str = "text",
    to: None = None,
    *,
    show_all: bool = False,
    raw_excerpts: bool = False,
    show_secrets: bool = False,
    color: bool = False,
    width: int | None = None,
    fleet: bool = False,
) -> str: ...


@overload
def render(
    report: Report | Iterable[Report],
    format: str = "text",
    *,
    to: str | os.PathLike[str] | TextIO,
    show_all: bool = False,
    raw_excerpts: bool = False,
    show_secrets: bool = False,
    color: bool = False,
    width: int | None = None,
    fleet: bool = False,
) -> None: ...


@overload
def render(
    report: Report | Iterable[Report],
    format: str,
    to: str | os.PathLike[str] | TextIO,
    *,
    show_all: bool = False,
    raw_excerpts: bool = False,
    show_secrets: bool = False,
    color: bool = False,
    width: int | None = None,
    fleet: bool = False,
) -> None: ...


def render(
    report: Report | Iterable[Report],
    format: str = "text",  # noqa: A002 - the word a reader of the call expects
    to: str | os.PathLike[str] | TextIO | None = None,
    *,
    show_all: bool = False,
    raw_excerpts: bool = False,
    show_secrets: bool = False,
    color: bool = False,
    width: int | None = None,
    fleet: bool = False,
) -> str | None:
    """Render one report, or several in one go.

    Args:
        report: the result of ``hunt``, or several of them.
        format: one of ``formats()``.
        to: a path, written whole or not at all and never inside the evidence; or an open stream. If omitted, the
            text is returned.
        show_all: list items that are otherwise counted (benign files) or grouped.
        raw_excerpts: write excerpts unchanged where they would be defanged: for tools, and in a text file.
        show_secrets: show the victim's secrets instead of their fingerprints.
        color: use the colours of a terminal, where the format has any.
        width: cut excerpts to a terminal of so many characters, from 1 on; ``None`` for no limit.
        fleet: compare the hosts, if there are several reports; another package's format may leave it out. In a text
            the comparison comes first, but last in a stream, to which each report is written as it comes.

    Raises:
        UsageError: the format is unknown, or the path lies inside the evidence or can't be written.
        WrongTypeError: an argument has a wrong type.
        PluginError: the format of another package can't be loaded, or fails.

    Examples:
        >>> import json
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> report = wsh.hunt(MemorySource({"a.aspx": b"<p>"}))
        >>> [json.loads(line)["kind"] for line in wsh.render(report, "jsonl", show_all=True).splitlines()]
        ['verdict', 'summary']
    """
    wanted = require_format(format)
    on_disk = isinstance(to, str | os.PathLike)
    options = _checked(Options(show_all, raw_excerpts, show_secrets, color, width, on_disk=on_disk, fleet=fleet))
    reports = _reports_of(report)
    if to is None:
        return _as_text(reports, wanted, options)
    _write_to(to, reports, wanted, options)
    return None


def _as_text(reports: Iterable[Report], wanted: Format, options: Options) -> str:
    """Return the reports as text, after the part that comes first."""
    first: list[str] = []
    written = "".join(wanted.lines(reports, options._replace(first=first)))
    return "".join([*first, written])


def _checked(options: Options) -> Options:
    """Return the options if each has the right type."""
    for name in ("show_all", "raw_excerpts", "show_secrets", "color", "fleet"):
        require_flag(f"render: {name}", getattr(options, name))
    if options.width is not None:
        require_number("render: width", options.width, 1, _MOST_CHARACTERS, "characters", "None for no limit")
    return options


def _write_to(to: str | os.PathLike[str] | TextIO, reports: Iterable[Report], wanted: Format, options: Options) -> None:
    """Write into a file outside the evidence, or to a stream."""
    if isinstance(to, str | os.PathLike):
        reports = tuple(reports)
        runs = [each.run.options for each in reports]
        refuse_evidence(to, [*(each.location for each in reports), *(path for run in runs for path in run.logs.paths)])
        refuse_input(to, [path for run in runs for path in run.input_paths])
        with open_destination(to) as destination:
            write(reports, wanted, destination.stream, options._replace(first=destination.first))
    elif callable(getattr(to, "write", None)):
        write(reports, wanted, to, options)
    else:
        raise WrongTypeError(f"render: to is {type_words(to)}; pass a path, or a stream that is open for text")


def write(reports: Iterable[Report], wanted: Format, stream: TextIO, options: Options) -> None:
    """Write each report to a stream as soon as its hunt ends."""
    for piece in wanted.lines(reports, options):
        stream.write(piece)


def _reports_of(report: object) -> Iterable[Report]:
    """Return one report or several as an iterable, which is read as its reports come."""
    if isinstance(report, Report):
        return (report,)
    if not isinstance(report, Iterable) or isinstance(report, str | bytes):
        raise WrongTypeError(f"render: report is {type_words(report)}; pass a result of hunt, or several")
    return map(_require_report, report)


def _require_report(report: object) -> Report:
    if not isinstance(report, Report):
        raise WrongTypeError(f"render: report contains a value {type_words(report)}; pass a result of hunt")
    return report
