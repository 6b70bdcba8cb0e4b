"""Served places: the directories of a drive from which a web server serves pages, by their names."""

from collections.abc import Sequence

from webshellhunt.host.machine.paths import folded, split_server_path
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.places import WEB_ROLES, Role

_MARKS = ("wwwroot", "httpproxy", "clientaccess", "aspnet_client", "layouts", "temporary asp.net files")


class ServedPlaces:
    """The directories of one drive that a server serves: those of the survey, and those with the usual names."""

    def __init__(self, surveyed: Survey, letter: str) -> None:
        self._roots: list[tuple[tuple[str, ...], Role]] = []
        self._roles: dict[tuple[str, ...], Role | None] = {}
        for root in surveyed.roots:
            path = split_server_path(root.server_path or "")
            if root.role in WEB_ROLES and path.letter == letter:
                self._roots.append((folded(path.names), root.role))
        self._roots.sort(key=lambda each: -len(each[0]))

    def role_of(self, names: Sequence[str]) -> Role | None:
        """Return the role of a directory by its names from the top of the drive; ``None`` if it serves no pages."""
        role = self.web_role_of(names)
        return None if role is Role.TEMP_ASPNET else role

    def web_role_of(self, names: Sequence[str]) -> Role | None:
        """Return the role of a directory that serves pages, or has the assemblies made from them; else ``None``."""
        key = tuple(names)
        if key not in self._roles:
            self._roles[key] = self._find(key)
        return self._roles[key]

    def _find(self, names: tuple[str, ...]) -> Role | None:
        key = folded(names)
        for top, role in self._roots:
            if key[: len(top)] == top:
                return role_at(names[len(top) :], role)
        if not any(name.lower() in _MARKS for name in names):
            return None
        role = role_at(names)
        if role is Role.BIN:
            above = next(at for at in range(len(names) - 1, -1, -1) if names[at].lower() == "bin")
            return role if role_at(names[:above]) in WEB_ROLES else None
        return role if role in WEB_ROLES else None
