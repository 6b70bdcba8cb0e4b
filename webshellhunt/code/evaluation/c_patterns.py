"""Regular expressions of scripts, as far as they name one character after the other.

What such a pattern costs is bounded: at each character of a text as many as it names may be tried, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Pattern, Value
from webshellhunt.code.evaluation.c_values import Closure, text_of
from webshellhunt.code.evaluation.values import MAX_TEXT
from webshellhunt.lazy_pattern import lazy_pattern

# Nothing is matched in two ways, so what doesn't match costs no more than what does.
_ATOM = r"(?:\[\^?+(?:[^\]\\\[]|\\.)++\]|\\[^\d]|[^\\\[\](){}*+?^$|/])"
_ATOMS = lazy_pattern(_ATOM, re.DOTALL)
_PLAIN = lazy_pattern(rf"(?:\(?+{_ATOM}(?!\+)\)?+)*+(?:{_ATOM}\+)?+\)?+", re.DOTALL)
_LITERAL = lazy_pattern(r"/(.{1,200})/([a-z]*)", re.DOTALL)
_LONGEST = 200


class Regex(NamedTuple):
    """A regular expression that is followed, and whether it is for everywhere."""

    pattern: re.Pattern[str]
    everywhere: bool


def read_literal(text: str) -> Regex:
    """Return what ``/…/g`` is.

    Raises:
        UnknownError: it is none that is followed.
    """
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise UnknownError
    return Regex(_compiled(match[1], "i" in match[2]), "g" in match[2])


@lru_cache(maxsize=256)
def _compiled(text: str, ignores_case: bool) -> re.Pattern[str]:
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        raise UnknownError
    try:
        return re.compile(text, re.ASCII | (re.IGNORECASE if ignores_case else 0))
    except re.error:
        raise UnknownError from None


def replace(text: str, old: Value, new: Value) -> str:
    """Replace what a pattern or a text finds by a text, or by what a function makes of it."""
    if isinstance(old, Pattern):
        old = Regex(re.compile(re.escape(old.text)), old.everywhere)
    found = old if isinstance(old, Regex) else Regex(re.compile(re.escape(text_of(old))), everywhere=False)
    count = 0 if found.everywhere else 1
    if isinstance(new, Closure):
        function = new.call
        return found.pattern.sub(lambda m: _bounded(text_of(function([m[0], *m.groups("")]))), text, count)
    fixed = text_of(new)
    if "$" in fixed or len(text) * max(len(fixed), 1) > MAX_TEXT * 8:
        raise UnknownError
    return found.pattern.sub(lambda _: fixed, text, count)


def cost_of(values: Sequence[Value]) -> int:
    """Return what a pattern among some values costs, over and above the length of the texts among them."""
    patterns = [each.pattern.pattern for each in values if isinstance(each, Regex)]
    if not patterns:
        return 0
    return sum(map(_atoms, patterns)) * sum(len(each) for each in values if isinstance(each, str))


@lru_cache(maxsize=256)
def _atoms(pattern: str) -> int:
    return len(_ATOMS.findall(pattern))


def compiled(text: str) -> Regex:
    """Return what ``new Regex("…")`` is."""
    return Regex(_compiled(text, False), everywhere=True)


def _bounded(text: str) -> str:
    if len(text) > _LONGEST:
        raise UnknownError
    return text
