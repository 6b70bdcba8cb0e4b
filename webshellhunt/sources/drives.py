r"""Drives of Windows servers in a source, found by their shape: names of folders state only the letter and the host.

Collectors, ``zip -r`` and people put a drive into folders of any name: ``EXCH01/C``, ``drive_c``, ``HOST/C$``,
``mnt/c``, ``uac-HOST-…/[root]``. So each directory near the top is compared with the top of a drive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, NamedTuple, TypeVar

from webshellhunt.containers.page_names import ARCHIVE_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.source import Source, join

T = TypeVar("T")
Recogniser = Callable[[str, Mapping[str, EntryKind]], Iterable[T]]

_LISTED: ContextVar[dict[tuple[int, str], tuple[Source, dict[str, EntryKind]]] | None] = ContextVar(
    "listed", default=None
)
_DEPTH = 5
_MOST_DIRECTORIES = 500
_MOST_ARCHIVES = 100
_WINDOWS, _PROGRAMS, _INETPUB = "windows", "program files", "inetpub"
_SERVER = frozenset({_WINDOWS, _PROGRAMS, _INETPUB})
_OWN = _SERVER | {"program files (x86)", "programdata", "exchangesetuplogs"}
_FILES_AT_TOP = frozenset({"$mft", "pagefile.sys", "bootmgr"})
_AT_TOP = _OWN | _FILES_AT_TOP | {
    "users", "perflogs", "recovery", "$recycle.bin", "system volume information", "$extend", "documents and settings",
}  # fmt: skip
"""Names at the top of a drive; those in ``_OWN`` are of a system or server, not of any NTFS volume."""

_PRODUCTS = (("microsoft", "exchange server"), ("common files", "microsoft shared", "web server extensions"))
_SITE = frozenset({"web.config", "global.asax"})
_WORD = r"(?:drive|volume|vol|disk)"
_MARKED = lazy_pattern(r"(?i)(?:%5C%5C\.%5C|\\\\\.\\)?([A-Za-z])(?:%3A|:|\$)")
_LETTERED = lazy_pattern(
    rf"(?i)(?:(?P<before>.+?)[ _.-]+)??(?:{_WORD}[ _.-]?(?P<a>[a-z])|(?P<b>[a-z])[ _.-]?{_WORD}|(?P<c>[a-z]))"
    r"(?:[ _.-]+(?P<after>.+))?"
)
_SNAPSHOT = lazy_pattern(r"(?i)vss\d{0,4}|.*shadow[ _-]?cop(?:y|ies).*|@gmt-.*|windows\.old")
# Folders between a host and its drives, which tools make.
_BETWEEN = lazy_pattern(
    r"(?i)uploads|auto|file|ntfs|lazy_ntfs|fs|mnt|mount|media|root|\[root\]|rootfs|drives|volumes|files|filesystem|data"
    r"|.*partition .*|noname.*|.*\[(?:ntfs|refs)\]"
)


class Named(NamedTuple):
    """The meaning of a folder's name: its ``letter``, the ``host`` in it, and how sure the letter is by the name alone.

    ``is_marked`` is true for ``C:``, ``C%3A`` and ``C$``, ``is_whole`` for these and for ``C`` and ``drive_c``.
    """

    letter: str
    host: str = ""
    is_marked: bool = False
    is_whole: bool = True


class Drive(NamedTuple):
    """A directory that is the top of a drive.

    Attributes:
        top: Its path in the source.
        letter: The letter that its name states, or ``None``.
        host: The path of the folder of its host; its last name may be a part of a folder's name.
        is_system: True if it has the folder of a Windows.
        is_sure: False for a directory with one sign only, which may be the copy of a part of a drive.
    """

    top: str
    letter: str | None
    host: str
    is_system: bool = False
    is_sure: bool = True


class _Shape(NamedTuple):
    """The signs of a drive in a directory: their number, and whether they are of a Windows, of a server, or of both."""

    signs: int
    is_system: bool
    is_server: bool
    is_own: bool
    is_sure: bool


class Findings(NamedTuple, Generic[T]):
    """The results of a search: drives, what the recogniser of the caller found, and archives outside of both."""

    drives: tuple[Drive, ...]
    recognised: tuple[T, ...]
    archives: tuple[str, ...]
    is_complete: bool


def names_in(source: Source, path: str) -> dict[str, EntryKind]:
    """Return the names in a directory with the kind of each entry; none if it can't be listed."""
    listed = _LISTED.get()
    known = None if listed is None else listed.get((id(source), path))
    if known is None:
        try:
            known = source, source.names(path)
        except SourceError:
            known = source, {}
        if listed is not None:
            listed[id(source), path] = known  # with the source, so that no other one gets its number
    return known[1]


