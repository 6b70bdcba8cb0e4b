"""Figures: numbers in the words of a message."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_MOST_NAMED = 3


def bytes_in_words(size_bytes: float) -> str:
    """Return a size such as ``4.1 GB``, in powers of 1,000."""
    value, unit = float(size_bytes), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value /= 1000
        unit += 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 99.95 else f"{value:.0f} {_UNITS[unit]}"


def multiple_in_words(multiple: float) -> str:
    """Return a multiple such as ``38 times``; a huge one is cut."""
    return f"{min(multiple, 1e6):,.0f} times"


def count_in_words(count: int, noun: str) -> str:
    """Return a number with a noun, such as ``1 day`` or ``12 days``."""
    return f"{count:,} {noun}" + "s" * (count != 1)


def names_in_words(names: Sequence[str], most: int = _MOST_NAMED, *, count: int = 0) -> str:
    """Return some names, and the number of the others; ``count`` is that of all, if more than the names are known."""
    shown, count = ", ".join(names[:most]), max(count, len(names))
    return f"{shown} and {count - most:,} more" if count > most else shown


def list_in_words(names: Sequence[str], noun: str) -> str:
    """Return names as text, the last one after "and"; of many only the first ones, and the number of the others."""
    if len(names) > _MOST_NAMED + 1:
        names = [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED:,} more {noun}s"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
