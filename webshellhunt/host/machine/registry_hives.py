r"""The hives of a host at their places: those of the machine and of accounts, on each volume with a Windows, or loose.

On a running system the hives in use are locked; there the registry is read through ``winreg``, and only hives of
accounts without a process are read as files.

Source: Microsoft, "Registry Hives" (places of the files).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import ModuleType
from typing import NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import Lookup, fold
from webshellhunt.host.machine.registry_hive import Hive, Key, Registry, log_entries, open_hive
from webshellhunt.host.machine.registry_live import LiveRegistry
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap

_CONFIG = ("Windows", "System32", "config")
_PROFILES = (("Windows", "ServiceProfiles"), ("Users",), ("Windows", "System32", "config"))
_CLASSES = ("AppData", "Local", "Microsoft", "Windows", "UsrClass.dat")
LOOSE_HIVE = lazy_pattern(
    r"(?i)(?:.{1,64}[_.\- ])?(system|software|default|ntuser\.dat|usrclass\.dat)(?:[_.](?:hive?|sav|save|bak|reg))?"
)
"""Names of hives, also outside of their folders."""

_BACKUPS = "REGBACK"
_MOST_ACCOUNTS = 64
_MOST_LOOSE_FOLDERS = 100
_LOOSE_DEPTH = 4
_MOST_LOADED = 256
_PROFILE_LIST = "Microsoft\\Windows NT\\CurrentVersion\\ProfileList"


class HiveKind(StrEnum):
    """The kind of a hive, by the name of its file."""

    SYSTEM = "system"
    SOFTWARE = "software"
    DEFAULT = "default"
    USER = "ntuser.dat"
    CLASSES = "usrclass.dat"


_OF_MACHINE = {HiveKind.SYSTEM: "HKLM\\SYSTEM", HiveKind.SOFTWARE: "HKLM\\SOFTWARE", HiveKind.DEFAULT: "HKU\\.DEFAULT"}
_UNSEEN = {
    HiveKind.SYSTEM: "services, drivers, port proxies and print monitors",
    HiveKind.SOFTWARE: "tasks, programs that start with Windows, and COM servers",
    HiveKind.DEFAULT: "programs and machine keys of the system account",
}
_UNSEEN_OF_ACCOUNT = "programs, COM servers and machine keys of the account"


class FoundHive(NamedTuple):
    r"""A hive that is open: its kind, the path of its root (``HKLM\SYSTEM``), and its keys.

    ``account`` is the name of the profile's folder, empty for a hive of the machine. ``path`` is the path of its file
    as reports show it, empty for the running system; ``top`` is the top of its volume in the source.
    """

    kind: HiveKind
    name: str
    account: str
    path: str
    top: str
    registry: Registry

    def key_path(self, key: Key) -> str:
        r"""Return the full path of a key: ``HKLM\SYSTEM\CurrentControlSet\Services\W3SVC``."""
        return f"{self.name}\\{key.path}" if key.path else self.name


class _Place(NamedTuple):
    """The file of a hive."""

    kind: HiveKind
    entry: Entry
    account: str
    top: str


def iter_hives(paths: HostPaths, gaps: list[Gap], *, live_module: str = "winreg") -> Iterator[FoundHive]:
    """Yield the hives of a host, each open until the next one is asked for; those of the machine come first.

    ``gaps``: the list that gaps are added to: for a hive that can't be opened, and, after its use, for one that is
    damaged or has changes that were not seen. ``live_module``: python's module for the registry, imported for a running
    system only.
    """
    lookup = paths.lookup
    loaded: frozenset[str] = frozenset()
    if lookup.source.live:
        try:
            winreg = importlib.import_module(live_module)
        except ImportError:
            return  # The survey reports it.
        loaded = _loaded_profiles(winreg)
        for found in _iter_live(winreg):
            yield found
            gaps.extend(_gaps_of(found))
    for place in _iter_places(paths, gaps):
        is_live = lookup.source.live and not place.top
        if place.entry.path in lookup.broken or (is_live and _is_loaded(place, paths, loaded)):
            continue
        try:
            hive = open_hive(lookup, place.entry)
        except SourceError as error:
            lookup.broken.add(place.entry.path)
            gaps.append(_gap(place, paths, f"it can't be read: {error.message}", "broken-registry"))
            continue
        shown = paths.display_path(place.entry.path)
        found = FoundHive(place.kind, _name_of(place), place.account, shown, place.top, hive)
        yield found
        gaps.extend(_gaps_of(found))


def held_kinds(paths: HostPaths) -> frozenset[HiveKind]:
    """Return the kinds of hives that a source has, without those that can't be read."""
    lookup = paths.lookup
    if lookup.source.live:
        return frozenset(HiveKind)
    return frozenset(place.kind for place in _iter_places(paths, []) if place.entry.path not in lookup.broken)


