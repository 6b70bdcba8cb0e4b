"""Runs of exact evaluations: the same results as those of the machine, within bounds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analysis.exact.test_decoders import BASIC, CSHARP, JSCRIPT, MORE
from tests.analysis.execution.test_loops import KNOWN
from tests.builders.exact import Counted, Never, seen_by
from tests.builders.interpreted import run
from tests.builders.steps import at_most
from webshellhunt.analysis.exact import run as module

BODIES = [
    "x = 1\nFor i = 1 To 3\nx = x * i + 1\nNext\nSINK x & i",
    "For i = 3 To 1 Step -1\nFor j = 1 To i\nx = x & j\nNext\nNext\nSINK x & i & j",
    "For i = 1 To 9\nIf i Mod 2 = 0 Then\nx = x & i\nElseIf i > 6 Then\nExit For\nEnd If\nNext\nSINK x & i",
    "a = Array(3, 1, 2)\nFor Each c In a\nIf c > m Then m = c\nNext\nSINK m",
    'Do While Len(x) < 4\nx = x & Len(x)\nLoop\nDo\nx = "." & x\nLoop Until Len(x) > 5\nSINK x',
    "Dim a(3)\nFor i = 0 To 3\na(i) = i * i\nNext\nFor i = 0 To UBound(a)\nx = x & a(i)\nNext\nSINK x",
    "Function f(n)\nIf n < 2 Then\nf = 1\nElse\nf = n * f(n - 1)\nEnd If\nEnd Function\nSINK f(5)",
    "Sub s(a, ByVal b)\na = a + 1\nb = b + 1\nEnd Sub\nx = 1\ny = 1\nFor i = 1 To 3\ns x, y\nNext\nSINK x & y",
    "k = 1\nFunction f(a)\nk = k + a\nf = k\nEnd Function\nFor i = 1 To 3\nx = x & f(i)\nNext\nSINK x & k",
    "For i = 1 To 3\nx = x & (i = 2) & (i > 1 And i < 3) & Not (i = 1)\nNext\nSINK x",
    "For i = 1 To 3\nx = x + i / 2\ny = y & (7 \\ i) & (7 Mod i) & (2 ^ i)\nNext\nSINK x & y",
    "x = Chr(65) & Chr(66) & 1 & True & Empty & 1.5 & vbTab & Chr(67) & Chr(68) & Chr(69)\nSINK x",
]
_WORDS = st.sampled_from(
    [
        *"()+-*/\\^&=<>,.:\n", "f", "a", "b", "x", "1", '"t"', "For", "To", "Next", "Each", "In", "If", "Then", "Else",
        "End", "End If", "Do", "Loop", "While", "Wend", "Until", "Select Case", "Case", "Dim", "ReDim", "Mid", "Chr",
        "Array", "Split", "Exit For", "Exit Function", "Not", "And", "Mod", "Step", "Set", "Return", "Eval", "UBound",
        "As", "vbCrLf", "Const", "x = x & 1\n", "For i = 1 To 3\n", "Next\n", "x = f(a, 1)\n",
    ]
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("language", ["vbscript", "vb"])
def test_visual_basic_is_evaluated_as_the_machine_does_it(
    body: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact, done = seen_by(Counted, body, language, monkeypatch)
    assert exact == seen_by(Never, body, language, monkeypatch)[0]
    assert done > 0 or language == "vb" or "Empty" in body


@pytest.mark.parametrize(("language", "code", "arrives"), KNOWN)
def test_known_loops_are_evaluated_as_the_machine_does_it(
    language: str, code: str, arrives: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seen_by(Counted, code, language, monkeypatch)[0] == arrives
    assert seen_by(Never, code, language, monkeypatch)[0] == arrives


def test_decoders_are_evaluated_as_the_machine_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [(f'{code}\nSINK(f("a,b-c%d"));', "c#") for code, _ in CSHARP if "catch" not in code]
    programs += [(f'{code}\nSINK(f("a,b-c%d"));', "jscript") for code, _ in JSCRIPT]
    programs += [(f'Function f(ByVal a)\n{body}\nEnd Function\n{MORE}SINK f("65%66")', "vbscript") for body, _ in BASIC]
    total = 0
    for code, language in programs:
        exact, done = seen_by(Counted, code, language, monkeypatch)
        assert exact == seen_by(Never, code, language, monkeypatch)[0]
        total += done
    assert total > len(programs) // 2


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_no_code_makes_it_fail(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    for code in (body, f"Function f(a, b)\n{body}\nEnd Function\nSINK f(1, 2)"):
        exact, _ = seen_by(Counted, code, "vbscript", monkeypatch)
        assert len(exact) == len(seen_by(Never, code, "vbscript", monkeypatch)[0])


@given(st.text("(){}[];=+-<>?:.,\"'ifsrx0 \nreturnwhileforvarnew", max_size=60))
def test_no_body_makes_it_fail(body: str) -> None:
    run(f'string f(string s) {{ {body} }} SINK(f("x"));', "c#", steps=5_000)
    run(f'function f(s) {{ {body} }} SINK(f("x"));', "jscript", steps=5_000)


def test_nothing_is_changed_by_an_evaluation_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "a = Array(1)\nFor i = 1 To 3\na(0) = a(0) + 1\nx = x & i\nIf i = 3 Then y = UNSURE\nNext\nSINK x & a(0) & i"
    exact, done = seen_by(Counted, code, "vbscript", monkeypatch)
    assert (exact, done) == (["12344"], 0)


_GROW = 't = String(16000, "a")\nFor i = 1 To 4\nt = t & t\nNext\n'
ENDLESS = [
    ("vbscript", "Do\nx = x + 1\nLoop"),
    ("vbscript", f"Do\nx = {'+'.join(['1'] * 3000)}\nLoop"),
    ("vbscript", f'{_GROW}u = Left(t, 8000) & "b"\nDo\nx = InStr(t, u)\nLoop'),
    ("vbscript", f'{_GROW}Do\nx = Replace(t, "a", "b")\nLoop'),
    ("vbscript", "Do\nReDim x(65000)\nLoop"),
    ("vbscript", "Dim x(65000)\nFor i = 0 To 65000\nx(i) = i\nNext\nDo\ny = x\nLoop"),
    ("vbscript", "Function g(n)\ng = n\nEnd Function\nDo\nx = g(1)\nLoop"),
    ("vbscript", "Function g(n)\ng = g(n)\nEnd Function\nSINK g(1)"),
    ("vbscript", "Do\nx = x & \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\nLoop"),
    ("c#", "var l = new List<char>(); while (true) { l.Add('x'); }"),
    ("c#", 'var s = "a"; while (true) { s += s; }'),
    ("c#", "var t = new StringBuilder(); while (true) { t.Append(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"); }"),
    ("jscript", "var a = []; for (;;) { a.push(1); }"),
    ("jscript", "for (var i = 0; i < 1e9; i++) { for (var j = 0; j < 1e9; j++) { } }"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "code"), ENDLESS)
def test_what_has_no_end_is_given_up_soon(language: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNITS", 60_000)
    with at_most(4_000_000):
        assert not run(code, language, steps=16_000).is_exhausted


def test_many_loops_and_long_expressions_cost_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNITS", 60_000)
    with at_most(3_000_000):
        run("For i = 1 To 3\nx = 1\nx.y\nNext\n" * 500, "vbscript", steps=4_000)
        run("x = " + " & ".join(["Chr(65)"] * 2_000), "vbscript", steps=4_000)


@pytest.mark.parametrize("size", [300, 5_000])
def test_nesting_is_bounded_and_a_chain_is_not(size: int) -> None:
    run("x = " + "(" * size + "1" + ")" * size, "vbscript")
    run("For i = 1 To 2\n" * size + "x = 1\n" + "Next\n" * size, "vbscript", steps=20_000)
    (arrival,) = run("SINK " + " + ".join(["1"] * size), "vbscript").arrivals
    assert arrival.arguments == [size]


@pytest.mark.parametrize("size", [2_000, 30_000])
def test_long_payloads_are_decoded(size: int) -> None:
    packed = "".join(f"{(at % 90 + 33) ^ 7:02x}" for at in range(size))
    body = 'For i = 1 To Len(s) Step 2\nf = f & Chr(CLng("&H" & Mid(s, i, 2)) Xor 7)\nNext'
    (arrival,) = run(f'Function f(s)\n{body}\nEnd Function\nSINK f("{packed}")', "vbscript").arrivals
    assert arrival.arguments == ["".join(chr(at % 90 + 33) for at in range(size))]
