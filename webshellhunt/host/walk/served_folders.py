r"""The folders that applicationHost.config maps to a site, and gaps for those that the source does not contain."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.errors import ConfigError, SourceError
from webshellhunt.host.iis.application_host import MappedDirectory, ServerConfig, parse_application_host
from webshellhunt.host.iis.configuration_chain import broken_config, external_reader, read_config
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Root
from webshellhunt.model.report import InputState

_NAME = "applicationHost.config"
_CURRENT = ("Windows", "System32", "inetsrv", "config", _NAME)
_HISTORY = ("inetpub", "history")
# A copied configuration folder, without the drive around it.
_COPIED = (("inetsrv", "config", _NAME), ("config", _NAME), (_NAME,))
# A mapped directory with one of these roles has the role of a site.
_UNSPECIFIC = frozenset({Role.GIVEN, Role.DROP, Role.BIN})


@dataclass
class ServedFolders:
    """The server configuration and the directories that it maps.

    ``directories`` maps each IIS location to its directory inside the source.
    """

    server: ServerConfig | None = None
    coverage: InputState = InputState.MISSING
    roots: list[Root] = field(default_factory=list)
    directories: dict[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


def find_served_folders(paths: HostPaths, limits: Limits) -> ServedFolders:
    """Read the server configuration; if it is missing or broken, the newest of its history."""
    served = ServedFolders()
    current = find_current(paths)
    for entry in (*current, *find_history(paths)):
        served.server = _read(paths, entry, limits, served.gaps)
        if served.server is not None:
            served.coverage = InputState.HELD if entry in current else InputState.PARTIAL
            break
        served.coverage = InputState.PARTIAL
    if served.server is not None:
        if served.coverage is InputState.PARTIAL:
            reason = "this earlier configuration of IIS is used because the current one is missing or can't be read"
            served.gaps.append(Gap("configuration-from-history", "survey", served.server.path, reason))
        _follow(paths, served, served.server)
    return served


def find_current(paths: HostPaths) -> list[Entry]:
    """Return each current applicationHost.config in the source."""
    found = [entry for volume in paths.volumes for entry in paths.lookup.find_all(volume.top, _CURRENT)]
    if not found:
        found = [entry for names in _COPIED for entry in paths.lookup.find_all("", names)]
    return [entry for entry in found if entry.kind is EntryKind.FILE]


def find_history(paths: HostPaths) -> list[Entry]:
    """Return the earlier copies of the server configuration, the newest first."""
    folders = [entry for volume in paths.volumes for entry in paths.lookup.find_all(volume.top, _HISTORY)]
    copies = [copy for folder in folders for copy in paths.lookup.entries(folder.path)]
    copies.sort(key=lambda entry: entry.name.upper(), reverse=True)
    found = [paths.lookup.find(copy.path, (_NAME,)) for copy in copies if copy.kind is EntryKind.DIRECTORY]
    return [entry for entry in found if entry is not None and entry.kind is EntryKind.FILE]


def _read(paths: HostPaths, entry: Entry, limits: Limits, gaps: list[Gap]) -> ServerConfig | None:
    display_path = paths.display_path(entry.path)
    try:
        data = read_config(paths, entry, limits)
        reader = external_reader(paths, entry.path.rpartition("/")[0], limits)
        return parse_application_host(data, display_path, reader)
    except SourceError as error:
        gaps.append(Gap("unreadable", "survey", display_path, error.message, matters=True))
    except ConfigError as error:
        gaps.append(broken_config(error, display_path, "survey", "the default folders are searched instead"))
    return None


def _follow(paths: HostPaths, served: ServedFolders, server: ServerConfig) -> None:
    missing: set[str] = set()
    for mapped in server.mapped_directories():
        entries = [entry for entry in paths.find_all(mapped.physical_path) if entry.kind is EntryKind.DIRECTORY]
        for entry in entries:
            served.directories.setdefault(mapped.location, entry.path)
            role = role_at(entry.path.split("/"))
            found_by = f"{mapped.location} in {_NAME}, line {mapped.line}"
            served.roots.append(
                Root(entry.path, paths.server_path(entry.path), Role.SITE if role in _UNSPECIFIC else role, found_by)
            )
        if not entries and mapped.physical_path.lower() not in missing:
            missing.add(mapped.physical_path.lower())
            served.gaps.append(_absent(paths, mapped))


def _absent(paths: HostPaths, mapped: MappedDirectory) -> Gap:
    path = paths.expand(mapped.physical_path)
    if paths.has_drive_of(path):
        reason = f"IIS serves {mapped.location} from this directory, which does not exist"
        return Gap("directory-missing", "survey", path, reason)
    reason = f"IIS serves {mapped.location} from this directory, whose drive is missing; add it with --drive"
    return Gap("drive-not-held", "survey", path or mapped.location, reason, matters=True)
