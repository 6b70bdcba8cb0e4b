"""The tree of a collection: the directories of the server, each made of one or more directories of the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from webshellhunt.errors import SourceNotFoundError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.folder_builder import Child, Folder, FolderBuilder, Place
from webshellhunt.sources.collection.layout import Layout
from webshellhunt.sources.collection.names import folded, join, plain
from webshellhunt.sources.collection.special_files import EXTEND
from webshellhunt.sources.source import Source

_MOST_FOLDERS = 1024


class Tree:
    """Finds paths of the tree in the collection; each directory is listed once as long as it is cached.

    ``duplicates`` maps the path of a file that was left out to the path of a file with the same content. ``has_index``
    returns True if the file ``x.idx`` of the collection is the index of the extents of ``x``.
    """

    def __init__(
        self, source: Source, layout: Layout, has_index: Callable[[str], bool], duplicates: Mapping[str, str]
    ) -> None:
        self._source = source
        self._has_index = has_index
        self._tops: dict[str, tuple[Place, ...]] = {}
        self._taken = {layer for mount in layout.mounts for layer in mount.layers} | layout.hidden
        for mount in layout.mounts:
            places = tuple(Place(layer, mount.decode, rank) for rank, layer in enumerate(mount.layers))
            self._tops[mount.top] = (*self._tops.get(mount.top, ()), *places)
        for drive in source.drives.values():  # reached by its path, whether or not a directory lists it
            self._tops[drive] = (*self._tops.get(drive, ()), Place(drive, layer=len(self._tops)))
        self._escaped = layout.escaped
        self._listed = tuple(mount.top for mount in layout.mounts if not mount.is_snapshot and mount.top)
        self._duplicates = _by_directory(duplicates, self._tops)
        self._copied = Tree(source, layout, has_index, {}) if duplicates else None
        self._folders: dict[str, Folder] = {}

    def folder(self, path: str) -> Folder | None:
        """Return the content of a directory of the tree, or ``None`` if there is no such directory.

        Raises:
            SourceError: A directory of the collection can't be listed.
        """
        known = self._folders.get(path)
        if known is not None:
            return known
        places = self._places(path)
        if places is None:
            return None
        found = self._build(path, places)
        if len(self._folders) >= _MOST_FOLDERS:
            self._folders.clear()
        self._folders[path] = found
        return found

    def find(self, path: str) -> Child | None:
        """Return the file or directory at a path of the tree, or ``None``."""
        if path in self._tops or not path:
            return Child(path.rpartition("/")[2], EntryKind.DIRECTORY, self._tops.get(path, ()))
        parent, _, name = path.rpartition("/")
        folder = self.folder(parent)
        return None if folder is None else folder.find(name)

    def path_of(self, place: str) -> str | None:
        """Return the path in the tree of a path of the collection, or ``None`` if it is a record of the collector."""
        for top, places in self._tops.items():
            for each in places:
                if place == each.path or place.startswith(each.path + "/"):
                    names = place[len(each.path) :].strip("/").split("/")
                    return "/".join(filter(None, (top, *(each.shown(name) for name in names))))
        return None if any(place == hidden or place.startswith(hidden + "/") for hidden in self._taken) else place

    def _places(self, path: str) -> tuple[Place, ...] | None:
        if not path:
            return (*self._tops.get("", ()), Place("", plain, len(self._tops)))
        child = self.find(path)
        return child.places if child is not None and child.kind is EntryKind.DIRECTORY else None

    def _build(self, path: str, places: Sequence[Place]) -> Folder:
        builder = FolderBuilder(self._has_index, self._escaped)
        for top in () if path else self._listed:
            builder.add_directory(top, self._tops[top])
        for place in places:
            try:
                names = self._source.names(place.path)
            except SourceNotFoundError:
                if len(places) == 1:
                    raise
                continue
            builder.add(
                place, {name: kind for name, kind in names.items() if join(place.path, name) not in self._taken}
            )
        for name, target in self._duplicates.get(folded(path), {}).items():
            child = None if target is None or self._copied is None else self._copied.find(target)
            if target is None:
                builder.add_directory(name, ())
            elif child is not None:
                builder.add_duplicate(name, child)
        parent, _, name = path.rpartition("/")
        return builder.folder(
            at_top=path in self._tops, in_extend=parent in self._tops and folded(name) == folded(EXTEND)
        )


def _by_directory(duplicates: Mapping[str, str], tops: Mapping[str, object]) -> dict[str, dict[str, str | None]]:
    """Return the duplicates by folded directory and name, and their directories with ``None``; only below drives."""
    found: dict[str, dict[str, str | None]] = {}
    for path, target in duplicates.items():
        names = path.split("/")
        if names[0] not in tops or len(names) < 2:
            continue
        for depth in range(1, len(names)):
            inside = found.setdefault(folded("/".join(names[:depth])), {})
            inside.setdefault(names[depth], target if depth == len(names) - 1 else None)
    return found
