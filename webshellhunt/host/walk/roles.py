r"""Roles by shape: what a directory is to the server, told from the names on the way to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from webshellhunt.model.places import Role

_HOSTS_OF_APPLICATIONS = frozenset({Role.GIVEN, Role.HTTP_PROXY, Role.CLIENT_ACCESS})
_APPLICATIONS = {"owa": Role.OWA, "ecp": Role.ECP, "oab": Role.OAB}
_AUTH = {Role.OWA: Role.OWA_AUTH, Role.ECP: Role.ECP_AUTH}
# Whatever the folders below these are called, they aren't what they are called.
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
_DROPS = frozenset({("programdata",), ("windows", "temp"), ("users", "public"), ("users", "all users"), ("perflogs",)})
_TAIL_LENGTH = 2
_INSTALLS = frozenset({"v14", "v15"})  # their Bin holds Exchange's own programs, and no page ever loads from it
# Of a location's own path only what can't be a folder of the analyst's machine is believed.
_DISTINCT = frozenset(Role) - {Role.BIN, Role.DROP, Role.GIVEN, Role.SITE}
_LOCATION_NAMES = 6


def role_at(names: Sequence[str], base: Role = Role.GIVEN) -> Role:
    r"""Return the role of a directory by the names that lead to it, the deepest one that says anything.

    The same shapes count anywhere, so that a copied folder is understood as the server's own one is. Below a folder
    of logs (``Logging\HttpProxy\Owa``) nothing is what it is called.

    Args:
        names: The components below a directory whose role is known, in any case.
        base: That role.
    """
    role = base
    lowered = [name.lower() for name in names]
    for index, name in enumerate(lowered):
        if role in _FINAL or name == "logging":
            return role
        role = _next_role(role, lowered[max(index + 1 - _TAIL_LENGTH, 0) : index + 1], name)
    return role


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
    """Return what a given folder is by the last names of its own path: a copied ``owa/auth`` or ``aspnet_client``."""
    names = [name for name in re.split(r"[\\/]", location) if name not in ("", ".")]
    role = role_at(names[-_LOCATION_NAMES:])
    return role if role in _DISTINCT else Role.GIVEN
