"""Places of detected files: the role, the settings and the presence of a path on the server."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.host.walk.collected_folders import CollectedFolders
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.web_folders import LONGEST_PATH
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.pages.kinds import nature_of
from webshellhunt.witnesses.served_places import ServedPlaces


class Place(NamedTuple):
    """A path on the server.

    ``is_of_web`` is true for a directory of a web server, ``is_page`` if the server executes files of this name.
    ``is_listed`` is true if the source would contain the file if it existed.
    """

    path: str
    role: Role
    is_of_web: bool
    is_page: bool
    is_present: bool
    is_listed: bool
    settings: PageSettings = PageSettings()


class PlaceFinder:
    """Finds the places of paths on one host."""

    def __init__(self, surveyed: Survey) -> None:
        self._surveyed = surveyed
        self._paths = surveyed.paths
        self._collected = CollectedFolders(surveyed)
        self._served: dict[str, ServedPlaces] = {}

    def display_path(self, path: str) -> str:
        """Return a path inside the source as the server names it."""
        return self._paths.display_path(path)

    def find(self, path: str) -> Place:
        """Return the place of a path."""
        role = self._role(path) if len(path) <= LONGEST_PATH else None
        if role is None:
            return Place(path, Role.GIVEN, is_of_web=False, is_page=False, is_present=False, is_listed=False)
        settings = self._settings(path)
        name = path.rpartition("\\")[2]
        is_page = nature_of(name, settings).executable or (role is Role.TEMP_ASPNET and name.lower().endswith(".dll"))
        is_present = self._paths.find(path) is not None
        return Place(path, role, True, is_page, is_present, self._collected.has(path), settings)

    def _role(self, path: str) -> Role | None:
        """Return the role of the directory of a path; ``None`` if it is not one of a web server."""
        drive, *names = path.split("\\")
        letter = drive[0].upper() if drive[1:] == ":" else ""
        served = self._served.get(letter) or self._served.setdefault(letter, ServedPlaces(self._surveyed, letter))
        return served.web_role_of(names[:-1])

    def _settings(self, path: str) -> PageSettings:
        """Return the settings of the directory of a path, the defaults if the source does not have it."""
        folder = self._paths.find(path.rpartition("\\")[0])
        configuration = self._surveyed.configuration
        return PageSettings() if folder is None else configuration.settings(configuration.chain_in(folder.path))
