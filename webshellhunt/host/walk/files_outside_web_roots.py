r"""Files outside the web roots that a hunt examines, too.

These are transport agents, the scripting agent of Exchange, scheduled tasks, PowerShell profiles and histories, what
Windows starts by itself, traces of failed requests, reports of crashes of IIS, configurations of .NET and of programs,
and the programs that IIS loads by its configuration, except those of every IIS; and of the folders of Windows and
Exchange the libraries and programs whose times stand alone: setup and updates write many files in one hour, an intruder
writes few. The cost is low: folders are listed, and few files are read.
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
from webshellhunt.host.walk.file_filter import extension_of, is_candidate
from webshellhunt.host.walk.named_assemblies import iter_named_assemblies
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import Artifact, Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Root
from webshellhunt.model.settings import PageSettings

_AGENTS = tuple(
    ("TransportRoles", folder, name)
    for folder in ("Agents", "Shared")
    for name in ("agents.config", "fetagents.config")
)
_SCRIPTING_AGENT = ("Bin", "CmdletExtensionAgents", "ScriptingAgentConfig.xml")
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
_CONFIGURED = (
    *((("Windows", folder), ".exe.config") for folder in _SYSTEM),
    *((("Windows", folder, "inetsrv"), ".config") for folder in _SYSTEM),
    *(
        (("Windows", "Microsoft.NET", framework, version, *below), end)
        for below, end in (((), ".config"), (("Config", "Browsers"), ".browser"))
        for framework in ("Framework", "Framework64")
        for version in ("v2.0.50727", "v4.0.30319")
    ),
)
"""Folders of programs outside of web roots, and the ends of the names of their configurations."""

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
_POLICY = ("Windows", "System32", "GroupPolicy")
_STARTUP = ("Microsoft", "Windows", "Start Menu", "Programs", "Startup")
_HISTORY = ("Microsoft", "Windows", "PowerShell", "PSReadLine")
_SMALL_FOLDERS = (
    *_TASKS,
    ("ProgramData", *_STARTUP),
    *((*_POLICY, who, "Scripts") for who in ("Machine", "User")),
    ("Windows", "Setup", "Scripts"),
    *(("Windows", "System32", "wbem", each) for each in ("AutoRecover", "mof")),
    ("inetpub", "logs", "FailedReqLogFiles"),
)
"""Folders of which all small files are examined."""
_PROFILE_TOPS = (("Users",), ("Windows", "ServiceProfiles"), *(("Windows", each, "config") for each in _SYSTEM))
"""Folders of profiles: those of users and application pools, of services, and of the system."""
_OF_PROFILES = tuple(("AppData", "Roaming", *names) for names in (_STARTUP, _HISTORY))
_CRASHES = ("ProgramData", "Microsoft", "Windows", "WER")
_CRASH_OF_IIS = "AppCrash_w3wp"
_MOST_PROFILES = 500
_MOST_REPORTS = 200
_PROGRAMS = frozenset({"exe", "dll", "scr", "com"})
_SETTINGS = PageSettings()
_MOST_PROGRAMS = 200
_MOST_FILES = 5_000
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
    yield from walk_fenced("applicationHost.config", "programs", partial(_programs, survey, limits))
    yield from walk_fenced("assembly", "assemblies", partial(_assemblies, survey, limits))
    for install in survey.host.exchange:
        yield from walk_fenced(install.path, "transport agents", partial(_agents, survey, install.path))
        for top in _folders(survey, install.path):
            yield from walk_fenced(install.path, "configurations", partial(_named, survey, top, (("Bin",), ".config")))
            for folder in survey.paths.lookup.find_all(top, ("Bin",)):
                yield from walk_fenced(folder.path, "libraries", partial(_lone_libraries, survey, folder))
    for volume in survey.paths.volumes:
        yield from _of_volume(survey, volume.top, survey.paths.display_path(volume.top))


def _of_volume(survey: Survey, top: str, shown: str) -> Iterator[Artifact | Gap]:
    """Yield the files of one drive; ``shown`` is its path as reports show it."""
    for names in _LONE_IN:
        for folder in survey.paths.lookup.find_all(top, names):
            yield from walk_fenced(folder.path, "libraries", partial(_lone_libraries, survey, folder))
    for profile in _PROFILES:
        yield from walk_fenced(shown, "profiles", partial(_files, survey, top, profile))
    for place in _CONFIGURED:
        yield from walk_fenced(shown, "configurations", partial(_named, survey, top, place))
    for below in _SMALL_FOLDERS:
        yield from walk_fenced(shown, "folders", partial(_below, survey, top, below))
    yield from walk_fenced(shown, "profiles", partial(_of_profiles, survey, top))
    yield from walk_fenced(shown, "reports", partial(_crashes, survey, top))


def _assemblies(survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    visited: set[str] = set()
    for entry in iter_named_assemblies(survey, limits):
        if entry.path not in visited:
            visited.add(entry.path)
            yield from _unwalked_file(survey, entry)


def _agents(survey: Survey, display_path: str) -> Iterator[Artifact | Gap]:
    for top in _folders(survey, display_path):
        for agents in (*_AGENTS, _SCRIPTING_AGENT):
            yield from _files(survey, top, agents)


def _lone_libraries(survey: Survey, folder: Entry) -> Iterator[Artifact | Gap]:
    """Yield the youngest libraries and programs of a folder among those of an hour with few others."""
    if _is_walked_folder(survey, folder):
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


def _below(survey: Survey, top: str, names: tuple[str, ...]) -> Iterator[Artifact | Gap]:
    for folder in survey.paths.lookup.find_all(top, names):
        yield from _small_files(survey, folder)


def _of_profiles(survey: Survey, top: str) -> Iterator[Artifact | Gap]:
    """Yield the start-up folder and the history of PowerShell of each profile."""
    lookup = survey.paths.lookup
    tops = (folder.path for names in _PROFILE_TOPS for folder in lookup.find_all(top, names))
    profiles = (profile for folder in tops for profile in lookup.folders(folder))
    for profile in islice(profiles, _MOST_PROFILES):
        for names in _OF_PROFILES:
            yield from _below(survey, profile, names)


def _crashes(survey: Survey, top: str) -> Iterator[Artifact | Gap]:
    """Yield the reports of crashes of IIS."""
    lookup = survey.paths.lookup
    for kept in ("ReportArchive", "ReportQueue"):
        for folder in lookup.find_all(top, (*_CRASHES, kept)):
            reports = (each for each in lookup.folders(folder.path) if _CRASH_OF_IIS.lower() in each.lower())
            for report in islice(reports, _MOST_REPORTS):
                yield from _files(survey, report, ("Report.wer",))


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


def _named(survey: Survey, top: str, place: tuple[tuple[str, ...], str]) -> Iterator[Artifact | Gap]:
    """Yield the files directly in a folder whose names have an end."""
    names, end = place
    for folder in survey.paths.lookup.find_all(top, names):
        if folder.kind is EntryKind.DIRECTORY:
            named = (each for each in survey.paths.lookup.entries(folder.path) if each.name.lower().endswith(end))
            for entry in islice(named, _MOST_FILES):
                yield from _unwalked_file(survey, entry)


def _unwalked_file(survey: Survey, entry: Entry) -> Iterator[Artifact | Gap]:
    """Yield an entry if it is a file that no walk reaches."""
    if entry.kind is EntryKind.FILE and not _is_walked(survey, entry):
        yield from _artifact(survey, entry)


def _small_files(survey: Survey, folder: Entry) -> Iterator[Artifact | Gap]:
    if folder.kind is not EntryKind.DIRECTORY or _is_walked_folder(survey, folder):
        return
    waiting = [(folder.path, 0)]
    count = 0
    while waiting:
        path, depth = waiting.pop()
        for item in walk_fenced(path, "folder", partial(_small_files_in, survey, path, depth, waiting)):
            count += isinstance(item, Artifact)
            if count > _MOST_FILES:
                reason = f"more than {_MOST_FILES} files in this folder; the others were not examined"
                yield Gap("too-many-entries", "walk", survey.paths.display_path(folder.path), reason)
                return
            yield item


def _small_files_in(survey: Survey, path: str, depth: int, waiting: list[tuple[str, int]]) -> Iterator[Artifact | Gap]:
    """Yield the small files of one folder, and add its subfolders to ``waiting``."""
    for entry in survey.paths.lookup.entries(path):
        if entry.kind is EntryKind.DIRECTORY and depth < _DEEPEST:
            waiting.append((entry.path, depth + 1))
        elif entry.size_bytes <= _LARGEST_BYTES or extension_of(entry.name) in _PROGRAMS:
            yield from _unwalked_file(survey, entry)


def _artifact(survey: Survey, entry: Entry) -> Iterator[Artifact | Gap]:
    """Yield one file, protected by a fence of its own."""

    def found() -> Iterator[Artifact]:
        display_path, source_path = survey.paths.display_path(entry.path), survey.paths.lookup.source.locate(entry.path)
        yield Artifact(entry.path, display_path, Role.GIVEN, entry.size_bytes, entry.times, source_path=source_path)

    return walk_fenced(entry.path, "entry", found)


def _is_walked(survey: Survey, entry: Entry) -> bool:
    """Return True if a walk examines a file: in a drop folder, it examines pages and small scripts alone."""
    is_found = is_candidate(entry, _SETTINGS)
    return any(root.role is not Role.DROP or is_found for root in _reaching(survey, entry.path))


def _is_walked_folder(survey: Survey, folder: Entry) -> bool:
    """Return True if a walk examines each file of a folder."""
    return any(root.role is not Role.DROP for root in _reaching(survey, f"{folder.path}/x"))


def _reaching(survey: Survey, path: str) -> Iterator[Root]:
    """Yield the roots whose walk reaches a path."""
    return (
        root
        for root in survey.roots
        if (not root.path or path.startswith(f"{root.path}/"))
        and not survey.is_unwalked_drive(root.path)
        and not survey.walk_misses(root.path, path)
    )
