"""Words: the texts that a regular expression matches, where they are few."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

_MOST_WORDS = 64
_LONGEST = 400
_DEEPEST = 8
_STARTS = ("^", r"\A")
_ENDS = ("$", r"\z", r"\Z")
_SPECIAL = frozenset("*+{.^$[]()|?\\")


class Words(NamedTuple):
    """The texts that a pattern matches; ``are_whole`` is true if it matches nothing but whole texts."""

    texts: tuple[str, ...]
    are_whole: bool


class _ManyError(Exception):
    """The texts are not few, or the pattern has signs that are not read here."""


@lru_cache(maxsize=256)
def words_of(source: str) -> Words | None:
    """Return the texts that a pattern matches, ``None`` where they are not known to be few."""
    if len(source) > _LONGEST:
        return None
    reader = _Reader(source)
    try:
        texts = reader.alternatives(0)
    except _ManyError:
        return None
    return Words(tuple(dict.fromkeys(texts)), reader.are_whole) if reader.at == len(source) else None


class _Reader:
    """Reads one pattern."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.are_whole = True

    def _takes(self, *signs: str) -> bool:
        """Read one of several signs, if it is next."""
        for sign in signs:
            if self.source.startswith(sign, self.at):
                self.at += len(sign)
                return True
        return False

    def alternatives(self, depth: int) -> list[str]:
        """Return the texts of several alternatives."""
        texts = self._row(depth)
        while self._takes("|"):
            texts += self._row(depth)
            self._check(texts)
        return texts

    def _row(self, depth: int) -> list[str]:
        """Return the texts of parts in a row."""
        if depth > _DEEPEST:
            raise _ManyError
        starts = depth == 0 and self._takes(*_STARTS)
        texts, ends = [""], False
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            if depth == 0 and self._takes(*_ENDS):
                ends = True
                break
            parts = self._part(depth)
            if self._takes("?"):
                parts = [*parts, ""]
            self._check([""] * (len(texts) * len(parts)))
            texts = [text + part for text in texts for part in parts]
        if depth == 0 and not (starts and ends):
            self.are_whole = False
        return texts

    def _part(self, depth: int) -> list[str]:
        """Return the texts of a character or a group."""
        if self._takes("(?:", "(?i:") or (not self.source.startswith("(?", self.at) and self._takes("(")):
            texts = self.alternatives(depth + 1)
            if not self._takes(")"):
                raise _ManyError
            return texts
        sign = self.source[self.at]
        self.at += 1
        if sign == "\\":
            sign = self.source[self.at : self.at + 1]
            self.at += 1
            if not sign or sign.isalnum():
                raise _ManyError
            return [sign]
        if sign in _SPECIAL:
            raise _ManyError
        return [sign]

    @staticmethod
    def _check(texts: list[str]) -> None:
        if len(texts) > _MOST_WORDS:
            raise _ManyError
