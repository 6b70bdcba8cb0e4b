"""Places of detected files: the role, the settings and the presence of a path on the server."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.host.machine.paths import fold
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.web_folders import LONGEST_PATH
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.pages.kinds import nature_of

_WEB_ROLES = SETUP_ROLES | {Role.WWWROOT, Role.SITE, Role.TEMP_ASPNET}


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
        roots = [(fold(root.server_path), root) for root in surveyed.roots if root.server_path is not None]
        self._roots = sorted(roots, key=lambda each: -len(each[0]))

    def display_path(self, path: str) -> str:
        """Return a path inside the source as the server names it."""
        return self._paths.display_path(path)

    def find(self, path: str) -> Place:
        """Return the place of a path."""
        role, is_of_web = self._role(path) if len(path) <= LONGEST_PATH else (Role.GIVEN, False)
        if not is_of_web:
            return Place(path, role, is_of_web=False, is_page=False, is_present=False, is_listed=False)
        settings = self._settings(path)
        name = path.rpartition("\\")[2]
        is_page = nature_of(name, settings).executable or (role is Role.TEMP_ASPNET and name.lower().endswith(".dll"))
        is_present = self._paths.find(path) is not None
        return Place(path, role, True, is_page, is_present, self._is_listed(path), settings)

    def _role(self, path: str) -> tuple[Role, bool]:
        """Return the role of the directory of a path, and whether it is one of a web server."""
        names = path.split("\\")[1:-1]
        by_names = role_at(names)
        for top, root in self._roots:
            if root.role is not Role.GIVEN and fold(path).startswith(top.rstrip("\\") + "\\"):
                below = path[len(top.rstrip("\\")) + 1 :].split("\\")[:-1]
                role = role_at(below, root.role)
                return role, root.role in _WEB_ROLES or role in _WEB_ROLES
        return by_names, by_names in _WEB_ROLES

    def _settings(self, path: str) -> PageSettings:
        """Return the settings of the directory of a path, the defaults if the source does not have it."""
        folder = self._paths.find(path.rpartition("\\")[0])
        if folder is None:
            return PageSettings()
        configuration = self._surveyed.configuration
        chain = configuration.chain_above(folder.path)
        chain, _ = configuration.extend(chain, folder.path, self._paths.lookup.entries(folder.path))
        return configuration.settings(chain)

    def _is_listed(self, path: str) -> bool:
        letter = self._paths.split(path).letter
        volumes = [volume for volume in self._paths.volumes if volume.letter == letter]
        if self._surveyed.live:
            return bool(volumes)
        whole = any(volume.top in self._surveyed.whole_systems for volume in volumes)
        return whole and not self._surveyed.form.is_collection
