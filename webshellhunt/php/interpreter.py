"""Interpreter of PHP: expressions are evaluated one after the other, and executed texts are analysed as code.

Values follow assignments, calls of own functions, properties, the session, and known texts. There are no branches: a
variable that an inner block assigns keeps its former value, too. Each bound (tokens, steps, texts, calls, nested code)
ends the analysis without an error, and is told.
"""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.php.calls import call_own
from webshellhunt.php.lexer import MAX_TOKENS, Token, tokenize
from webshellhunt.php.state import Found, Place, Run, Scope, declare
from webshellhunt.php.statements import Reader
from webshellhunt.php.values import Value
from webshellhunt.php.vocabulary import EXECUTES, FILES, GROUPS, REQUEST

MANY = 8
"""The number of groups of functions that only a toolkit uses in one page."""


class Acts(NamedTuple):
    """The acts of a page, and whether a limit was reached before its end."""

    found: tuple[Found, ...] = ()
    exhausted: bool = False


def analyse(text: str) -> Acts:
    """Analyse the code in a file, decoded as Latin-1."""
    run = Run(_read)
    tokens = tokenize(text)
    run.budget.is_cut = len(tokens) >= MAX_TOKENS
    declare(tokens, run)
    for number in range(2):  # the second time with the session and the properties of the first
        _read(tokens, run, run.top, None, (0, len(tokens)))
        if number == 0:
            _report_toolkit(tokens, run)
        for function in list(run.functions.values()):
            if function.name not in run.calls:
                call_own(function, [], run, None if function.tokens is tokens else (0, 1))
        if run.found or not any(name == "_SESSION" or "->" in name for name in run.top.values):
            break
        run.calls.clear()
    return Acts(tuple(sorted(run.found.values(), key=lambda act: (act.start, act.kind))), run.budget.is_cut)


def _report_toolkit(tokens: list[Token], run: Run) -> None:
    """Report calls of many groups of functions, among them a command or an evaluated text."""
    if not any(each.kind == "variable" and each.text[1:] in REQUEST | FILES for each in tokens):
        return
    used = run.used.keys() - run.functions.keys()
    groups = [words for words, names in GROUPS.items() if not used.isdisjoint(names)]
    if len(groups) >= MANY and not used.isdisjoint(EXECUTES):
        first = next((each for each in tokens if each.text.lower() in EXECUTES), tokens[0])
        run.report("toolkit", f"{', '.join(groups[:-1])} and {groups[-1]}", (first.start, first.end))


def _read(tokens: list[Token], run: Run, scope: Scope, place: Place | None, part: tuple[int, int]) -> Value:
    reader = Reader(tokens, run, scope, place=place, start=part[0], end=part[1])
    reader.read_all()
    return reader.returned
