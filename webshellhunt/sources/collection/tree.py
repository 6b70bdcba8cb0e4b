"""The tree of a collection: the directories of the server, each made of one or more directories of the collection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError, SourceNotFoundError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.folder_builder import EXTEND, Child, Folder, FolderBuilder, StoredPlace
from webshellhunt.sources.collection.layout import Layout
from webshellhunt.sources.collection.names import drive_top, folded, plain
from webshellhunt.sources.source import Source, join

_MOST_FOLDERS = 1024
_CHUNK_BYTES = 1024 * 1024
_MOST_BYTES = 64 * 1024 * 1024
_DEEPEST = 255


class CollectionTree:
    """Finds paths of the tree in the collection; each directory is listed once as long as it is cached.

    ``duplicates`` maps the path of a file that was left out to the path of a file with the same content. ``has_index``
    returns True if the file ``x.idx`` of the collection is the index of the extents of ``x``.
    """

    def __init__(
        self, source: Source, layout: Layout, has_index: Callable[[str], bool], duplicates: Mapping[str, str]
    ) -> None:
        self._source = source
        self._layout = layout
        self._has_index = has_index
        self._tops: dict[str, tuple[StoredPlace, ...]] = {}
        self._layers = {layer for mount in layout.mounts for layer in mount.layers}
        for mount in layout.mounts:
            places = tuple(StoredPlace(layer, mount.decode, rank) for rank, layer in enumerate(mount.layers))
            self._tops[mount.top] = (*self._tops.get(mount.top, ()), *places)
        for drive in source.drives.values():  # reached by its path, whether or not a directory lists it
            self._tops[drive] = (*self._tops.get(drive, ()), StoredPlace(drive, layer=len(self._tops)))
        stored = layout._replace(hidden=frozenset()) if layout.moves_files else layout
        self._left_out = LeftOut(
            duplicates, CollectionTree(source, stored, has_index, {}).find if duplicates else self.find
        )
        self._listed = [each.top for each in layout.mounts if each.top and not layout.is_unlisted(each)]
        for drive in self._left_out.drives():  # if every file of it was left out, it has no directory
            if drive not in self._tops:
                self._tops[drive] = ()
                self._listed.append(drive)
        self._folders: dict[str, Folder] = {}

    def folder(self, path: str) -> Folder | None:
        """Return the content of a directory of the tree, or ``None`` if there is no such directory.

        Raises:
            SourceError: A directory of the collection can't be listed.
        """
        known = self._folders.get(path)
        child = self.find(path) if known is None else None
        return known if child is None else self._folder_of(path, child)

    def find(self, path: str) -> Child | None:
        """Return the file or directory at a path of the tree, or ``None``."""
        parent, _, name = path.rpartition("/")
        if path and path not in self._tops and parent in self._folders:
            return self._folders[parent].find(name)
        at = max((top for top in self._tops if path == top or path.startswith(f"{top}/")), key=len, default="")
        child: Child | None = Child(at.rpartition("/")[2], EntryKind.DIRECTORY, self._tops.get(at, ()))
        rest = path[len(at) + 1 :] if at else path
        for name in rest.split("/") if rest else ():  # from the top down: a hostile path may have any depth
            folder = self._folder_of(at, child)
            child = None if folder is None else folder.find(name)
            if child is None:
                return None
            at = join(at, name)
        return child

    def lost_duplicates(self) -> list[str]:
        """Return the paths of the files that were left out, and whose content isn't in the collection either."""
        return self._left_out.lost()

    def path_of(self, place: str) -> str | None:
        """Return the path in the tree of a path of the collection, or ``None`` if it is a record of the collector."""
        for top, places in self._tops.items():
            for each in places:
                if place == each.path or place.startswith(each.path + "/"):
                    names = place[len(each.path) :].strip("/").split("/")
                    return "/".join(filter(None, (top, *(each.shown(name) for name in names))))
        return None if place in self._layout.hidden else place

    def _folder_of(self, path: str, child: Child | None) -> Folder | None:
        """Return the content of the directory at a path, or ``None`` for a file or nothing."""
        known = self._folders.get(path)
        if known is not None or child is None or child.kind is not EntryKind.DIRECTORY:
            return known
        places = child.places if path else (*child.places, StoredPlace("", plain, len(self._tops)))
        found = self._build(path, places)
        if len(self._folders) >= _MOST_FOLDERS:
            self._folders.clear()
        self._folders[path] = found
        return found

    def _is_taken(self, path: str, kind: EntryKind) -> bool:
        """Return True for what is mounted elsewhere, a record of the collector, or a directory with nothing else.

        The layout is known by names alone, which an intruder can make up: nothing that a server runs is hidden.
        """
        if path in self._layers:
            return True
        if path not in self._layout.hidden:
            return False
        if kind is not EntryKind.DIRECTORY:
            return kind is EntryKind.FILE and extension_of(path) not in RUN_EXTENSIONS
        try:
            return all(self._is_taken(join(path, name), below) for name, below in self._source.names(path).items())
        except SourceError:
            return False

    def _build(self, path: str, places: Sequence[StoredPlace]) -> Folder:
        builder = FolderBuilder(self._has_index, partial(is_copy, self._source), self._layout.escaped)
        for top in () if path else self._listed:
            builder.add_directory(top, self._tops[top])
        for place in places:
            try:
                names = self._source.names(place.path)
            except SourceNotFoundError:
                if len(places) == 1:
                    raise
                continue
            free = {name: kind for name, kind in names.items() if not self._is_taken(join(place.path, name), kind)}
            builder.add(place, free)
        for name, stored in self._left_out.below(path):
            if stored is None:
                builder.add_directory(name, ())
            else:
                builder.add_duplicate(name, stored)
        parent, _, name = path.rpartition("/")
        return builder.folder(
            at_top=path in self._tops, in_extend=parent in self._tops and folded(name) == folded(EXTEND)
        )


