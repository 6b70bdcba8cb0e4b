r"""The folders that applicationHost.config maps to a site, and gaps for those that the source does not contain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from webshellhunt.errors import ConfigError, SourceError
from webshellhunt.host.iis.application_host import MappedDirectory, ServerConfig, parse_application_host
from webshellhunt.host.iis.configuration_chain import broken_config, external_reader, read_config, unread_sources
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Root
from webshellhunt.model.report import InputState
from webshellhunt.sources.source import form_of

NOT_COLLECTED = "directories-not-collected"
"""The code of the gap for directories of sites that a collector did not select."""

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
        gaps += unread_sources(paths, entry, data, "survey")
        reader = external_reader(paths, entry.path.rpartition("/")[0], limits)
        return parse_application_host(data, display_path, reader)
    except SourceError as error:
        gaps.append(Gap("unreadable", "survey", display_path, error.message, matters=True))
    except ConfigError as error:
        gaps.append(broken_config(error, display_path, "survey", "the default folders are searched instead"))
    return None


def _follow(paths: HostPaths, served: ServedFolders, server: ServerConfig) -> None:
    absent: dict[str, MappedDirectory] = {}
    found: set[str] = set()
    for mapped in server.mapped_directories():
        entries = [entry for entry in paths.find_all(mapped.physical_path) if entry.kind is EntryKind.DIRECTORY]
        for entry in entries:
            found.add(mapped.physical_path.lower())
            served.directories.setdefault(mapped.location, entry.path)
            role = role_at(entry.path.split("/"))
            found_by = f"{mapped.location} in {_NAME}, line {mapped.line}"
            served.roots.append(
                Root(entry.path, paths.server_path(entry.path), Role.SITE if role in _UNSPECIFIC else role, found_by)
            )
        if not entries:
            absent.setdefault(mapped.physical_path.lower(), mapped)
    if form_of(paths.lookup.source).is_collection:
        on_drive = {key: mapped for key, mapped in absent.items() if paths.has_drive_of(mapped.physical_path)}
        served.gaps += _not_collected(paths, server, list(on_drive.values()), len(found))
        absent = {key: mapped for key, mapped in absent.items() if key not in on_drive}
    served.gaps += [_absent(paths, mapped) for mapped in absent.values()]


def _not_collected(paths: HostPaths, server: ServerConfig, absent: list[MappedDirectory], found: int) -> Iterator[Gap]:
    """Yield one gap for the directories that a collector did not select; it matters if they are most of them."""
    if absent:
        reason = (
            f"{len(absent)} of the {len(absent) + found} directories that IIS serves were not collected "
            f"(for example {paths.expand(absent[0].physical_path)}), so their pages were not examined"
        )
        yield Gap(NOT_COLLECTED, "survey", server.path, reason, matters=len(absent) > found)


def _absent(paths: HostPaths, mapped: MappedDirectory) -> Gap:
    path = paths.expand(mapped.physical_path)
    obstacle = paths.obstacle(path)
    if obstacle is not None:
        where = paths.display_path(obstacle.path)
        reason = f"IIS serves {mapped.location} from this directory, but {where} can't be read: {obstacle.reason}"
        return Gap("unreadable", "survey", path, reason, matters=True)
    if paths.has_drive_of(path):
        reason = f"IIS serves {mapped.location} from this directory, which does not exist"
        return Gap("directory-missing", "survey", path, reason)
    if path.startswith("\\\\"):
        reason = f"IIS serves {mapped.location} from this share of another machine, whose files are not here"
        return Gap("share-not-held", "survey", path, reason, matters=True)
    reason = f"IIS serves {mapped.location} from this directory, whose drive is missing; add it with --drive"
    return Gap("drive-not-held", "survey", path or mapped.location, reason, matters=True)
