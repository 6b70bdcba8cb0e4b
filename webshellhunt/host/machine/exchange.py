r"""Installations of Exchange and their directories that IIS serves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.places import Root

_DEFAULTS = tuple(f"%ProgramFiles%\\Microsoft\\Exchange Server\\{version}" for version in ("V15", "V14"))
_SERVED = (("FrontEnd", "HttpProxy"), ("ClientAccess",))
# A directory with any of these is an Exchange installation under any name.
_SHAPES = (
    *(("FrontEnd", "HttpProxy"), ("ClientAccess", "Owa"), ("ClientAccess", "ecp")),
    *(("Logging", name) for name in ("HttpProxy", "ECP", "CmdletInfra", "OABGeneratorLog")),
)
# Where Exchange should be, a collection may have one of its folders alone.
_FOLDERS = (("Logging",), ("TransportRoles",), ("Bin", "ExSetup.exe"))
_SEARCH_DEPTH = 6
_SEARCH_DIRECTORIES = 1_500
_WITHOUT_EXCHANGE = frozenset({"windows", "users", "programdata", "$recycle.bin", "system volume information"})


class Install(NamedTuple):
    """One Exchange installation: its directory in the source, and the way in which it was found."""

    path: str
    found_by: str


class InstallCandidate(NamedTuple):
    """A server path at which Exchange may be installed, and the reason."""

    server_path: str
    found_by: str


def install_candidates(registry_paths: Mapping[str, str], environment_path: str | None) -> list[InstallCandidate]:
    """Return the candidates from registry, environment and default, the most reliable first.

    ``registry_paths``: install path by the key that names it. ``environment_path``: ``ExchangeInstallPath`` of a live
    machine.
    """
    claims = [InstallCandidate(path, f"the registry, {key}") for key, path in registry_paths.items()]
    if environment_path:
        claims.append(InstallCandidate(environment_path, "the environment, ExchangeInstallPath"))
    return claims + [InstallCandidate(path, "the default folder of Exchange") for path in _DEFAULTS]


def find_installs(paths: HostPaths, claims: list[InstallCandidate]) -> list[Install]:
    """Return the installations that exist; the drives are searched only if no candidate is an installation."""
    found: dict[str, Install] = {}
    for claim in claims:
        for entry in paths.find_all(claim.server_path):
            if entry.kind is EntryKind.DIRECTORY:
                found.setdefault(entry.path, Install(entry.path, claim.found_by))
    installs = [install for install in found.values() if _may_be_exchange(paths, install.path)]
    if not installs:
        tops = [volume.top for volume in paths.volumes] or [""]
        with paths.lookup.ignore_unreadable():
            installs = [Install(path, "the names of its subfolders") for top in tops for path in _search(paths, top)]
    return sorted({install.path: install for install in installs}.values(), key=lambda install: install.path)


def looks_like_exchange(paths: HostPaths, directory: str) -> bool:
    """Return True if a directory has subdirectories that only an Exchange installation has."""
    shapes = (shape for shape in _SHAPES if paths.lookup.may_have(directory, shape[0]))
    return any(paths.lookup.find(directory, shape) is not None for shape in shapes)


def _may_be_exchange(paths: HostPaths, directory: str) -> bool:
    """Return True if a directory where Exchange should be looks like it, or can't be read."""
    has_folder = any(paths.lookup.find(directory, names) is not None for names in _FOLDERS)
    return has_folder or looks_like_exchange(paths, directory) or directory in paths.lookup.unreadable


def install_roots(paths: HostPaths, install: Install) -> Iterator[Root]:
    """Yield the directories of an installation that IIS serves."""
    for names in _SERVED:
        for entry in paths.lookup.find_all(install.path, names):
            if entry.kind is EntryKind.DIRECTORY:
                yield Root(entry.path, paths.server_path(entry.path), role_at(names), f"Exchange by {install.found_by}")


def _search(paths: HostPaths, top: str) -> Iterator[str]:
    """Yield directories that look like an installation, nearest first, to a bounded depth and number."""
    level = [top]
    searched = 0
    for _ in range(_SEARCH_DEPTH):
        below: list[str] = []
        for directory in level:
            searched += 1
            if searched > _SEARCH_DIRECTORIES:
                return
            if looks_like_exchange(paths, directory):
                yield directory
            else:
                below += [path for path in paths.lookup.folders(directory) if _may_contain_exchange(path)]
        level = sorted(below)


def _may_contain_exchange(path: str) -> bool:
    return path.rpartition("/")[2].lower() not in _WITHOUT_EXCHANGE
