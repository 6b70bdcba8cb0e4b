"""Letters and their codes: numbers that are made of somebody's text, and texts that are made of numbers again.

Such a number is harmless as text, so that it is no taint; a decoder, however, goes from letters to codes and back, or
looks them up in a table of letters.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.taints import codes_of, counted, lettered, traces_of
from webshellhunt.analysis.domain.values import NUMBER, Thing, Value
from webshellhunt.analysis.library.knowledge import knowledge

_FEWEST = 16
"""Letters or numbers of a table by which a text can be decoded."""
_FINDING = frozenset({"indexof", "instr"})
_PICKING = frozenset({"charat", "mid", "mid$", "substr", "substring"})


def with_codes(name: str, values: Sequence[Value], result: Value, unsolved: object) -> Value:
    """Return the result of a function with the knowledge of its arguments about letters and their codes."""
    lower, tables = name.lower(), knowledge()
    if lower in tables.makers_of_letters and (result is unsolved or not (isinstance(result, str) or traces_of(result))):
        return lettered(values) if any(map(codes_of, values)) else result
    if result.__class__ is NUMBER.__class__ and result == NUMBER:
        return result if lower in tables.counts and not _finds_letter(lower, values) else counted(values)
    return lettered(values) if lower in _PICKING and _picks_letter(values) else result


def _finds_letter(name: str, values: Sequence[Value]) -> bool:
    """True if a function finds the place of a letter in a table of letters."""
    text, sought = values[-2:] if len(values) > 1 else ("", "")
    return name in _FINDING and _is_table(text) and bool(codes_of(sought))


def _picks_letter(values: Sequence[Value]) -> bool:
    """True if a function picks a letter from a table of letters."""
    return bool(values) and _is_table(values[0]) and values[2:] in ([], [1]) and any(map(codes_of, values[1:2]))


def _is_table(value: Value) -> bool:
    return isinstance(value, str) and len(value) >= _FEWEST


def letter_of(table: Value, keys: Sequence[Value], found: Value) -> Value:
    """Return an item of a table by a key that is not known: of a table of letters or their codes, any text is made."""
    if not any(map(codes_of, keys)):
        return found
    if table.__class__ is not Thing:
        return lettered(keys) if _is_table(table) else found
    items = [value for key, value in table.fields.items() if not (isinstance(key, str) and key[:1] == "\0")]
    if len(items) < _FEWEST:
        return found
    if all(isinstance(each, int) for each in items):
        return counted(keys)
    return lettered(keys) if all(isinstance(each, str) and len(each) == 1 for each in items) else found
