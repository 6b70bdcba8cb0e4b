"""Plug-ins: detectors, sources and formats that installed packages announce by an entry point.

A plug-in that can't be loaded, or fails, is a ``PluginError`` that names it and its package.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from webshellhunt.errors import PluginError, WebShellHuntError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_ADVICE = "repair or uninstall it"


class PlugIn(NamedTuple):
    """One entry point of an installed package."""

    point: EntryPoint

    @property
    def name(self) -> str:
        """Return the name under which it is announced."""
        return self.point.name

    @property
    def words(self) -> str:
        """Return its name, its target and its package."""
        package = f" of the package {self.point.dist.name}" if self.point.dist is not None else ""
        return f"the plug-in {self.point.name} = {self.point.value}{package}"

    def load(self) -> object:
        """Return the module or object that it refers to.

        Raises:
            PluginError: It can't be imported.
        """
        with self.guarded("can't be loaded"):
            loaded: object = self.point.load()
        return loaded

    def refused(self, reason: str) -> PluginError:
        """Return the error for a plug-in that is loaded and useless."""
        return PluginError(f"{self.words} {reason}; {_ADVICE}")

    @contextmanager
    def guarded(self, failed: str, *, own_errors: bool = False) -> Iterator[None]:
        """Turn an error of the plug-in into a ``PluginError``.

        ``failed``: the failure, as the verb of a sentence. ``own_errors``: whether an error of webshellhunt is passed
        on, as the plug-in may raise it on purpose.
        """
        try:
            yield
        except (Exception, SystemExit) as error:
            if own_errors and isinstance(error, WebShellHuntError):
                raise
            words = f"{type(error).__name__}: {error}"[:300]
            raise PluginError(f"{self.words} {failed} ({words}); {_ADVICE}") from error


def plug_ins(group: str) -> tuple[PlugIn, ...]:
    """Return the plug-ins of a group, in order of their names; without one, the costly look-up is left out."""
    if not any(f"[{group}]" in text for text in _announcements(tuple(sys.path))):
        return ()
    from importlib.metadata import entry_points

    return tuple(PlugIn(point) for point in sorted(entry_points(group=group), key=lambda point: point.name))


@lru_cache(maxsize=1)
def _announcements(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the text of each file in which an installed package announces entry points."""
    return tuple(_text(file) for folder in folders for file in _files(Path(folder or ".")))


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.glob("*-info/entry_points.txt"))
    except OSError:
        return []


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
