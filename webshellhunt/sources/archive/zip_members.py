"""The members of a ZIP archive, put into a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from functools import partial
from itertools import islice

from webshellhunt.containers.zip_end import Directory
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive.kept import MOST_RATIO
from webshellhunt.sources.archive.members import Place, components
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tree import Tree, is_needed
from webshellhunt.sources.archive.zip_content import ZipContents, method_problem
from webshellhunt.sources.archive.zip_directory import ENCRYPTED, Listed, aes_strength, iter_members
from webshellhunt.sources.archive.zip_recovery import Layout, read_layout, recover_between, recover_members
from webshellhunt.sources.views import View

_LINK_BYTES = 4096
_FREE_BYTES = 1024 * 1024
_SAMPLE = 9
_MOST_TRIED = 1000
_LEAST = 3  # one of so many; the check of ZipCrypto accepts one of 256 wrong passwords


class NoDirectoryError(Exception):
    """A ZIP archive has no directory at its end, or is a part of a split one, and no member is found otherwise."""


class ZipMembers:
    """Adds the members of one archive to a tree, and counts those that can't be examined."""

    def __init__(self, view: View, contents: ZipContents, tree: Tree, problems: Problems, where: str) -> None:
        self._view = view
        self._contents = contents
        self._tree = tree
        self._problems = problems
        self._where = where
        self._passwords = self._passwords_of(lambda: iter(()))

    def add(self, place: Directory, archive: int, above: tuple[str, ...]) -> None:
        """Add all members below a directory of the tree.

        Raises:
            NoDirectoryError: The directory is damaged, and no member was found in it or otherwise.
        """
        listing = partial(iter_members, self._view, place, archive)
        self._passwords = self._passwords_of(listing)
        layout = read_layout(self._view, place, archive)
        if layout.is_whole and place.members:
            self._add_unlisted(layout, archive, above)
        seen = set[int]()
        for listed in iter_members(self._view, place, archive):
            if self._tree.is_full:
                self._problems.add(
                    Problem.MANY, listed.name if listed else self._where, matters=True, where=self._where
                )
                return
            if listed is None:
                if not self.recover(archive, above, seen) and not seen:
                    raise NoDirectoryError
                return
            offset = listed.member.place.offset
            seen.add(offset)
            if offset not in layout.without_header or not self._is_there(listed, above):
                self._add(listed, above, is_overlapping=offset in layout.overlapping)
        if not seen:
            self.recover(archive, above)

    def recover(self, archive: int, above: tuple[str, ...], seen: Set[int] = frozenset()) -> bool:
        """Add the members that local headers show, and a problem; return True if there are some.

        ``above``: the directories above it in the tree. ``seen``: the offsets of members that are known already.
        """
        found, recovered = False, partial(recover_members, self._view, archive)
        if not seen:
            self._passwords = self._passwords_of(recovered)
        for listed in recovered():
            if self._tree.is_full:
                break
            found = True
            if listed.member.place.offset not in seen:
                self._add(listed, above, is_overlapping=False)
        if found or seen:
            self._problems.add(Problem.CUT, self._where, matters=True, where=self._where)
        return found

    def _add_unlisted(self, layout: Layout, archive: int, above: tuple[str, ...]) -> None:
        """Add the members that the directory does not list, before those that it lists: these have precedence."""
        try:
            for listed in recover_between(self._view, archive, layout.rest):
                name = self._where if listed is None else listed.name
                self._problems.add(Problem.UNLISTED, name, matters=True, where=self._where)
                if self._tree.is_full:
                    return
                if listed is not None:
                    self._add(listed, above, is_overlapping=False)
        except SourceError:
            self._problems.add(Problem.CUT, self._where, matters=True, where=self._where)

    def _is_there(self, listed: Listed, above: tuple[str, ...]) -> bool:
        """Return True if a member without a local header at its place was found at another one."""
        names = components(listed.name, windows=True)
        return names is not None and self._tree.find("/".join((*above, *names))) is not None

    def _add(self, listed: Listed, above: tuple[str, ...], *, is_overlapping: bool) -> None:
        name, member = listed
        names = components(name, windows=True)
        if names is None:
            if name.strip("/\\."):
                self._problems.add(Problem.OUTSIDE, name[:200], matters=True, where=self._where)
            return
        problem = Problem.OVERLAP if is_overlapping else self._problem(listed)
        if problem is not None:
            self._problems.add(
                problem, "/".join((*above, *names)), matters=self._matters(problem, name), where=self._where
            )
            return
        number = self._tree.add((*above, *names), member)
        if number is not None and member.kind is EntryKind.LINK:
            self._tree.links[number] = self._target(listed)

    def _matters(self, problem: Problem, name: str) -> bool:
        return (
            is_needed(name)
            or problem in (Problem.OVERLAP, Problem.BOMB)
            or problem.value.code == "encrypted-not-opened"
        )

    def _problem(self, listed: Listed) -> Problem | None:
        """Return the reason why a member can't be read, as far as the directory shows it."""
        member = listed.member
        place = member.place
        if member.kind is EntryKind.DIRECTORY:
            return None
        problem = method_problem(place.method) or self._passwords.problem(place)
        if problem is not None:
            return problem
        if member.size_bytes > max(_FREE_BYTES, MOST_RATIO * place.packed):
            return Problem.BOMB
        return None

    def _passwords_of(self, members: Callable[[], Iterator[Listed | None]]) -> Passwords:
        return Passwords(self._contents, lambda: (each.member.place for each in members() if each is not None))

    def _target(self, listed: Listed) -> str:
        """Return the target of a link, which is its content."""
        place, size = listed.member.place, listed.member.size_bytes
        if max(place.packed, size) > _LINK_BYTES:
            return ""
        try:
            view = self._contents.open(place, size)
            return view.read(0, _LINK_BYTES).decode("utf-8", "surrogateescape")
        except SourceError:
            return ""


class Passwords:
    """The problem of the encrypted members of one archive, by a sample of them.

    Damage of some members says nothing about the others: the password is right if it is for a third of the sample.
    """

    def __init__(self, contents: ZipContents, places: Callable[[], Iterator[Place]]) -> None:
        """Take an archive."""
        self._contents = contents
        self._places = places
        self._found: dict[int, Problem | None] = {}

    def problem(self, place: Place) -> Problem | None:
        """Return the reason why an encrypted member can't be read, or ``None`` if its content decides."""
        known = self._contents.encryption_problem(place)
        if known is not None or not place.flags & ENCRYPTED:
            return known
        strength = aes_strength(place.flags)
        if strength not in self._found:
            self._found[strength] = self._decided(strength)
        return self._found[strength]

    def _decided(self, strength: int) -> Problem | None:
        """Return the problem of all members with one kind of encryption; damaged headers are left out."""
        results = list(islice(self._results(strength), _SAMPLE))
        if Problem.NO_EXTRA in results:
            return Problem.NO_EXTRA
        is_right = _LEAST * results.count(None) >= len(results)
        return None if is_right else Problem.WRONG_PASSWORD

    def _results(self, strength: int) -> Iterator[Problem | None]:
        for place in islice(self._same(strength), _MOST_TRIED):
            with suppress(SourceError):
                yield self._contents.password_problem(place)

    def _same(self, strength: int) -> Iterator[Place]:
        for place in self._places():
            is_same = place.flags & ENCRYPTED and aes_strength(place.flags) == strength
            if is_same and self._contents.encryption_problem(place) is None:
                yield place
