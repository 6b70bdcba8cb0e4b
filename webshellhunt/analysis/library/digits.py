"""Digits and fixed words: the texts that a pattern lets through or leaves of a text that is not known."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.values import LENGTH, NUMBER, Opaque, Thing, Value
from webshellhunt.lazy_pattern import lazy_pattern

_DIGITS = lazy_pattern(r"(?:(?:\\d|\[[\d\\d-]+\]|\d)(?:[+*?]|\{\d{1,4}(?:,\d{0,4})?\})?)+")
_WHOLE = lazy_pattern(r"\^(?:\((?:\?:)?([^()]+)\)|([^()|]+))\$")
_ALONE = lazy_pattern(r"\^?\((?:\?:)?([^()]+)\)\$?")
_MOST_ALTERNATIVES = 32
_OTHERS = lazy_pattern(r"(?:\[\^(?:\\d|0-9)[.,\- ]*\]|\\D)[+*]?")
_MOST_WORDS = 64
_LONGEST = 400
_DEEPEST = 8
_STARTS = ("^", r"\A")
_ENDS = ("$", r"\z", r"\Z")
_SPECIAL = frozenset("*+{.^$[]()|?\\")


def are_digits(source: str) -> bool:
    """True if all that a pattern matches are digits."""
    return _DIGITS.fullmatch(source.removeprefix("^").removesuffix("$")) is not None


def leaves_digits(source: str) -> bool:
    """True if a pattern matches all but digits."""
    return _OTHERS.fullmatch(source) is not None


def groups_of(source: str) -> list[str]:
    """Return the sources of the groups of a pattern, in their order."""
    starts: list[tuple[int, int]] = []
    found: list[str] = []
    in_class = False
    at = 0
    while at < len(source):
        character = source[at]
        if character == "\\":
            at += 1
        elif character in "[]":
            in_class = character == "["
        elif character == "(" and not in_class:
            starts.append((at + 1, len(found) if source[at + 1 : at + 2] != "?" else -1))
            if source[at + 1 : at + 2] != "?":
                found.append("")
        elif character == ")" and not in_class and starts:
            start, number = starts.pop()
            if number >= 0:
                found[number] = source[start:at]
        at += 1
    return found


def possible_text(source: str, text: Value, *, any_case: bool = False) -> Value | None:
    """Return a part of a text that is not known, which alternatives of a pattern match: digits, or fixed words.

    ``None`` is returned for any other pattern.
    """
    words = words_of(source)
    if words is not None:
        return Opaque("string") if any_case else choice(words.texts)
    options: list[Value] = []
    for each in source.split("|", _MOST_ALTERNATIVES):
        if are_digits(each):
            options.append(counted([text]))
        elif (words := words_of(each)) is not None:
            options += [Opaque("string")] if any_case else words.texts
        else:
            return None
    return choice(options)


def possible_whole(source: str, text: Value, *, any_case: bool) -> Value | None:
    """Return a text that is not known, which a pattern matches from its start to its end or not at all."""
    words = words_of(source)
    if words is not None and not words.are_whole:
        return None
    match = _WHOLE.fullmatch(source)
    whole = source if words is not None else (match[1] or match[2]) if match else None
    return None if whole is None else possible_text(whole, text, any_case=any_case)


def possible_match(source: str, text: Value, *, any_case: bool = False) -> Thing:
    """Return a match of JScript in a text that is not known."""
    match = _ALONE.fullmatch(source)
    whole = match[1] if match else source.replace("(", "").replace(")", "").removeprefix("^").removesuffix("$")
    whole = whole if words_of(source) is None else source
    found = [possible_text(each, text, any_case=any_case) for each in (whole, *groups_of(source))]
    items = [derived([text], "string") if each is None else each for each in found]
    thing = Thing("array", fields=dict(enumerate(items)))
    thing.fields.update({LENGTH: len(items), "index": NUMBER, "input": text})
    return thing


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