@contextmanager
def listed_once() -> Iterator[None]:
    """List each directory once inside the block, in which several searches look at the same ones."""
    before = _LISTED.set({})
    try:
        yield
    finally:
        _LISTED.reset(before)


def folders_in(source: Source, path: str) -> list[str]:
    """Return the names of the directories in a directory, sorted."""
    return sorted(name for name, kind in names_in(source, path).items() if kind is EntryKind.DIRECTORY)


def find_folder(source: Source, path: str, names: Iterable[str]) -> str | None:
    """Return the path of a directory below another one, found without regard to case, or ``None``."""
    for name in names:
        found = next((each for each in folders_in(source, path) if each.lower() == name.lower()), None)
        if found is None:
            return None
        path = join(path, found)
    return path


def has_windows(source: Source, path: str) -> bool:
    """Return True if a directory has the directory of Windows."""
    return find_folder(source, path, (_WINDOWS,)) is not None


def has_server_folder(names: Iterable[str]) -> bool:
    """Return True if one of the names at the top of a drive is that of a folder of a server."""
    return any(name.lower() in _SERVER for name in names)


def named_drive(name: str) -> Named | None:
    """Return the letter that the name of a folder or archive states, or ``None``."""
    while extension_of(name) in ARCHIVE_EXTENSIONS:
        name = name.rstrip(". ").rpartition(".")[0]
    marked = _MARKED.fullmatch(name)
    if marked is not None:
        return Named(marked[1].upper(), is_marked=True)
    found = _LETTERED.fullmatch(name)
    if found is None:
        return None
    host = "-".join(filter(None, (found["before"], found["after"])))
    return Named((found["a"] or found["b"] or found["c"]).upper(), host, is_whole=not host)


def search(
    source: Source, recognise: Callable[[str, Mapping[str, EntryKind]], Iterable[T]] | None = None
) -> Findings[T]:
    """Search the directories near the top of a source, the nearest first; the depth and number are bounded.

    Nothing below a drive, a collection or a web site is searched: there an intruder may make folders of any name.

    ``recognise``: returns what else the caller knows at a directory with these names, such as a collection.
    """
    return _Search(source, recognise).run()


