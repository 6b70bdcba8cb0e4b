"""The members of a 7-Zip archive, put into a tree: the only door to ``py7zr`` (extra ``seven-zip``).

A block of such an archive has the contents of many files, and no place to resume at. So all members are decompressed
once, when the archive is opened, and kept in memory up to a bound.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple, cast

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.filetime import filetime_ns
from webshellhunt.sources.archive.kept import KEPT_BYTES, Pieces, is_bomb
from webshellhunt.sources.archive.members import Member, Place, Times, components
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tree import Tree, is_run
from webshellhunt.sources.views import LIBRARY_FAILURES, HeaderFile, View

if TYPE_CHECKING:
    from py7zr import SevenZipFile

_MOST_READ = 64 * 1024 * 1024


class SevenZipPlace(NamedTuple):
    """The place of an archive in a tree: the number of the archive, and the directories above it."""

    tree: Tree
    problems: Problems
    archive: int
    above: tuple[str, ...]

    @property
    def where(self) -> str:
        """Return the path of the archive, empty for the location."""
        return "/".join(self.above)


class SevenZipContents:
    """The contents of the members, which are kept in memory."""

    def __init__(self) -> None:
        self.kept: list[Pieces] = []
        """The content of each member that was decompressed."""

    def open(self, place: Place, size_bytes: int) -> View:
        """Return the content of a member."""
        return self.kept[place.offset]


class _Listed(NamedTuple):
    """A file: its path in the tree, and its description."""

    path: tuple[str, ...]
    member: Member


class _FullError(Exception):
    """The contents are larger than the bound."""


class _Writer:
    """Receives the content of one member."""

    def __init__(self, store: _Store) -> None:
        self._store = store
        self.pieces = Pieces()

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        self._store.count(len(data))
        return len(data)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def size(self) -> int:
        return self.pieces.size_bytes


class _Store:
    """Creates the writers of an extraction, and bounds them together."""

    def __init__(self, packed_bytes: int) -> None:
        self.writers: dict[str, _Writer] = {}
        self._packed = packed_bytes
        self._size = 0
        self._unseen = 0

    @property
    def has_content(self) -> bool:
        """Return True if some content was decompressed."""
        return self._size > 0

    def create(self, filename: str) -> _Writer:
        self.writers[filename] = _Writer(self)
        return self.writers[filename]

    def count(self, size_bytes: int) -> None:
        self._size += size_bytes
        self._unseen += size_bytes
        if self._unseen < 1024 * 1024:
            return
        self._unseen = 0
        memory = sum(writer.pieces.memory_bytes for writer in self.writers.values())
        if memory > KEPT_BYTES or is_bomb(self._size, self._packed):
            raise _FullError


def add_seven_zip(view: View, password: bytes | None, place: SevenZipPlace) -> SevenZipContents:
    """Add the members of an archive to a tree, and return their contents.

    Raises:
        UnreadableError: The archive is damaged where its members are listed.
    """
    contents = SevenZipContents()
    try:
        import py7zr
        from py7zr.exceptions import ArchiveError, PasswordRequired
    except ImportError:
        place.problems.add(Problem.SEVEN_ZIP, place.where, matters=True, where=place.where)
        return contents
    broken: tuple[type[Exception], ...] = (*LIBRARY_FAILURES, SourceError, ArchiveError)
    word = None if password is None else password.decode("utf-8", "surrogateescape")
    store = _Store(view.size_bytes)
    try:
        with py7zr.SevenZipFile(cast("IO[bytes]", HeaderFile(view, _MOST_READ)), password=word) as archive:
            listed = _listed(archive, place)
            problem = _extract(archive, set(listed), store, broken)
    except PasswordRequired:
        place.problems.add(Problem.NO_PASSWORD, place.where, matters=True, where=place.where)
        return contents
    except broken as error:
        if word is not None:
            place.problems.add(Problem.WRONG_PASSWORD, place.where, matters=True, where=place.where)
            return contents
        raise UnreadableError("it is a 7-Zip archive that is damaged or cut off: copy it again") from error
    if problem is Problem.CUT and word is not None and not store.has_content:
        problem = Problem.WRONG_PASSWORD
    _add(listed, store, contents, place, problem)
    return contents


def _listed(archive: SevenZipFile, place: SevenZipPlace) -> dict[str, _Listed]:
    """Return the files by numbers, which become their names in the reader.

    The reader refuses the whole archive for one name that is no relative path on this machine, such as ``C:/x``.
    Names outside the archive are counted as problems.
    """
    found: dict[str, _Listed] = {}
    for number, each in enumerate(archive.files):
        name = str(each.filename)
        names = components(name, windows=True)
        if names is None:
            place.problems.add(Problem.OUTSIDE, name[:200], matters=True, where=place.where)
        elif each.is_directory:
            place.tree.add((*place.above, *names), Member(EntryKind.DIRECTORY))
        elif each.is_symlink or each.is_junction or each.is_socket:
            place.problems.add(Problem.LINK, name, matters=is_run(name), where=place.where)
        else:
            modified = each.lastwritetime
            times = Times() if modified is None else Times(filetime_ns(int(modified)))
            member = Member(EntryKind.FILE, int(each.uncompressed or 0), times)
            found[str(number)] = _Listed((*place.above, *names), member)
        each.file_properties()["filename"] = str(number)
    return found


def _extract(
    archive: SevenZipFile, names: set[str], store: _Store, broken: tuple[type[Exception], ...]
) -> Problem | None:
    """Decompress the members, and return the reason why some of them are missing."""
    try:
        archive.extract(targets=names, factory=store)  # type: ignore[arg-type]  # it has the methods of a factory
    except _FullError:
        return Problem.LONG
    except broken:
        return Problem.CUT
    return None


def _add(
    listed: dict[str, _Listed], store: _Store, contents: SevenZipContents, place: SevenZipPlace, problem: Problem | None
) -> None:
    for number, (path, member) in listed.items():
        writer = store.writers.get(number)
        pieces = Pieces() if writer is None else writer.pieces
        pieces.finish()
        if pieces.size_bytes != member.size_bytes:
            place.problems.add(problem or Problem.CUT, "/".join(path), matters=True, where=place.where)
            continue
        contents.kept.append(pieces)
        where = Place(place.archive, len(contents.kept) - 1, member.size_bytes)
        place.tree.add(path, member._replace(place=where))
