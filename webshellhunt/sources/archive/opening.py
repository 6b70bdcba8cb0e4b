"""Opening of archives: the index of a location and its open contents, kept for the thread, and words for a failure."""

from __future__ import annotations

import os
import zlib
from threading import RLock, local
from typing import NamedTuple

from webshellhunt.errors import SourceError, SourceNotFoundError, UnopenedContainerError, UnreadableError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.sources.archive.index import ArchiveIndex, Form, find_form
from webshellhunt.sources.archive.problems import Problem
from webshellhunt.sources.archive.zip_members import NoDirectoryError
from webshellhunt.sources.collection.velociraptor import CONTENT, METADATA, decryption_advice
from webshellhunt.sources.filesystem import as_source_error, extended
from webshellhunt.sources.views import BoundedCache, FileView, View

_MOST_KEPT = 2
_NO_DIRECTORY = (
    "its directory, which is at the end, is missing or damaged, or it is a part of a split archive: copy it again, join"
    " its parts, or repair it ('zip -FF'), and hunt the result"
)
_BAG = (
    "it is an evidence bag of webshellhunt: check it with 'webshellhunt verify', or hunt the copies in it, whose"
    " password is 'infected' unless another one was chosen"
)
_OF_BAG = lazy_pattern(r"files/\d+\.bin|reads\.jsonl|manifest\.json")
_VELOCIRAPTOR = frozenset({METADATA, CONTENT})
_MOST_OPEN = 4


class _Key(NamedTuple):
    real: str
    size_bytes: int
    modified_ns: int
    password: str | None


class OpenedArchive(NamedTuple):
    """The index of an archive, and its open contents."""

    key: _Key
    archive: ArchiveIndex
    contents: OpenContents


class _Kept(local):
    """The last archives of each thread, so that none closes an archive that another one reads.

    A process that is forked from a thread has those of this thread at once.
    """

    def __init__(self) -> None:
        self.archives: dict[_Key, OpenedArchive] = {}


_kept = _Kept()


def archive_form(location: str, real: str) -> Form | None:
    """Return the form of an archive, or ``None`` if a location is none, or can't be read."""
    try:
        view = _view(real, location)
        try:
            return find_form(view, os.path.basename(location))  # noqa: PTH119
        finally:
            view.close()
    except (OSError, ValueError):
        return None


def opened_archive(location: str, real: str, password: str | None) -> OpenedArchive:
    """Return an archive from those that are open, or open it.

    Raises:
        SourceError: It can't be opened, or nothing in it can be read; the message has an instruction.
    """
    key = _key(location, real, password)
    kept = _kept.archives
    found = kept.get(key)
    if found is None:
        index = _index(location, real, password)
        found = kept[key] = OpenedArchive(key, index, OpenContents(index))
        while len(kept) > _MOST_KEPT:
            del kept[next(iter(kept))]
    return found


def forget(opened: OpenedArchive) -> None:
    """Close an archive."""
    if _kept.archives.get(opened.key) is opened:
        del _kept.archives[opened.key]
    opened.archive.close()


def _key(location: str, real: str, password: str | None) -> _Key:
    try:
        status = os.stat(extended(real))  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SourceNotFoundError("there is no such file or folder; check the spelling", path=location) from error
    except OSError as error:
        raise as_source_error(error, location) from error
    return _Key(real, status.st_size, status.st_mtime_ns, password)


def _view(real: str, location: str) -> FileView:
    try:
        return FileView(extended(real), os.stat(extended(real)).st_size)  # noqa: PTH116
    except OSError as error:
        raise as_source_error(error, location) from error


def _index(location: str, real: str, password: str | None) -> ArchiveIndex:
    """Return the index of an archive in which at least one member can be read."""
    view = _view(real, location)
    try:
        form = find_form(view, os.path.basename(location))  # noqa: PTH119
        if form is None:
            raise UnopenedContainerError("it is not an archive any more", path=location)
        index = ArchiveIndex(view, form, password)
    except NoDirectoryError as error:
        raise UnopenedContainerError(f"it is a ZIP archive, but {_NO_DIRECTORY}", path=location) from error
    except SourceError as error:
        raise UnopenedContainerError(error.message, path=location) from error
    reason = _useless(index)
    if reason is not None:
        raise UnopenedContainerError(reason, path=location)
    return index


