r"""Volumes: the place of each drive letter in a source, and the conversion between server paths and source paths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from webshellhunt.host.machine.paths import Lookup, Obstacle, ServerPath, join_server_path, split_server_path
from webshellhunt.host.machine.registry import Registries
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Volume
from webshellhunt.sources.drives import Drive, named_drive, search
from webshellhunt.sources.source import Source
from webshellhunt.sources.windows import drive_root_letter

_SYSTEM32 = ("Windows", "System32")
# A complete system has at least one of these; a collection has only the collected files.
_SYSTEM_FILES = ("ntdll.dll", "kernel32.dll", "ntoskrnl.exe")
_VARIABLE = lazy_pattern(r"%([^%\\/:*?\"<>|]{1,64})%")
_MOST_EXPANSIONS = 32
_MOST_PERCENT_SIGNS = 64
_LONGEST_PATH = 32_768  # characters, of the system's own interface


def find_volumes(source: Source, registries: Registries | None = None) -> tuple[list[Volume], list[Gap]]:
    r"""Return the drives in a source, and a gap for each whose letter is taken.

    Drives that the user named, or that a live machine has, are certain and take precedence. Others are directories with
    the shape of a drive (``sources.drives``), at the top or a few levels below it. The letter is that of the SOFTWARE
    hive, else that of the folder's name, else ``C`` is assumed.

    Args:
        source: The source to search.
        registries: Reads the hives; passed by a caller that needs the registries afterwards.
    """
    registries = Registries(source, Lookup(source)) if registries is None else registries
    certain = [Volume(letter, top, reason="assigned for this source") for letter, top in sorted(source.drives.items())]
    taken = {volume.letter for volume in certain}
    tops = {volume.top for volume in certain}
    guessed = [volume for volume in _guess_volumes(source, registries) if volume.top not in tops]
    kept = [volume for volume in guessed if volume.letter not in taken]
    gaps = [
        Gap(
            "drive-named-twice", "survey", volume.top or source.location,
            f"this folder looks like drive {volume.letter}:, but that letter is assigned to another folder; "
            "its files are reported under their own paths",
        )
        for volume in guessed
        if volume.letter in taken
    ]  # fmt: skip
    return certain + kept, gaps


def _guess_volumes(source: Source, registries: Registries) -> list[Volume]:
    """Return the drives that the folders of a source suggest."""
    own = drive_root_letter(source.location) if source.live else None
    if own is not None:
        return [Volume(own, "", reason="the drive of the running system")]
    return [_volume(registries, drive) for drive in search(source).drives]


def is_whole_system(lookup: Lookup, top: str) -> bool:
    """Return True if a directory is the drive of a complete Windows, not a collection of some of its files."""
    system32 = lookup.find(top, _SYSTEM32)
    return system32 is not None and any(lookup.find(system32.path, (name,)) for name in _SYSTEM_FILES)


def _volume(registries: Registries, drive: Drive) -> Volume:
    """Return the volume of a drive, with its letter and how that is known."""
    root = registries.facts(drive.top).system_root if drive.is_system else None
    known = split_server_path(root).letter if root is not None else None
    if known is not None and known != drive.letter:
        return Volume(known, drive.top, reason=f"SystemRoot in its SOFTWARE hive is {root}")
    name = (drive.top or registries.lookup.source.location.rstrip("\\/")).replace("\\", "/").rpartition("/")[2]
    named = named_drive(name)
    # The folder where an image is mounted, such as /mnt/d, states nothing.
    is_stated = drive.top or (named is not None and (named.is_marked or (named.is_whole and not name.islower())))
    if named is not None and is_stated:
        return Volume(named.letter, drive.top, assumed=not drive.top, reason=f"the folder's name, {name}")
    where = f"in {drive.top}" if drive.top else "at the top of the location"
    lacking = ", and no registry with its drive letter"
    reason = f"Windows\\System32 {where}{lacking}" if drive.is_system else f"server folders {where}"
    return Volume("C", drive.top, assumed=True, reason=reason)


class HostPaths:
    """Converts between the paths of a server and the paths inside its source.

    ``environment`` has the variables of the host, which take precedence over the defaults of Windows.
    """

    def __init__(
        self,
        source: Source,
        volumes: Sequence[Volume],
        environment: Mapping[str, str] | None = None,
        lookup: Lookup | None = None,
    ) -> None:
        self.volumes: tuple[Volume, ...] = tuple(volumes)
        self.lookup: Lookup = Lookup(source) if lookup is None else lookup
        self._by_depth = sorted(self.volumes, key=lambda volume: len(volume.top), reverse=True)
        self.system_letter: str = self._find_system_letter()
        self._environment = _default_environment(f"{self.system_letter}:")
        self._environment |= {name.lower(): value for name, value in (environment or {}).items()}

    def has_drive_of(self, server_path: str) -> bool:
        """Return True if the source contains the drive of a server path."""
        letter = split_server_path(self.expand(server_path)).letter
        return any(volume.letter == letter for volume in self.volumes)

    def find(self, server_path: str) -> Entry | None:
        """Return the entry at a server path, preferably in the exact spelling, or ``None``."""
        return next(iter(self.find_all(server_path)), None)

    def find_all(self, server_path: str) -> list[Entry]:
        """Return every entry for a server path: several if the source has more than one spelling or copy."""
        path = self.split(server_path)
        tops = [volume.top for volume in self.volumes if volume.letter == path.letter]
        return [entry for top in tops for entry in self.lookup.find_all(top, path.names)]

    def obstacle(self, server_path: str) -> Obstacle | None:
        """Return the directory above an absent server path whose names are not all readable (``Lookup.obstacle``)."""
        path = self.split(server_path)
        tops = [volume.top for volume in self.volumes if volume.letter == path.letter]
        found = (self.lookup.obstacle(top, path.names) for top in tops)
        return next((each for each in found if each is not None), None)

    def split(self, server_path: str) -> ServerPath:
        """Split a server path after its variables are expanded."""
        return split_server_path(self.expand(server_path))

    def server_path(self, entry_path: str) -> str | None:
        """Return the server path of a path inside the source, or ``None`` if its drive is unknown."""
        for volume in self._by_depth:
            if not volume.top or entry_path == volume.top or entry_path.startswith(volume.top + "/"):
                rest = entry_path[len(volume.top) :].strip("/")
                return join_server_path(volume.letter, rest.split("/") if rest else ())
        return None

    def display_path(self, entry_path: str) -> str:
        """Return a path as reports show it: the server path if the drive is known, otherwise the path in the source."""
        return self.server_path(entry_path) or entry_path or self.lookup.source.location

    def _value(self, match: re.Match[str]) -> str:
        return self._environment.get(match[1].lower(), match[0])[:_LONGEST_PATH]

    def expand(self, text: str) -> str:
        """Expand the known variables of the host without regard to case; leave unknown variables unchanged."""
        if text.count("%") > _MOST_PERCENT_SIGNS:
            return text
        for _ in range(_MOST_EXPANSIONS):
            filled = _VARIABLE.sub(self._value, text)
            if filled == text or len(filled) > _LONGEST_PATH:
                break
            text = filled
        return text

    def _find_system_letter(self) -> str:
        for volume in self.volumes:
            if self.lookup.find(volume.top, _SYSTEM32) is not None:
                return volume.letter
        letters = {volume.letter for volume in self.volumes}
        return "C" if "C" in letters or not letters else min(letters)


def _default_environment(drive: str) -> dict[str, str]:
    files = f"{drive}\\Program Files"
    return {
        "systemdrive": drive,
        "systemroot": f"{drive}\\Windows",
        "windir": f"{drive}\\Windows",
        "programfiles": files,
        "programw6432": files,
        "programfiles(x86)": f"{files} (x86)",
        "commonprogramfiles": f"{files}\\Common Files",
        "commonprogramw6432": f"{files}\\Common Files",
        "commonprogramfiles(x86)": f"{files} (x86)\\Common Files",
        "programdata": f"{drive}\\ProgramData",
        "allusersprofile": f"{drive}\\ProgramData",
        "public": f"{drive}\\Users\\Public",
        "temp": f"{drive}\\Windows\\Temp",
        "tmp": f"{drive}\\Windows\\Temp",
    }
