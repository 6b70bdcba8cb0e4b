"""Makers: new collections, texts, streams and arrays."""

from __future__ import annotations

from webshellhunt.analysis.arrays import array_of
from webshellhunt.analysis.library.arguments import Runner
from webshellhunt.analysis.library.calls import UNSOLVED
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.analysis.values import Thing, Value


def made(machine: Runner, type: str, arguments: list[Value], rank: int) -> Value:  # noqa: A002 - the word of the tree
    """Return a new object of a type."""
    machine.spend(1)
    if rank:
        return UNSOLVED
    if type in DICTIONARIES:
        return Thing(type)
    if type in LISTS and not arguments:
        return array_of([], type)
    return UNSOLVED
