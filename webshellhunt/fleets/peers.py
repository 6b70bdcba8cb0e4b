"""Peers: which files of a host are compared with which hosts."""

from __future__ import annotations

from typing import Final, NamedTuple

from webshellhunt.fleets.place_keys import EXCHANGE, Scheme, scheme
from webshellhunt.host.iis.handler_targets import STOCK_KINDS
from webshellhunt.host.walk.file_filter import extension_of
from webshellhunt.model.places import EXCHANGE_ROLES, SETUP_ROLES, Role
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Presence, Subject, SubjectKind

_NATURALLY_DIFFERENT: Final = frozenset({"cer", "rem", "soap"})
_PAGES: Final = frozenset(name[1:] for name in STOCK_KINDS) - _NATURALLY_DIFFERENT | {"php", "jsp", "jspx", "xamlx"}
_LEFT_OUT: Final = frozenset({Role.TEMP_ASPNET, Role.IIS_CONFIG, Role.DROP})
_ABOVE: Final = {Role.ASPNET_CLIENT: Role.WWWROOT, Role.OWA_AUTH: Role.OWA, Role.ECP_AUTH: Role.ECP}
"""The roles whose directories prove that the host was searched at the places of another role, too."""


class PeerGroup(NamedTuple):
    """How the files of one host are compared: its scheme of places, and the names of its groups of hosts."""

    of_host: Scheme
    by_build: str | None
    by_kind: str

    def group_for(self, key: str) -> str | None:
        """Return the hosts that a file is compared with; ``None`` if the build of Exchange is not known."""
        return self.by_build if key.startswith(EXCHANGE) else self.by_kind


def peer_group(report: Report) -> PeerGroup:
    """Return the groups of a host: files of Exchange need the same build, other files the same kind of server."""
    build = known_build(report)
    of_host = scheme(tuple(each.path for each in report.host.exchange), build)
    kind = "exchange" if report.host.exchange else "iis" if report.host.iis else "folder"
    return PeerGroup(of_host, None if build is None else f"exchange {build}", kind)


def known_build(report: Report) -> str | None:
    """Return the build of Exchange, if there is one and it is exact."""
    state = report.patch_state
    if state is not None and state.exact:
        return state.build
    builds = set(report.host.builds)
    return builds.pop() if len(builds) == 1 else None


def is_compared(subject: Subject) -> bool:
    """Return True for files that a server executes: pages and handlers by their extension, and libraries in ``bin``."""
    if subject.kind is not SubjectKind.FILE or subject.presence is not Presence.PRESENT or subject.sha256 is None:
        return False
    extension = extension_of(subject.path)
    is_library = subject.role is Role.BIN and extension == "dll"
    return subject.role not in _LEFT_OUT and (extension in _PAGES or is_library)


def is_script_for_browsers(subject: Subject) -> bool:
    """Return True for a script of Exchange for browsers, of which only the content is compared."""
    is_there = subject.presence is Presence.PRESENT and subject.sha256 is not None
    return is_there and subject.role in EXCHANGE_ROLES and extension_of(subject.path) == "js"


def is_of_setup(role: Role) -> bool:
    """Return True if only a setup should write to directories of this role."""
    return role in SETUP_ROLES


def roles_proving(role: Role) -> tuple[Role, ...]:
    """Return the roles of which a host must have a directory, so that the absence of a file means something."""
    above = _ABOVE.get(role)
    return (role,) if above is None else (role, above)
