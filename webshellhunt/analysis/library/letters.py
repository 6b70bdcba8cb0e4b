"""Letters and their codes: numbers that are made of somebody's text, and texts that are made of numbers again.

Such a number is harmless as text, so that it is no taint; a decoder, however, goes from letters to codes and back.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.taints import codes_of, counted, lettered, traces_of
from webshellhunt.analysis.domain.values import NUMBER, Value

_LENGTHS = frozenset(
    {
        "len", "lenb", "instr", "instrb", "instrrev", "lbound", "ubound", "indexof", "lastindexof", "indexofany",
        "search", "lastindexofany",
        "findindex", "findlastindex", "length", "count", "compareto", "compare", "localecompare",
        "getlength", "getupperbound", "getlowerbound", "bytelength", "gethashcode", "getbytecount", "getcharcount",
    }
)  # fmt: skip
_LETTERS = frozenset(
    {
        "chr", "chr$", "chrb", "chrw", "chrw$", "fromcharcode", "fromcodepoint", "tochar", "convertfromutf32",
        "getstring", "getchars", "cchar",
    }
)  # fmt: skip
"""Functions that make letters of numbers, by their last name."""


def with_codes(name: str, values: Sequence[Value], result: Value, unsolved: object) -> Value:
    """Return the result of a function with the knowledge of its arguments about letters and their codes."""
    lower = name.lower()
    if lower in _LETTERS and (result is unsolved or not (isinstance(result, str) or traces_of(result))):
        return lettered(values) if any(map(codes_of, values)) else result
    if result.__class__ is NUMBER.__class__ and result == NUMBER and lower not in _LENGTHS:
        return counted(values)
    return result
