"""Fix-points: loops of which it is not known how often they turn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.coarse import run_coarsely, seen_coarsely
from tests.builders.interpreted import LANGUAGES, run
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import Choice, Closure, Method, Several, Thing, Value
from webshellhunt.analysis.execution.fixpoints import is_reached
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols
from webshellhunt.lang.tree import Function

_NESTED = {
    "vbscript": ("Do While UNSURE\n", "Loop\n"),
    "vb": ("While UNSURE\n", "End While\n"),
    "c#": ("while (UNSURE) {\n", "}\n"),
    "jscript": ("while (UNSURE) {\n", "}\n"),
}
PASSING = [
    ("vbscript", 'x = "1"\nDo While UNSURE\nSINK x\nx = VISITOR\nLoop'),
    ("vbscript", "Do While UNSURE\nDo While UNSURE\nSINK x\nLoop\nx = VISITOR\nLoop"),
    ("vbscript", 'For Each k In UNSURE\nx = x & "a" & VISITOR\nNext\nSINK x'),
    ("vbscript", "For i = 1 To 3\nx = x & VISITOR\nNext\nSINK x"),
    ("vbscript", "Do While UNSURE\ni = i + 1\nIf i = 5 Then SINK VISITOR\nLoop"),
    ("c#", 'var s = "a"; while (UNSURE) { if (s == "c") { SINK(VISITOR); } if (s == "b") { s = "c"; } s = "b"; }'),
    ("c#", 'for (int i = 0; i < 9; i++) { if (i == 7) { SINK(VISITOR); } }'),
    ("jscript", "var a = []; for (var k in UNSURE) { a.push(VISITOR); } SINK(a[0]);"),
]  # fmt: skip
SEEN: list[Any] = [
    ("vbscript", "For i = 1 To 3\ny = UNSURE\nNext\nSINK i", ["<number>"]),
    ("vbscript", 'x = "a"\nFor i = 1 To 3\nx = x & "b"\ny = UNSURE\nNext\nSINK x', ["<string>"]),
    ("vbscript", 'x = "a"\nFor i = 1 To 3\ny = UNSURE\nNext\nSINK x', ["a"]),
]
FUNCTION = Function(0, 1, "f", [], None)
THING = Thing("object")


@pytest.mark.parametrize(("language", "code"), PASSING)
def test_a_coarse_loop_keeps_the_taint(language: str, code: str) -> None:
    found = run_coarsely(code, language)
    assert not found.is_exhausted
    assert any(traces_of(each.arguments[0]) for each in found.arrivals if each.arguments)


@pytest.mark.parametrize(("language", "code", "arrives"), SEEN)
def test_a_coarse_loop_leaves_no_known_value_that_it_changes(language: str, code: str, arrives: list[Any]) -> None:
    assert seen_coarsely(code, language) == arrives


@pytest.mark.parametrize("language", LANGUAGES)
def test_loops_in_loops_end_within_the_steps(language: str) -> None:
    begin, end = _NESTED[language]
    assign = "x = x & VISITOR" if language in ("vb", "vbscript") else "x = x + VISITOR;"
    last = "" if language.startswith("vb") else ";"
    found = run(f"{begin * 12}{assign}\n{end * 12}\nSINK(x){last}", language, steps=9_000)
    assert not found.is_exhausted
    assert [bool(traces_of(each.arguments[0])) for each in found.arrivals] == [True]


def test_a_loop_with_known_values_leaves_steps_for_the_code_behind_it() -> None:
    loop = "For i = 1 To 90000\nx = x & Chr(i Mod 90)\nNext\n"
    found = run(f"{loop}SINK VISITOR\n{loop}SINK x", "vbscript", steps=20_000)
    assert not found.is_exhausted
    assert len(found.arrivals) == 2


def test_a_loop_in_another_one_leaves_steps_for_that() -> None:
    inner = "For j = 1 To 90000\ny = y & Chr(j Mod 90)\nNext\n"
    found = run(f"For i = 1 To 3\n{inner}x = x & i\nNext\nSINK x", "vbscript", steps=40_000)
    assert [each.arguments[0] for each in found.arrivals] == ["123"]


def machine(value: Value) -> Machine:
    made = Machine(PageSymbols("c#", ClassSymbol("", "page")), Surroundings(), Observer())
    made.page.fields["x"] = value
    return made


@pytest.mark.parametrize(
    "value",
    [
        THING,
        Choice(("a", THING)),
        Method(THING, "m"),
        Several((Closure(FUNCTION, None, THING),)),
        Closure(FUNCTION, Frame(variables={"y": THING})),
        Thing("array", fields={0: Thing("array", fields={0: THING})}),
    ],
)
def test_an_object_is_reached_through_values(value: Value) -> None:
    assert is_reached(machine(value), [THING.fields])
    assert not is_reached(machine(value), [{}])


def test_variables_of_open_calls_are_reached() -> None:
    made = machine(1)
    frame = Frame(this=THING)
    made.frames.append(frame)
    assert is_reached(made, [frame.variables])
    assert is_reached(made, [THING.fields])
    assert is_reached(made, [made.page.fields])


def test_a_circle_is_searched_once() -> None:
    circle = Thing("object")
    circle.fields["self"] = circle
    assert not is_reached(machine(circle), [{}])
    circle.fields.clear()


def test_too_many_objects_may_lead_to_any() -> None:
    many = Thing("array", fields={at: Thing("object") for at in range(5_000)})
    assert is_reached(machine(many), [{}])
