"""Paths: the directories of a drive by their references, so that a reference to a directory becomes its path.

The file table knows the directories that exist, and those whose record is free but not used again. The change journal
knows directories that are gone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from webshellhunt.ntfs.records import ROOT, Reference

MOST_DIRECTORIES: Final = 2_000_000
_MOST_NAMES = 256


class _Directory(NamedTuple):
    """A directory: the sequence number of its record, its name, and the directory that contains it."""

    sequence: int
    name: str
    parent: Reference


class DirectoryTree:
    """The directories of a drive; ``is_cut`` is true if there were too many of them."""

    def __init__(self, most: int = MOST_DIRECTORIES) -> None:
        self.is_cut: bool = False
        self._most = most
        self._table: dict[int, _Directory] = {}
        self._gone: dict[Reference, _Directory] = {}
        self._paths: dict[Reference, tuple[str, ...]] = {}

    def add(self, reference: Reference, name: str, parent: Reference) -> None:
        """Add a directory of the file table."""
        if len(self._table) >= self._most:
            self.is_cut = True
            return
        self._table[reference.number] = _Directory(reference.sequence, name, parent)

    def add_gone(self, reference: Reference, name: str, parent: Reference) -> None:
        """Add a directory that the change journal names; the file table has precedence, and a later name."""
        known = self._table.get(reference.number)
        if known is not None and known.sequence == reference.sequence:
            return
        if len(self._gone) >= self._most:
            self.is_cut = True
            return
        self._gone[reference] = _Directory(reference.sequence, name, parent)
        self._paths.clear()

    def path_of(self, reference: Reference) -> tuple[str, ...] | None:
        """Return the names from the top to a directory, or ``None`` if one of them is unknown."""
        known = self._paths.get(reference)
        if known is None:
            known = self._find(reference)
            if known is not None:  # an unknown directory may be added later
                self._paths[reference] = known
        return known

    def _entry(self, reference: Reference) -> _Directory | None:
        known = self._table.get(reference.number)
        return known if known is not None and known.sequence == reference.sequence else self._gone.get(reference)

    def _find(self, reference: Reference) -> tuple[str, ...] | None:
        names: list[str] = []
        while reference.number != ROOT:
            entry = self._entry(reference)
            if entry is None or len(names) >= _MOST_NAMES:
                return None
            names.append(entry.name)
            reference = entry.parent
        return tuple(reversed(names))
