"""Dotted names, and which arguments belong to a call."""

from __future__ import annotations

import pytest

from tests.builders.inert import live, unit_of
from webshellhunt.code.calls import Calls


def calls_of(code: str, language: str) -> Calls:
    return Calls(unit_of(code, language))


def names(calls: Calls) -> list[str]:
    return [".".join(calls.name(root).names) for root in calls.roots]


def arguments(code: str, language: str, name: str) -> list[str]:
    """Return the arguments of the first call of a name, as text."""
    calls = calls_of(code, language)
    unit = calls.unit
    root, last = next((r, t) for r in calls.roots for t in calls.name(r).tokens if calls.lower[t] == name)
    start, end = next((s, e) for s, e in unit.statements if s <= root < e)
    return [" ".join(unit.tokens.values[a:b]) for a, b in calls.arguments(last, root, start, end)]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "A.B.C", ["a.b.c"]),
        ("c#", "A.B(x.Y)[1].C", ["a.b.c", "x.y"]),
        ("c#", "a?.b", ["a.b"]),
        ("c#", "a + b", ["a", "b"]),
        ("c#", "a { b }.c", ["a", "b", "c"]),
        ("c#", "new A.B(x) { c }.D()", ["new", "a.b.d", "x", "c"]),
        ("c#", "new A { b = { c } }.D", ["new", "a.d", "b", "c"]),
        ("vb", "a!b", ["a.b"]),
        ("vbscript", 'A("x").B', ["a.b"]),
        ("jscript", 'a["b"].c', ["a.c"]),
        ("jscript", "a.1", ["a"]),
    ],
)
def test_names_are_found(language: str, code: str, expected: list[str]) -> None:
    assert names(calls_of(code, language)) == expected


def test_a_chain_without_end_is_cut() -> None:
    calls = calls_of(".".join("a" * 200), "c#")
    assert [len(calls.name(root).tokens) for root in calls.roots] == [64, 64, 64, 8]


@pytest.mark.parametrize(
    ("language", "code", "name", "expected"),
    [
        ("c#", "f(a, g(b, c), d)", "f", ["a", "g ( b , c )", "d"]),
        ("c#", "f()", "f", []),
        ("c#", "x.f(a).g(b)", "g", ["b"]),
        ("c#", "x.f(a).g(b)", "f", ["a"]),
        ("c#", "f a, b", "f", []),
        ("c#", "f(a", "f", []),
        ("vbscript", "f a, b", "f", ["a", "b"]),
        ("vbscript", "f(a), b", "f", ["( a )", "b"]),
        ("vbscript", "f(a)", "f", ["a"]),
        ("vbscript", "Call f(a, b)", "f", ["a", "b"]),
        ("vbscript", "x = f(a)", "f", ["a"]),
        ("vbscript", "x = f", "f", []),
        ("vbscript", "o.f a", "f", ["a"]),
        ("vbscript", ".f a", "f", ["a"]),
        ("vbscript", "f", "f", []),
    ],
)
def test_arguments_are_cut(language: str, code: str, name: str, expected: list[str]) -> None:
    assert arguments(code, language, name) == expected


def test_roots_in_a_range() -> None:
    calls = calls_of("a = b.c(d)", "c#")
    assert calls.roots_in(1, 100) == [2, 6] == list(calls.iter_roots(1, 100))
    assert calls.roots_in(3, 6) == [] == list(calls.iter_roots(3, 6))


def test_with_gives_a_leading_dot_its_object() -> None:
    calls = calls_of("With a.b\n.c x\ny = .d + z.e\nf(.g)\nEnd With\n.h x", "vb")
    subject = "a . b"
    told = {".".join(calls.name(root).names): calls.unit.tokens.values[s:e] for root, (s, e) in calls.subjects.items()}
    assert {name: " ".join(values) for name, values in told.items()} == {"c": subject, "d": subject, "g": subject}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("With a\nb .c(1)\nEnd With", {"c": "a"}),
        ("With a\nIf .c Then b.d .e\nEnd With", {"c": "a", "e": "a"}),
        ("With a\nb.c\nb _\n.c\nEnd With", {}),
        ("b .c", {}),
    ],
)
def test_a_dot_that_stands_off_belongs_to_the_with(code: str, expected: dict[str, str]) -> None:
    calls = calls_of(code, "vbscript")
    values = calls.unit.tokens.values
    assert {values[root]: values[start] for root, (start, _) in calls.subjects.items()} == expected


def test_the_inner_with_counts() -> None:
    calls = calls_of("With a\nWith b\n.c x\nEnd With\n.d x\nEnd With", "vb")
    told = [(calls.unit.value(root), calls.unit.value(start)) for root, (start, _) in calls.subjects.items()]
    assert told == [("c", "b"), ("d", "a")]


def test_with_is_a_word_of_vb_only() -> None:
    assert calls_of("with (a) { .b }", "jscript").subjects == {}


def test_names_compare_in_lower_case() -> None:
    calls = calls_of("Pro·cess.Start(X)", "c#")
    assert names(calls) == [live("pro·cess.start"), "x"]
    assert calls.unit.value(0) == live("Pro·cess")


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "this.a.b", "a"),
        ("c#", "a.b", "a"),
        ("c#", "this", "this"),
        ("vb", "Me.a", "a"),
        ("c#", "T.a(1); class T { }", "a"),
        ("c#", "t.a(1); class T { } T t;", "a"),
        ("c#", "t.a(1); class T { } var t = new T();", "a"),
        ("c#", "this.t.a(1); class T { } T t = null;", "a"),
        ("vb", "t.a(1)\nClass T\nEnd Class\nDim t As New T", "a"),
        ("jscript", "t.a(1); class T { } var t : T;", "a"),
        ("c#", "u.a(1); class T { } U u;", "u"),
    ],
)
def test_the_page_itself_is_passed_over(language: str, code: str, expected: str) -> None:
    calls = calls_of(code, language)
    assert calls.unit.value(calls.own(calls.roots[0])) == expected


def test_a_rename_stands_in_the_names_but_not_where_it_is_declared() -> None:
    calls = Calls(unit_of("function f(a) { } f(1); q.b; x.q", "jscript"), {"f": "g", "q": "r"})
    assert names(calls) == ["function", "f", "a", "g", "r.b", "x.q"]
    assert [name.names for _, name in calls.find(frozenset({"g"}))] == [("g",)]


def test_a_negated_call_is_no_member() -> None:
    calls = calls_of("if (!fits(a)) { }", "c#")
    assert not any(calls.is_member(root) for root in calls.roots)
    calls = calls_of("x = rs!name", "vb")
    assert names(calls) == ["x", "rs.name"]
