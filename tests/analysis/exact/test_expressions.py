"""Expressions of exact evaluations: the same values as those of the machine."""

from __future__ import annotations

import pytest

from tests.builders.exact import Counted, Never, seen_by

EXPRESSIONS = [
    ("c#", "s[1] + s[0]"), ("c#", "s.Length + 1"), ("c#", "(char)(s[0] + 1)"), ("c#", "(byte)300"),
    ("c#", "s.Length > 2 ? s : null"), ("c#", "s == null || s.Length > 0"), ("c#", "-s.Length"),
    ("c#", "!(s == null)"), ("c#", "new string('x', 3) + s"), ("c#", "new[] { 1, 2, 3 }[1]"),
    ("c#", "new StringBuilder(s).Append(1).ToString()"), ("c#", "Convert.ToInt32(\"ff\", 16)"),
    ("c#", "int.MaxValue"), ("c#", "s.Substring(1, 2)"), ("c#", "~5"),
    ("c#", "s.Substring(1).ToUpper().Replace('B', 'x')"), ("c#", "Encoding.UTF8.GetString(new byte[] { 65, 66 })"),
    ("jscript", "s.charCodeAt(1)"), ("jscript", "s.charAt(9)"), ("jscript", "s['length']"), ("jscript", "+'3' + 1"),
    ("jscript", "[1, 2, 3].join('')"), ("jscript", "{a: 1, b: s}.b"), ("jscript", "String.fromCharCode(65, 66)"),
    ("jscript", "(1, 2, s)"), ("jscript", "parseInt('12', 16)"), ("jscript", "s.substr(1, 1)"),
    ("jscript", "s + null"), ("jscript", "s.split('').reverse().join('')"), ("jscript", "unescape('%41')"),
    ("jscript", "Math.floor(2.5)"), ("jscript", "new Array(1, 2).length"), ("jscript", "typeof s"),
    ("jscript", "/b/.test(s)"), ("vbscript", "Mid(s, 2, 1)"), ("vbscript", "s & vbTab & Empty"),
    ("vbscript", "Not True"), ("vbscript", "-Len(s)"), ("vbscript", "Array(1, 2)(1)"),
    ("vbscript", "UBound(Split(s, \"b\"))"), ("vbscript", "Len(s) = 3 And s <> \"\""),
    ("vbscript", "Replace(LCase(s), \"b\", Chr(66))"), ("vbscript", "CLng(\"&H41\") Xor 1"),
    ("vbscript", "s Is Nothing"),
]  # fmt: skip
PROGRAMS = {
    "c#": 'object f(string s) {{ return {}; }} SINK(f("abc"));',
    "jscript": "function f(s) {{ return {}; }} SINK(f('abc'));",
    "vbscript": 'Function f(s)\nf = {}\nEnd Function\nSINK f("abc")',
}


@pytest.mark.parametrize(("language", "expression"), EXPRESSIONS)
def test_an_expression_is_evaluated_as_the_machine_does_it(
    language: str, expression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = PROGRAMS[language].format(expression)
    exact, _ = seen_by(Counted, code, language, monkeypatch)
    assert exact == seen_by(Never, code, language, monkeypatch)[0]


def test_most_expressions_are_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    done = [
        seen_by(Counted, PROGRAMS[language].format(each), language, monkeypatch)[1] for language, each in EXPRESSIONS
    ]
    assert sum(map(bool, done)) > len(EXPRESSIONS) * 3 // 4


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", 'object f(string s) { return new StringBuilder(s).Append(s[1]).Length; } SINK(f("abc"));'),
        ("c#", "object f(int n) { return new int[n].Length + new[] { 1, 2, 3 }[n]; } SINK(f(2));"),
        (
            "jscript",
            "function f(s) { var o = { a: s, 'b': [1, 2] }; return o.a + o['b'][1] + s.length; } SINK(f('x'));",
        ),
        ("vbscript", 'Function f(s)\nDim a\na = Split(s, ",")\nf = a(1) & UBound(a)\nEnd Function\nSINK f("a,b")'),
    ],
)
def test_objects(language: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact, done = seen_by(Counted, code, language, monkeypatch)
    assert exact == seen_by(Never, code, language, monkeypatch)[0]
    assert done > 0
