"""Constants of small inert programs, as a run over them makes them."""

from __future__ import annotations

from tests.builders.inert import live
from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.engine import run_page
from webshellhunt.analysis.folding import constants_of
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.parser import parse
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Assign, Literal


def constants(code: str, language: str) -> Constants:
    """Return the constants of an inert program."""
    tokens = tokenize(live(code), language)
    parsed = parse(tokens)
    return constants_of(SyntaxIndex(tokens, parsed.top), run_page(tokens, Surroundings(), parsed).texts)


def folded(code: str, language: str) -> list[str]:
    """Return the constants of an inert program that are no literals."""
    return [constant.value for constant in constants(code, language).values() if constant.steps]


def text_of(code: str, language: str) -> str | None:
    """Return the text that an inert expression is, ``None`` where that is not known."""
    tokens = tokenize(f"x = {live(code)}", language)
    parsed = parse(tokens)
    texts = run_page(tokens, Surroundings(), parsed).texts
    values = [each.value for each in parsed.top.statements if isinstance(each, Assign)]
    only = values[0] if len(values) == 1 else None
    return str(only.value) if isinstance(only, Literal) else None if only is None else texts.get(only)
