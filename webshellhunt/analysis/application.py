"""Application: the sources that all pages of an application may use, parsed and lowered once for all of them.

They are kept by the digests of their files. A page sees the classes that it names, and those that these name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from webshellhunt.analysis.prefilter import may_be_visited, may_harm
from webshellhunt.analysis.traces import FIRST_OF_APPLICATION
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.unit import Unit, build_unit
from webshellhunt.lower.net.classes import Modules
from webshellhunt.memo import Memo

MOST_TOKENS = 400_000
"""Tokens of an application, and of all that are kept."""
MOST_CHARACTERS = 2_000_000
"""Characters of an application."""
MOST_REACHED = 2_000
"""Tokens of functions that a page may reach in the sources of its application for these to be joined to it."""


class Reached(NamedTuple):
    """Whether code may have a sink that is harmful by itself, and whether it may get something of a visitor.

    ``size`` is that of the code in tokens.
    """

    harms: bool = False
    is_visited: bool = False
    size: int = 0


class Application:
    """The sources of an application in one language; ``digest`` names all that they depend on."""

    def __init__(self, units: Sequence[Unit], language: str, digest: Hashable) -> None:
        self.digest = digest
        self.units = units
        files = [(FIRST_OF_APPLICATION + n, each.parsed.top, each.tokens) for n, each in enumerate(self.units)]
        self.modules: Modules = Modules(language, files)

    def used_by(self, codes: Iterable[Tokens]) -> tuple[list[ClassSymbol], list[int]]:
        """Return the classes that some code uses, and the numbers of the files that they are in."""
        found = self.modules.used({word for each in codes for word in each.values})
        return found, sorted(unit - FIRST_OF_APPLICATION for unit in self.modules.units(found))

    def reached_by(self, codes: Iterable[Tokens]) -> Reached:
        """Return the acts of the functions that some code calls by their names, and of those that these call."""
        seen = set[str]()
        said = {self._fold(word) for each in codes for word in each.values}
        waiting: list[Set[str]] = [self._functions.keys() & said]
        found = Reached()
        for names in waiting:
            for name in sorted(names - seen):
                seen.add(name)
                for called, own in self._functions[name]:
                    found = Reached(found.harms or own.harms, found.is_visited or own.is_visited, found.size + own.size)
                    waiting.append(called)
        return found

    @cached_property
    def _functions(self) -> dict[str, list[tuple[frozenset[str], Reached]]]:
        """The functions of all files by name: the names of others in them, and their own acts."""
        net = self.modules.net
        nodes: dict[str, list[frozenset[str]]] = {}
        sizes: dict[str, list[int]] = {}
        for symbol in net.symbols.classes.values():
            for node in symbol.functions():
                unit = self.units[net.unit_of(symbol, node) - FIRST_OF_APPLICATION]
                name = symbol.path[-1] if node.kind == "constructor" else self._fold(node.name)
                nodes.setdefault(name, []).append(frozenset(unit.tokens.values[node.start : node.end]))
                sizes.setdefault(name, []).append(node.end - node.start)
        known = nodes.keys()
        return {
            name: [
                (frozenset(known & set(map(self._fold, words))), _reached(words, size))
                for words, size in zip(found, sizes[name], strict=True)
            ]
            for name, found in nodes.items()
        }

    def _fold(self, name: str) -> str:
        return self.modules.net.fold(name)


def _reached(words: frozenset[str], size: int) -> Reached:
    lowered = frozenset(map(str.lower, words))
    return Reached(may_harm(lowered), may_be_visited(lowered), size)


_KEPT: Memo[Application | None] = Memo(MOST_TOKENS)


def application_of(digest: Hashable, language: str, texts: Callable[[], Sequence[str]]) -> Application | None:
    """Return an application by what its sources depend on, ``None`` if it is too large; ``texts`` are their texts."""

    def made() -> Application | None:
        found = texts()
        if sum(map(len, found)) > MOST_CHARACTERS:
            return None
        units = [build_unit(text, language, [(0, len(text))]) for text in found]
        return Application(units, language, (digest, language)) if _size(units) <= MOST_TOKENS else None

    return _KEPT.get((digest, language), made, lambda made: 1 if made is None else _size(made.units))


def _size(units: Sequence[Unit]) -> int:
    return sum(len(each.tokens) for each in units)
