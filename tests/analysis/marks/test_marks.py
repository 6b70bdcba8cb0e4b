"""Marks are on all variables that a marked thing ever went into."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.builders.any_code import LANGUAGES, any_code
from tests.builders.inert import unit_of
from tests.builders.steps import at_most
from webshellhunt.analysis.marks import marks as module
from webshellhunt.analysis.marks.marks import Marks, iter_edges
from webshellhunt.lang.syntax_index import SyntaxIndex


def begins_at(index: SyntaxIndex, *words: str) -> dict[int, frozenset[str]]:
    """Return a mark at each name that is one of some words: the word."""
    return {place: frozenset({word}) for word in words for place in index.places_of({word})}


def on_shown(code: str, language: str) -> frozenset[str]:
    """Return the marks on the arguments of ``shown``, where the words ``one`` and ``two`` begin marks."""
    index = unit_of(code, language).index
    marks = Marks(index, begins_at(index, "one", "two"))
    shown = (argument for dotted in index.find({"shown"}) for argument in index.arguments_of(dotted.node))
    return frozenset[str]().union(*map(marks.on, shown))


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "shown(one);", {"one"}),
        ("c#", "var a = one + two; shown(a);", {"one", "two"}),
        ("c#", "shown(a); a = b; b = one;", {"one"}),
        ("c#", "string f(string p) { shown(p); } f(one);", {"one"}),
        ("c#", "string f(string p) { shown(p); } this.f(one);", {"one"}),
        ("c#", "string f(string p) { shown(p); } a.f(one);", set()),
        ("c#", "string f() { return one; } shown(f());", {"one"}),
        ("c#", "string f() { using (x) return one; } shown(f());", {"one"}),
        ("c#", "F f = () => one; shown(f());", {"one"}),
        ("c#", "F f = () => { return one; }; shown(f());", {"one"}),
        ("c#", "F f = () => { g(one); }; shown(f());", set()),
        ("c#", "var a = f(x => { g(one); }, b); shown(a);", set()),
        ("c#", "var a = f(x => { g(two); }, one); shown(a);", {"one"}),
        ("c#", "var a = b.Where(x => x == one); shown(a);", {"one"}),
        ("c#", "foreach (var a in one.Split(x)) { shown(a); }", {"one"}),
        ("c#", "s.Write(one); shown(s);", {"one"}),
        ("c#", "this.s.Write(one); shown(this.s); ", {"one"}),
        ("c#", "this.s.Write(one); shown(this.t);", set()),
        ("c#", "this.a = one; shown(a);", {"one"}),
        ("c#", "var a = one; shown(b);", set()),
        ("c#", "Stream stream = one; shown(new Stream());", set()),
        ("c#", "var a = new A { b = one }; shown(a);", {"one"}),
        ("c#", "var a = new A { b = one }; shown(b);", set()),
        ("c#", "(a, b) = (one, two); shown(b);", {"two"}),
        ("c#", "a = b = one; shown(a);", {"one"}),
        ("c#", "shown(a.b(one).c);", {"one"}),
        ("c#", 'shown("one");', set()),
        ("jscript", "f = function (p) { return one; }; shown(f());", {"one"}),
        ("jscript", "page = function () { x = one; }; shown(page);", set()),
        ("vbscript", "Function f()\nf = one\nEnd Function\na = f()\nshown a", {"one"}),
        ("vbscript", "For Each a In one\nshown a\nNext", {"one"}),
        ("vbscript", "If a = one Then shown a", set()),
        ("vbscript", "With a\n.b = one\nEnd With\nshown a", {"one"}),
        ("vbscript", "With a\n.Write one\nEnd With\nshown a", {"one"}),
        ("vbscript", "Response.Charset = one\nshown Response", set()),
        ("vbscript", "With Response\n.Charset = one\nEnd With\nshown Response", set()),
        ("vb", "Dim a As New B(one)\nshown(a)", {"one"}),
    ],
)
def test_the_places_of_marks(language: str, code: str, expected: set[str]) -> None:
    assert on_shown(code, language) == expected


def test_too_large_a_code_has_no_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_TOKENS", 3)
    assert on_shown("shown(one);", "c#") == frozenset()


def test_a_long_chain_ends() -> None:
    code = "".join(f"a{number} = a{number + 1};" for number in range(60)) + "a60 = one; shown(a0);"
    assert on_shown(code, "c#") == frozenset()
    assert on_shown("a1 = a0; a0 = one; shown(a1);", "c#") == {"one"}


def test_long_ranges_have_the_marks_of_short_ones() -> None:
    many = " + ".join(f"x{number}" for number in range(100))
    assert on_shown(f"a = {many} + b; b = one; x50 = two; shown(a);", "c#") == {"one", "two"}
    assert on_shown(f"a = {many}; b = one; shown(a);", "c#") == frozenset()


def test_marks_of_nodes_and_of_several() -> None:
    index = unit_of("f(one, a, two);", "c#").index
    marks = Marks(index, begins_at(index, "one", "two"))
    call = next(call for call in index.top.statements)
    assert [marks.on(each) for each in index.arguments_of(index.dotted[0].node)] == [{"one"}, frozenset(), {"two"}]
    assert marks.on(call) == {"one", "two"}


@pytest.mark.parametrize(
    "code", ["a = " + "f(" * 4_000 + "one" + ")" * 4_000, "=".join(f"a{n}" for n in range(4_000)) + "=one"]
)
def test_nested_and_chained_ranges_are_not_read_again_and_again(code: str) -> None:
    index = unit_of(f"string f(string p) {{ return p; }} {code}; shown(f(one));", "c#").index
    with at_most(5_000_000):
        marks = Marks(index, begins_at(index, "one"))
        assert marks.on(index.arguments_of(next(iter(index.find({"shown"}))).node)[0]) == {"one"}


def test_many_functions_in_an_expression_end() -> None:
    index = unit_of(
        "a = " + "b = f(function () { c(); }, " * 200 + "function () { d(); }, " * 2_000 + "one);", "jscript"
    ).index
    with at_most(5_000_000):
        Marks(index, begins_at(index, "one"))


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=any_code("one shown write read copyto part"))
def test_any_words_have_marks(language: str, code: str) -> None:
    index = unit_of(code, language).index
    begins = begins_at(index, "one")
    marks = Marks(index, begins)
    for node in index.nodes:
        assert marks.on(node) <= {"one"}
    assert begins or not marks.edges


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "A = b; this.C.d = e; f += g;", ["A = b", "C = e", "f = g"]),
        ("c#", "int F(int P) { return a; } F(b);", ["F = a", "P = b"]),
        ("c#", "F f = x => { return a; };", ["f = x => { return a ; }", "f = a"]),
        ("c#", "g(x => x.y);", []),
        ("c#", "a = new B { c = d };", ["a = new B { c = d }"]),
        ("c#", "s.Write(a, 1); Response.Write(b); this.Response.Write(c); Add(d);", ["s = a", "s = 1"]),
        (
            "c#",
            "s.Read(b, 0, 9); s.CopyTo(Response.Stream); s.CopyTo(t);",
            ["s = Response . Stream", "s = t"],
        ),
        ("c#", "a.Response.B(c) = d; e(Response) = f;", ["e = f"]),
        ("vbscript", "With a.b\n.c = d\n.Write e\nEnd With", ["a = d", "a = e"]),
    ],
)
def test_edges(language: str, code: str, expected: list[str]) -> None:
    index = unit_of(code, language).index
    values = index.tokens.values
    edges = iter_edges(index)
    assert [f"{each.name} = {' '.join(values[each.value.start : each.value.end])}" for each in edges] == expected