class _Search(Generic[T]):
    """The state of one search."""

    def __init__(self, source: Source, recognise: Recogniser[T] | None) -> None:
        self._source = source
        self._recognise = recognise
        self._drives: list[Drive] = []
        self._recognised: list[T] = []
        self._archives: list[str] = []
        self._folders: dict[str, list[str]] = {}

    def run(self) -> Findings[T]:
        level = [""]
        for depth in range(_DEPTH + 1):
            below: list[str] = []
            for directory in level:
                if len(self._folders) >= _MOST_DIRECTORIES:
                    return self._findings(is_complete=False)
                below += self._look(directory, is_last=depth == _DEPTH)
            level = below
        return self._findings(is_complete=True)

    def _findings(self, *, is_complete: bool) -> Findings[T]:
        return Findings(self._without_copies(), tuple(self._recognised), tuple(self._archives), is_complete)

    def _look(self, directory: str, *, is_last: bool) -> list[str]:
        """Add what a directory is, and return its subdirectories to search."""
        names = names_in(self._source, directory)
        folders = sorted(name for name, kind in names.items() if kind is EntryKind.DIRECTORY)
        self._folders[directory] = folders
        drive = self._drive(directory, names)
        if drive is not None:
            self._drives.append(drive)
            return []
        if any(name.lower() in _SITE for name in names):
            return []
        recognise = None if has_server_folder(names) else self._recognise
        recognised = [] if recognise is None else list(recognise(directory, names))
        if recognised:
            self._recognised += recognised
            return []
        lettered = self._lettered(directory, folders)
        self._drives += lettered.values()
        archives = (
            name for name in sorted(names) if names[name] is EntryKind.FILE and extension_of(name) in ARCHIVE_EXTENSIONS
        )
        self._archives += [join(directory, name) for name in archives][: _MOST_ARCHIVES - len(self._archives)]
        rest = (name for name in folders if name not in lettered and name.lower() not in _SERVER)
        return [] if is_last else [join(directory, name) for name in rest]

    def _drive(self, directory: str, names: Mapping[str, EntryKind]) -> Drive | None:
        """Return a directory as a drive if its shape is that of one."""
        shape = self._shape(directory, names)
        if not (shape.is_system or shape.is_server or (shape.signs > 1 and shape.is_own)):
            return None
        named = named_drive(directory.rpartition("/")[2])
        letter = None if named is None else named.letter
        return Drive(directory, letter, host_of_drive(directory, named), shape.is_system, shape.is_sure)

    def _shape(self, directory: str, names: Mapping[str, EntryKind]) -> _Shape:
        """Return the signs of a drive in a directory."""
        known = {
            name.lower(): name
            for name, kind in names.items()
            if kind is EntryKind.DIRECTORY or name.lower() in _FILES_AT_TOP
        }
        signs = len(_AT_TOP & set(known))
        has_system = _WINDOWS in known and bool(find_folder(self._source, directory, (known[_WINDOWS], "system32")))
        is_server = _INETPUB in known or "exchangesetuplogs" in known or self._has_product(directory, known)
        is_system = has_system or (_WINDOWS in known and signs > 1)
        return _Shape(signs, is_system, is_server, bool(_OWN & set(known)), has_system or signs > 1)

    def _has_product(self, directory: str, known: Mapping[str, str]) -> bool:
        programs = known.get(_PROGRAMS)
        return programs is not None and any(
            find_folder(self._source, directory, (programs, *names)) for names in _PRODUCTS
        )

    def _lettered(self, directory: str, folders: list[str]) -> dict[str, Drive]:
        """Return the folders that are drives by their names; of each host, one of them needs a sign of a drive.

        Folders named by a letter alone are drives also at the top of the source if all folders there are named so.
        """
        by_host: dict[str, dict[str, Named]] = {}
        for name in folders:
            if (named := named_drive(name)) is not None:
                by_host.setdefault(named.host, {})[name] = named
        found: dict[str, Drive] = {}
        for host, names in by_host.items():
            drives = [self._lettered_drive(join(directory, name), named) for name, named in names.items()]
            signs = [has_sign for _, has_sign in drives]
            alone = not directory and len(names) == len(folders) and all(map(_is_capital, names))
            if alone or (any(signs) and (not host or len(names) > 1)):
                found |= {name: drive for name, (drive, _) in zip(names, drives, strict=True)}
        return found

    def _lettered_drive(self, path: str, named: Named) -> tuple[Drive, bool]:
        """Return a folder with a letter as a drive, and whether it has a sign of one."""
        shape = self._shape(path, names_in(self._source, path))
        drive = Drive(path, named.letter, host_of_drive(path, named), shape.is_system, named.is_marked or shape.is_sure)
        return drive, named.is_marked or shape.signs > 0

    def _without_copies(self) -> tuple[Drive, ...]:
        """Return the drives without snapshots of them, and without what may be a copy of a part of one.

        A directory with one sign of a server counts only next to the folder of a host, or where nothing else is.
        """
        live = [each for each in self._drives if not any(map(_SNAPSHOT.fullmatch, each.top.split("/")))] or self._drives
        sure = {each.host for each in live if each.is_sure}
        if sure or self._recognised:
            beside = {host.rpartition("/")[0] for host in sure if host}
            hosts = sure | {each.host for each in live if each.host and each.host.rpartition("/")[0] in beside}
            return tuple(each for each in live if each.host in hosts)
        at_top = tuple(each for each in live if not each.host)
        return at_top or (tuple(live) if self._is_nothing_else(live) else ())

    def _is_nothing_else(self, drives: list[Drive]) -> bool:
        """Return True if no other directory is next to drives or above them; next to one, those of a volume count."""
        leads = {above for each in drives for above in _ancestors(each.top)}
        above = leads - {each.top for each in drives}
        beside = [name for path in above for name in self._folders.get(path, ()) if join(path, name) not in leads]
        is_one = len({each.host for each in drives}) == 1
        return not any(name.lower() in _AT_TOP for name in beside) if is_one else not beside


def _ancestors(path: str) -> Iterator[str]:
    """Yield a path and those above it."""
    yield path
    while path:
        path = path.rpartition("/")[0]
        yield path


def host_of_drive(top: str, named: Named | None = None) -> str:
    """Return the folder of a drive's host: above a folder with a letter, and above the folders that tools make."""
    names = top.split("/") if top else []
    last: str | None = None
    if named is not None and names:
        names, last = names[:-1], named.host or None
    while last is None and names and (_BETWEEN.fullmatch(names[-1]) or _is_same_letter(names[-1], named)):
        names.pop()
    return "/".join((*names, *filter(None, (last,))))


def _is_capital(name: str) -> bool:
    return len(name) == 1 and name.isupper()


def _is_same_letter(name: str, drive: Named | None) -> bool:
    """Return True for a folder around a drive that is named by the same letter: ``C/C``."""
    found = named_drive(name)
    return drive is not None and found is not None and found.is_whole and found.letter == drive.letter
