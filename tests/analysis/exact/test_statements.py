"""Statements of exact evaluations: jumps, declarations and loops."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.exact import Counted, Never, seen_by
from tests.builders.interpreted import seen

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
BASIC = """
Function f(a)
For i = 1 To Len(a)
Select Case Mid(a, i, 1)
Case "a", "b" : f = f & 1
Case "c" To "e" : f = f & 2
Case Is > "x" : f = f & 3
Case Else : f = f & 4
End Select
Next
End Function
SINK f("abdyq")
"""
SCRIPT = """
function f(a) {
  var r = "";
  for (var i = 0; i < a.length; i++) {
    switch (a.charAt(i)) {
      case "a": r += "1";
      case "b": r += "2"; break;
      default: r += "4";
      case "c": r += "3";
    }
  }
  return r;
}
SINK(f("abcz"));
"""
CSHARP = """
string f(string a) {
  string r = "";
  foreach (char c in a) {
    switch (c) {
      case 'a': case 'b': r += "1"; break;
      case 'c': continue;
      default: return r + "!";
    }
    r += "-";
  }
  return r;
}
void Page_Load() { SINK(f("abcaz")); }
"""


@pytest.mark.parametrize(("language", "body", "arrives"), BODIES)
def test_statements(language: str, body: str, arrives: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    code = HEADS[language].format(body)
    exact, done = seen_by(Counted, code, language, monkeypatch)
    assert (exact, done > 0) == (arrives, True)
    assert seen_by(Never, code, language, monkeypatch)[0] == arrives


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [(BASIC, "vbscript", "11234"), (SCRIPT, "jscript", "122343"), (CSHARP, "c#", "1-1-1-!")],
)
def test_the_case_that_fits_is_run(code: str, language: str, expected: str) -> None:
    assert seen(code, language) == [expected]


def test_a_case_with_a_pattern_is_left_to_the_machine() -> None:
    code = (
        'string f(object o) { for (int i = 0; i < 3; i++) { switch (o) { case string s: return s + i; } } return ""; }'
    )
    assert seen(f'{code} void Page_Load() {{ SINK(f("a")); }}', "c#") == ["a0"]
