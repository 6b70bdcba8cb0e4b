"""Formats: the modules of this folder with a ``lines`` function, and those that other packages announce.

The entry point ``webshellhunt.formats`` has the name of the format and refers to a module, or an object, with a
``lines`` function. A name of this folder can't be taken by another package.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol, cast

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.report import Report
from webshellhunt.plug_ins import PlugIn, plug_ins
from webshellhunt.reports.options import Options

ENTRY_POINTS = "webshellhunt.formats"
_PACKAGE = __name__.rpartition(".")[0]


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

    def lines(self, reports: Iterable[Report], options: Options) -> Iterator[str]:
        """Yield the text of the reports."""
        # An error of ours comes from a report that is made meanwhile, or is meant.
        with self._plug_in.guarded("failed to write a report", own_errors=True):
            for piece in self._format.lines(reports, options):
                if not isinstance(piece, str):
                    raise self._plug_in.refused(f"yields {type(piece).__name__} instead of str")
                yield piece


@lru_cache(maxsize=1)
def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted({*_own_names(), *(plug_in.name for plug_in in plug_ins(ENTRY_POINTS))}))


def require_format(name: str) -> Format:
    """Return the format of this name.

    Raises:
        WrongTypeError: The name is no text.
        UsageError: There is none; the text lists those that there are.
        PluginError: Another package announces it, and it can't be loaded.
    """
    if not isinstance(name, str):
        raise WrongTypeError(f"the format is {type_words(name)}; pass one of {', '.join(formats())}")
    found = _module(name) if name.isidentifier() else None
    if found is None:
        found = next((PluggedFormat(each) for each in plug_ins(ENTRY_POINTS) if each.name == name), None)
    if found is None:
        raise UsageError(f"unknown report format {name!r}; choose one of {', '.join(formats())}")
    return found


def _own_names() -> list[str]:
    package = importlib.import_module(_PACKAGE)
    return [each.name for each in pkgutil.iter_modules(package.__path__) if _module(each.name) is not None]


def _module(name: str) -> Format | None:
    try:
        module = importlib.import_module(f"{_PACKAGE}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{_PACKAGE}.{name}":
            raise
        return None
    return cast(Format, cast(object, module)) if hasattr(module, "lines") else None
