r"""Collected folders: the directories whose files the source would contain if they existed.

::

    live server, complete drive          ─▶ collected
    the directory is there and empty     ─▶ collected: only a copy of whole directories has it
    it has a page, a script, a picture   ─▶ collected: what a tool leaves out has another reason
    only web.config, remnants and logs   ─▶ not collected: the targets of triage tools take these alone
    only directories                     ─▶ not collected; where setup puts no files, such as in aspnet_client, those
                                             below decide
    it is not there: the nearest directory above that is there decides, down from the directory of the site

An archive without entries for directories lacks the empty ones, so that the last row decides about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.places import WEB_ROLES, Role

_TAKEN_ALONE: Final = frozenset({"config", "compiled", "delete", "log"})
"""The extensions of files that the targets of triage tools take from directories without their pages."""
_OF_FOLDERS: Final = frozenset({Role.ASPNET_CLIENT, Role.CLIENT_ACCESS, Role.HTTP_PROXY})
"""The roles of directories in which setup puts directories, and no file."""
_MOST_FOLDERS: Final = 50
_DEEPEST: Final = 4
_MOST_ANSWERS: Final = 10_000


class CollectedFolders:
    """The collected directories of one host."""

    def __init__(self, surveyed: Survey) -> None:
        self._surveyed = surveyed
        self._paths = surveyed.paths
        self._known: dict[str, bool] = {}
        self._answers: dict[tuple[str, str | None], bool] = {}

    def has(self, server_path: str, top: str | None = None) -> bool:
        """Return True if the directory of a file was collected and could be read.

        ``top``: the path of the directory of its site; the highest one whose name is that of web content if omitted.
        """
        key = server_path.rpartition("\\")[0].lower(), top
        if key not in self._answers:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            self._answers[key] = self._has(server_path, top)
        return self._answers[key]

    def _has(self, server_path: str, top: str | None) -> bool:
        path = self._paths.split(server_path)
        if path.letter is None:
            return False
        if self._is_whole(path.letter):
            return not self._is_unreadable(server_path)
        highest = len(self._paths.split(top).names) if top is not None else _depth_of_web(path.names)
        for depth in range(len(path.names) - 1, highest - 1, -1):
            folder = f"{path.letter}:\\" + "\\".join(path.names[:depth])
            entries = [each for each in self._paths.find_all(folder) if each.kind is EntryKind.DIRECTORY]
            if entries:
                return any(self._is_copied(each.path) for each in entries) and not self._is_unreadable(server_path)
        return False

    def _is_whole(self, letter: str) -> bool:
        """Return True if the source contains a complete drive."""
        volumes = [volume for volume in self._paths.volumes if volume.letter == letter]
        if self._surveyed.live:
            return bool(volumes)
        if self._surveyed.form.is_collection:
            return False
        return any(volume.top in self._surveyed.whole_systems for volume in volumes)

    def _is_copied(self, folder: str, depth: int = 0) -> bool:
        """Return True if a directory that is there was copied with its files; one of directories alone by these."""
        known = self._known.get(folder)
        if known is None:
            entries = self._paths.lookup.entries(folder)
            files = [each.name for each in entries if each.kind is EntryKind.FILE]
            known = not entries or any(name.lower().rpartition(".")[2] not in _TAKEN_ALONE for name in files)
            if entries and not files and depth < _DEEPEST and role_at(folder.split("/")) in _OF_FOLDERS:
                below = self._paths.lookup.folders(folder)[:_MOST_FOLDERS]
                known = any(self._is_copied(each, depth + 1) for each in below)
            self._known[folder] = known
        return known

    def _is_unreadable(self, server_path: str) -> bool:
        """Return True if a directory on the way to a file can't be read completely."""
        return self._paths.obstacle(server_path) is not None


def _depth_of_web(names: Sequence[str]) -> int:
    """Return the number of names in the path of the highest directory with web content above a file."""
    roles = (role_at(names[:depth]) for depth in range(len(names)))
    return next((depth for depth, role in enumerate(roles) if role in WEB_ROLES), len(names))
