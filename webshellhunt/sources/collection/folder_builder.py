"""Directories of the tree: several directories of a collection are merged into one of the server.

The special files of NTFS (the file table, the change journal), whose names each collector changes, are set apart.

Source: Microsoft, Master File Table; KapeFiles, Targets/Windows/$J.tkape and $SDS.tkape (``SaveAsFileName``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.names import Decoder, folded, plain, shown_name, unescaped
from webshellhunt.sources.source import join

INDEX = ".idx"
"""The end of the name of an index of extents."""

T = TypeVar("T")

EXTEND = "$Extend"
"""The directory of the special files that newer versions of NTFS added."""

JOURNAL = ("$J", "$UsnJrnl:$J")
"""The names under which the change journal is found in ``$Extend``."""

_AT_TOP = frozenset(
    {"$MFT", "$MFTMIRR", "$LOGFILE", "$VOLUME", "$ATTRDEF", "$BITMAP", "$BOOT", "$BADCLUS", "$SECURE", "$UPCASE"}
    | {"$SECURE_$SDS", "$SECURE_$SII", "$SECURE_$SDH", "$SECURE$SDS"}
)
_IN_EXTEND = frozenset({"$J", "$MAX", "$USNJRNL", "$OBJID", "$QUOTA", "$REPARSE", "$DELETED"})
_JOURNALS = ("$J", "$USNJRNL:$J", "$USNJRNL$J", "$USNJRNL_$J", "$USNJRNL:J")


class StoredPlace(NamedTuple):
    """A path in the collection, and the decoder of the names below it; ``layer`` is the rank, 0 is preferred.

    ``has_extents`` is true for a sparse file, whose index of extents is stored next to it.
    """

    path: str
    decode: Decoder = plain
    layer: int = 0
    has_extents: bool = False

    def shown(self, name: str) -> str:
        """Return the name that is shown for a name below this place."""
        return shown_name(name, self.decode)


class Child(NamedTuple):
    """A name in a directory of the tree, its kind, and where the collection has it.

    A directory, and a file that was collected twice, has several places. ``is_duplicate`` is true for a file that was
    left out: the places are those of another file with the same content.
    """

    name: str
    kind: EntryKind
    places: tuple[StoredPlace, ...]
    is_duplicate: bool = False


class Folder(NamedTuple):
    """The content of a directory.

    ``children`` are by name, ``streams`` the alternate streams by the name of their file, and ``special`` the special
    files of the file system; these two are not listed. ``by_folded`` has the name for each folded name.
    """

    children: Mapping[str, Child]
    streams: Mapping[str, Mapping[str, Child]]
    special: Mapping[str, Child]
    by_folded: Mapping[str, str]

    def find(self, name: str) -> Child | None:
        """Return the child, stream or special file with a name; without regard to case if none has the exact name."""
        known = self.children.get(name) or self.special.get(name)
        if known is not None:
            return known
        wanted, base = folded(name), name.partition(":")[0]
        owner = self.by_folded.get(folded(base), base)
        for each in (*self.streams.get(owner, {}).items(), *self.special.items()):
            if folded(each[0]) == wanted:
                return each[1]
        return self.children.get(self.by_folded.get(wanted, ""))


class FolderBuilder:
    """Merges directories of the collection into one of the tree.

    ``has_index`` returns True if a file is sparse, ``is_copy`` if two files have the same content or one is cut off.
    Nothing that a server runs is merged with other content, read as a sparse file, or set apart as a special file: an
    intruder who makes up a layout must not hide a page by it.
    """

    def __init__(
        self, has_index: Callable[[str], bool], is_copy: Callable[[str, str], bool], escaped: Collection[str] = ()
    ) -> None:
        self._has_index = has_index
        self._is_copy = is_copy
        self._escaped = escaped
        self._children: dict[str, Child] = {}
        self._by_folded: dict[str, str] = {}
        self._directories: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def add_directory(self, name: str, places: tuple[StoredPlace, ...]) -> None:
        """Add a directory; one that differs only by case is merged, and the spelling with more capitals is kept."""
        known = self._children.get(self._directories.get(folded(name), ""))
        if known is None:
            shown = self._free_name(name)
            self._directories[folded(name)] = shown
            self._put(Child(shown, EntryKind.DIRECTORY, places))
            return
        del self._children[known.name]
        spelling = known.name
        if folded(name) == folded(spelling) and name not in self._children:
            spelling = max((spelling, name), key=lambda each: (sum(map(str.isupper, each)), each))
        self._directories[folded(name)] = spelling
        self._put(Child(spelling, EntryKind.DIRECTORY, (*known.places, *places)))

    def add(self, place: StoredPlace, names: Mapping[str, EntryKind]) -> None:
        """Add the names of one directory of the collection; files of several directories with one name are one file."""
        indexed = [name for name in names if f"{name}{INDEX}" in names and not _is_run(place.shown(name))]
        sparse = {name for name in indexed if self._has_index(join(place.path, name))}
        for name in sorted(names):
            kind, shown = names[name], place.shown(name)
            path = join(place.path, name)
            inside = StoredPlace(
                path, unescaped if path in self._escaped else place.decode, place.layer, name in sparse
            )
            if kind is EntryKind.DIRECTORY:
                self.add_directory(shown, (inside,))
            elif not (name.endswith(INDEX) and name.removesuffix(INDEX) in sparse):
                self._add_file(Child(shown, kind, (inside,)))

    def add_duplicate(self, name: str, child: Child) -> None:
        """Add a file that was left out because another file has the same content, unless the name is taken."""
        if self._same(name) is None and child.kind is EntryKind.FILE:
            self._put(child._replace(name=name, is_duplicate=True))

    def folder(self, *, at_top: bool, in_extend: bool) -> Folder:
        """Return the directory, with streams and special files apart; ``at_top`` is true for the top of a drive."""
        files = [each for each in self._children.values() if each.kind is EntryKind.FILE]
        special: dict[str, Child] = {}
        if at_top or in_extend:
            special = {
                each.name: each
                for each in files
                if is_special(each.name, in_extend=in_extend) and not _is_run(each.name)
            }
        streams: dict[str, dict[str, Child]] = {}
        for each in files:
            base = self._same(each.name.partition(":")[0]) if ":" in each.name else None
            if base is not None and base.name not in special and each.name not in special:
                streams.setdefault(base.name, {})[each.name] = each
        unlisted = {*special, *(name for named in streams.values() for name in named)}
        children = {name: child for name, child in self._children.items() if name not in unlisted}
        return Folder(children, streams, with_journal_names(special) if in_extend else special, self._by_folded)

    def _add_file(self, child: Child) -> None:
        known = self._children.get(child.name)
        if known is not None and known.kind is child.kind is EntryKind.FILE and self._is_same(known, child):
            self._children[child.name] = known._replace(places=(*known.places, *child.places))
        else:
            self._put(child._replace(name=self._free_name(child.name)))

    def _is_same(self, known: Child, child: Child) -> bool:
        return not _is_run(child.name) or self._is_copy(known.places[0].path, child.places[0].path)

    def _free_name(self, name: str) -> str:
        """Return a name that is not taken, with the same extension: a file and a directory can't share a name."""
        free = name
        dot = name.rfind(".", 1, len(name.rstrip(". ")))
        at = dot if dot > 0 else len(name)
        while free in self._children:
            number = self._numbers[name] = self._numbers.get(name, 1) + 1
            free = f"{name[:at]} ({number}){name[at:]}"
        return free

    def _same(self, name: str) -> Child | None:
        known = self._children.get(name)
        return self._children.get(self._by_folded.get(folded(name), "")) if known is None else known

    def _put(self, child: Child) -> None:
        self._children[child.name] = child
        self._by_folded[folded(child.name)] = child.name


def _is_run(name: str) -> bool:
    return extension_of(name) in RUN_EXTENSIONS


def is_special(name: str, *, in_extend: bool) -> bool:
    """Return True if a name at the top of a drive, or in its ``$Extend``, is a special file or a stream of one."""
    name = folded(name)
    if in_extend:
        return name in _JOURNALS or name.partition(":")[0] in _IN_EXTEND
    return name in _AT_TOP or (":" in name and name.partition(":")[0] in _AT_TOP)


def is_journal(name: str) -> bool:
    """Return True for the change journal, which is a sparse file: its records begin after gigabytes of zeros."""
    return folded(name) in _JOURNALS


def with_journal_names(files: Mapping[str, T]) -> dict[str, T]:
    """Return the special files of ``$Extend`` with the journal under each of its usual names."""
    by_folded = {folded(name): file for name, file in files.items()}
    journal = next((by_folded[name] for name in _JOURNALS if name in by_folded), None)
    return {**files} if journal is None else {**files, **dict.fromkeys(JOURNAL, journal)}
