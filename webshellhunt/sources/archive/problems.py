"""Problems of an archive, grouped: one gap for all members with the same problem."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from webshellhunt.model.findings import Gap


class _Described(NamedTuple):
    code: str
    reason: str


class Problem(Enum):
    """A reason why a member, or a part of an archive, is not examined."""

    OUTSIDE = _Described("name-outside", "the name points outside the archive, or is not a path")
    DUPLICATE = _Described("duplicate-member", "the archive has several members of this name; the last one is examined")
    FILE_AND_DIRECTORY = _Described(
        "duplicate-member", "the name is that of a file and of a directory; the directory is examined"
    )
    OVERLAP = _Described("broken-archive", "its data overlaps that of another member")
    BOMB = _Described("archive-bomb", "it expands more than 1,100 times")
    NO_PASSWORD = _Described("encrypted-not-opened", "it is encrypted: pass the password with --password")
    WRONG_PASSWORD = _Described("encrypted-not-opened", "it is encrypted, and the password is wrong")
    NO_EXTRA = _Described("encrypted-not-opened", "it is encrypted with AES: pip install 'webshellhunt[encrypted]'")
    NO_PASSWORD_NO_EXTRA = _Described(
        "encrypted-not-opened",
        "it is encrypted with AES: pip install 'webshellhunt[encrypted]', and pass the password with --password",
    )
    ENCRYPTION = _Described(
        "encrypted-not-opened", "it is encrypted by a method that this version does not know: decrypt it first"
    )
    METHOD = _Described(
        "archive-not-opened",
        "its compression is of an unknown method: unpack the archive with '7z x', and hunt the folder",
    )
    ZSTANDARD = _Described(
        "archive-not-opened",
        "its compression is Zstandard, which needs Python 3.14: unpack the archive with '7z x', and hunt the folder",
    )
    MANY = _Described(
        "too-many-entries", "the archive has more members than the limit; the later ones are not examined"
    )
    SEVEN_ZIP = _Described(
        "archive-not-opened", "it is a 7-Zip archive, which needs an extra: pip install 'webshellhunt[seven-zip]'"
    )
    CUT = _Described("broken-archive", "the archive is damaged or cut off here; copy it again, or repair it")
    UNLISTED = _Described(
        "broken-archive",
        "the directory of the archive does not list this member, which is examined if it is complete: the archive was"
        " changed or joined, or writing it failed",
    )
    LONG = _Described(
        "archive-too-large", "it is too far inside compressed data: decompress the archive first, and hunt it again"
    )
    NESTED_BROKEN = _Described(
        "archive-not-opened", "it is an archive that can't be opened: unpack it, and hunt the folder"
    )
    NESTED_BOMB = _Described(
        "archive-bomb",
        "it is an archive that the outer one compressed more than 20 times: unpack it, and hunt it itself",
    )
    SPARSE = _Described(
        "archive-too-large",
        "the archive has more pieces of sparse files than any real one: unpack it, and hunt the folder",
    )
    LINK = _Described("link-outside", "the link points to no member of the archive")


_NAMED = frozenset({Problem.OUTSIDE, Problem.LINK})
_MOST_NAMED = 1_000


class Problems:
    """The problems of one location, counted, with the first path of each."""

    def __init__(self) -> None:
        self._found: dict[tuple[Problem, str], list[int]] = {}
        self._first: dict[tuple[Problem, str], str] = {}
        self._matter: set[tuple[Problem, str]] = set()
        self._refused: dict[tuple[Problem, str], list[str]] = {}

    def add(self, problem: Problem, path: str, *, matters: bool, where: str = "", count: int = 1) -> None:
        """Count a problem of a member.

        ``matters``: whether an executable file or an input of the survey is missing. ``where``: the archive inside the
        location, or empty for the location itself.
        """
        key = (problem, where)
        self._found.setdefault(key, [0])[0] += count
        self._first.setdefault(key, path)
        if problem in _NAMED and len(refused := self._refused.setdefault(key, [])) < _MOST_NAMED:
            refused.append(path)
        if matters:
            self._matter.add(key)

    def replace(self, problem: Problem, better: Problem, where: str) -> None:
        """Replace a problem of an archive by a better description."""
        if self._found.pop((problem, where), None) is not None:
            self._first.pop((problem, where))
            self._matter.discard((problem, where))
        self.add(better, where, matters=True, where=where)

    def count(self, problem: Problem) -> int:
        """Return the number of members with a problem."""
        return sum(number[0] for (each, _), number in self._found.items() if each is problem)

    def first(self, problem: Problem) -> str | None:
        """Return the path of the first member of the location itself with a problem, or ``None``."""
        return self._first.get((problem, ""))

    def gaps(self) -> tuple[Gap, ...]:
        """Return one gap for each kind of problem; its path is empty for several members of the location itself.

        A member that is refused for its name or target is named by a gap of its own, up to a number.
        """
        found = list[Gap]()
        for (problem, where), (count,) in self._found.items():
            path, (code, reason) = self._first[problem, where], problem.value
            named = self._refused.get((problem, where), [])
            is_needed = (problem, where) in self._matter
            if count > 1 and named:
                found += [Gap(code, "open", each, reason, is_needed) for each in dict.fromkeys(named)]
                if count > len(named):
                    path, reason = where, f"{count - len(named):,} further members: {reason}"
                    found.append(Gap(code, "open", path, reason, is_needed))
                continue
            if count > 1:
                shown = f"{count:,} members, such as {path}" if path != where else f"in {count:,} places"
                path, reason = where, f"{shown}: {reason}"
            found.append(Gap(code, "open", path, reason, is_needed))
        return tuple(found)
