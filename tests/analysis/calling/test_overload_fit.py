"""Candidates: the function of several that a call means, as overload resolution of C# says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("f(object p) f(string p) f(1)", "1"),
        ("f(long p) f(int p) f(1)", "2"),
        ("f(double p) f(long p) f(1)", "2"),
        ("f(string p) f(int p) f('a')", "2"),
        ("f(object p) f(char p) f('a')", "2"),
        ("f(object p) f(string p) f(null)", "2"),
        ('f(string p, string q = "") f(string p) f("")', "2"),
        ('f(params string[] p) f(string p) f("")', "2"),
        ('f(params string[] p) f(string p) f("", "")', "1"),
        ('f<T>(T p) f(string p) f("")', "2"),
        ('f<T>(T p) f(string p) f<string>("")', "1"),
        ('f<T>(T p) f(object p) f("")', "1"),
        ("f<T>(T p) f<T>(T[] p) f(new[] { 1 })", "2"),
        ("f(string p) f(string[] p) f(new[] { 1 })", "2"),
        ('f(string q) f(object p) f(p: "")', "2"),
        ("f(string p) f(ref string p) f(ref z)", "2"),
        ("f(string p) f(ref string p) f(z)", "1"),
        ("f(Func<int, int> p) f(Func<int, int, int> p) f((a, b) => a)", "2"),
    ],
)
def test_the_best_candidate(code: str, arrives: str) -> None:
    first, second, call = code.replace(" f", "\nf").split("\n")
    functions = "".join(f'string {each} {{ return "{at}"; }} ' for at, each in enumerate((first, second), 1))
    assert seen(f'{functions} string z = "";\nSINK({call});', "c#") == [arrives]


BASE = 'class A { public virtual string f(string p) { return "1"; } public string g(string p) { return "2"; } } '
DERIVED = BASE + 'class B : A { public override string f(string p) { return "3"; } '


@pytest.mark.parametrize(
    ("members", "call", "arrives"),
    [
        ('public string g(object p) { return "4"; } ', 'g("")', "4"),
        ('public string g(int p) { return "4"; } ', 'g("")', "2"),
        ('public string f(object p) { return "4"; } ', 'f("")', "4"),
        ('public string f(int p) { return "4"; } ', 'f("")', "3"),
    ],
)
def test_the_most_derived_class_with_a_candidate(members: str, call: str, arrives: str) -> None:
    assert seen(DERIVED + members + "} SINK(new B()." + call + ");", "c#") == [arrives]


@given(st.lists(st.sampled_from(["int", "string", "object", "T", "A", "int[]", "Func<int>"]), max_size=4))
def test_any_candidates_have_a_best_one(types: list[str]) -> None:
    functions = "".join(f"string f<T>({each} p) {{ return null; }} " for each in types)
    seen(f"class A {{ }} {functions} SINK(f(VISITOR)); SINK(f(null)); SINK(f(new A()));", "c#")