def has_hives(paths: HostPaths) -> bool:
    """Return True if a source has hives, or a gap in their place."""
    gaps: list[Gap] = []
    return paths.lookup.source.live or next(_iter_places(paths, gaps), None) is not None or bool(gaps)


def hive_files(paths: HostPaths) -> list[tuple[str, Entry]]:
    r"""Return the files of the hives and of their logs, each with the path of its root (``HKLM\SYSTEM``)."""
    return [
        (_name_of(place), entry)
        for place in _iter_places(paths, [])
        for entry in (place.entry, *log_entries(paths.lookup, place.entry))
    ]


def unread_gap(found: FoundHive, error: SourceError) -> Gap:
    """Return the gap for a hive whose reading ended early."""
    reason = f"{found.name} was read in part: {error.message}; {_unseen(found.kind)} may be missing"
    return Gap("broken-registry", "examine", found.path or found.name, reason, matters=True)


def _iter_places(paths: HostPaths, gaps: list[Gap]) -> Iterator[_Place]:
    """Yield the files of hives on each volume, and those outside of all volumes."""
    lookup = paths.lookup
    seen: set[str] = set()
    accounts: list[_Place] = []
    loose = list(_iter_loose(paths))
    for volume in paths.volumes:
        for kind in _OF_MACHINE:
            for entry in lookup.find_all(volume.top, (*_CONFIG, kind.upper())):
                if entry.kind is EntryKind.FILE and entry.path not in seen:
                    seen.add(entry.path)
                    yield _Place(kind, entry, "", volume.top)
        accounts += _iter_accounts(lookup, volume.top)
    yield from (place for place in loose if place.kind in _OF_MACHINE)
    accounts += [place for place in loose if place.kind not in _OF_MACHINE]
    unique = {place.entry.path: place for place in accounts}
    yield from list(unique.values())[:_MOST_ACCOUNTS]
    for place in list(unique.values())[_MOST_ACCOUNTS : _MOST_ACCOUNTS + 1]:
        reason = f"it and {len(unique) - _MOST_ACCOUNTS - 1:,} more hives of accounts were not examined: too many"
        gaps.append(_gap(place, paths, reason, "hive-not-read"))


def _iter_accounts(lookup: Lookup, top: str) -> Iterator[_Place]:
    """Yield the hives of the accounts on a volume, those of service accounts first."""
    with lookup.ignore_unreadable():
        for names in _PROFILES:
            for above in lookup.find_all(top, names):
                for folder in lookup.folders(above.path) if above.kind is EntryKind.DIRECTORY else ():
                    account = folder.rpartition("/")[2]
                    for kind, below in ((HiveKind.USER, ("NTUSER.DAT",)), (HiveKind.CLASSES, _CLASSES)):
                        entry = lookup.find(folder, below)
                        if entry is not None and entry.kind is EntryKind.FILE:
                            yield _Place(kind, entry, account, top)


def _iter_loose(paths: HostPaths) -> Iterator[_Place]:
    """Yield hives outside of their folders, by their names and first bytes: some collectors keep no folders."""
    lookup = paths.lookup
    tops = {volume.top for volume in paths.volumes}
    waiting = [] if lookup.source.live else [("", 0)]
    with lookup.ignore_unreadable():
        for _ in range(_MOST_LOOSE_FOLDERS):
            if not waiting:
                return
            folder, depth = waiting.pop(0)
            names = lookup.names(folder)
            yield from _loose_in(lookup, folder, [name for name, kind in names.items() if kind is EntryKind.FILE])
            if depth < _LOOSE_DEPTH and folder not in tops:
                below = (f"{folder}/{name}".lstrip("/") for name, kind in names.items() if kind is EntryKind.DIRECTORY)
                waiting += [(each, depth + 1) for each in sorted(below)]


