"""Letters and their codes: numbers that are made of somebody's text, and texts that are made of numbers again.

Such a number is harmless as text, so that it is no taint; a decoder, however, goes from letters to codes and back.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.taints import codes_of, counted, lettered, traces_of
from webshellhunt.analysis.domain.values import NUMBER, Value
from webshellhunt.analysis.library.knowledge import knowledge


def with_codes(name: str, values: Sequence[Value], result: Value, unsolved: object) -> Value:
    """Return the result of a function with the knowledge of its arguments about letters and their codes."""
    lower, tables = name.lower(), knowledge()
    if lower in tables.makers_of_letters and (result is unsolved or not (isinstance(result, str) or traces_of(result))):
        return lettered(values) if any(map(codes_of, values)) else result
    if result.__class__ is NUMBER.__class__ and result == NUMBER and lower not in tables.counts:
        return counted(values)
    return result
