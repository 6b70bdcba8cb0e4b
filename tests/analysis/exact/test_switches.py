"""Switches with known values are evaluated exactly: the first case that fits, and those that it falls through to."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen

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
