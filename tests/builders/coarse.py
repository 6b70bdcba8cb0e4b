"""Coarse runs in tests: a page whose first loops take half of its steps, so that the rest is run coarsely."""

from __future__ import annotations

from typing import Any

from tests.builders.interpreted import run
from tests.builders.library_runs import plain_of
from webshellhunt.analysis.engine import Run

_BASIC = "For zz = 1 To 999\nzx = UNSURE\nNext\n"
_FIRST = {
    "vbscript": _BASIC,
    "vb": _BASIC,
    "c#": "for (int zz = 1; zz < 999; zz++) { zx = UNSURE; }\n",
    "jscript": "for (var zz = 1; zz < 999; zz++) { zx = UNSURE; }\n",
}
_LOOPS = 30
STEPS = 3_000


def run_coarsely(code: str, language: str) -> Run:
    """Run a program after loops that take half of the steps."""
    return run(_FIRST[language] * _LOOPS + code, language, steps=STEPS)


def seen_coarsely(code: str, language: str) -> list[Any]:
    """Return the plain value of the first argument of each sink that a program reaches, in their order."""
    found = run_coarsely(code, language)
    assert not found.is_exhausted
    return [plain_of(each.arguments[0]) for each in found.arrivals if each.arguments]
