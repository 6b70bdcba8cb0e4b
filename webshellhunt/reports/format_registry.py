"""Formats: the modules of ``writers/`` with a ``lines`` function, and those that other packages announce.

The name of a format is that of its module, with ``-`` for ``_``. ``ABOUT`` describes it in a few words, ``EXTENSIONS``
are the endings of its files, without the first dot. The entry point ``webshellhunt.formats`` has the name of the
format and refers to a module, or an object, with a ``lines`` function, and perhaps these two. A name of ours can't be
taken by another package.
"""

import importlib
import os
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Protocol, cast

from webshellhunt.errors import PluginError, UsageError, WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.report import Report
from webshellhunt.plug_ins import PlugIn, plug_ins
from webshellhunt.reports.options import Options
from webshellhunt.reports.shown_report import shown_report

ENTRY_POINTS = "webshellhunt.formats"
_PACKAGE = f"{__name__.rpartition('.')[0]}.writers"


class Format(Protocol):
    """The module of a format."""

    def lines(self, reports: Iterable[Report], options: Options) -> Iterator[str]:
        """Yield the text of the reports in pieces, reading them one by one as they come."""
        ...


class PluggedFormat:
    """A format of another package; an error of it names the package."""

    def __init__(self, plug_in: PlugIn) -> None:
        """Load the format.

        Raises:
            PluginError: It can't be loaded, or has no ``lines``.
        """
        self._plug_in = plug_in
        loaded = plug_in.load()
        if not callable(getattr(loaded, "lines", None)):
            raise plug_in.refused("offers no 'lines(reports, options)'")
        self._format = cast(Format, loaded)
        self.ABOUT = str(getattr(loaded, "ABOUT", ""))
        self.EXTENSIONS = tuple(map(str, getattr(loaded, "EXTENSIONS", ())))

    def lines(self, reports: Iterable[Report], options: Options) -> Iterator[str]:
        """Yield the text of the reports."""
        # An error of ours comes from a report that is made meanwhile, or is meant.
        with self._plug_in.guarded("failed to write a report", own_errors=True):
            for piece in self._format.lines(reports, options):
                if not isinstance(piece, str):
                    raise self._plug_in.refused(f"yields {type(piece).__name__} instead of str")
                yield piece


class ShownFormat:
    """A format that gets each report as ``shown_report`` makes it: without the victim's secrets, and inert."""

    def __init__(self, form: Format) -> None:
        self._format = form
        self.ABOUT = str(getattr(form, "ABOUT", ""))
        self.EXTENSIONS = tuple(map(str, getattr(form, "EXTENSIONS", ())))

    def lines(self, reports: Iterable[Report], options: Options) -> Iterator[str]:
        """Yield the text of the reports. In a file, not even two values next to each other make a mark of code."""
        pieces = self._format.lines((shown_report(report, options) for report in reports), options)
        return map(_without_mark, pieces) if options.on_disk and not options.raw_excerpts else iter(pieces)


def _without_mark(piece: str) -> str:
    """Return a piece without the mark that opens code; a dot of ASCII is safe in the notation of each format."""
    return piece.replace("<%", "<.%")


@lru_cache(maxsize=1)
def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted({*_own_names(), *(plug_in.name for plug_in in plug_ins(ENTRY_POINTS))}))


def about(name: str) -> str:
    """Return a few words about a format; empty if it has none."""
    return str(getattr(require_format(name), "ABOUT", ""))


def file_endings() -> dict[str, str]:
    """Return the format of each ending that files of a format have, without the first dot.

    A format of another package that can't be loaded has no ending; its error comes when the format is asked for.
    """
    return {ending: form for form in formats() for ending in _endings(form)}


def format_of_file(path: str, endings: Mapping[str, str] | None = None) -> str | None:
    """Return the format whose files end like this one, the longest ending first; ``None`` if there is none.

    ``endings``: the format of each ending, without the first dot; by default those of reports.
    """
    name = os.path.basename(path).lower()  # noqa: PTH119 - a path may be one of Windows
    endings = file_endings() if endings is None else endings
    fitting = [ending for ending in endings if name.endswith(f".{ending}")]
    return endings[max(fitting, key=len)] if fitting else None


def _endings(form: str) -> tuple[str, ...]:
    try:
        return tuple(getattr(require_format(form), "EXTENSIONS", ()))
    except PluginError:
        return ()


def require_format(name: str) -> Format:
    """Return the format of this name.

    Raises:
        WrongTypeError: The name is no text.
        UsageError: There is none; the text lists those that there are.
        PluginError: Another package announces it, and it can't be loaded.
    """
    if not isinstance(name, str):
        raise WrongTypeError(f"the format is {type_words(name)}; pass one of {', '.join(formats())}")
    found = _module(name)
    if found is None:
        found = next((PluggedFormat(each) for each in plug_ins(ENTRY_POINTS) if each.name == name), None)
    if found is None:
        raise UsageError(f"unknown report format {name!r}; choose one of {', '.join(formats())}")
    return ShownFormat(found)


def _own_names() -> list[str]:
    package = importlib.import_module(_PACKAGE)
    names = [each.name.replace("_", "-") for each in pkgutil.iter_modules(package.__path__)]
    return [name for name in names if _module(name) is not None]


def _module(name: str) -> Format | None:
    identifier = name.replace("-", "_")
    if not identifier.isidentifier() or "_" in name:
        return None
    try:
        module = importlib.import_module(f"{_PACKAGE}.{identifier}")
    except ModuleNotFoundError as error:
        if error.name != f"{_PACKAGE}.{identifier}":
            raise
        return None
    return cast(Format, cast(object, module)) if hasattr(module, "lines") else None