def is_copy(source: Source, first: str, second: str) -> bool:
    """Return True if two files have the same content, or one is the beginning of the other, as a copy that was cut.

    Files that can't be read, or are larger than any page, are two files.
    """
    for offset in range(0, _MOST_BYTES, _CHUNK_BYTES):
        try:
            one, other = (source.read(path, _CHUNK_BYTES, offset) for path in (first, second))
        except SourceError:
            return False
        shorter = min(len(one), len(other))
        if one[:shorter] != other[:shorter]:
            return False
        if shorter < _CHUNK_BYTES:
            return True
    return False


class LeftOut:
    """The files that were left out: the path of each in the tree, and that of the stored file with its content.

    ``find`` finds stored files.
    """

    def __init__(self, duplicates: Mapping[str, str], find: Callable[[str], Child | None]) -> None:
        self._duplicates = duplicates
        self._find = find
        self._by_directory = _by_directory(duplicates)

    def drives(self) -> list[str]:
        """Return the tops of the drives with such files."""
        return sorted(filter(None, map(drive_top, {path.partition("/")[0] for path in self._duplicates})))

    def below(self, directory: str) -> Iterator[tuple[str, Child | None]]:
        """Yield the names in a directory with the stored file of each, ``None`` for a directory with such files."""
        for name, target in self._by_directory.get(folded(directory), {}).items():
            stored = None if target is None else self._stored(target)
            if target is None or stored is not None:
                yield name, stored

    def lost(self) -> list[str]:
        """Return the paths of the files whose content isn't in the collection either, or that can't be shown."""
        present = {target: self._stored(target) is not None for target in set(self._duplicates.values())}
        return [path for path, target in self._duplicates.items() if _is_deep(path) or not present[target]]

    def _stored(self, target: str) -> Child | None:
        child = None if _is_deep(target) else self._find(target)
        return child if child is not None and child.kind is EntryKind.FILE else None


def _by_directory(duplicates: Mapping[str, str]) -> dict[str, dict[str, str | None]]:
    """Return the duplicates by folded directory and name, and their directories with ``None``."""
    found: dict[str, dict[str, str | None]] = {}
    for path, target in duplicates.items():
        names = path.split("/") if not _is_deep(path) else []
        for depth in range(1, len(names)):
            inside = found.setdefault(folded("/".join(names[:depth])), {})
            inside.setdefault(names[depth], target if depth == len(names) - 1 else None)
    return found


def _is_deep(path: str) -> bool:
    """Return True if a path of a record is deeper than any path of a server; each level of it would cost time."""
    return path.count("/") > _DEEPEST
