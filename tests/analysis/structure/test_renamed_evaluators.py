"""Which calls are calls of an evaluator by another name."""

from __future__ import annotations

import pytest

from tests.builders.steps import at_most
from webshellhunt.analysis.structure.renamed_evaluators import find_renamed_calls, own_evaluators
from webshellhunt.lang.unit import build_unit

WORDS = frozenset({"run", "go"})


def renamed(code: str, language: str = "jscript") -> list[str]:
    unit = build_unit(code, language, [(0, len(code))])
    return [unit.tokens.values[each.place] for each in find_renamed_calls(unit)]


@pytest.mark.parametrize(
    "code",
    [
        "var e = eval; e(text);",
        "var a = eval, b = a; b(text);",
        "var o = {k: eval}; o.k(text);",
        "var o = {'k': eval}; o['k'](text);",
        "var o = {}; o.k = window.eval; o.k(text);",
        "var l = [eval]; l[0](text);",
        "[eval][0](text);",
        "(eval)(text);",
        "(0, eval)(text);",
        "function f() { return eval } f()(text);",
        "function f(a, g) { g(text) } f(1, eval);",
        "var F = Function; F(text)();",
        "''.constructor.constructor(text)();",
        "(function () {}).constructor(text)();",
        "''.sub.constructor(text);",
        "[].sort.constructor(text)();",
        "x.y.constructor(text)();",
        "var F = Function; new F(text)();",
        "Function.call(text)();",
        "text.replace(/.+/, eval);",
        "this.eval(text);",
        "var g = this; g.eval(text);",
        "var o = {g: this}; o.g.eval(text);",
        "var l = [this]; l[0].eval(text);",
        "(function () { return this })().eval(text);",
        "function f(g) { g.eval(text) } f(this);",
        "(this).eval(text);",
        "var g = function () { return this }(); g.eval(text);",
        "[this][0].eval(text);",
        "this.Function(text)();",
        "var o = {eval: eval}; o.eval(text);",
        "o.eval = eval; o.eval(text);",
        "String.prototype.eval = eval; ''.eval(text);",
    ],
)
def test_another_name(code: str) -> None:
    assert len(renamed(code)) == 1


@pytest.mark.parametrize(
    ("code", "place", "is_variable"),
    [
        ("var e = eval; e(text)", "e", True),
        ("eval.call(null, text)", "call", False),
        ("(eval)(text)", "eval", False),
        ("x.y.constructor(text)()", "constructor", False),
    ],
)
def test_the_place_is_the_name_that_is_called(code: str, place: str, is_variable: bool) -> None:
    unit = build_unit(code, "jscript", [(0, len(code))])
    assert [(unit.tokens.values[each.place], each.is_variable) for each in find_renamed_calls(unit)] == [
        (place, is_variable)
    ]


@pytest.mark.parametrize(
    "code",
    [
        "eval(text);",
        "if (typeof eval == 'function') f(text);",
        "var e = escape; e(text);",
        "if (x.constructor == Function) f(text);",
        "new this.constructor(text);",
        "var copy = x.constructor(text);",
        "f(this.name); control.eval(text);",
        "var self = this; parser.eval(text);",
        "var list = [x]; self = this; list[0].eval(text);",
        "var x = eval('(' + text + ')'); x(text);",
        "function eval2(a) {} eval2(text);",
        "control.eval(text);",
        "this.parser.eval(text);",
    ],
)
def test_no_other_name(code: str) -> None:
    assert renamed(code) == []


def test_jscript_alone() -> None:
    assert renamed("var e = eval; e(text);", "c#") == []


def test_many_names_are_bounded() -> None:
    code = "f(eval," * 20_000 + "x" + ")" * 20_000
    assert renamed(code) is not None


def test_a_long_chain_of_members_takes_no_long_time() -> None:
    with at_most(6_000_000):
        renamed("x.eval(1); eval(a); " + "this." * 16_000 + "a")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Function run(a)\nEnd Function\nx run", {"run"}),
        ("Class A\nEnd Class\nClass B\nSub run\nEnd Sub\nEnd Class\nrun", set()),
        ("Class A\nSub run\nEnd Sub\nEnd Class\nSub go\nEnd Sub", {"go"}),
        ("Function [run](a)\nEnd Function", set()),
        ("Function run(a)\nx = [run]\nEnd Function", {"run"}),
        ("run x", set()),
    ],
)
def test_a_function_that_all_of_the_code_can_call(code: str, expected: set[str]) -> None:
    assert own_evaluators(build_unit(code, "vbscript", [(0, len(code))]), WORDS) == expected


def test_functions_of_an_include_count_and_other_languages_do_not() -> None:
    unit = build_unit("run x", "vbscript", [(0, 5)])
    unit.declared = frozenset({"run", "other"})
    assert own_evaluators(unit, WORDS) == {"run"}
    code = "function run(a) { }"
    assert own_evaluators(build_unit(code, "jscript", [(0, len(code))]), WORDS) == frozenset()
