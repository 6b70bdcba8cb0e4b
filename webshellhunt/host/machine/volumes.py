r"""Volumes: which drive letter is where in the source, and the way between a server's paths and the source's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.host.machine.paths import Lookup, ServerPath, join_server_path, split_server_path
from webshellhunt.host.machine.registry import Registries
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.artifact import Entry
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Volume
from webshellhunt.sources.source import Source
from webshellhunt.sources.windows import drive_root_letter

_SYSTEM32 = ("Windows", "System32")
# A whole system holds at least one of these; a collected part of one has only what was collected.
_SYSTEM_FILES = ("ntdll.dll", "kernel32.dll", "ntoskrnl.exe")
_SERVER_SHAPES = (
    ("inetpub",),
    ("Program Files", "Microsoft", "Exchange Server"),
    ("Program Files", "Common Files", "microsoft shared", "Web Server Extensions"),
)
_VOLUME_SHAPES = (("Windows",), ("Program Files",), ("ProgramData",), ("Users",), *_SERVER_SHAPES)
# How collectors name a drive's folder: C, C:, C%3A, and \\.\C: written %5C%5C.%5CC%3A.
_MARKED_LETTER = late_pattern(r"(?:%5C%5C\.%5C)?([A-Za-z])(?:%3A|:)", re.IGNORECASE)
_LOOK_DEPTH = 4
_LOOK_DIRECTORIES = 200
_VARIABLE = late_pattern(r"%([^%\\/:*?\"<>|]{1,64})%")
_MOST_EXPANSIONS = 32
_MOST_PERCENT_SIGNS = 64
_LONGEST_PATH = 32_768  # characters, of the system's own interface


def find_volumes(source: Source, registries: Registries | None = None) -> tuple[list[Volume], list[Gap]]:
    r"""Find the drives that a source holds.

    Drives that the user named, or that a live machine has, are certain and win. A tree with ``Windows\System32`` at
    its top is the system drive, its letter from the SOFTWARE hive, else ``C`` is assumed, as it is for a tree with an
    ``inetpub`` or an Exchange folder at its top. Children named ``C``, ``C:`` or ``C%3A`` are drives, also a little
    further down, where collectors put them.

    Args:
        source: Where to look.
        registries: Reads the hives; given by a survey that goes on to use them.
    """
    registries = Registries(source, Lookup(source)) if registries is None else registries
    certain = [Volume(letter, top, reason="named for this source") for letter, top in sorted(source.drives.items())]
    taken = {volume.letter for volume in certain}
    tops = {volume.top for volume in certain}
    guessed = [volume for volume in _guess_volumes(source, registries) if volume.top not in tops]
    kept = [volume for volume in guessed if volume.letter not in taken]
    gaps = [
        Gap(
            "drive-named-twice", "survey", volume.top or source.location,
            f"this looks like drive {volume.letter}:, but another folder was named for that letter; "
            "it is looked at under its own path",
        )
        for volume in guessed
        if volume.letter in taken
    ]  # fmt: skip
    return certain + kept, gaps


def _guess_volumes(source: Source, registries: Registries) -> list[Volume]:
    """Return the drives that the shape of a source tells of."""
    lookup, own = registries.lookup, _own_letter(source)
    if own is not None:
        return [Volume(own, "", reason="the drive of the running system")]
    if _holds(lookup, "", (_SYSTEM32,)):
        return [_system_volume(registries, "", "its top")]
    if _holds(lookup, "", _SERVER_SHAPES):
        marked = _MARKED_LETTER.fullmatch(re.split(r"[\\/]", source.location.rstrip("\\/"))[-1])
        letter = marked[1].upper() if marked is not None else "C"
        return [Volume(letter, "", assumed=True, reason="server folders at the top of the location")]
    with lookup.ignore_unreadable():
        return list(_nested_volumes(lookup, registries))


def is_whole_system(lookup: Lookup, top: str) -> bool:
    """Tell whether a directory is the drive of a whole Windows, rather than what somebody collected of one."""
    system32 = lookup.find(top, _SYSTEM32)
    return system32 is not None and _holds(lookup, system32.path, [(name,) for name in _SYSTEM_FILES])


def _own_letter(source: Source) -> str | None:
    return drive_root_letter(source.location) if source.live else None


def _holds(lookup: Lookup, top: str, shapes: Sequence[Sequence[str]]) -> bool:
    return any(lookup.find(top, shape) is not None for shape in shapes)


def _system_volume(registries: Registries, top: str, where: str) -> Volume:
    root = registries.facts(top).system_root
    letter = split_server_path(root).letter if root is not None else None
    if letter is None:
        return Volume("C", top, assumed=True, reason=f"Windows\\System32 at {where}, and no registry names its letter")
    return Volume(letter, top, reason=f"SystemRoot in the SOFTWARE hive is {root}")


def _nested_volumes(lookup: Lookup, registries: Registries) -> Iterator[Volume]:
    """Yield the folders that are drives, nearest first; a bounded look, since the walk sees every file anyway."""
    level = [""]
    looked = 0
    for depth in range(_LOOK_DEPTH):
        below: list[str] = []
        for directory in level:
            looked += 1
            if looked > _LOOK_DIRECTORIES:
                return
            folders = lookup.folders(directory)
            drives = _drive_folders(lookup, folders, nested=depth > 0)
            yield from (_nested_volume(lookup, registries, path, letter) for path, letter in drives.items())
            below += [path for path in folders if path not in drives]
        level = below


def _drive_folders(lookup: Lookup, folders: list[str], *, nested: bool) -> dict[str, str]:
    """Return the paths of the folders that are drives, with their letters.

    A bare letter says little by itself: it needs a Windows folder in it or in a sibling, or to have none but such
    siblings.
    """
    names = {path: path.rpartition("/")[2] for path in folders}
    marked = {path: match[1].upper() for path, name in names.items() if (match := _MARKED_LETTER.fullmatch(name))}
    bare = {path: name.upper() for path, name in names.items() if _is_bare_letter(name)}
    trusted = {path: letter for path, letter in bare.items() if _holds(lookup, path, _VOLUME_SHAPES)}
    alone = not nested and len(bare) + len(marked) == len(folders)
    if trusted or marked or (alone and all(name.isupper() for name in names.values())):
        trusted = bare
    return {path: letter for path in folders if (letter := marked.get(path) or trusted.get(path))}


def _is_bare_letter(name: str) -> bool:
    return len(name) == 1 and name.isascii() and name.isalpha()


def _nested_volume(lookup: Lookup, registries: Registries, path: str, letter: str) -> Volume:
    root = registries.facts(path).system_root if _holds(lookup, path, (_SYSTEM32,)) else None
    known = split_server_path(root).letter if root is not None else None
    if known is not None and known != letter:
        return Volume(known, path, reason=f"SystemRoot in its SOFTWARE hive is {root}")
    return Volume(letter, path, reason=f"the folder's name, {path.rpartition('/')[2]}")


class HostPaths:
    """The way between the paths that a server's configuration names and those inside the source.

    ``environment`` is that of the host and goes before what is known of every Windows.
    """

    def __init__(
        self,
        source: Source,
        volumes: Sequence[Volume],
        environment: Mapping[str, str] | None = None,
        lookup: Lookup | None = None,
    ) -> None:
        self.volumes = tuple(volumes)
        self.lookup = Lookup(source) if lookup is None else lookup
        self._by_depth = sorted(self.volumes, key=lambda volume: len(volume.top), reverse=True)
        self.system_letter = self._find_system_letter()
        self._environment = _usual_environment(f"{self.system_letter}:")
        self._environment |= {name.lower(): value for name, value in (environment or {}).items()}

    def has_drive_of(self, server_path: str) -> bool:
        """Tell whether the source holds the drive of a path at all."""
        letter = split_server_path(self.expand(server_path)).letter
        return any(volume.letter == letter for volume in self.volumes)

    def find(self, server_path: str) -> Entry | None:
        """Return the entry at a server's path, the exact spelling before any other, or ``None``."""
        return next(iter(self.find_all(server_path)), None)

    def find_all(self, server_path: str) -> list[Entry]:
        """Return every entry that a server's path may mean: several where the source has two spellings or copies."""
        path = self.split(server_path)
        tops = [volume.top for volume in self.volumes if volume.letter == path.letter]
        return [entry for top in tops for entry in self.lookup.find_all(top, path.names)]

    def split(self, server_path: str) -> ServerPath:
        """Take a path of the server apart, its variables filled in."""
        return split_server_path(self.expand(server_path))

    def server_path(self, entry_path: str) -> str | None:
        """Return how the server names a path inside the source, or ``None`` where its drive isn't known."""
        for volume in self._by_depth:
            if not volume.top or entry_path == volume.top or entry_path.startswith(volume.top + "/"):
                rest = entry_path[len(volume.top) :].strip("/")
                return join_server_path(volume.letter, rest.split("/") if rest else ())
        return None

    def display_path(self, entry_path: str) -> str:
        """Return the name that reports give to a path: the server's where its drive is known, else the source's."""
        return self.server_path(entry_path) or entry_path or self.lookup.source.location

    def _value(self, match: re.Match[str]) -> str:
        return self._environment.get(match[1].lower(), match[0])[:_LONGEST_PATH]

    def expand(self, text: str) -> str:
        """Fill in the variables that the host is known to have, whatever their case; leave the others as they are."""
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


def _usual_environment(drive: str) -> dict[str, str]:
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
