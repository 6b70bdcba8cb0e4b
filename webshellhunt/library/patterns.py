"""Regular expressions of VBScript and JScript, as far as their cost is bounded, and their knowledge of unknown texts.

A pattern whose atoms follow one another costs at each character of a text no more than their number. One with
repetitions inside, but none of a group, is tried on short texts alone.

Source: VBScript Language Reference, "RegExp object"; JScript Language Reference, "Regular expression syntax".
"""

from __future__ import annotations

import math
import re
import string
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice, product
from typing import NamedTuple

from webshellhunt.core.facts import is_one
from webshellhunt.core.letters import ALL, OTHERS, WORD, form_of, letters_of, letters_written
from webshellhunt.core.text import letters_in, narrowed_to, parts_of, some_of_letters
from webshellhunt.core.values import KNOWN, MISSING, OneOf, Parts, Some, Value, choice, labels_of, text_of_parts

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
_NO_BOUND = -1
_MOST_MATCHES = 1 << 12
_MOST_TEXT = 1 << 22
_ANY = r"(?:\[(?:\\s\\S|\\S\\s|\\w\\W|\\W\\w|\\d\\D|\\D\\d|\^)\]|\((?:\?:)?\.\|\\n\))"
_WHOLE_TEXT = re.compile(rf"\^?\(?{_ANY}[*+]\)?\$?")
"""Patterns that match a text as a whole."""
_EACH = re.compile(rf"\(?(?:{_ANY}|\.|\\S)[*+]?\)?")
"""Patterns that, for all matches, leave at most blanks and ends of lines."""
_LITERAL = re.compile(r'"(?:\[\^"[^\]]*\]|\((?:\?:)?(?:\\\\\.\|\[\^"\\\\[^\]]*\]|\[\^"\\\\[^\]]*\]\|\\\\\.)\))[*+]"')
"""The pattern of a literal in quotation marks."""
CALLING = "(`=\\\"'/"
"""Characters without which a script calls and assigns nothing; a literal needs them, too."""
COPY = "copy "
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
        if self.repetitions == _NO_BOUND:
            return True
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
            if self.is_all:
                return Some("text")
            gone = self._single
            come = letters_written(new.replace('""', "") if '"' in gone else new)
            some = some_of_letters(text, (letters_in(text) - gone) | come)
            if gone and some.form:
                return some
        return self._replaced_in_parts(text, new) if text.__class__ is Parts else MISSING

    def _replaced_in_parts(self, text: Parts, new: Value) -> Value:
        """Return a text of several parts with the matches in its known parts replaced: those at its end, or any."""
        is_of_end = self.pattern.pattern.endswith("$")
        if "^" in self.pattern.pattern:
            return MISSING
        last = len(text.parts) - 1
        is_read = [each.__class__ is str and (at == last or not is_of_end) for at, each in enumerate(text.parts)]
        made = [self._replaced_known(each, new) if is_read[at] else each for at, each in enumerate(text.parts)]
        return MISSING if any(each is MISSING for each in made) or made == [*text.parts] else text_of_parts(made)

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

    @property
    def _rows(self) -> tuple[Row, ...]:
        return rows_of(self.pattern.pattern)

    @property
    def _single(self) -> frozenset[str]:
        """The characters that have a match wherever they stand."""
        return frozenset[str]().union(*(row.single for row in self._rows))

    def whole_match(self, text: Value) -> Value:
        """Return a text that is not known, of which the pattern has a match; ``None`` if that may be almost any."""
        if self.pattern.flags & re.MULTILINE:
            return None
        if text.__class__ is Some and is_one(text) and all(any(atom.least for atom in row.atoms) for row in self._rows):
            letters = frozenset[str]().union(*(row.letters for row in self._rows))
            return narrowed_to(text, _cased(letters, self._any_case)) if letters else None
        return matched(self._rows, text, any_case=self._any_case, is_whole=True)

    def without_match(self, text: Value) -> Value:
        """Return a text that is not known, in which the pattern has no match; ``None`` if that may be almost any."""
        return narrowed_to(text, ALL - self._single) if self._single else None

    def copy_form(self, text: Some, new: Value) -> str:
        """Return the form of a copy of a script's text in which literals, words and numbers are replaced, ``""`` else.

        An escaped sign is none where it stands alone: its replacement must not be left in the copy.
        """
        if not self.is_global or not isinstance(new, str) or text.__class__ is not Some:
            return ""
        source, literals = _LITERAL.subn("0", self.pattern.pattern)
        rows = rows_of(source)
        escapes = [row for row in rows if len(row.atoms) == 2 and row.atoms[0].letters == {"\\"}]
        is_copy = text.form.startswith(COPY)
        others = [row for row in rows if row not in escapes]
        if not (literals or escapes or is_copy) or any(not row.letters.isdisjoint(CALLING) for row in others):
            return ""
        left_over = {*text.form.removeprefix(COPY)} if is_copy else set[str]()
        return COPY + "".join(sorted(left_over.union(new if escapes else "")))

    def data_of(self, copy: Some) -> tuple[bool, bool]:
        """Return whether a text is data alone if the pattern matches such a copy of it, and if it does not."""
        lacking = {*CALLING, *copy.form.removeprefix(COPY)}
        rows = self._rows
        has, lost = frozenset[str]().union(*(row.letters for row in rows)), ALL - self._single
        is_whole = bool(rows) and all(row.starts and row.ends for row in rows)
        return is_whole and has.isdisjoint(lacking), lost.isdisjoint(lacking)

    def possible_match(self, text: Value) -> Value:
        """Return a match in a text that is not known."""
        found = matched(self._rows, text, any_case=self._any_case)
        return Some("text", labels_of(text)) if found is None else found

    def possible_groups(self, text: Value) -> list[Value]:
        """Return the groups of a match in a text that is not known."""
        any_case = self._any_case
        found = [matched(rows_of(each), text, any_case=any_case) for each in groups_of(self.pattern.pattern)]
        return [Some("text", labels_of(text)) if each is None else each for each in found]


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
    """Return a compiled pattern; one whose cost has no known bound says only the part that it proves.

    Raises:
        ValueError: It is no pattern, or a long one.
    """
    repetitions = 0
    if len(source) > _LONGEST:
        raise ValueError
    if not _PLAIN.fullmatch(source):
        is_bounded = _REPEATED.fullmatch(source) and source.count("?") <= _MOST_OPTIONAL
        repetitions = len(_UNBOUNDED.findall(source)) if is_bounded else _NO_BOUND
    flags = re.ASCII | (re.IGNORECASE if any_case else 0) | (re.MULTILINE if multiline else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return Regex(re.compile(source, flags), is_global, repetitions)
    except (re.error, OverflowError, Warning):
        raise ValueError from None


# The language of a pattern --------------------------------------------------------------------------------------------


class Atom(NamedTuple):
    """One character of some, or any number of them; ``least`` is how many there are at least."""

    letters: frozenset[str]
    least: int = 1
    is_many: bool = False

    @property
    def is_fixed(self) -> bool:
        """True for one character that is known."""
        return len(self.letters) == 1 and self.least == 1 and not self.is_many and self.letters != {OTHERS}


class Row(NamedTuple):
    """One alternative of a pattern, which may match at the start of a text and at its end only."""

    atoms: tuple[Atom, ...] = ()
    starts: bool = False
    ends: bool = False

    @property
    def words(self) -> int:
        """The number of texts that it matches, 0 for very many."""
        if any(atom.is_many or atom.least != 1 or OTHERS in atom.letters for atom in self.atoms):
            return 0
        size = math.prod(len(atom.letters) for atom in self.atoms)
        return size if size <= _MOST_WORDS else 0

    @property
    def letters(self) -> frozenset[str]:
        """The characters of all texts that it matches."""
        return frozenset().union(*(atom.letters for atom in self.atoms))

    @property
    def single(self) -> frozenset[str]:
        """The characters each of which it matches wherever it stands."""
        atoms, starts, ends = [*self.atoms], self.starts, self.ends
        while len(atoms) > 1 and atoms[0] == _ANYTHING:
            starts = bool(atoms.pop(0).least)
        while len(atoms) > 1 and atoms[-1] == _ANYTHING:
            ends = bool(atoms.pop().least)
        return atoms[0].letters if len(atoms) == 1 and atoms[0].least == 1 and not (starts or ends) else frozenset()


_ANYTHING = Atom(ALL, 0, is_many=True)


_NOTHING = Row((Atom(frozenset(), 0),))
"""The match of a condition on a place, which is there or not."""


class _UnreadError(Exception):
    """The pattern has signs that are not read here."""


@lru_cache(maxsize=256)
def rows_of(source: str) -> tuple[Row, ...]:
    """Return the alternatives of a pattern, which match all that it matches, and maybe more; none if it is not read."""
    reader = _Reader(source)
    try:
        rows = reader.alternatives(0) if len(source) <= _LONGEST else []
    except (_UnreadError, IndexError, ValueError):
        return ()
    return tuple(dict.fromkeys(rows)) if reader.at == len(source) else ()


def matched(rows: Sequence[Row], text: Value, *, any_case: bool = False, is_whole: bool = False) -> Value:
    """Return a text that alternatives match, ``None`` where it may be almost any: a piece of a text, or all of it."""
    found = [_matched(row, text, any_case=any_case, is_whole=is_whole) for row in rows]
    if not found or any(each is None for each in found):
        return None
    made = choice(found)
    if not labels_of(made) or text.__class__ not in (Parts, OneOf):
        return made
    letters = frozenset[str]().union(*(row.letters for row in rows))
    return narrowed_to(text, _cased(letters, any_case)) if all(row.starts and row.ends for row in rows) else None


def _cased(letters: frozenset[str], any_case: bool) -> frozenset[str]:
    return letters.union(each.swapcase() for each in letters) if any_case else letters


def _matched(row: Row, text: Value, *, any_case: bool, is_whole: bool) -> Value:
    is_open = is_whole and not row.starts
    if is_whole and not row.ends:
        return None
    of = text.form if text.__class__ is Some else ""
    if row.words and not is_open:
        texts = ["".join(each) for each in product(*(sorted(atom.letters) for atom in row.atoms))]
        return Some("text", form="found") if any_case else choice(texts)
    if form_of(row.letters) == "digits" and not is_open:
        return some_of_letters(text, row.letters)
    parts: list[Value] = []
    for is_fixed, atoms in groupby(row.atoms, lambda atom: atom.is_fixed):
        letters = [atom.letters for atom in atoms]
        some = letters_of(of) & _cased(frozenset[str]().union(*letters), any_case)
        parts.append("".join(map(min, letters)) if is_fixed else some_of_letters(text, some))
    if is_open:
        if parts and parts[0].__class__ is Some:
            del parts[0]
        parts.insert(0, Some("text", labels_of(text), form=of))
    return None if len(parts) == 1 and parts[0].form == of else text_of_parts(parts)


class _Reader:
    """Reads one pattern: parts that it does not tell apart are any number of the same characters."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def _takes(self, *signs: str) -> bool:
        """Read one of several signs, if it is next."""
        for sign in signs:
            if self.source.startswith(sign, self.at):
                self.at += len(sign)
                return True
        return False

    def alternatives(self, depth: int) -> list[Row]:
        """Return the alternatives of the pattern, or of a group."""
        if depth > _DEEPEST:
            raise _UnreadError
        rows = self._row(depth)
        while self._takes("|"):
            rows += self._row(depth)
        return rows if len(rows) <= _MOST_WORDS else [_any_of(rows)]

    def _row(self, depth: int) -> list[Row]:
        starts, ends = depth == 0 and self._takes("^", "\\A"), False
        rows = [Row()]
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            if depth == 0 and self._takes("$", "\\z", "\\Z"):
                ends = True
                break
            parts = self._repeated(self._part(depth))
            rows = rows if len(rows) * len(parts) <= _MOST_WORDS else [_any_of(rows)]
            rows = [Row((*row.atoms, *part.atoms)) for row in rows for part in parts]
        return [Row(row.atoms, starts, ends) for row in rows]

    def _repeated(self, rows: list[Row]) -> list[Row]:
        """Return the alternatives of a part with the sign after it that says how often it is there."""
        times = _TIMES.match(self.source, self.at)
        if times is None:
            return rows
        self.at = times.end()
        if times[1] == "?":
            return [*rows, Row()]
        least = int(times[1][1:] or times[1] == "+")
        one = next(iter(rows)).atoms if len(rows) == 1 else ()
        if len(one) == 1 and one[0].least == 1:
            return [Row((Atom(one[0].letters, least, is_many=True),))]
        return [_any_of(rows)]

    def _part(self, depth: int) -> list[Row]:
        """Return the alternatives of a character or a group; nothing for a part that stands at no character."""
        if self._takes("(?=", "(?!", "(?:", "("):
            is_empty = self.source.startswith(("?=", "?!"), self.at - 2)
            if self.source.startswith("?", self.at):
                raise _UnreadError
            rows = self.alternatives(depth + 1)
            if not self._takes(")"):
                raise _UnreadError
            return [_NOTHING] if is_empty else rows
        if self._takes("\\b", "\\B") or (depth and self._takes("^", "$")):
            return [_NOTHING]
        return [Row((Atom(self._class() if self._takes("[") else self._letters("*+?{^$()")),))]

    def _class(self) -> frozenset[str]:
        """Return the characters of a class in brackets."""
        is_other = self._takes("^")
        letters, is_first = frozenset[str](), True
        while is_first or not self._takes("]"):
            is_first = False
            one = self._letters("[")
            if self.source[self.at] == "-" and self.source[self.at + 1] != "]" and len(one) == 1:
                self.at += 1
                one = frozenset(map(chr, range(ord(min(one)), ord(min(self._letters("["))) + 1)))
            letters |= one
        return ALL - letters if is_other else letters

    def _letters(self, special: str) -> frozenset[str]:
        """Return the characters that one sign stands for, outside of a class or in it."""
        sign = self.source[self.at]
        self.at += 1
        if sign == "\\":
            return self._escaped()
        if sign in special:
            raise _UnreadError
        return ALL if sign == "." and special != "[" else letters_written(sign)

    def _escaped(self) -> frozenset[str]:
        sign = self.source[self.at]
        self.at += 1
        if (kind := _KINDS.get(sign.lower())) is not None:
            return ALL - kind if sign.isupper() else kind
        if size := {"x": 2, "u": 4}.get(sign):
            self.at += size
            return letters_written(chr(int(self.source[self.at - size : self.at], 16)))
        if sign.isalnum() and sign not in _CONTROLS:
            raise _UnreadError
        return letters_written(_CONTROLS.get(sign, sign))


def _any_of(rows: Sequence[Row]) -> Row:
    """Return one row for several: any number of their characters."""
    return Row((Atom(frozenset().union(*(row.letters for row in rows)), 0, is_many=True),))


_TIMES = re.compile(r"([*+?]|\{\d{1,4})(?:(?:,\d{0,4})?\})?\??")
_KINDS = {"d": frozenset(string.digits), "w": WORD, "s": frozenset(" \t\r\n\f\v")}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}


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
