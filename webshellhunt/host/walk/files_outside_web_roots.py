r"""Files outside the web roots that a hunt examines, too.

These are transport agents, scheduled tasks, PowerShell profiles, and the programs that IIS loads by its configuration,
except those of every IIS; and of the folders of Windows and Exchange the libraries and programs whose times stand
alone: setup and updates write many files in one hour, an intruder writes few. The cost is low: folders are listed, and
few files are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from webshellhunt.fence import walk_fenced
from webshellhunt.host.iis.native_modules import is_stock_program
from webshellhunt.host.iis.registrations import HANDLER, PROGRAMS, Registration, iter_registrations
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.host.walk.survey import Survey
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
_TASKS = (*(("Windows", folder, "Tasks") for folder in _SYSTEM), ("Windows", "Tasks"))
_LONE_IN = (
    ("Windows", "System32", "inetsrv"),
    ("Windows", "System32"),
    ("Windows", "SysWOW64", "inetsrv"),
    ("Windows", "SysWOW64"),
)
_LIBRARIES = (".dll", ".exe")
_LARGEST_LIBRARY = 8 * 1024 * 1024
_MOST_OF_ONE_HOUR = 3
_MOST_LONE = 40
_MOST_PROGRAMS = 200
_MOST_TASKS = 5_000
_DEEPEST = 8
_LABEL_CHARS = 200
_LARGEST_BYTES = 1024 * 1024


def iter_files_outside_web_roots(survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    """Yield the files outside the web roots that no walk reaches, and a gap for a folder with too many tasks.

    A crash at one file costs only that file, and becomes a gap.
    """
    location = survey.paths.lookup.source.location
    return walk_fenced(location, "surroundings", partial(_iter_groups, survey, limits))


def _iter_groups(survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    """Yield the files in groups; each group has a fence of its own."""
    display_path = survey.paths.display_path
    yield from walk_fenced("applicationHost.config", "programs", partial(_programs, survey, limits))
    for install in survey.host.exchange:
        yield from walk_fenced(install.path, "transport agents", partial(_agents, survey, install.path))
        for top in _folders(survey, install.path):
            for folder in survey.paths.lookup.find_all(top, ("Bin",)):
                yield from walk_fenced(folder.path, "libraries", partial(_lone_libraries, survey, folder))
    for volume in survey.paths.volumes:
        for names in _LONE_IN:
            for folder in survey.paths.lookup.find_all(volume.top, names):
                yield from walk_fenced(folder.path, "libraries", partial(_lone_libraries, survey, folder))
        for profile in _PROFILES:
            yield from walk_fenced(display_path(volume.top), "profiles", partial(_files, survey, volume.top, profile))
        for tasks in _TASKS:
            yield from walk_fenced(display_path(volume.top), "tasks", partial(_tasks_below, survey, volume.top, tasks))


def _agents(survey: Survey, display_path: str) -> Iterator[Artifact | Gap]:
    for top in _folders(survey, display_path):
        for agents in _AGENTS:
            yield from _files(survey, top, agents)


def _lone_libraries(survey: Survey, folder: Entry) -> Iterator[Artifact | Gap]:
    """Yield the youngest libraries and programs of a folder among those of an hour with few others."""
    if _is_walked(survey, f"{folder.path}/x"):
        return
    by_hour: dict[datetime, list[Entry]] = {}
    for entry in survey.paths.lookup.entries(folder.path):
        time = entry.times.name_created_utc or entry.times.created_utc or entry.times.modified_utc
        if entry.kind is EntryKind.FILE and entry.name.lower().endswith(_LIBRARIES) and time is not None:
            by_hour.setdefault(time.replace(minute=0, second=0, microsecond=0), []).append(entry)
    lone = [
        entry for _, same in sorted(by_hour.items(), reverse=True) for entry in same if len(same) <= _MOST_OF_ONE_HOUR
    ]
    small = (entry for entry in lone if 0 < entry.size_bytes <= _LARGEST_LIBRARY)
    for entry in islice(small, _MOST_LONE):
        yield from _artifact(survey, entry)


def _tasks_below(survey: Survey, top: str, names: tuple[str, ...]) -> Iterator[Artifact | Gap]:
    for folder in survey.paths.lookup.find_all(top, names):
        yield from _tasks(survey, folder)


def _programs(survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    """Yield each program that IIS loads once; of stock ones only those without version information."""
    registered = (each for each in iter_registrations(survey.paths, limits, history=False) if _is_program(each))
    foreign = dict.fromkeys(each.target.partition("|")[0] for each in registered if not _is_stock(each))
    visited: set[str] = set()
    for target in islice(foreign, _MOST_PROGRAMS):
        yield from walk_fenced(target[:_LABEL_CHARS], "program", partial(_program, survey, target, visited))


def _is_program(registration: Registration) -> bool:
    """Return True for a native module, a filter, and a handler whose target is a file and no type."""
    return registration.kind in PROGRAMS or (registration.kind == HANDLER and "\\" in registration.target)


def _is_stock(registration: Registration) -> bool:
    program = registration.program
    genuine = program is None or program.origin.versioned
    return genuine and (registration.known is not None or is_stock_program(registration.target))


def _program(survey: Survey, target: str, visited: set[str]) -> Iterator[Artifact | Gap]:
    for entry in survey.paths.find_all(target):
        if entry.path not in visited:
            visited.add(entry.path)
            yield from _unwalked_file(survey, entry)


def _folders(survey: Survey, display_path: str) -> list[str]:
    """Return the folders inside the source for a path as reports show it."""
    found = survey.paths.find_all(display_path)
    if not found:
        found = survey.paths.lookup.find_all("", split_server_path(display_path).names)
    return [entry.path for entry in found]


def _files(survey: Survey, top: str, names: tuple[str, ...]) -> Iterator[Artifact | Gap]:
    for entry in survey.paths.lookup.find_all(top, names):
        yield from _unwalked_file(survey, entry)


def _unwalked_file(survey: Survey, entry: Entry) -> Iterator[Artifact | Gap]:
    """Yield an entry if it is a file that no walk reaches."""
    if entry.kind is EntryKind.FILE and not _is_walked(survey, entry.path):
        yield from _artifact(survey, entry)


def _tasks(survey: Survey, folder: Entry) -> Iterator[Artifact | Gap]:
    if folder.kind is not EntryKind.DIRECTORY or _is_walked(survey, folder.path):
        return
    waiting = [(folder.path, 0)]
    count = 0
    while waiting:
        path, depth = waiting.pop()
        for item in walk_fenced(path, "tasks", partial(_tasks_in, survey, path, depth, waiting)):
            count += isinstance(item, Artifact)
            if count > _MOST_TASKS:
                reason = f"more than {_MOST_TASKS} scheduled tasks in this folder; the others were not examined"
                yield Gap("too-many-entries", "walk", survey.paths.display_path(folder.path), reason)
                return
            yield item


def _tasks_in(survey: Survey, path: str, depth: int, waiting: list[tuple[str, int]]) -> Iterator[Artifact | Gap]:
    """Yield the tasks of one folder, and add its subfolders to ``waiting``."""
    for entry in survey.paths.lookup.entries(path):
        if entry.kind is EntryKind.DIRECTORY and depth < _DEEPEST:
            waiting.append((entry.path, depth + 1))
        elif entry.kind is EntryKind.FILE and entry.size_bytes <= _LARGEST_BYTES:
            yield from _artifact(survey, entry)


def _artifact(survey: Survey, entry: Entry) -> Iterator[Artifact | Gap]:
    """Yield one file, protected by a fence of its own."""

    def found() -> Iterator[Artifact]:
        display_path, source_path = survey.paths.display_path(entry.path), survey.paths.lookup.source.locate(entry.path)
        yield Artifact(entry.path, display_path, Role.GIVEN, entry.size_bytes, entry.times, source_path=source_path)

    return walk_fenced(entry.path, "entry", found)


def _is_walked(survey: Survey, path: str) -> bool:
    """Return True if a walk reaches a path."""
    return any(
        (not root.path or path.startswith(f"{root.path}/"))
        and not survey.is_unwalked_drive(root.path)
        and not survey.walk_misses(root.path, path)
        for root in survey.roots
    )
