"""Openers: which kind of source a location is opened as.

An opener is a module of this folder with the functions of ``Opener``, or a module or object of another package with
``opens(location)`` and ``open(location, *, drives, times)``, announced by the entry point ``webshellhunt.sources``. The
modules of this folder come first, each kind in order of the names. A location that none of them opens is one of the
file system (``DirectorySource``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol, cast

from webshellhunt.model.source_options import SourceOptions
from webshellhunt.plug_ins import PlugIn, plug_ins
from webshellhunt.sources.source import Source, is_source

ENTRY_POINTS = "webshellhunt.sources"
_PACKAGE = __name__.rpartition(".")[0]


class Opener(Protocol):
    """A kind of source: which locations it opens, and how."""

    def opens(self, location: str) -> bool:
        """Return True if this opener is the one for a location; the location need not exist."""
        ...

    def open(self, location: str, options: SourceOptions) -> Source:
        """Open a location; errors as for ``open_source``."""
        ...


class _PluggedModule(Protocol):
    """The module or object of another package."""

    def opens(self, location: str) -> bool: ...

    def open(self, location: str, *, drives: Mapping[str, str], times: str) -> Source: ...


class PluggedOpener:
    """An opener of another package; an error that it does not mean to raise names the package."""

    def __init__(self, plug_in: PlugIn) -> None:
        """Load the opener.

        Raises:
            PluginError: It can't be loaded, or has not the methods of an opener.
        """
        self._plug_in = plug_in
        loaded = plug_in.load()
        if not (callable(getattr(loaded, "opens", None)) and callable(getattr(loaded, "open", None))):
            raise plug_in.refused("offers no 'opens(location)' and 'open(location, *, drives, times)'")
        self._opener = cast(_PluggedModule, loaded)

    def opens(self, location: str) -> bool:
        """Return True if the plug-in opens a location."""
        with self._plug_in.guarded("failed when asked for a location"):
            return bool(self._opener.opens(location))

    def open(self, location: str, options: SourceOptions) -> Source:
        """Open a location with the plug-in, which gets the drives and the word for the times."""
        with self._plug_in.guarded("failed to open a location", own_errors=True):
            source = self._opener.open(location, drives=options.drives, times=options.times)
        if not is_source(source):
            raise self._plug_in.refused(f"opened a location as {type(source).__name__}, which is no source")
        return source


def find_opener(location: str) -> Opener | None:
    """Return the first opener for a location, or ``None`` where it is one of the file system.

    Raises:
        PluginError: A plug-in can't be loaded, or fails.
    """
    return next((opener for opener in load_openers() if opener.opens(location)), None)


@lru_cache(maxsize=1)
def load_openers() -> tuple[Opener, ...]:
    """Return the openers of this folder, and then those of installed packages."""
    package = importlib.import_module(_PACKAGE)
    names = sorted(each.name for each in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{_PACKAGE}.{name}") for name in names if f"{_PACKAGE}.{name}" != __name__]
    own = [
        cast(Opener, cast(object, module)) for module in modules if hasattr(module, "opens") and hasattr(module, "open")
    ]
    return (*own, *(PluggedOpener(plug_in) for plug_in in plug_ins(ENTRY_POINTS)))
