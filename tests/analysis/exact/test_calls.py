"""Calls of exact evaluations: which function a name means, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.exact import Counted, Never, seen_by

PROGRAMS: list[tuple[str, str, list[Any]]] = [
    ("vbscript", "Function g(x)\ng = x & 1\nEnd Function\nFunction f(a)\nf = g(a) & g(2)\nEnd Function\nSINK f(0)",
     ["0121"]),
    ("vbscript", "Sub g(x)\nx = x + 1\nEnd Sub\nFunction f(a)\ng a\ng (a)\nf = a\nEnd Function\nSINK f(1)", [2]),
    ("vbscript", "Function f(a)\nDim g(1)\ng(1) = a\nf = g(1)\nEnd Function\nSINK f(5)", [5]),
    ("vbscript", "Function f(a)\nx = Split(a, \",\")\nf = x(1) & x(0)\nEnd Function\nSINK f(\"1,2\")", ["21"]),
    ("vbscript", "Function chr(a)\nchr = \"own\"\nEnd Function\nFunction f(a)\nf = chr(a)\nEnd Function\nSINK f(65)",
     ["own"]),
    ("c#", "class P { public static string D(string s) { return s + K; } const string K = \"k\"; }"
     " string f(string s) { return P.D(s); } SINK(f(\"a\"));", ["ak"]),
    ("c#", "string g(int a) { return \"int\"; } string g(string a) { return \"string\"; }"
     " string f(string s) { return g(s) + g(1); } SINK(f(\"a\"));", ["stringint"]),
    ("c#", "int g(out int x) { x = 3; return 1; } int f(int n) { int y; g(out y); return y; } SINK(f(1));",
     [3]),
    ("jscript", "var g = function (x) { return x + 1; }; function f(a) { return g(a) * 2; } SINK(f(1));", [4]),
    ("jscript",
     "function g(x) { return 1; } g = function (x) { return 2; }; function f(a) { return g(a); } SINK(f(1));",
     [2]),
    ("jscript", "String.prototype.own = function () { return 'o'; }; function f(s) { return s.own(); } SINK(f('a'));",
     ["o"]),
    ("vb",
     "Function g(ByRef x)\nx = 5\nReturn 1\nEnd Function\nFunction f(a)\ng(a)\nReturn a\nEnd Function\nSINK(f(1))",
     [5]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "code", "arrives"), PROGRAMS)
def test_calls(language: str, code: str, arrives: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen_by(Counted, code, language, monkeypatch)[0] == arrives
    assert seen_by(Never, code, language, monkeypatch)[0] == arrives


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("vbscript", 'Function f(a)\nf = Req·uest("k") & a\nEnd Function\nSINK f("b")'),
        ("vbscript", 'Function f(a)\nf = Session(a)\nEnd Function\nSession("b") = VISITOR\nSINK f("b")'),
        ("c#", 'string f(string s) { return s + Req·uest["k"]; } SINK(f("b"));'),
        ("jscript", "function f(s) { return eval(s); } x = VISITOR; SINK(f('x'));"),
    ],
)
def test_what_somebody_else_determines_is_never_evaluated(
    language: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<tainted>" in str(seen_by(Counted, code, language, monkeypatch)[0])


def test_a_sink_in_a_function_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    code = 'Function f(a)\nSINK a\nf = a\nEnd Function\nx = f("b")'
    assert seen_by(Counted, code, "vbscript", monkeypatch) == (["b"], 0)
