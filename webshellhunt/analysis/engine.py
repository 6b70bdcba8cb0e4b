"""Engine: a run of the core over the code of one page, of classic ASP or of ASP.NET."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.analysis.classic import INCLUDING, run_classic
from webshellhunt.analysis.dotnet import run_dotnet
from webshellhunt.analysis.life import CoreRun
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import Parsed, parse

__all__ = ["INCLUDING", "CoreRun", "Page", "run_page", "run_together"]


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