def _loose_in(lookup: Lookup, folder: str, names: list[str]) -> Iterator[_Place]:
    for name in sorted(names) if fold(folder.rpartition("/")[2]) != _BACKUPS else ():
        match = LOOSE_HIVE.fullmatch(name)
        entry = lookup.find(folder, (name,)) if match is not None else None
        if match is not None and entry is not None and _is_hive(lookup, entry):
            kind = HiveKind(match[1].lower())
            yield _Place(kind, entry, "" if kind in _OF_MACHINE else folder.rpartition("/")[2] or "user", "")


def _is_hive(lookup: Lookup, entry: Entry) -> bool:
    try:
        return lookup.source.read(entry.path, 4) == b"regf"
    except SourceError:
        return False


def _name_of(place: _Place) -> str:
    known = _OF_MACHINE.get(place.kind)
    return known or f"HKU\\{place.account}" + ("_Classes" if place.kind is HiveKind.CLASSES else "")


def _unseen(kind: HiveKind) -> str:
    return _UNSEEN.get(kind, _UNSEEN_OF_ACCOUNT)


def _gap(place: _Place, paths: HostPaths, reason: str, code: str) -> Gap:
    text = f"{reason}; {_unseen(place.kind)} were not examined"
    return Gap(code, "examine", paths.display_path(place.entry.path), text, matters=place.kind in _OF_MACHINE)


def _gaps_of(found: FoundHive) -> Iterator[Gap]:
    """Yield the gaps of a hive after its use."""
    registry, where = found.registry, found.path or found.name
    matters = found.kind in (HiveKind.SYSTEM, HiveKind.SOFTWARE)
    dirty = registry.dirty if isinstance(registry, Hive) else ""
    if dirty:
        reason = f"its last changes are missing, since {dirty}; the newest {_unseen(found.kind)} were not examined"
        yield Gap("dirty-hive", "examine", where, reason, matters)
    if registry.damaged:
        more = f" and {registry.damaged - 1:,} more parts can't be read" if registry.damaged > 1 else ""
        reason = f"{registry.first_damage}{more}; {_unseen(found.kind)} may be missing"
        yield Gap("broken-registry", "examine", where, reason, matters)


def _iter_live(winreg: ModuleType) -> Iterator[FoundHive]:
    """Yield the registry of the running system: the machine, and each account that has a process."""
    machine, users = winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_USERS
    for kind, name in _OF_MACHINE.items():
        root, place = (users, ".DEFAULT") if kind is HiveKind.DEFAULT else (machine, name.partition("\\")[2])
        yield FoundHive(kind, name, "", "", "", LiveRegistry(winreg, root, place))
    profiles = _profiles(winreg)
    for sid in _loaded_sids(winreg):
        is_classes = fold(sid).endswith("_CLASSES")
        path = profiles.get(fold(sid).removesuffix("_CLASSES"), sid)
        kind = HiveKind.CLASSES if is_classes else HiveKind.USER
        account = path.rstrip("\\").rpartition("\\")[2]
        yield FoundHive(kind, f"HKU\\{sid}", account, "", "", LiveRegistry(winreg, users, sid))


def _loaded_sids(winreg: ModuleType) -> list[str]:
    users = LiveRegistry(winreg, winreg.HKEY_USERS, "")
    return [key.name for key in users.iter_keys(users.root) if key.name.startswith("S-")][:_MOST_LOADED]


def _profiles(winreg: ModuleType) -> Mapping[str, str]:
    """Return the folder of each profile by the identifier of its account."""
    software = LiveRegistry(winreg, winreg.HKEY_LOCAL_MACHINE, "SOFTWARE")
    listed = software.find(_PROFILE_LIST)
    keys = () if listed is None else software.iter_keys(listed)
    return {fold(key.name): software.find_text(key, "ProfileImagePath") or key.name for key in keys}


def _loaded_profiles(winreg: ModuleType) -> frozenset[str]:
    """Return the names of the folders whose hives are locked, since an account uses them."""
    profiles = _profiles(winreg)
    used = (profiles.get(fold(sid), "") for sid in _loaded_sids(winreg))
    return frozenset(fold(path) for path in used if path)


def _is_loaded(place: _Place, paths: HostPaths, loaded: frozenset[str]) -> bool:
    """Return True if the running system has this hive open, so that it was read there."""
    shown = fold(paths.display_path(place.entry.path))
    return place.kind in _OF_MACHINE or any(shown.startswith(fold(paths.expand(each)) + "\\") for each in loaded)
