"""Regular expressions of VBScript and JScript, as far as their cost is bounded, and their knowledge of unknown texts.

A pattern whose atoms follow one another costs at each character of a text no more than their number. One with
repetitions inside, but none of a group, is tried on short texts alone.

Source: VBScript Language Reference, "RegExp object"; JScript Language Reference, "Regular expression syntax".
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from webshellhunt.core.text import parts_of
from webshellhunt.core.values import KNOWN, MISSING, Some, Value, choice, labels_of, options, text_of_parts

# Nothing is matched in two ways, so a text that does not match costs no more than one that does.
_ATOM = r"(?:\[\^?+(?:[^\]\\\[]|\\.)++\]|\\[^\d]|[^\\\[\](){}*+?^$|])"
_SEQUENCE = rf"\^?+(?:\(?+(?:\?:)?+{_ATOM}(?:\{{\d{{1,2}}\}})?+(?![+*?{{])\)?+)*+"
_PLAIN = re.compile(rf"{_SEQUENCE}(?:{_ATOM}\+\)*+|\$?+(?:\|{_SEQUENCE}\$?+)*+)", re.DOTALL)
_REPEATED = re.compile(
    rf"(?:\^|\$|\||\((?:\?:)?+|\)(?![*+?{{])|{_ATOM}(?:[*+?]\??+|\{{\d{{1,2}}(?:,\d{{0,2}})?\}})?+)++", re.DOTALL
)
_UNBOUNDED = re.compile(r"[*+]|,\d{0,2}\}")
_MOST_OPTIONAL = 6
_REFERENCE = re.compile(r"\$(?:(\$)|(&)|(\d{1,2}))")
_LONGEST = 400
_MOST_TRIES = 4_000_000
_MOST_MATCHES = 1 << 12
_MOST_TEXT = 1 << 22
_ANY = r"(?:\[(?:\\s\\S|\\S\\s|\\w\\W|\\W\\w|\\d\\D|\\D\\d|\^)\]|\((?:\?:)?\.\|\\n\))"
_WHOLE_TEXT = re.compile(rf"\^?\(?{_ANY}[*+]\)?\$?")
"""Patterns that match a text as a whole."""
_EACH = re.compile(rf"\(?(?:{_ANY}|\.|\\S)[*+]?\)?")
"""Patterns that, for all matches, leave at most blanks and ends of lines."""
_DIGITS = re.compile(r"(?:(?:\\d|\[[\d\\d.,-]+\]|\d|\\[.-]|[,-])(?:[+*?]|\{\d{1,4}(?:,\d{0,4})?\})?)+")
_OTHERS = re.compile(r"(?:\[\^(?:\\d|0-9)[.,\- ]*\]|\\D)[+*]?")
"""Patterns that match all but digits."""
_NAMES = re.compile(r"\^\(?(?:\\w|\[(?:\\w|\\d|\w-\w|\w)+\])(?:[+*]|\{\d+(?:,\d*)?\})?\)?\$")
"""Patterns that match texts of letters, digits and ``_`` alone."""
_NO_NAMES = re.compile(r"(?:\\W|\[\^(?:\\w|\\d|\w-\w|\w)+\])\+?")
"""Patterns that match all but these."""
_WHOLE = re.compile(r"\^(?:\((?:\?:)?([^()]+)\)|([^()|]+))\$")
_ALONE = re.compile(r"\^?\((?:\?:)?([^()]+)\)\$?")
_AMONG = re.compile(r"\[((?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9_ ])+)\]")
_PAIR = re.compile(r"(\w| )(?:-(\w))?")
"""One letter of some, and the letters or ranges of letters in it."""
_MOST_ALTERNATIVES = 32
_MOST_WORDS = 64
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled pattern, whether it is for all matches, and how many of its repetitions have no bound."""

    pattern: re.Pattern[str]
    is_global: bool
    repetitions: int = 0

    @property
    def _any_case(self) -> bool:
        flags: int = self.pattern.flags
        return flags & re.IGNORECASE != 0

    def _is_dear(self, text: str) -> bool:
        tries: int = max(len(text), 1) ** (self.repetitions + 1)
        return tries > _MOST_TRIES

    def search(self, text: str) -> Value:
        """Return the first match, ``None`` for none, `MISSING` where it would cost too much."""
        return MISSING if self._is_dear(text) else self.pattern.search(text)

    def matches(self, text: str) -> Value:
        """Return the matches, one alone unless the pattern is for all; `MISSING` where they would cost too much."""
        if self._is_dear(text):
            return MISSING
        if not self.is_global:
            match = self.pattern.search(text)
            return [] if match is None else [match]
        found = [*islice(self.pattern.finditer(text), _MOST_MATCHES + 1)]
        return MISSING if len(found) > _MOST_MATCHES else found

    def replaced(self, text: Value, new: Value) -> Value:
        """Return a text with its matches replaced by a text; `MISSING` where that is not known."""
        if text.__class__ is str:
            return self._replaced_known(text, new)
        if new.__class__ is str and self.is_global and "$" not in new:
            if new == "" and _OTHERS.fullmatch(self.pattern.pattern):
                return Some("text", codes=labels_of(text), form="digits")
            is_word = not new or new.replace("_", "a").isalnum()
            if is_word and _NO_NAMES.fullmatch(self.pattern.pattern):
                return with_form(text, "name-only")
            if self.is_all:
                return Some("text")
            if _removes(self.pattern.pattern, '"') and '"' not in new.replace('""', ""):
                return Some("text", labels_of(text), form="escaped")
            if _removes(self.pattern.pattern, "<") and "<" not in new:
                return Some("text", labels_of(text), form="tagless")
        return MISSING

    @property
    def is_all(self) -> bool:
        """True if nothing but blanks is left of any text when the matches of a pattern are replaced."""
        source = self.pattern.pattern
        return _WHOLE_TEXT.fullmatch(source) is not None or (self.is_global and _EACH.fullmatch(source) is not None)

    def _replaced_known(self, text: str, new: Value) -> Value:
        if new.__class__ is not str and new.__class__ not in KNOWN and any("$" in str(each) for each in parts_of(new)):
            return MISSING
        matches = self.matches(text)
        if matches is MISSING:
            return MISSING
        found: list[Value] = []
        at = size = 0
        for match in matches:
            made = _written(match, new) if new.__class__ is str else new
            found += text[at : match.start()], made
            at = match.end()
            size += len(made) if made.__class__ is str else 1
            if size > _MOST_TEXT:
                return MISSING
        return text_of_parts([*found, text[at:]])

    def whole_match(self, text: Value) -> Value:
        """Return a text that is not known, of which the pattern has a match; ``None`` if that may be almost any."""
        if self.pattern.flags & re.MULTILINE:
            return None
        source = self.pattern.pattern
        words = words_of(source)
        if words is not None and not words.are_whole:
            return None
        match = _WHOLE.fullmatch(source)
        whole = source if words is not None else (match[1] or match[2]) if match else None
        found = None if whole is None else _possible(whole, text, any_case=self._any_case)
        return with_form(text, "name-only") if found is None and _NAMES.fullmatch(source) else found

    def without_match(self, text: Value) -> Value:
        """Return a text that is not known, in which the pattern has no match; ``None`` if that may be almost any."""
        source = self.pattern.pattern
        if source.endswith("*"):
            return None
        if _OTHERS.fullmatch(source):
            return Some("text", codes=labels_of(text), form="digits")
        return with_form(text, "name-only") if _NO_NAMES.fullmatch(source) else None

    def possible_match(self, text: Value) -> Value:
        """Return a match in a text that is not known."""
        source = self.pattern.pattern
        match = _ALONE.fullmatch(source)
        whole = match[1] if match else source.replace("(", "").replace(")", "").removeprefix("^").removesuffix("$")
        found = _possible(whole if words_of(source) is None else source, text, any_case=self._any_case)
        return _some(text) if found is None else found

    def possible_groups(self, text: Value) -> list[Value]:
        """Return the groups of a match in a text that is not known."""
        found = [_possible(each, text, any_case=self._any_case) for each in groups_of(self.pattern.pattern)]
        return [_some(text) if each is None else each for each in found]


