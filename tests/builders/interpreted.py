"""Runs of the interpreter in tests: small inert programs, and the values that reach their sinks."""

from __future__ import annotations

from typing import Any

from tests.builders.inert import live
from tests.builders.library_runs import plain_of
from webshellhunt.analysis.engine import Run, run_page
from webshellhunt.analysis.machine.budget import MAX_STEPS
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.tokens import tokenize

LANGUAGES = ("c#", "jscript", "vb", "vbscript")
_START = "System.Diagn·ostics.Pro·cess.Start"
_SINKS = {"vbscript": 'CreateObject("WScr·ipt.Sh·ell").Run', "vb": _START, "c#": _START, "jscript": _START}
_UNSURE = "Server.ScriptTimeout"
_VISITOR = {
    "vbscript": 'Req·uest("k")',
    "vb": 'Req·uest("k")',
    "c#": 'Req·uest["k"]',
    "jscript": 'Req·uest.Item["k"]',
}


def written(code: str, language: str) -> str:
    """Return a program with its placeholders replaced: ``SINK`` starts a program, ``VISITOR`` is a visitor's text.

    ``UNSURE`` is a value that nobody knows.
    """
    for placeholder, text in (("SINK", _SINKS[language]), ("VISITOR", _VISITOR[language]), ("UNSURE", _UNSURE)):
        code = code.replace(placeholder, text)
    return live(code)


def run(code: str, language: str, surroundings: Surroundings | None = None, *, steps: int = MAX_STEPS) -> Run:
    """Run an inert program, all of it one block of a page."""
    tokens = tokenize(written(code, language), language)
    return run_page(tokens, surroundings if surroundings is not None else Surroundings(), steps=steps)


def seen(code: str, language: str, surroundings: Surroundings | None = None) -> list[Any]:
    """Return the plain value of the first argument of each sink that a program reaches, in their order."""
    return [plain_of(each.arguments[0]) for each in run(code, language, surroundings).arrivals if each.arguments]
