"""The tree of an archive, built from the names of its members."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webshellhunt.containers.page_names import ARCHIVE_EXTENSIONS, RUN_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive.members import Member, MemberTable, Place
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.views import View

MOST_MEMBERS = 2_000_000
"""Limit of the files and directories of a location."""

_RECORDS = frozenset({"", "log", "evtx", "evt", "dat", "etl", "csv", "xml", "config", "hve"})  # hives have none
_COMPARED_BYTES = 256 * 1024 * 1024
_PIECE = 1024 * 1024
_MOST_CHARACTERS = 256 * 1024 * 1024
_DIRECTORY = Member(EntryKind.DIRECTORY)


class Tree:
    """Directories with the members in them.

    Directories whose names differ only in case are one, as on the server. Of several members with the same name, the
    last one is kept.
    """

    def __init__(self, problems: Problems, opener: Callable[[Member], View] | None = None) -> None:
        """Create an empty tree.

        ``opener``: opens the content of a member, to compare two of one name; without it, none are the same.
        """
        self.table: MemberTable = MemberTable()
        self.links: dict[int, str] = {}
        """The target of each link, as it is written, by the number of the member."""
        self.sparse: dict[int, tuple[tuple[int, int], ...]] = {}
        """Offset and length of the pieces of each sparse member."""
        self._problems = problems
        self._opener = opener
        self._to_compare = _COMPARED_BYTES
        self._directories: dict[str, dict[str, int]] = {"": {}}
        self._folded: dict[str, str] = {"": ""}
        self._streams: dict[str, dict[str, int]] = {}
        self._characters = 0

    @property
    def is_full(self) -> bool:
        """Return True if no further member fits."""
        return len(self.table) >= MOST_MEMBERS or self._characters > _MOST_CHARACTERS

    def add(self, names: tuple[str, ...], member: Member) -> int | None:
        """Add a member below its directories, which are created; return its number, or ``None`` if it has no place."""
        if self.is_full:
            self._problems.add(Problem.MANY, "/".join(names), matters=True)
            return None
        if member.kind is EntryKind.DIRECTORY:
            return self._add_directory(names, member)
        parent = self._directory(names[:-1])
        if parent is None:
            return None
        name, here = names[-1], self._directories[parent]
        path = f"{parent}/{name}" if parent else name
        if path.lower() in self._folded:
            self._conflict(Problem.FILE_AND_DIRECTORY, path)
            return None
        before = here.get(name)
        if before is not None:
            if not self._is_same(before, member):
                self._conflict(Problem.DUPLICATE, path)
            self.table.replace(before, member)
            self.links.pop(before, None)
            self.sparse.pop(before, None)
            return before
        self._characters += len(name)
        here[name] = self.table.append(member)
        return here[name]

    def replace_by_directory(self, path: str) -> None:
        """Make a file a directory, for the members of the archive that it is."""
        parent, _, name = path.rpartition("/")
        number = self._directories[parent].pop(name)
        self._directories[parent][name] = number
        self.table.replace(number, Member(EntryKind.DIRECTORY, times=self.table.times(number)))
        self._directories[path] = {}
        self._folded[path.lower()] = path

    def place_streams(self) -> None:
        """Make each member with a colon in its name, such as ``x.aspx:y``, a stream of the member before the colon."""
        for parent, here in self._directories.items():
            for name in [each for each in here if ":" in each[1:-1]]:
                base = name.partition(":")[0]
                if base in here and self.table.kind(here[name]) is EntryKind.FILE:
                    path = f"{parent}/{base}" if parent else base
                    self._streams.setdefault(path, {})[name] = here.pop(name)

    def children(self, path: str) -> dict[str, int] | None:
        """Return the names in a directory with the numbers of their members, or ``None`` if there is no directory."""
        return self._directories.get(path)

    def streams(self, path: str) -> dict[str, int]:
        """Return the names of the streams of a file or directory with the numbers of their members."""
        return self._streams.get(path, {})

    def find(self, path: str) -> int | None:
        """Return the number of the member at a path, also of a stream, or ``None``."""
        parent, slash, name = path.rpartition("/")
        number = self._directories.get(parent, {}).get(name)
        if number is None and ":" in name:
            base = name.partition(":")[0]
            return self.streams(f"{parent}{slash}{base}").get(name)
        return number

    def iter_files(self) -> Iterator[tuple[str, int]]:
        """Yield the path and number of each file."""
        for parent, here in self._directories.items():
            for name, number in here.items():
                if self.table.kind(number) is EntryKind.FILE:
                    yield (f"{parent}/{name}" if parent else name), number

    def resolve(self, number: int, path: str) -> str | None:
        """Return the path that a link points to, or ``None`` if that is outside the archive or in a circle."""
        for _ in range(16):
            target = self.links.get(number, "").replace("\\", "/")
            parts = [] if target.startswith("/") else path.split("/")[:-1]
            for part in target.split("/"):
                if part == ".." and not parts:
                    return None
                if part == "..":
                    parts.pop()
                elif part not in ("", "."):
                    parts.append(part)
            path = "/".join(parts)
            found = self.find(path)
            if found is None:
                return path if path in self._directories else None
            if self.table.kind(found) is not EntryKind.LINK:
                return path
            number = found
        return None

    def _add_directory(self, names: tuple[str, ...], member: Member) -> int | None:
        path = self._directory(names)
        if not path:
            return None
        number = self.find(path)
        if number is not None:
            self.table.replace(number, member._replace(place=Place()))
        return number

    def _directory(self, names: tuple[str, ...]) -> str | None:
        """Return the path of a directory, which is created; ``None`` if there is no more room."""
        whole = "/".join(names)
        known = self._folded.get(whole.lower())
        if known is not None:
            return known
        above = ""
        for name in names:
            path = f"{above}/{name}" if above else name
            known = self._folded.get(path.lower())
            if known is None:
                if self.is_full:
                    self._problems.add(Problem.MANY, path, matters=True)
                    return None
                self._create(above, name, path)
                known = path
            above = known
        return above

    def _create(self, above: str, name: str, path: str) -> None:
        here = self._directories[above]
        number = here.get(name)
        if number is None:
            here[name] = self.table.append(_DIRECTORY)
        else:
            self._conflict(Problem.FILE_AND_DIRECTORY, path)
            self.table.replace(number, _DIRECTORY)
            self.links.pop(number, None)
        self._directories[path] = {}
        self._folded[path.lower()] = path
        self._characters += 2 * len(path)

    def _is_same(self, number: int, member: Member) -> bool:
        """Return True if two members have the same content: a checksum in the archive may be false."""
        size, before = self.table.size_bytes(number), self.table.place(number)
        if self._opener is None or size > self._to_compare or number in self.sparse:
            return False
        if (self.table.kind(number), size, before.checksum) != (member.kind, member.size_bytes, member.place.checksum):
            return False
        self._to_compare -= size
        try:
            first, second = self._opener(Member(member.kind, size, place=before)), self._opener(member)
            pieces = range(0, size, _PIECE)
            return all(first.read(at, _PIECE) == second.read(at, _PIECE) for at in pieces)
        except SourceError:
            return False

    def _conflict(self, problem: Problem, path: str) -> None:
        self._problems.add(problem, path, matters=is_run(path))


def is_run(path: str) -> bool:
    """Return True if a file of this name may be run by a server, so that a gap about it matters."""
    return extension_of(path) in RUN_EXTENSIONS


def is_needed(path: str) -> bool:
    """Return True if a gap about a file of this name matters: it may run, be a record, or have the rest in it."""
    return is_run(path) or extension_of(path) in ARCHIVE_EXTENSIONS | _RECORDS
