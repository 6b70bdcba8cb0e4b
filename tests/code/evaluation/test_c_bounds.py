"""What a hostile page asks of functions of C# and JScript ends as what isn't known, soon, and in little room."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.builders.steps import at_most
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator, page
from webshellhunt.code.evaluation.c_members import method
from webshellhunt.code.evaluation.variables import Held

LONG = "string a = new string('a', 16000); a = a + a + a + a; a = a + a + a + a;"
BUILDER = "var t = new StringBuilder();" + "t.Append('a', 65530);" * 4


def call(body: str, language: str = "c#") -> Value:
    """Return what a function with this body makes of a text."""
    code = f"{'string f(string s)' if language == 'c#' else 'function f(s)'} {{ {body} }}"
    return PageEvaluator(build_unit(code, language, [(0, len(code))])).call("f", ["abc"], lambda _: None)


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("int i = (int)1e999; return s + i;", "c#"),
        ("return s + ((1e299 / 1e-299) | 0);", "jscript"),
        ("var a = [1]; return s + a[1e999];", "jscript"),
        ("var i = 1e299 / 1e-299; return s + [1, 2][i - i];", "jscript"),
        ('var d = new Dictionary<string, string>(); var k = new int[] { 1 }; d[k] = "a"; return s;', "c#"),
        ('var d = new Dictionary<string, string>(); var k = new int[] { 1 }; return d[k] + "a";', "c#"),
        ('var k = new StringBuilder(); var d = new Dictionary<string, string> { { k, "b" } }; return s;', "c#"),
        ("var d = new int[]" + "{" * 3_000 + "1" + "}" * 3_000 + "; return s;", "c#"),
        ("switch (s) { case 1: case", "c#"),
    ],
)
def test_what_has_no_value_is_not_known(body: str, language: str) -> None:
    assert call(body, language) is None


@pytest.mark.parametrize(
    ("body", "language"),
    [
        ("switch (s) {" + "case 1: " * 20_000 + "break; } return s;", "c#"),
        (f'{BUILDER} for (int i = 0; i < 9000; i++) {{ t.Replace("x", "y"); }} return s;', "c#"),
        (f'{BUILDER} for (int i = 0; i < 90000; i++) {{ t.Insert(0, "x"); t.Remove(0, 1); }} return s;', "c#"),
        (f"{BUILDER} for (int i = 0; i < 9000; i++) {{ t.Reverse(); }} return s;", "c#"),
        (f"{LONG} int n = 0; for (int i = 0; i < 9000; i++) {{ n = a.Count() + a.First(); }} return s + n;", "c#"),
        (f'{LONG} for (int i = 0; i < 900; i++) {{ Regex.Replace(a, "{"." * 150}b", "c"); }} return s;', "c#"),
        (f"{LONG} var b = a.Concat({','.join(['a'] * 3000)}); return s;", "c#"),
        (f"{LONG} var b = string.Concat({','.join(['a'] * 3000)}); return s;", "c#"),
        ("var a = []; for (var i = 0; i < 9000; i++) { a.push(i) } var b = a.concat("
         + ",".join(["a"] * 2000) + "); return s;", "jscript"),
    ],
)  # fmt: skip
def test_what_costs_much_is_bounded(body: str, language: str) -> None:
    with at_most(9_500_000):
        call(body, language)


@pytest.mark.parametrize(
    "body",
    [
        f"{LONG} var b = a.Concat({','.join(['a'] * 3000)}); return s;",
        f'{LONG} var d = new Dictionary<int, string>(); for (int i = 0; i < 9000; i++) {{ d[i] = a + "\u2603"; }}'
        " return s;",
    ],
)
def test_what_is_kept_takes_a_bounded_room(body: str) -> None:
    tracemalloc.start()
    try:
        call(body)
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_what_is_bounded_still_is_what_it_was() -> None:
    assert call(f"{LONG} return s + a.Count() + a.First();") == "abc256000a"
    assert (
        call('var t = new StringBuilder(s); t.Replace("b", "xy").Insert(0, "_").Remove(1, 1); return t + "";') == "_xyc"
    )
    assert call('return Regex.Replace(s, "[^a]", "-");') == "a--"
    assert call('var d = new int[2]; d[0] = 5; var m = new string[] { "x" }; m[0] = s; return m[0] + d[0];') == "abc5"
    assert call("return s.Skip(1).Take(1).First() + s.Concat(s, 1) + s.Last();") == "babcabc1c"
    assert method("concat", [["a"], "b", ["c", "d"]], "jscript") == ["a", "b", "c", "d"]


def test_lists_in_a_list_are_paid_for() -> None:
    budget = Budget(1, 1 << 20)
    held = Held(lambda _: [[0] * 100, [0] * 100], budget)
    assert held["x"] == [[0] * 100, [0] * 100]
    assert (1 << 20) - budget.work >= 16 * 200


@pytest.mark.parametrize("error", [OverflowError, ZeroDivisionError, RecursionError])
def test_one_function_that_fails_is_not_the_page(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(page.PageEvaluator, "invoke", fails)
    assert call("return s;") is None
