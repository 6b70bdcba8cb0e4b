"""Code ranges: the names of the code in ranges of its text, and the names that the parser does not understand."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from webshellhunt.analysis.structure.shown_texts import is_only_shown
from webshellhunt.lang.tokens import NAME, STRING
from webshellhunt.lang.tree import Unparsed
from webshellhunt.lang.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

_WORDS = lazy_pattern(r"[\w.:\\/ -]*")
"""A constant of words: the name of a program with its switches, and no code."""


def places_in(unit: Unit, ranges: Iterable[tuple[int, int]]) -> frozenset[int] | None:
    """Return the places in ranges of the text; ``None`` if one of them begins in a constant with code.

    Such a constant may be a page that is written somewhere.
    """
    touched = [unit.places_in(start, max(end, start + 1)) for start, end in ranges]
    if not all(_begins_in_code(unit, each) for each in touched):
        return None
    return frozenset(chain.from_iterable(touched))


def are_shown(unit: Unit, ranges: Iterable[tuple[int, int]]) -> bool:
    """True if each range is in one constant of the code, which the page only shows."""
    touched = [unit.places_in(start, max(end, start + 1)) for start, end in ranges]
    places = {each.start for each in touched}
    are_constants = bool(places) and all(len(each) == 1 and unit.tokens.kinds[each.start] == STRING for each in touched)
    return are_constants and all(is_only_shown(unit.index, at, at + 1) for at in places)


def unparsed_names(unit: Unit) -> frozenset[int]:
    """Return the places of names that no rule of the language fits."""
    kinds = unit.tokens.kinds
    unparsed = unit.index.of(Unparsed)
    return frozenset(at for node in unparsed for at in range(node.start, node.end) if kinds[at] == NAME)


def _begins_in_code(unit: Unit, places: range) -> bool:
    """True if the first name or constant of a range is a name, or a constant without code; true in a comment."""
    kinds, values = unit.tokens.kinds, unit.tokens.values
    first = next((at for at in places if kinds[at] in (NAME, STRING)), None)
    return first is None or kinds[first] == NAME or _WORDS.fullmatch(values[first]) is not None
