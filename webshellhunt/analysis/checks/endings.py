"""Endings: the jumps and calls in a part of the code that end a loop, a function or the answer to a request."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Function, If, Jump, Loop, Switch, Try

OF_LOOPS = frozenset({"break", "goto", "for", "do", "while"})
"""Jumps that end only a loop, such as a search in a list."""
_JUMPS = frozenset({"return", "exit", "end", "throw", "goto", "break", "continue"})
_SENDING = frozenset({"end", "redirect", "transfer"})
_BRANCHING = (If, Loop, Switch, Try, Function)


class Endings:
    """The endings of one code by their places."""

    def __init__(self, index: SyntaxIndex) -> None:
        self._index = index

    @cached_property
    def _found(self) -> list[tuple[int, str]]:
        jumps = (node for node in self._index.of(Jump) if node.kind in _JUMPS)
        found = [(node.start, _word_of(node)) for node in jumps]
        found += [(dotted.place, dotted.names[-1]) for dotted in self._index.find(_SENDING) if _sends(dotted)]
        return sorted(found + self._refusals(sorted(found)))

    def _refusals(self, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Return the calls of functions of the code that end the answer whatever happens in them."""
        sent = [place for place, word in found if word in _SENDING]
        named = {name for name, group in self._index.functions.items() if all(_always(each, sent) for each in group)}
        return [(each.place, "end") for each in self._index.find(named) if self._index.call_of(each.node) is not None]

    def within(self, start: int, end: int) -> Iterator[str]:
        """Yield the word of each ending in a range of tokens: ``return``, ``for`` of ``Exit For``, ``redirect``."""
        for place in range(bisect_left(self._found, (start, "")), bisect_left(self._found, (end, ""))):
            yield self._found[place][1]


def _always(function: Function, places: list[int]) -> bool:
    """Return True if one of some places is in a plain statement of a function."""
    for each in function.body.statements if function.body is not None else ():
        at = bisect_left(places, each.start)
        if at < len(places) and places[at] < each.end and not isinstance(each, _BRANCHING):
            return True
    return False


def _word_of(jump: Jump) -> str:
    return jump.label if jump.kind == "exit" and jump.label in OF_LOOPS else jump.kind


def _sends(dotted: DottedName) -> bool:
    return dotted.names[-1] in _SENDING and (dotted.names[-1] != "end" or dotted.names[-2:] == ("response", "end"))
