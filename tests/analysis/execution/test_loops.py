"""Loops: turn by turn where they are known, and to an end where they are not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import run, seen
from webshellhunt.analysis.domain.taints import traces_of

KNOWN = [
    ("c#", 'var x = ""; for (int i = 0; i < 3; i++) { x += i; } SINK(x);', ["012"]),
    ("c#", 'var x = ""; foreach (var c in new[] { "a", "b" }) { x += c; } SINK(x);', ["ab"]),
    ("c#", 'var x = ""; foreach (var c in "ab") { x = c + x; } SINK(x);', ["ba"]),
    ("c#", 'var i = 0; while (true) { i++; if (i == 4) { break; } } SINK(i);', [4]),
    ("c#", 'var i = 0; do { i++; } while (i < 3); SINK(i);', [3]),
    ("c#", 'var x = ""; for (int i = 0; i < 4; i++) { if (i == 2) { continue; } x += i; } SINK(x);', ["013"]),
    ("c#", 'while (false) { SINK("1"); }', []),
    ("jscript", 'var x = ""; for (var k in { a: 1, b: 2 }) { x += k; } SINK(x);', ["ab"]),
    ("jscript", 'var x = ""; for (var i = 0; i < 3; i++) { x += String.fromCharCode(65 + i); } SINK(x);', ["ABC"]),
    ("vb", 'Dim x = ""\nFor i = 1 To 5 Step 2\nx &= i\nNext\nSINK(x)', ["135"]),
    ("vb", 'Dim x = ""\nFor Each c In {"a", "b"}\nx &= c\nNext\nSINK(x)', ["ab"]),
    ("vb", 'Dim x = ""\nFor i = 1 To 3\nDim y As String\ny &= "a"\nx &= y\nNext\nSINK(x)', ["aaaaaa"]),
    ("vb", 'Dim x = ""\nFor i = 1 To 3\nDim y As String = ""\ny &= "a"\nx &= y\nNext\nSINK(x)', ["aaa"]),
    (
        "vb",
        'Dim x = ""\nFor j = 1 To 2\nFor i = 1 To 2\nDim y As String\ny &= "a"\nx &= y\nNext\nNext\nSINK(x)',
        ["a" * 10],
    ),
    ("vb", 'Dim i = 0\nWhile i < 3\ni += 1\nEnd While\nSINK(i)', [3]),
    ("vbscript", 'For i = 3 To 1 Step -1\nx = x & i\nNext\nSINK x', ["321"]),
    ("vbscript", 'For i = 1 To 3\nNext\nSINK i', [4]),
    ("vbscript", 'For i = 1 To 9\nx = x & i\nIf i = 2 Then Exit For\nNext\nSINK x', ["12"]),
    ("vbscript", 'Do\ni = i + 1\nLoop Until i = 3\nSINK i', [3]),
    ("vbscript", 'Do Until i = 3\ni = i + 1\nLoop\nSINK i', [3]),
    ("vbscript", 'For Each c In Array("a", "b")\nx = x & c\nNext\nSINK x', ["ab"]),
]  # fmt: skip
UNKNOWN = [
    ("c#", 'var x = "1"; while (UNSURE) { x = "2"; } SINK(x);', [{"1", "2"}]),
    ("c#", 'var x = "1"; foreach (var c in UNSURE) { x = "2"; } SINK(x);', [{"1", "2"}]),
    ("c#", "foreach (string k in Req·uest.Form) { SINK(Req·uest.Form[k]); }", ["<tainted>"]),
    ("vbscript", "For Each k In Req·uest.Form\nSINK Req·uest.Form(k)\nNext", ["<tainted>"]),
    ("vbscript", 'x = "1"\nDo While UNSURE\nSINK x\nx = VISITOR\nLoop', [{"1", "<tainted>"}]),
    ("jscript", 'var x = "1"; do { SINK(x); x = VISITOR; } while (UNSURE);', [{"1", "<tainted>"}]),
]


@pytest.mark.parametrize(("language", "code", "arrives"), [*KNOWN, *UNKNOWN])
def test_loops(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", 'var x = VISITOR; while (true) { x = x + "1"; }'),
        ("c#", 'var x = VISITOR; while (UNSURE) { x = x + "1"; } SINK(x);'),
        ("c#", "var i = 0; while (UNSURE) { i++; } SINK(i);"),
        ("c#", "for (int i = 0; i < 1000000000; i++) { x = i; }"),
        ("c#", "top: goto top;"),
        ("jscript", "for (;;) { for (;;) { x = x + y; } }"),
        ("vbscript", "x = VISITOR\nDo\nx = x & x\nLoop"),
        ("vbscript", "For i = 1 To 1000000000\nx = x & i\nNext"),
        ("vb", "Do\nDo While UNSURE\nx = x & y\nLoop\nLoop"),
        ("vbscript", "For i = 1 To 5 Step 0\nx = x & i\nNext"),
    ],
)
def test_a_loop_without_an_end_ends(language: str, code: str) -> None:
    run(code, language, steps=20_000)


def test_an_unknown_loop_keeps_the_taint() -> None:
    (arrival,) = run('var x = VISITOR; while (UNSURE) { x = x + "1"; } SINK(x);', "c#").arrivals
    assert traces_of(arrival.arguments[0])


ITERATOR = 'string s = "a"; IEnumerable<int> f() { yield return 1; s = "b"; yield return 2; s = "c"; yield return 3; } '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("foreach (int i in f()) SINK(s);", [{"a", "b", "c"}]),
        ("foreach (int i in f()) { if (i == 2) break; SINK(s); } SINK(s);", ["a", "b"]),
        ("foreach (int i in f()) { if (i < 3) continue; SINK(s); }", ["c"]),
        (
            "string g() { foreach (int i in f()) { if (i == 2) return s; } return null; } SINK(g()); SINK(s);",
            ["b", "b"],
        ),
        ("foreach (int i in f()) foreach (var j in f()) { if (j == 2) break; SINK(i + s); }", [{"1a", "2b", "3c"}]),
        (
            "IEnumerable<int> g() { foreach (int i in f()) yield return i; } foreach (int i in g()) SINK(i + s);",
            [{"1a", "2b", "3c"}],
        ),
        ("foreach (int i in f()) { if (UNSURE) break; } SINK(s);", [{"a", "b", "c"}]),
        (
            "IEnumerable<int> g() { while (true) yield return 1; } foreach (int i in g()) break; SINK(s);",
            ["a"],
        ),
    ],
)
def test_an_iterator_runs_in_turns_with_its_loop(code: str, arrives: list[Any]) -> None:
    assert seen(ITERATOR + code, "c#") == arrives
