"""The decision whether the encrypted members of a ZIP archive can be read, from a sample of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from webshellhunt.errors import SourceError
from webshellhunt.sources.archive.members import Place
from webshellhunt.sources.archive.problems import Problem
from webshellhunt.sources.archive.zip_content import ZipContents
from webshellhunt.sources.archive.zip_directory import ENCRYPTED, aes_strength

_SAMPLE = 9
_MOST_TRIED = 1000
_LEAST = 3  # one of so many; the check of ZipCrypto accepts one of 256 wrong passwords


class Passwords:
    """The problem of the encrypted members of one archive.

    Damage of some members says nothing about the others: the password is right if it is for a third of the sample.
    """

    def __init__(self, contents: ZipContents, places: Callable[[], Iterator[Place]]) -> None:
        """Take an archive.

        Args:
            contents: The contents of the archive.
            places: Returns the places of all members.
        """
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
