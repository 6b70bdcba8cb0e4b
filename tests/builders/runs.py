"""Runs of small inert programs within a number of steps, and whether a visitor's text reaches their sinks."""

from __future__ import annotations

from tests.builders.inert import live
from webshellhunt.analysis.engine import CoreRun, run_page
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import Unit, build_unit

LANGUAGES = ("c#", "jscript", "vb", "vbscript")
_START = "System.Diagn·ostics.Pro·cess.Start"
_SINKS = {"vbscript": 'CreateObject("WScr·ipt.Sh·ell").Run', "vb": _START, "c#": _START, "jscript": _START}
_VISITOR = {
    "vbscript": 'Req·uest("k")',
    "vb": 'Req·uest("k")',
    "c#": 'Req·uest["k"]',
    "jscript": 'Req·uest.Item["k"]',
}
_BASIC = "For zz = 1 To 999\nzx = UNSURE\nNext\n"
_FIRST = {
    "vbscript": _BASIC,
    "vb": _BASIC,
    "c#": "for (int zz = 1; zz < 999; zz++) { zx = UNSURE; }\n",
    "jscript": "for (var zz = 1; zz < 999; zz++) { zx = UNSURE; }\n",
}
_LOOPS = 30
_FEW = 80_000


def unit_of_program(code: str, language: str) -> Unit:
    """Return a program as one block of a page: ``SINK`` starts a program, ``VISITOR`` is a visitor's text.

    ``UNSURE`` is a value that nobody knows.
    """
    for placeholder, text in (
        ("SINK", _SINKS[language]),
        ("VISITOR", _VISITOR[language]),
        ("UNSURE", "Server.ScriptTimeout"),
    ):
        code = code.replace(placeholder, text)
    text = live(code)
    return build_unit(text, language, [(0, len(text))])


def run(code: str, language: str, *, steps: int) -> CoreRun:
    """Run a program within some steps."""
    return _run(unit_of_program(code, language), steps)


def _run(unit: Unit, steps: int) -> CoreRun:
    return run_page(unit.tokens, Surroundings(is_classic=unit.language == "vbscript"), unit.parsed, steps=steps)


def reached(code: str, language: str, *, steps: int, at_end: bool = True) -> list[str | None]:
    """Return the keys of the visitor's texts that reach sinks within some steps, at whose end nothing was left out."""
    unit = unit_of_program(code, language)
    found = _run(unit, steps)
    assert not at_end or not found.is_exhausted
    flows = PageAnalysis(unit, run=found).flows
    return [flow.key for flow in flows if flow.trace is not None]


def reached_coarsely(code: str, language: str) -> list[str | None]:
    """Return what reaches sinks of a page whose first loops take half of its steps, so that the rest has few."""
    return reached(_FIRST[language] * _LOOPS + code, language, steps=_FEW)