def _some(text: Value) -> Some:
    """Return some part of a text."""
    return Some("text", labels_of(text))


def with_form(text: Value, form: str) -> Some:
    """Return an unknown text of a form."""
    return Some("text", labels_of(text), form=form)


def _removes(source: str, sign: str) -> bool:
    """True if a pattern matches a sign wherever it is: as its only atom, or as one of a class of signs."""
    match = re.fullmatch(r"(?:\\?(.)|\[([^\^\]][^\]]*)\])\+?", source)
    return match is not None and (match[1] == sign or sign in (match[2] or "") or _is_other(match[2], sign))


def _is_other(inside: str | None, sign: str) -> bool:
    return inside is not None and r"\W" in inside and not sign.isalnum()


def _written(match: re.Match[str], new: str) -> str:
    """Return the text that replaces a match."""
    return _REFERENCE.sub(lambda reference: _referred(match, reference), new)


def _referred(match: re.Match[str], reference: re.Match[str]) -> str:
    if reference[1]:
        return "$"
    if reference[2]:
        return match[0]
    number = int(reference[3])
    if not 0 < number <= (match.re.groups or 0):
        return reference[0]
    return match[number] or ""


@lru_cache(maxsize=256)
def regex(source: str, any_case: bool = False, multiline: bool = False, is_global: bool = False) -> Regex:
    """Return a compiled pattern.

    Raises:
        ValueError: Its cost has no bound that is known, or it is no pattern.
    """
    repetitions = 0
    if len(source) > _LONGEST:
        raise ValueError
    if not _PLAIN.fullmatch(source):
        if not _REPEATED.fullmatch(source) or source.count("?") > _MOST_OPTIONAL:
            raise ValueError
        repetitions = len(_UNBOUNDED.findall(source))
    flags = re.ASCII | (re.IGNORECASE if any_case else 0) | (re.MULTILINE if multiline else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return Regex(re.compile(source, flags), is_global, repetitions)
    except (re.error, OverflowError, Warning):
        raise ValueError from None


# Digits and fixed words -----------------------------------------------------------------------------------------------


def _possible(source: str, text: Value, *, any_case: bool) -> Value:
    """Return a part of an unknown text, which alternatives of a pattern match: digits, or fixed words.

    ``None`` is returned for any other pattern.
    """
    words = words_of(source)
    if words is not None:
        return Some("text", form="found") if any_case else choice([*words.texts])
    found: list[Value] = []
    for each in source.split("|", _MOST_ALTERNATIVES):
        words = words_of(each)
        if _DIGITS.fullmatch(each.removeprefix("^").removesuffix("$")):
            codes = frozenset().union(*(labels_of(one) for one in options(text)))
            found.append(Some("text", codes=codes, form="digits"))
        elif words is not None:
            found += [Some("text", form="found")] if any_case else words.texts
        else:
            return None
    return choice(found)


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
            is_group = source[at + 1 : at + 2] != "?"
            starts.append((at + 1, len(found) if is_group else -1))
            if is_group:
                found.append("")
        elif character == ")" and not in_class and starts:
            start, number = starts.pop()
            if number >= 0:
                found[number] = source[start:at]
        at += 1
    return found


class Words(NamedTuple):
    """The texts that a pattern matches; ``are_whole`` is true if it matches nothing but whole texts."""

    texts: tuple[str, ...]
    are_whole: bool


class _ManyError(Exception):
    """The texts are not few, or the pattern has signs that are not read here."""


@lru_cache(maxsize=256)
def words_of(source: str) -> Words | None:
    """Return the texts that a pattern matches, ``None`` where they are not known to be few."""
    if len(source) > _LONGEST or ("[" in source and _DIGITS.fullmatch(source.removeprefix("^").removesuffix("$"))):
        return None
    reader = _Reader(source)
    try:
        texts = reader.alternatives(0)
    except _ManyError:
        return None
    return Words(tuple(dict.fromkeys(texts)), reader.are_whole) if reader.at == len(source) else None


class _Reader:
    """Reads one pattern."""

    _SPECIAL = frozenset("*+{.^$[]()|?\\")

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
        starts = depth == 0 and self._takes("^")
        texts, ends = [""], False
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            if depth == 0 and self._takes("$"):
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
        if self._takes("(?:") or (not self.source.startswith("(?", self.at) and self._takes("(")):
            texts = self.alternatives(depth + 1)
            if not self._takes(")"):
                raise _ManyError
            return texts
        if (among := _AMONG.match(self.source, self.at)) is not None:
            self.at = among.end()
            pairs = _PAIR.findall(among[1])
            return [chr(code) for first, last in pairs for code in range(ord(first), ord(last or first) + 1)]
        sign = self.source[self.at]
        self.at += 1
        if sign == "\\":
            sign = self.source[self.at : self.at + 1]
            self.at += 1
            if not sign or sign.isalnum():
                raise _ManyError
            return [sign]
        if sign in self._SPECIAL:
            raise _ManyError
        return [sign]

    @staticmethod
    def _check(texts: list[str]) -> None:
        if len(texts) > _MOST_WORDS:
            raise _ManyError
