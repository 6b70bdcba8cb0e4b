"""Denials: where the run over the code of a page saw no flow from a visitor."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.denials import denies
from webshellhunt.code.flow import FlowAnalysis

FIRST = live("Exec·ute")


def _denied(code: str, part: str, language: str = "vbscript") -> bool:
    text, part = live(code), live(part)
    start = text.index(part)
    return denies(FlowAnalysis(build_unit(text, language, [(0, len(text))])), [(start, start + len(part))])


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ('If False Then\nExec·ute Req·uest("k")\nEnd If', 'Exec·ute Req·uest("'),
        ('Session("a") = "x"\nExec·ute Session("a")', "Exec·ute Session("),
        ('\' Exec·ute Req·uest("k")\nExec·ute "a = 1"', 'Exec·ute Req·uest("'),
    ],
)
def test_code_that_never_runs_or_runs_what_is_known_is_denied(code: str, part: str) -> None:
    assert _denied(code, part)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ('Exec·ute Req·uest("k")', 'Exec·ute Req·uest("'),
        ('If False Then\nExec·ute Req·uest("k")\nEnd If\nExec·ute Req·uest("k")', 'Exec·ute Req·uest("'),
        ('Exec·ute Session("a")', "Exec·ute Session("),
        ('Session("b") = "x"\nExec·ute Session("a")', "Exec·ute Session("),
        ('Exec·ute "a = 1"\nf.Write "Exec·ute Req·uest(1)"', "Exec·ute Req·uest("),
        ('a = "no sink at all"', "a ="),
        ('If False Then\nExec·ute Req·uest("k") )) then (\nEnd If', 'Exec·ute Req·uest("k") )) then'),
    ],
)
def test_a_flow_what_others_stored_and_what_is_not_understood_deny_nothing(code: str, part: str) -> None:
    assert not _denied(code, part)


def test_a_run_that_stops_early_denies_nothing() -> None:
    text = live('Do\na = a & "x"\nLoop\nIf False Then\nExec·ute Req·uest("k")\nEnd If')
    analysis = FlowAnalysis(build_unit(text, "vbscript", [(0, len(text))]))
    analysis.doubtful = None
    assert not denies(analysis, [(text.index(FIRST), len(text) - 8)])
