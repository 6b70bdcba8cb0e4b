"""Handled names: names of pages that a handler of the configuration answers, without a file of this name.

OWA answers ``/owa/sessiondata.ashx`` by a type, and has no such file. A handler that only compiles pages
(``*.aspx`` to ``PageHandlerFactory``) needs the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from webshellhunt.host.iis.handler_targets import extension_of, kind_of_handler
from webshellhunt.host.iis.sections import Action, Change
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import EntryKind

_SHIPPED = ("microsoft.", "system.")


class HandledNames:
    """The names that the web.config files of a host give to handlers."""

    def __init__(self, surveyed: Survey) -> None:
        self._configuration = surveyed.configuration
        self._paths = surveyed.paths
        self._of: dict[str, tuple[Change, ...]] = {}

    def answer(self, server_path: str, *, shipped: bool = False) -> bool:
        """Return True if a handler answers requests for this path without a file.

        ``shipped``: whether only handlers of Microsoft's own types count.
        """
        directory, _, name = server_path.rpartition("\\")
        return any(
            fnmatchcase(name.lower(), pattern.rpartition("/")[2])
            for change in self._handlers(directory)
            if not shipped or change.target.startswith(_SHIPPED)
            for pattern in change.paths
            if extension_of(pattern)
        )

    def _handlers(self, directory: str) -> tuple[Change, ...]:
        """Return the handlers in force for a directory that need no file."""
        key = directory.lower()
        if key not in self._of:
            self._of[key] = tuple(self._found(directory))
        return self._of[key]

    def _found(self, directory: str) -> Iterator[Change]:
        names = split_server_path(directory).names
        for depth in range(len(names), 0, -1):
            above = "\\".join((directory[:2], *names[:depth]))
            folders = [each for each in self._paths.find_all(above) if each.kind is EntryKind.DIRECTORY]
            for folder in folders:
                for config, _ in self._configuration.chain_in(folder.path).configs:
                    for block in config.settings.blocks:
                        yield from (each for each in (*block.handlers, *block.http_handlers) if _needs_no_file(each))
            if folders:
                return


def _needs_no_file(change: Change) -> bool:
    return change.action is Action.ADD and bool(change.target) and kind_of_handler(change.target) is None
