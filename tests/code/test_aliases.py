"""Aliases: which calls are an evaluator's by another name."""

from __future__ import annotations

import pytest

from tests.builders.steps import at_most
from webshellhunt.code.calls import Calls
from webshellhunt.code.cutting import build_unit

TEXT = "text"


def evaluated(code: str, language: str = "jscript") -> list[str]:
    unit = build_unit(code, language, [(0, len(code))])
    starts, ends = unit.tokens.starts, unit.tokens.ends
    return [code[starts[a] : ends[b - 1]] for call in Calls(unit).aliased for a, b in call.given if a < b]


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
    assert evaluated(code) == [TEXT]


def test_applied() -> None:
    assert evaluated("eval.call(null, text)") == ["null, text"]


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
    assert evaluated(code) == []


def test_jscript_alone() -> None:
    assert evaluated("var e = eval; e(text);", "c#") == []


def test_many_names_are_bounded() -> None:
    code = "f(eval," * 20_000 + "x" + ")" * 20_000
    assert evaluated(code) is not None


def test_a_long_chain_of_members_takes_no_long_time() -> None:
    with at_most(2_000_000):
        evaluated("x.eval(1); eval(a); " + "this." * 16_000 + "a")
