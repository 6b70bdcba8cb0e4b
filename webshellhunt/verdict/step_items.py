"""The items of a step: the first names, and the number of the others."""

from collections.abc import Sequence

MOST_ITEMS = 10
"""The most items that one step lists."""


def items_of(names: Sequence[str], where: str = "listed above") -> tuple[str, ...]:
    """Return the first names, each once, and the number of the others."""
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - MOST_ITEMS
    return (*distinct[:MOST_ITEMS], f"and {more:,} more, {where}") if more > 0 else tuple(distinct)
