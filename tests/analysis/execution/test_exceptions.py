"""Exceptions of .NET that are sure: the rest of the body does not run, its handler does."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen

CASES = [
    ("int z = 0;", "int n = 5 / z;", "DivideByZeroException"),
    ("int z = 0;", "int n = 5 % z;", "ArithmeticException"),
    ("string s = null;", "int n = s.Length;", "NullReferenceException"),
    ("string s = null;", "s.Trim();", "NullReferenceException"),
    ("string[] s = null;", "var n = s[0];", "NullReferenceException"),
    ("int[] a = { 1, 2 };", "int n = a[2];", "IndexOutOfRangeException"),
    ("var a = new List<int> { 1 };", "int n = a[1];", "ArgumentOutOfRangeException"),
    ('var s = "ab";', "var n = s[2];", "IndexOutOfRangeException"),
    ('var d = new Dictionary<string, int> { { "a", 1 } };', 'var n = d["b"];', "KeyNotFoundException"),
    ("object o = 5;", "var n = (string)o;", "InvalidCastException"),
    ("class A { } class B : A { } A o = new A();", "var n = (B)o;", "InvalidCastException"),
    ("int m = int.MaxValue;", "checked { m++; }", "OverflowException"),
    ("int m = int.MaxValue;", "int n = checked(m + 1);", "OverflowException"),
    ("int m = 300;", "var n = checked((byte)m);", "OverflowException"),
    ('string s = "x";', "int.Parse(s);", "FormatException"),
]


@pytest.mark.parametrize(("before", "statement", "name"), CASES)
def test_a_sure_exception(before: str, statement: str, name: str) -> None:
    handlers = f'catch (TimeoutException) {{ SINK("0"); }} catch ({name}) {{ SINK("1"); }}'
    assert seen(f'{before} try {{ {statement} SINK("2"); }} {handlers} SINK("3");', "c#") == ["1", "3"]


@pytest.mark.parametrize(
    ("before", "statement"),
    [
        ("double z = 0.0;", "var n = 5 / z;"),
        ("int? n = null;", "var b = n.HasValue;"),
        ("string s = null;", "var n = s?.Length;"),
        ("class A { } class B : A { } A o = new A();", "var n = o as B;"),
        ("int m = int.MaxValue;", "m++;"),
        ("int m = int.MaxValue;", "checked { m--; }"),
        ("long m = int.MaxValue;", "checked { m++; }"),
        ("int[] a = { 1, 2 };", "int n = a[1];"),
        ("object o = 5;", "var n = (int)o;"),
    ],
)
def test_no_exception(before: str, statement: str) -> None:
    code = f'{before} try {{ {statement} SINK("2"); }} catch (Exception) {{ SINK("1"); }} SINK("3");'
    assert "2" in seen(code, "c#")
