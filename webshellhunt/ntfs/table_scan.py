"""The scan of a file table (``$MFT``), piece by piece: its directories, and the files of interest.

Most of a table is of no interest. In each piece, the flags and the ends of all sectors are handled by slices, and one
pattern finds the names with an extension of interest; only directories and the records with such a name are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from webshellhunt.containers.page_names import extension_of
from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.listed_files import ListedFile, iter_parents, listed_file
from webshellhunt.ntfs.paths import DirectoryTree
from webshellhunt.ntfs.records import IS_DIRECTORY, ROOT, SIGNATURE, Reference
from webshellhunt.ntfs.sectors import restore_all

Wanted = Callable[[tuple[str, ...]], bool]
"""Returns True if the files of a directory are of interest, by its names from the top."""

MOST_BYTES: Final = 16 * 1024**3
MOST_FILES: Final = 200_000
_PIECE = 8 * 1024**2
_SIZES = (1024, 4096)
_FLAGS_AT, _USED_AT = 22, 24


@dataclass
class ScannedTable:
    """The result of the scan of a file table.

    ``files`` are those of interest, ``broken`` is the number of records that could not be read, and ``is_cut`` is true
    if a limit ended the reading.
    """

    directories: DirectoryTree = field(default_factory=DirectoryTree)
    files: list[ListedFile] = field(default_factory=list)
    records: int = 0
    broken: int = 0
    is_cut: bool = False


def is_file_table(start: bytes) -> bool:
    """Return True if a file begins like a file table."""
    return start.startswith(SIGNATURE) and len(start) >= _USED_AT


def scan_table(read: ReadAt, size_bytes: int, extensions: Collection[str], wanted: Wanted) -> ScannedTable:
    """Return the directories of a drive, and the files with an extension in directories of interest.

    ``extensions``: the extensions of interest, in lower case.
    """
    reader = _Reader(extensions, wanted)
    size = _record_size(read(0, 64))
    end = min(size_bytes, MOST_BYTES)
    reader.table.is_cut = end < size_bytes
    for offset in range(0, end, _PIECE):
        piece = read(offset, min(_PIECE, end - offset))
        if not piece:
            break
        if piece.count(0) != len(piece):
            reader.add(bytearray(piece[: len(piece) - len(piece) % size]), offset // size, size)
        if reader.table.is_cut:
            break
    reader.finish()
    return reader.table


def _record_size(start: bytes) -> int:
    size = int.from_bytes(start[28:32], "little")
    return size if size in _SIZES else _SIZES[0]


def pattern_of(extensions: Collection[str]) -> re.Pattern[bytes]:
    """Return a pattern that finds names with an extension in a file record, in UTF-16 and any case.

    The character after a name is not known, so that longer extensions match, too.
    """
    words = sorted(each for each in extensions if each.isascii())
    return re.compile(
        b"\\.\0(?:" + b"|".join(re.escape(each.encode("utf-16-le")) for each in words) + b")", re.IGNORECASE
    )


class _Reader:
    """The state of one reading."""

    def __init__(self, extensions: Collection[str], wanted: Wanted) -> None:
        self.table = ScannedTable()
        self._extensions = frozenset(extensions)
        self._pattern = pattern_of(extensions)
        self._wanted = wanted
        self._waiting: list[ListedFile] = []
        self._elsewhere: dict[int, bool] = {}

    def add(self, piece: bytearray, first: int, size: int) -> None:
        """Add the records of one piece."""
        broken = restore_all(piece, size, SIGNATURE)
        count = len(piece) // size
        self.table.records += count
        self.table.broken += len(broken)
        flags = piece[_FLAGS_AT::size]
        of_interest = {match.start() // size for match in self._pattern.finditer(piece)}
        of_interest.update(at for at in range(count) if flags[at] & IS_DIRECTORY)
        for at in sorted(of_interest - broken):
            self._record(bytes(piece[at * size : (at + 1) * size]), first + at)

    def _record(self, data: bytes, number: int) -> None:
        if not data.startswith(SIGNATURE) or (not data[_FLAGS_AT] & IS_DIRECTORY and self._is_elsewhere(data)):
            return
        try:
            record = listed_file(data, number)
        except UnreadableError:
            self.table.broken += 1
            return
        if record is None or not record.names:
            return
        if record.is_directory:
            name = record.names[0]
            if number != ROOT:
                self.table.directories.add(record.reference, name.name, name.parent)
            return
        names = tuple(each for each in record.names if extension_of(each.name) in self._extensions)
        if names:
            self._file(record._replace(names=names))

    def _is_elsewhere(self, data: bytes) -> bool:
        """Return True if all directories of a file are known and of no interest: most libraries are."""
        parents = list(iter_parents(data))
        for each in parents:
            known = self._elsewhere.get(each)
            if known is None:
                path = self.table.directories.path_of(Reference.of(each))
                if path is None:
                    return False
                known = self._elsewhere[each] = not self._wanted(path)
            if not known:
                return False
        return bool(parents)

    def _file(self, record: ListedFile) -> None:
        """Keep a file in a directory of interest, and one whose directory comes later in the table."""
        paths = [self.table.directories.path_of(each.parent) for each in record.names]
        if any(path is not None and self._wanted(path) for path in paths):
            self.table.files.append(record)
        elif None in paths:
            self._waiting.append(record)
        if len(self._waiting) + len(self.table.files) > MOST_FILES:
            self.table.is_cut = True

    def finish(self) -> None:
        """Decide about the files whose directory came later; one whose directory is unknown is kept."""
        for record in self._waiting:
            paths = [self.table.directories.path_of(each.parent) for each in record.names]
            if any(path is None or self._wanted(path) for path in paths):
                self.table.files.append(record)
        self._waiting.clear()
