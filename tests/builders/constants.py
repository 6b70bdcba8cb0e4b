"""Constants of small inert programs, as a run over them makes them."""

from __future__ import annotations

from tests.builders.inert import live
from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.engine import run_page
from webshellhunt.analysis.folding import constants_of
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize


def constants(code: str, language: str) -> Constants:
    """Return the constants of an inert program."""
    tokens = tokenize(live(code), language)
    parsed = parse(tokens)
    return constants_of(parsed.top, run_page(tokens, Surroundings(), parsed=parsed).texts)


def folded(code: str, language: str) -> list[str]:
    """Return the constants of an inert program that are no literals."""
    return [constant.value for constant in constants(code, language).values() if constant.steps]
