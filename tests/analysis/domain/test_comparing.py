"""Comparing: as each language does it, and unknown where an operand is."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.comparing import BOOLEAN, COMPARING, compared
from webshellhunt.analysis.domain.operators import binary
from webshellhunt.analysis.domain.values import EMPTY, NAN, Text, Value


@pytest.mark.parametrize(
    ("left", "name", "right", "language", "value"),
    [
        ("a", "=", "a", "vb", True),
        ("a", "==", "A", "c#", False),
        ("a", "!=", "b", "jscript", True),
        ("b", ">", "a", "vb", True),
        (2, "<=", 2.0, "c#", True),
        ("10", "=", 10, "vb", True),
        (None, "==", None, "c#", True),
        (None, "==", "a", "c#", False),
        (None, "!=", array_of([]), "c#", True),
        (TAINTED, "==", "a", "c#", BOOLEAN),
        ("a", "like", "a*", "vb", BOOLEAN),
        (None, "==", EMPTY, "jscript", True),
        (None, "===", EMPTY, "jscript", False),
        (EMPTY, "==", "", "jscript", False),
        (None, ">=", 0, "jscript", True),
        (EMPTY, "<", 1, "jscript", False),
        (NAN, "==", NAN, "jscript", False),
        (NAN, "!==", NAN, "jscript", True),
        (True, "==", "1", "jscript", True),
        ("10", "<", "9", "jscript", True),
        ("10", "<", 9, "jscript", False),
        ("x", "<", 9, "jscript", False),
        (EMPTY, "==", Text(("a", TAINTED)), "jscript", False),
        (EMPTY, "===", array_of([]), "jscript", False),
    ],
)
def test_a_comparison(left: Value, name: str, right: Value, language: str, value: Value) -> None:
    assert compared(left, name, right, language) == value


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("function f() {} SINK(f == f);", True),
        ("function f() {} var g = f; SINK(g !== f);", False),
        ("function f() {} function g() {} SINK(g === f);", False),
        ("function f() {} SINK(f == null);", False),
        ("var o = {}; SINK(o === 'a');", False),
        ("var o = {}, p = o; SINK(o === p);", True),
        ("SINK(new String('a') == 'a');", True),
        ("SINK([1, 2] == '1,2');", True),
    ],
)
def test_objects_of_jscript(code: str, value: bool) -> None:
    assert seen(code, "jscript") == [value]


@pytest.mark.parametrize("name", sorted(COMPARING))
def test_a_comparison_keeps_nothing_of_a_visitor(name: str) -> None:
    assert binary(TAINTED, name, "a", "vb") == BOOLEAN


CLASSES = "class A { } class B : A { } record R(string S, int N); struct S { public int N; } "


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("new A() == new A()", False),
        ("a == a", True),
        ("a != b", True),
        ("a == c", True),
        ('new R("x", 1) == new R("x", 1)', True),
        ('new R("x", 1) != new R("y", 1)', True),
        ('(1, "x") == (1, "x")', True),
        ('(1, "x") == (2, "x")', False),
        ("(1, (2, 3)) == (1, (2, 4))", False),
        ("typeof(A) == typeof(A)", True),
        ("typeof(A) == typeof(B)", False),
        ("typeof(int) == typeof(Int32)", True),
        ("typeof(int) == typeof(string)", False),
        ("a.GetType() == typeof(A)", True),
        ("a.Equals(b)", False),
        ("a.Equals(c)", True),
        ("a.Equals(null)", False),
        ("new S { N = 1 }.Equals(new S { N = 1 })", True),
        ("ReferenceEquals(a, b)", False),
        ("object.ReferenceEquals(a, c)", True),
        ("5.GetType() != typeof(int)", False),
    ],
)
def test_objects_and_types(condition: str, answer: bool) -> None:
    code = f'{CLASSES} var a = new A(); var b = new A(); var c = a; SINK(({condition}) ? "1" : "0");'
    assert seen(code, "c#") == ["1" if answer else "0"]
