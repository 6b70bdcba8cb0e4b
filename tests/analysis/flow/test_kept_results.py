"""Results of runs that are kept: the same as those of a run, whatever the order and the text around the code."""

from __future__ import annotations

import hashlib
from itertools import chain, repeat
from pathlib import Path
from random import Random

import pytest

from tests.builders.inert import live
from webshellhunt.analysis import engine
from webshellhunt.analysis.flow import page_analysis
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.analysis.life import CoreRun
from webshellhunt.defang import Fixture, load_fixture
from webshellhunt.fence import Deadline, timed
from webshellhunt.host.walk.roles import role_at
from webshellhunt.lang.unit import build_unit
from webshellhunt.memo import Memo
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Examination
from webshellhunt.scan.scanner import examine_bytes

TOP = Path(__file__).parents[3] / "fixtures"
_SHARE = 6


def _sample() -> list[Fixture]:
    """Return a sixth of the fixtures, by the digests of their names, and all of sign-in pages."""
    paths = sorted(TOP.glob("*/*.defanged"))
    names = [path.relative_to(TOP).as_posix() for path in paths]
    picked = [
        path
        for path, name in zip(paths, names, strict=True)
        if "sign_in" in name or not hashlib.sha256(name.encode()).digest()[0] % _SHARE
    ]
    return [*map(load_fixture, picked)]


def _examined(fixture: Fixture) -> Examination:
    role = role_at(fixture.path.split("/")[:-1])
    return examine_bytes(fixture.data, Artifact(fixture.path, fixture.path, role, len(fixture.data)), Job())


def test_no_examination_changes_by_what_was_examined_before(monkeypatch: pytest.MonkeyPatch) -> None:
    fixtures = _sample()
    with monkeypatch.context() as off:
        off.setattr(Memo, "is_on", False)
        expected = [*map(_examined, fixtures)]
    order = [*range(len(fixtures)), *range(len(fixtures))]
    Random(32).shuffle(order)
    for number in order:
        assert _examined(fixtures[number]) == expected[number], fixtures[number].path


def _runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list that the texts of runs are added to from now on."""
    runs: list[str] = []

    def run_page(*page: object) -> CoreRun:
        runs.append(engine.Page(*page).tokens.text)  # type: ignore[arg-type]
        return engine.run_page(*page)  # type: ignore[arg-type]

    monkeypatch.setattr(page_analysis, "run_page", run_page)
    return runs


def _analysed(text: str, language: str, *, is_classic: bool = True) -> PageAnalysis:
    start = text.index(" %>") if " %>" in text else len(text)
    unit = build_unit(text, language, [(text.index("<%") + 2 if "<%" in text else 0, start)])
    return PageAnalysis(unit, is_classic=is_classic)


CLASSIC = live('<p>\n<% a = Req·uest("k") : Ev·al a %>')


def test_one_run_for_the_same_code_in_another_text(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = _runs(monkeypatch)
    first, second = _analysed(CLASSIC, "vbscript"), _analysed(f"<html>{CLASSIC}</html>", "vbscript")
    assert first.flows == second.flows != []
    assert {**first.joined_constants()} == {**second.joined_constants()}
    assert len(runs) == 1
    assert [each.unit.span(each.flows[0].place, each.flows[0].place + 1) for each in (first, second)] == [
        (26, 30),
        (32, 36),
    ]


@pytest.mark.parametrize(
    "other", [CLASSIC.replace('"k"', '"l"'), CLASSIC.replace(" a", " b"), f"<!--#include-->{CLASSIC}"]
)
def test_another_run_for_another_code(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    runs = _runs(monkeypatch)
    _analysed(CLASSIC, "vbscript"), _analysed(other, "vbscript")
    assert runs == [CLASSIC, other]


def test_a_string_with_a_nul_is_part_of_no_other_string(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = _runs(monkeypatch)
    codes = [live(f"<% a = Req·uest('k'); f({both}); Ev·al(a) %>") for both in (r"'a\0,\0b', 'c'", r"'a', 'b\0,\0c'")]
    for code in codes:
        _analysed(code, "jscript")
    assert runs == codes


def test_another_run_in_other_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = _runs(monkeypatch)
    for is_classic in (True, False, True):
        _analysed(CLASSIC, "vbscript", is_classic=is_classic)
    assert len(runs) == 2


def test_a_text_that_matters_is_part_of_the_key() -> None:
    code = live(
        '{}\n[System.Diagnostics.Conditional("ABC")] void Go() {{ System.Diagnostics.Process.Sta·rt(Req·uest["k"]); }}'
        " void Page_Load(object s, EventArgs e) {{ Go(); }}"
    )
    found = {
        head: bool(_analysed(code.format(head), "c#", is_classic=False).flows)
        for head in ("#define ABC", "// nothing", "#define AB", "#define ABC ")
    }
    assert found == {"#define ABC": True, "// nothing": False, "#define AB": False, "#define ABC ": True}


def test_a_result_that_time_cut_is_not_kept() -> None:
    code = live("<%\n" + 'a = a & "b" : c = f(a)\n' * 4_000 + 'Ev·al Req·uest("k") %>')
    times = chain([0.0], repeat(8.0))  # runs have three quarters of the time
    with timed(Deadline(10.0, lambda: next(times))):
        assert not _analysed(code, "vbscript").flows
    assert [flow.kind for flow in _analysed(code, "vbscript").flows] == ["evaluate"]
