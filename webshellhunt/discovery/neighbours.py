r"""Neighbours: what lies outside of the web folders and takes part.

Transport agents, scheduled tasks, profiles, and the programs that the configuration of IIS loads, those aside that
every IIS has. They are single files and one folder of small ones, so that looking costs little.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webshellhunt.discovery.paths import split_server_path
from webshellhunt.discovery.registrations import PROGRAMS, iter_registrations
from webshellhunt.discovery.stock_modules import is_stock_program
from webshellhunt.discovery.survey import Survey
from webshellhunt.model.artifact import Artifact, Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role

_AGENTS = tuple(
    ("TransportRoles", folder, name)
    for folder in ("Agents", "Shared")
    for name in ("agents.config", "fetagents.config")
)
_SYSTEM = ("System32", "SysWOW64")
_PROFILES = (
    *(
        ("Windows", folder, "WindowsPowerShell", "v1.0", name)
        for folder in _SYSTEM
        for name in ("profile.ps1", "Microsoft.PowerShell_profile.ps1")
    ),
    ("Program Files", "PowerShell", "7", "profile.ps1"),
)
_TASKS = tuple(("Windows", folder, "Tasks") for folder in _SYSTEM)
_MOST_PROGRAMS = 200
_MOST_TASKS = 5_000
_DEEPEST = 8
_LARGEST_BYTES = 1024 * 1024


def iter_neighbours(survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    """Yield the neighbours that no walk from a root comes to, and a gap where a folder of tasks is cut short."""
    paths = survey.paths
    yield from _programs(survey, limits)
    for install in survey.host.exchange:
        for top in _folders(survey, install.path):
            for agents in _AGENTS:
                yield from _files(survey, top, agents)
    for volume in paths.volumes:
        for profile in _PROFILES:
            yield from _files(survey, volume.top, profile)
        for tasks in _TASKS:
            for folder in paths.lookup.find_all(volume.top, tasks):
                yield from _tasks(survey, folder)


def _programs(survey: Survey, limits: Limits) -> Iterator[Artifact]:
    """Yield the native modules and filters of the server that are not stock ones, each once."""
    targets = (each.target for each in iter_registrations(survey.paths, limits, history=False) if each.kind in PROGRAMS)
    foreign = dict.fromkeys(target for target in targets if not is_stock_program(target))
    found = {entry.path: entry for target in islice(foreign, _MOST_PROGRAMS) for entry in survey.paths.find_all(target)}
    for entry in found.values():
        if entry.kind is EntryKind.FILE and not _is_walked(survey, entry.path):
            yield _artifact(survey, entry)


def _folders(survey: Survey, shown: str) -> list[str]:
    """Return the folders inside the source that a path of a report means."""
    found = survey.paths.find_all(shown)
    if not found:
        found = survey.paths.lookup.find_all("", split_server_path(shown).names)
    return [entry.path for entry in found]


def _files(survey: Survey, top: str, names: tuple[str, ...]) -> Iterator[Artifact]:
    for entry in survey.paths.lookup.find_all(top, names):
        if entry.kind is EntryKind.FILE and not _is_walked(survey, entry.path):
            yield _artifact(survey, entry)


def _tasks(survey: Survey, folder: Entry) -> Iterator[Artifact | Gap]:
    if folder.kind is not EntryKind.DIRECTORY or _is_walked(survey, folder.path):
        return
    waiting = [(folder.path, 0)]
    count = 0
    while waiting:
        path, depth = waiting.pop()
        for entry in survey.paths.lookup.entries(path):
            if entry.kind is EntryKind.DIRECTORY and depth < _DEEPEST:
                waiting.append((entry.path, depth + 1))
            elif entry.kind is EntryKind.FILE and entry.size_bytes <= _LARGEST_BYTES:
                count += 1
                if count > _MOST_TASKS:
                    reason = f"more than {_MOST_TASKS} scheduled tasks are kept here; the rest was not looked at"
                    yield Gap("too-many-entries", "walk", survey.paths.shown(folder.path), reason)
                    return
                yield _artifact(survey, entry)


def _artifact(survey: Survey, entry: Entry) -> Artifact:
    shown = survey.paths.shown(entry.path)
    source_path = survey.paths.lookup.source.locate(entry.path)
    return Artifact(entry.path, shown, Role.GIVEN, entry.size_bytes, entry.times, source_path=source_path)


def _is_walked(survey: Survey, path: str) -> bool:
    """Tell whether a walk comes to a path anyway."""
    return any(
        (not root.path or path.startswith(f"{root.path}/"))
        and not survey.is_closed(root.path)
        and not survey.is_apart(root.path, path)
        for root in survey.roots
    )