def _useless(index: ArchiveIndex) -> str | None:
    """Return the reason why no member can be read, with an instruction, or ``None`` if some can be."""
    sizes = {path: index.tree.table.size_bytes(number) for path, number in index.tree.iter_files()}
    encrypted = next((each for each in _ENCRYPTED if index.problems.count(each)), None)
    prefix = f"it is {index.form.label}, but "
    if encrypted is not None and _is_bag(set(sizes), index.problems.first(encrypted)):
        return f"{_BAG}; {_ENCRYPTED[encrypted]}"
    if encrypted is not None and not {path for path, size in sizes.items() if size} - _VELOCIRAPTOR:
        return _decryption_advice(index) or prefix + _ENCRYPTED[encrypted]
    if sizes:
        return None
    if index.problems.count(Problem.CUT):
        return f"{prefix}it is damaged or cut off, and no member can be read: copy it again"
    first = next(iter(index.problems.gaps()), None)
    return prefix + (first.reason if first is not None else "it is empty: check the collection")


def _is_bag(readable: set[str], encrypted: str | None) -> bool:
    """Return True for the members of an evidence bag: all but its ``README.txt`` are encrypted."""
    return readable == {"README.txt"} and encrypted is not None and _OF_BAG.fullmatch(encrypted) is not None


def _decryption_advice(index: ArchiveIndex) -> str | None:
    """Return how to decrypt a collection of Velociraptor, if its metadata states a scheme."""
    number = index.tree.find(METADATA)
    try:
        return None if number is None else decryption_advice(index.open(number).read(0, _METADATA_BYTES))
    except SourceError:
        return None


_METADATA_BYTES = 64 * 1024
_ENCRYPTED = {
    Problem.NO_PASSWORD: "it is encrypted: pass its password with --password",
    Problem.WRONG_PASSWORD: "it is encrypted, and the password is wrong: pass the right one with --password",
    Problem.NO_PASSWORD_NO_EXTRA: (
        "it is encrypted with AES, which needs an extra: pip install 'webshellhunt[encrypted]', and pass its password"
        " with --password"
    ),
    Problem.NO_EXTRA: "it is encrypted with AES, which needs an extra: pip install 'webshellhunt[encrypted]'",
    Problem.SEVEN_ZIP: "it needs an extra: pip install 'webshellhunt[seven-zip]'",
    Problem.ENCRYPTION: "it is encrypted by a method that this version does not know: decrypt it first",
}


class _Opened:
    """The content of one member; its checksum is compared when it was read from its beginning to its end."""

    def __init__(self, view: View, size_bytes: int, checksum: int) -> None:
        self._view = view
        self._size = size_bytes
        self._checksum = checksum
        self._read_until = 0
        self._sum = 0

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the content."""
        wanted = max(0, min(count, self._size - offset))
        data = self._view.read(offset, wanted) if wanted else b""
        if len(data) < wanted:
            raise UnreadableError("its data ends before its size: the archive is damaged or cut off")
        if offset == 0:
            self._read_until, self._sum = 0, 0
        if offset == self._read_until:
            self._read_until += len(data)
            self._sum = zlib.crc32(data, self._sum)
            if self._read_until == self._size:
                self._require_end()
        return data

    def _require_end(self) -> None:
        if self._checksum >= 0 and self._sum != self._checksum:
            raise UnreadableError("its checksum is wrong: the archive is damaged")
        if self._view.size_bytes != self._size or self._view.read(self._size, 1):
            raise UnreadableError("its data is longer than the directory of the archive says")


class OpenContents:
    """Reads the files of an index; a few of them stay open, so that reading one in pieces costs one pass."""

    def __init__(self, index: ArchiveIndex) -> None:
        self._index = index
        self._opened: BoundedCache[int, _Opened] = BoundedCache(_MOST_OPEN)
        self._lock = RLock()

    def read(self, number: int, offset: int, count: int) -> bytes:
        """Return bytes of a file.

        Raises:
            SourceError: It is damaged, or can't be read.
        """
        with self._lock:
            opened = self._opened.get(number)
            if opened is None:
                table = self._index.tree.table
                opened = _Opened(self._index.open(number), table.size_bytes(number), table.place(number).checksum)
                self._opened.put(number, opened)
            return opened.read(max(0, offset), count)
