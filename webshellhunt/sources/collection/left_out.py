"""Files that a collector left out because another file has the same content: they are shown under their own paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.folder_builder import Child
from webshellhunt.sources.collection.names import drive_top, folded

_DEEPEST = 255


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
