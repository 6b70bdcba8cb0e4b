"""Gadget chains: objects that run code while a program deserialises them, by the names of their classes.

The names are those of the tool that makes them, in its public documentation. A chain is *certain* if no honest page has
such an object in its view state; a *carrier* is an object that honest pages keep there, too, such as a ``DataSet``, and
counts only if a certain chain is inside of it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.knowledge.tables import data_file, read_table

CERTAIN: Final = "certain"


class GadgetChain(NamedTuple):
    """A row of the table: all ``classes``, or the ``text`` in a string, make the chain."""

    name: str
    certain: bool
    classes: tuple[str, ...]
    text: str


@lru_cache(maxsize=1)
def load_gadget_chains() -> tuple[GadgetChain, ...]:
    """Load the shipped chains, the certain ones first."""
    return tuple(
        GadgetChain(name, weight == CERTAIN, tuple(classes.split(" + ")) if classes else (), text)
        for name, weight, classes, text, _ in read_table(data_file("gadget_chains.tsv")).rows
    )


def find_gadget_chains(classes: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the chains in some objects, the outermost first; empty if none of them is certain."""
    order = {name: at for at, name in reversed(list(enumerate(map(_plain, classes))))}
    found: dict[str, tuple[int, bool]] = {}
    for chain in load_gadget_chains():
        place = _place(chain, order, texts)
        if place is not None:
            found[chain.name] = min(found.get(chain.name, (place, chain.certain)), (place, chain.certain))
    if not any(certain for _, certain in found.values()):
        return ()
    return tuple(sorted(found, key=lambda name: found[name][0]))


def _plain(name: str) -> str:
    """Return the name of a class without its arguments and its library."""
    return name.partition("[[")[0].partition(",")[0].strip()


def _place(chain: GadgetChain, order: dict[str, int], texts: Sequence[str]) -> int | None:
    if chain.classes and all(name in order for name in chain.classes):
        return order[chain.classes[0]]
    if chain.text and any(chain.text in text for text in texts):
        return len(order)
    return None
