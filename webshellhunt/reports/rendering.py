"""Rendering: from reports to text in a named format, returned or written."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol, TextIO, cast

from webshellhunt.errors import UsageError
from webshellhunt.model.report import Report
from webshellhunt.reports.destination import open_destination, refuse_evidence
from webshellhunt.reports.options import Options

_PACKAGE = __name__.rpartition(".")[0]


class Format(Protocol):
    """What a format's module offers."""

    def lines(self, reports: Iterable[Report], options: Options) -> Iterator[str]:
        """Yield the text of the reports in pieces, reading them one by one as they come."""


@lru_cache(maxsize=1)
def formats() -> tuple[str, ...]:
    """Return the names of all formats: the modules of this folder that have a ``lines`` function."""
    package = importlib.import_module(_PACKAGE)
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(name for name in names if _module(name) is not None)


def require_format(name: str) -> Format:
    """Return the format of this name.

    Raises:
        UsageError: there is none; the text lists what there is.
    """
    found = _module(name) if name.isidentifier() else None
    if found is None:
        raise UsageError(f"unknown report format {name!r}; choose one of {', '.join(formats())}")
    return found


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
) -> str | None:
    """Render one report, or several in one go.

    Args:
        report: what ``hunt`` returned, or several of them.
        format: one of ``formats()``.
        to: a path, written whole or not at all and never inside the evidence; or an open stream. If omitted, the
            text is returned.
        show_all: list what is otherwise only counted (benign files) or grouped.
        raw_excerpts: write excerpts as they stand where they would be defanged: for tools, and in a file of text.
        show_secrets: show the victim's secrets instead of their fingerprints.
        color: use the colours of a terminal, where the format has any.
        width: cut excerpts to a terminal of so many characters.

    Raises:
        UsageError: the format is unknown, or the path lies inside the evidence or can't be written.
    """
    wanted = require_format(format)
    reports = (report,) if isinstance(report, Report) else report
    options = Options(show_all, raw_excerpts, show_secrets, color, width, on_disk=isinstance(to, str | os.PathLike))
    if to is None:
        return "".join(wanted.lines(reports, options))
    if isinstance(to, str | os.PathLike):
        reports = tuple(reports)
        refuse_evidence(to, [each.location for each in reports])
        with open_destination(to) as stream:
            write(reports, wanted, stream, options)
    else:
        write(reports, wanted, to, options)
    return None


def write(reports: Iterable[Report], wanted: Format, stream: TextIO, options: Options) -> None:
    """Write reports to a stream, each as soon as it is there."""
    for piece in wanted.lines(reports, options):
        stream.write(piece)


def _module(name: str) -> Format | None:
    try:
        module = importlib.import_module(f"{_PACKAGE}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{_PACKAGE}.{name}":
            raise
        return None
    return cast(Format, module) if hasattr(module, "lines") else None
