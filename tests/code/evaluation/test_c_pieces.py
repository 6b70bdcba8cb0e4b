"""Expressions that only an evaluation reads: how large they are, and what constants come of them."""

from __future__ import annotations

import pytest

from tests.builders.steps import at_most
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.evaluation.c_pieces import _openers


def constants(code: str, language: str = "c#") -> list[str]:
    """Return the constants of a code."""
    unit = build_unit(code, language, [(0, len(code))])
    return [constant.value for constant in iter_constants(unit.tokens, own=PageEvaluator(unit))]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("use(string.Concat(new[] { 87, 105, 110 }.Select(c => (char)c)));", "c#"),
        ('use("niW".Reverse().Aggregate("", (a, c) => a + c));', "c#"),
        ('var d = new Dictionary<string, string> { { "a", "Wi" }, { "b", "n" } }; use(d["a"] + d["b"]);', "c#"),
        ("var l = new List<char>(); l.Add('W'); l.AddRange(\"in\"); use(new string(l.ToArray()));", "c#"),
        ('int n = 1; use(n switch { 0 => "x", 1 => "Win", _ => "y" });', "c#"),
        ('var t = new StringBuilder(); t.Append("W").Append((char)105); t.Append("n"); use(t.ToString());', "c#"),
        ('var a = "niW".ToCharArray(); Array.Reverse(a); use(new string(a));', "c#"),
        ('string s = ""; int[] k = { 86, 104, 109 }; for (int i = 0; i < k.Length; i++) s += (char)(k[i] + 1);'
         ' use(s);', "c#"),
        ('string s = ""; foreach (var b in new byte[] { 87, 105, 110 }) { s += (char)b; } use(s);', "c#"),
        ('use("niW".Un()); static string Un(this string s) { return new string(s.Reverse().ToArray()); }', "c#"),
        ('class T { static string D(string s) { return string.Concat(s.Reverse()); } } use(new T().D("niW"));', "c#"),
        ('class T { static string D(string s) { return string.Concat(s.Reverse()); } } T t = new T();'
         ' use(t.D("niW"));', "c#"),
        ('static string N { get { return "W" + "in"; } } void g() { use(N); }', "c#"),
        ('static string N => string.Concat("W", "in"); void g() { use(N); }', "c#"),
        ("var s = ''; var a = [88, 106, 111]; for (var i = 0; i < a.length; i++) { s +="
         " String.fromCharCode(a[i] - 1) } use(s);", "jscript"),
        ("var a = ['n', 'i', 'W']; a.reverse(); use(a.join(''));", "jscript"),
        ("var m = {a: 'W', b: 'in'}; use(m.a + m['b']);", "jscript"),
        ("use('Xjo'.replace(/./g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 1) }));", "jscript"),
    ],
)  # fmt: skip
def test_what_comes_of_an_expression(code: str, language: str) -> None:
    assert "Win" in constants(code, language)


@pytest.mark.parametrize(
    "code",
    [
        'var l = new List<string>(); l.Add("W"); l.Add(unknown()); use(string.Concat(l) + "in");',
        'var t = new StringBuilder(); t.Append("W"); t.Append(x); use(t.ToString() + "in");',
        'var t = new StringBuilder("W"); foreach (var y in asked) { t.Append("in"); } use(t.ToString());',
        "use(names.Select(n => n + 1).First());",
        'use(all.Where(p => p.Name == "W" + x + "in").First());',
    ],
)
def test_what_is_not_known_makes_no_constant(code: str) -> None:
    assert "Win" not in constants(code)


def test_functions_of_the_page_are_no_such_expression() -> None:
    code = 'Func<string, string> f = s => s + "in"; use(f("W"));'
    unit = build_unit(code, "c#", [(0, len(code))])
    assert PageEvaluator(unit).pieces == []
    assert "Win" in constants(code)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("use(x.Select(c => (char)(c - 1)));" * 5_000, "c#"),
        ("string.Concat(" * 20 + "new[] { 1 }.Select(c => c)" + ")" * 20 + ";", "c#"),
        (("string.Concat(" * 20 + "new[] { 1 }.Select(c => c)" + ")" * 20 + ";") * 1_000, "c#"),
        ("for (int i = 0; i < 3; i++) { s += (char)i; }" * 5_000, "c#"),
        ("while (true) { i++; }" * 2_000, "c#"),
        ("f({x: y});" * 10_000, "jscript"),
        ("for (;;) {" * 1_000 + "x();" + "}" * 1_000, "jscript"),
    ],
)
def test_many_or_deep_ones_cost_a_bounded_time(code: str, language: str) -> None:
    with at_most(35_000_000):
        constants(code, language)


@pytest.mark.parametrize(
    "code", ["int G() { var q = new X {" + "a=>1," * 10_000 + "}; }", "{" + "a=>1," * 10_000 + "};"]
)
def test_many_signs_in_one_bracket_are_looked_at_once(code: str) -> None:
    unit = build_unit(code, "c#", [(0, len(code))])
    with at_most(3_000_000):
        assert PageEvaluator(unit).pieces == []


def test_the_bracket_around_is_that_of_an_expression() -> None:
    code = "f(a, [b], (c)); { d; } for (e; g) h"
    unit = build_unit(code, "c#", [(0, len(code))])
    around = {unit.value(at): opener for at, opener in enumerate(_openers(unit)) if unit.is_name(at)}
    assert [name for name, opener in around.items() if opener >= 0] == ["a", "b", "c", "e"]
    assert unit.value(around["b"]) == "["
