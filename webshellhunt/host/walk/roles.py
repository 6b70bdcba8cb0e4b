r"""Roles of directories, derived from the names in their paths."""

from __future__ import annotations

import re
from collections.abc import Sequence

from webshellhunt.model.places import Role

_HOSTS_OF_APPLICATIONS = frozenset({Role.GIVEN, Role.HTTP_PROXY, Role.CLIENT_ACCESS})
_APPLICATIONS = {"owa": Role.OWA, "ecp": Role.ECP, "oab": Role.OAB}
_AUTH = {Role.OWA: Role.OWA_AUTH, Role.ECP: Role.ECP_AUTH}
# The names of folders below these do not decide their role.
_FINAL = frozenset({Role.TEMP_ASPNET, Role.IIS_CONFIG})
_TAILS: dict[tuple[str, ...], Role] = {
    ("httpproxy",): Role.HTTP_PROXY,
    ("clientaccess",): Role.CLIENT_ACCESS,
    ("aspnet_client",): Role.ASPNET_CLIENT,
    ("wwwroot",): Role.WWWROOT,
    ("temporary asp.net files",): Role.TEMP_ASPNET,
    ("template", "layouts"): Role.LAYOUTS,
    ("inetsrv", "config"): Role.IIS_CONFIG,
    ("inetpub", "history"): Role.IIS_CONFIG,
}
_FOLDERS: dict[Role, str] = {
    Role.OWA_AUTH: "owa/auth",
    Role.OWA: "owa",
    Role.ECP_AUTH: "ecp/auth",
    Role.ECP: "ecp",
    Role.OAB: "oab",
    Role.HTTP_PROXY: "httpproxy",
    Role.CLIENT_ACCESS: "clientaccess",
    Role.ASPNET_CLIENT: "aspnet_client",
    Role.WWWROOT: "wwwroot",
    Role.LAYOUTS: "template/layouts",
    Role.TEMP_ASPNET: "temporary asp.net files",
    Role.BIN: "bin",
    Role.IIS_CONFIG: "inetsrv/config",
    Role.DROP: "perflogs",
    Role.GIVEN: "",
}
NAMED_ROLES = tuple(_FOLDERS)
"""The roles that the name of a directory shows; that of a site needs the configuration of the server."""
_DROPS = frozenset({("programdata",), ("windows", "temp"), ("users", "public"), ("users", "all users"), ("perflogs",)})
_TAIL_LENGTH = 2
_INSTALLS = frozenset({"v14", "v15"})  # their Bin has Exchange's own programs, and pages never load from it
# Of the path of a location, only roles that can't be a folder of the analyst's machine count.
_DISTINCT = frozenset(Role) - {Role.BIN, Role.DROP, Role.GIVEN, Role.SITE}
_LOCATION_NAMES = 6


def role_at(names: Sequence[str], base: Role = Role.GIVEN) -> Role:
    r"""Return the role of a directory by the names in its path; the deepest name with a role decides.

    The same names count anywhere, so that a copied folder has the role that it has on the server. Names below a folder
    of logs (``Logging\HttpProxy\Owa``) do not count.

    Args:
        names: The path components below a directory whose role is known, in any case.
        base: The role of that directory.
    """
    role = base
    lowered = [name.lower() for name in names]
    for index, name in enumerate(lowered):
        if role in _FINAL or name == "logging":
            return role
        role = _next_role(role, lowered[max(index + 1 - _TAIL_LENGTH, 0) : index + 1], name)
    return role


def folder_of(role: Role) -> str:
    """Return a directory that has a role by its name alone, without a drive; empty for ``given``."""
    return _FOLDERS[role]


def _next_role(role: Role, tail: Sequence[str], name: str) -> Role:
    parent = tail[0] if len(tail) == _TAIL_LENGTH else ""
    by_shape = _TAILS.get((name,)) or _TAILS.get((parent, name))
    if by_shape is not None:
        return by_shape
    if name == "auth" and role in _AUTH and (not parent or role is _APPLICATIONS.get(parent)):
        return _AUTH[role]
    if role in _HOSTS_OF_APPLICATIONS and name in _APPLICATIONS:
        return _APPLICATIONS[name]
    if name == "bin" and role is not Role.DROP and parent not in _INSTALLS:
        return Role.BIN
    if role is Role.GIVEN and ((name,) in _DROPS or (parent, name) in _DROPS):
        return Role.DROP
    return role


def location_role(location: str) -> Role:
    """Return the role of a location by the last names of its path: a copied ``owa/auth`` or ``aspnet_client``."""
    names = [name for name in re.split(r"[\\/]", location) if name not in ("", ".")]
    role = role_at(names[-_LOCATION_NAMES:])
    return role if role in _DISTINCT else Role.GIVEN
