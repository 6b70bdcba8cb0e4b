"""Statements of exact evaluations: jumps, declarations and loops."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.exact import Counted, Never, seen_by

BODIES: list[tuple[str, str, list[Any]]] = [
    ("vbscript", "For i = 1 To 3\nFor j = 1 To 3\nIf j = 2 Then Exit For\nf = f & i & j\nNext\nNext", ["112131"]),
    ("vbscript", "For i = 1 To 3\nDo\nf = f & i\nExit Do\nLoop\nNext", ["123"]),
    ("vbscript", 'f = "a"\nExit Function\nf = "b"', ["a"]),
    ("vbscript", "Dim x(2)\nReDim Preserve x(3)\nx(3) = 1\nf = UBound(x)", [3]),
    ("vbscript", "On Error Resume Next\nf = 1", [1]),
    ("vbscript", "For i = 3 To 1\nf = f & i\nNext\nf = f & i", ["3"]),
    ("vbscript", "For i = 1 To 2\nDim x\nx = x & i\nNext\nf = x", ["12"]),
    ("vb", "Dim i As Integer = 0\nWhile i < 3\ni += 1\nIf i = 2 Then Continue While\nf = f & i\nEnd While", ["13"]),
    ("vb", "For i As Integer = 1 To 3\nIf i = 2 Then Return i\nNext\nReturn 9", [2]),
    ("c#", "int n = 0; foreach (var x in new[] { 1, 2, 3 }) { if (x == 2) continue; n += x; } return n;", [4]),
    ("c#", "int n = 0; do { n++; if (n == 5) break; } while (n < 9); return n;", [5]),
    ("c#", "int n; string s; bool b; n = 1; return n + \"\" + (s = \"x\") + (b = false);", ["1xFalse"]),
    ("c#", "try { return 1; } finally { }", [1]),
    ("jscript", "var r = ''; for (var k in {a: 1, b: 2}) { r += k; } return r;", ["ab"]),
    ("jscript", "var r = '', i = 0; for (;;) { if (i > 2) break; r += i++; } return r;", ["012"]),
    ("jscript", "var a; var a; a = 1; var a; return a;", [1]),
]  # fmt: skip
HEADS = {
    "vbscript": "Function f(p)\n{}\nEnd Function\nSINK f(1)",
    "vb": "Function f(p)\n{}\nEnd Function\nSINK(f(1))",
    "c#": "object f(int p) {{ {} }} SINK(f(1));",
    "jscript": "function f(p) {{ {} }} SINK(f(1));",
}


@pytest.mark.parametrize(("language", "body", "arrives"), BODIES)
def test_statements(language: str, body: str, arrives: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    code = HEADS[language].format(body)
    exact, done = seen_by(Counted, code, language, monkeypatch)
    assert (exact, done > 0) == (arrives, True)
    assert seen_by(Never, code, language, monkeypatch)[0] == arrives
