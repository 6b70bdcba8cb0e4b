"""The outcome of a run: its arrivals and texts, until it is closed."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.classic import run_classic
from webshellhunt.analysis.dotnet import run_dotnet
from webshellhunt.analysis.life import CoreRun
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import build_unit


def outcome(code: str, language: str) -> CoreRun:
    """Return the outcome of a run over a code."""
    unit = build_unit(live(code), language, [(0, len(live(code)))])
    if language == "vbscript":
        return run_classic([(unit.tokens, Surroundings(is_classic=True), unit.parsed)])[0]
    return run_dotnet(unit.tokens, Surroundings(), unit.parsed)


@pytest.mark.parametrize(
    ("code", "language"),
    [('Exec·ute Req·uest("k")', "vbscript"), ('Pro·cess.Start(Req·uest["k"]);', "c#"), ('Sh·ell(Req·uest("k"))', "vb")],
)
def test_nothing_is_left_of_a_run_that_is_closed(code: str, language: str) -> None:
    run = outcome(code, language)
    assert [trace.key for each in run.shown for value in each.arguments for trace in value.traces] == ["k"]
    assert not run.is_exhausted
    run.close()
    assert [*run.shown] == [*run.texts.all()] == []
