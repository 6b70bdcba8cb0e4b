"""Peers: which files of a host are compared with which hosts, by one key for the same place on several hosts."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.host.iis.handler_targets import STOCK_KINDS
from webshellhunt.host.walk.file_filter import extension_of
from webshellhunt.model.places import EXCHANGE_ROLES, SETUP_ROLES, Role
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Presence, Subject, SubjectKind

EXCHANGE: Final = "%exchangeinstallpath%"
"""The start of the key of a place below the installation of Exchange."""

OTHER_BUILD: Final = "{other build}"
_BUILD: Final = "{build}"
_GUID: Final = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
_VERSION: Final = re.compile(r"\d{1,5}(?:\.\d{1,9}){2,3}")
_DRIVE: Final = re.compile(r"[a-z]:")
_INSTALL: Final = re.compile(r"(?:.*/)?exchange server/v1[0-9](?=/)")
_NATURALLY_DIFFERENT: Final = frozenset({"cer", "rem", "soap"})
_PAGES: Final = frozenset(name[1:] for name in STOCK_KINDS) - _NATURALLY_DIFFERENT | {"php", "jsp", "jspx", "xamlx"}
_LEFT_OUT: Final = frozenset({Role.TEMP_ASPNET, Role.IIS_CONFIG, Role.DROP})
_ABOVE: Final = {Role.ASPNET_CLIENT: Role.WWWROOT, Role.OWA_AUTH: Role.OWA, Role.ECP_AUTH: Role.ECP}
"""The roles whose directories prove that the host was searched at the places of another role, too."""


class Scheme(NamedTuple):
    """The parts of a host that its keys leave out: the install folders of Exchange in lower case, and its build."""

    installs: tuple[str, ...] = ()
    build: str | None = None


def scheme(installs: tuple[str, ...], build: str | None) -> Scheme:
    """Return the scheme of a host."""
    return Scheme(tuple(sorted({_plain(each).rstrip("/") for each in installs} - {""}, key=len, reverse=True)), build)


def place_key(path: str, of_host: Scheme) -> str:
    """Return the key of a path: lower-case, separated by ``/``.

    A folder that is named like the host's build becomes ``{build}``, one of another build ``{other build}``, one that
    is named by a GUID ``{guid}``.
    """
    plain = _plain(path)
    folder, slash, name = plain.rpartition("/")
    return f"{_folder_key(folder, of_host)}/{name}" if slash else name


def folder_of(key: str) -> str:
    """Return the key of the folder."""
    return key.rpartition("/")[0]


def _plain(path: str) -> str:
    return path.lower().replace("\\", "/")


@lru_cache(maxsize=64)
def _folder_key(folder: str, of_host: Scheme) -> str:
    """Return the key of a folder; cached, because the files of a folder come one after another."""
    folder = f"{folder}/"
    found = next((each for each in of_host.installs if folder.startswith(f"{each}/")), None)
    if found is None:
        match = _INSTALL.match(folder)
        found = None if match is None else match[0]
    start = "" if found is None else EXCHANGE
    parts = folder[len(found or "") :].split("/")
    named = [_part(each, of_host.build) for each in parts if each and not _DRIVE.fullmatch(each)]
    return "/".join([start, *named] if start else named)


def _part(part: str, build: str | None) -> str:
    if _GUID.fullmatch(part):
        return "{guid}"
    if not _VERSION.fullmatch(part):
        return part
    numbers = [int(each) for each in part.split(".")]
    own = [int(each) for each in (build or "").split(".") if each.isascii() and each.isdigit()]
    return _BUILD if own[: len(numbers)] == numbers else OTHER_BUILD


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
