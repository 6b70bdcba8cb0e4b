"""Engine: a run of the core over the code of one page, of classic ASP or of ASP.NET."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from webshellhunt.analysis.application import Application
from webshellhunt.analysis.classic import INCLUDING, run_classic
from webshellhunt.analysis.dotnet import run_dotnet, run_files
from webshellhunt.analysis.life import CoreRun
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.analysis.traces import FIRST_OF_APPLICATION
from webshellhunt.core.state import Witness
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed, parse
from webshellhunt.lang.symbols import ClassSymbol

__all__ = ["INCLUDING", "CoreRun", "Files", "Page", "run_page", "run_together"]


class Page(NamedTuple):
    """The code of one language of a page, its surroundings, and its tree."""

    tokens: Tokens
    surroundings: Surroundings
    parsed: Parsed


def run_page(
    tokens: Tokens, surroundings: Surroundings, parsed: Parsed | None = None, *, steps: int | None = None
) -> CoreRun:
    """Return the outcome of a run over the code of a page; ``parsed`` is its tree, where that is there already."""
    page = Page(tokens, surroundings, parse(tokens) if parsed is None else parsed)
    if surroundings.is_classic or tokens.language == "vbscript":
        return run_classic([page], steps)[0]
    return run_dotnet(*page, steps)


def run_together(pages: Sequence[Page]) -> Sequence[CoreRun]:
    """Return the outcomes of the codes of one classic page in several languages, which call each other's functions."""
    return run_classic(pages)


class Files:
    """A page of ASP.NET and the files that are compiled with it, the page first: one run for all of them.

    ``application`` has the sources that other pages use as well.
    """

    def __init__(self, pages: Callable[[], Sequence[Page]], application: Application | None = None) -> None:
        self._pages = pages
        self._application = application
        self._runs: list[CoreRun] = []
        self._crossed: frozenset[int] | None = None

    @cached_property
    def used(self) -> tuple[list[ClassSymbol], list[int]]:
        """The classes of the application that the code uses, and the numbers of the files that they are in."""
        return ([], []) if self._application is None else self._application.used_by(each[0] for each in self._pages())

    def run(self, at: int, witness: Witness | None = None) -> CoreRun:
        """Return the outcome for one of the files; with texts of a visitor that are tried, that of a run of its own."""
        if witness is not None:
            modules = None if self._application is None else self._application.modules
            pages = [each._replace(surroundings=replace(each.surroundings, witness=witness)) for each in self._pages()]
            return run_files(pages, None, modules, self.used[0])[at]
        if not self._runs or self._runs[at].is_closed:
            modules = None if self._application is None else self._application.modules
            self._runs = run_files(self._pages(), None, modules, self.used[0])
            first, self._crossed = self._runs[0], self._runs[0].crossed()
            if self.used[0] and first.is_exhausted and not self._crossed:  # the page alone may be within its steps
                first.close()
                self._runs = run_files(self._pages())
        return self._runs[at]

    def run_in_application(self, number: int, witness: Witness | None = None) -> CoreRun:
        """Return the outcome for a source of the application."""
        return self.run(0, witness).of_unit(FIRST_OF_APPLICATION + number)

    def crossed(self) -> list[int]:
        """Return the numbers of the sources of the application in which something of a visitor of the page arrived."""
        if self._crossed is None:
            self.run(0).close()
        assert self._crossed is not None
        return [number for number in self.used[1] if FIRST_OF_APPLICATION + number in self._crossed]
