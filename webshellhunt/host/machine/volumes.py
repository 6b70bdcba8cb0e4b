r"""Volumes: the place of each drive letter in a source, and the conversion between server paths and source paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.host.machine.paths import Lookup, Obstacle, ServerPath, join_server_path, split_server_path
from webshellhunt.host.machine.registry import Registries
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Volume
from webshellhunt.sources.source import Source
from webshellhunt.sources.windows import drive_root_letter

_SYSTEM32 = ("Windows", "System32")
# A complete system has at least one of these; a collection has only the collected files.
_SYSTEM_FILES = ("ntdll.dll", "kernel32.dll", "ntoskrnl.exe")
_SERVER_SHAPES = (
    ("inetpub",),
    ("Program Files", "Microsoft", "Exchange Server"),
    ("Program Files", "Common Files", "microsoft shared", "Web Server Extensions"),
)
_VOLUME_SHAPES = (("Windows",), ("Program Files",), ("ProgramData",), ("Users",), *_SERVER_SHAPES)
# Names that collectors use for the folder of a drive: C, C:, C%3A, and \\.\C: written as %5C%5C.%5CC%3A.
_MARKED_LETTER = lazy_pattern(r"(?:%5C%5C\.%5C)?([A-Za-z])(?:%3A|:)", re.IGNORECASE)
_SEARCH_DEPTH = 4
_SEARCH_DIRECTORIES = 200
_VARIABLE = lazy_pattern(r"%([^%\\/:*?\"<>|]{1,64})%")
_MOST_EXPANSIONS = 32
_MOST_PERCENT_SIGNS = 64
_LONGEST_PATH = 32_768  # characters, of the system's own interface


def find_volumes(source: Source, registries: Registries | None = None) -> tuple[list[Volume], list[Gap]]:
    r"""Return the drives in a source, and a gap for each whose letter is taken.

    Drives that the user named, or that a live machine has, are certain and take precedence. A tree with
    ``Windows\System32`` at its top is the system drive, with the letter from the SOFTWARE hive. Without a hive ``C`` is
    assumed, as for a tree with an ``inetpub`` or an Exchange folder at its top. Folders named ``C``, ``C:`` or
    ``C%3A`` are drives, also a few levels down, where collectors put them.

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
    lookup, own = registries.lookup, _own_letter(source)
    if own is not None:
        return [Volume(own, "", reason="the drive of the running system")]
    if _has_any(lookup, "", (_SYSTEM32,)):
        return [_system_volume(registries, "", "its top")]
    if _has_any(lookup, "", _SERVER_SHAPES):
        marked = _MARKED_LETTER.fullmatch(re.split(r"[\\/]", source.location.rstrip("\\/"))[-1])
        letter = marked[1].upper() if marked is not None else "C"
        return [Volume(letter, "", assumed=True, reason="server folders at the top of the location")]
    with lookup.ignore_unreadable():
        return list(_nested_volumes(lookup, registries))


def is_whole_system(lookup: Lookup, top: str) -> bool:
    """Return True if a directory is the drive of a complete Windows, not a collection of some of its files."""
    system32 = lookup.find(top, _SYSTEM32)
    return system32 is not None and _has_any(lookup, system32.path, [(name,) for name in _SYSTEM_FILES])


def _own_letter(source: Source) -> str | None:
    return drive_root_letter(source.location) if source.live else None


def _has_any(lookup: Lookup, top: str, shapes: Sequence[Sequence[str]]) -> bool:
    return any(lookup.find(top, shape) is not None for shape in shapes)


def _system_volume(registries: Registries, top: str, where: str) -> Volume:
    root = registries.facts(top).system_root
    letter = split_server_path(root).letter if root is not None else None
    if letter is None:
        return Volume(
            "C", top, assumed=True, reason=f"Windows\\System32 at {where}, and no registry with its drive letter"
        )
    return Volume(letter, top, reason=f"SystemRoot in the SOFTWARE hive is {root}")


def _nested_volumes(lookup: Lookup, registries: Registries) -> Iterator[Volume]:
    """Yield the folders that are drives, nearest first; the search is bounded, as the walk sees every file anyway."""
    level = [""]
    searched = 0
    for depth in range(_SEARCH_DEPTH):
        below: list[str] = []
        for directory in level:
            searched += 1
            if searched > _SEARCH_DIRECTORIES:
                return
            folders = lookup.folders(directory)
            drives = _drive_folders(lookup, folders, nested=depth > 0)
            yield from (_nested_volume(lookup, registries, path, letter) for path, letter in drives.items())
            below += [path for path in folders if path not in drives]
        level = below


def _drive_folders(lookup: Lookup, folders: list[str], *, nested: bool) -> dict[str, str]:
    """Return the paths of the folders that are drives, with their letters.

    A folder named by a bare letter counts only if it or a sibling has a Windows folder, or if all its siblings are
    named like drives.
    """
    names = {path: path.rpartition("/")[2] for path in folders}
    marked = {path: match[1].upper() for path, name in names.items() if (match := _MARKED_LETTER.fullmatch(name))}
    bare = {path: name.upper() for path, name in names.items() if _is_bare_letter(name)}
    trusted = {path: letter for path, letter in bare.items() if _has_any(lookup, path, _VOLUME_SHAPES)}
    alone = not nested and len(bare) + len(marked) == len(folders)
    if trusted or marked or (alone and all(name.isupper() for name in names.values())):
        trusted = bare
    return {path: letter for path in folders if (letter := marked.get(path) or trusted.get(path))}


def _is_bare_letter(name: str) -> bool:
    return len(name) == 1 and name.isascii() and name.isalpha()


def _nested_volume(lookup: Lookup, registries: Registries, path: str, letter: str) -> Volume:
    root = registries.facts(path).system_root if _has_any(lookup, path, (_SYSTEM32,)) else None
    known = split_server_path(root).letter if root is not None else None
    if known is not None and known != letter:
        return Volume(known, path, reason=f"SystemRoot in its SOFTWARE hive is {root}")
    return Volume(letter, path, reason=f"the folder's name, {path.rpartition('/')[2]}")


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
