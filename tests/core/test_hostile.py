"""Hostile pages: nests, long lines, code that calls, runs or doubles itself; all of it ends, and always alike."""

from __future__ import annotations

import pytest

from tests.builders.core_runs import Outcome, known_texts, outcome
from tests.builders.inert import live
from tests.builders.steps import at_most
from webshellhunt.analysis.classic import run_classic
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import Unit, build_unit
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.scan.scanner import examine_bytes

DEEP = 20_000
FAR = 5_000
"""Of nests whose code is longer."""
LONG = 400_000
STEPS = 20_000
COST = 15_000_000
"""Lines of Python that a run of so many steps may take."""

NESTS = {
    "brackets": ("vbscript", "x = " + "(" * DEEP + "1" + ")" * DEEP),
    "conditions": ("vbscript", "If x Then\n" * DEEP + "y = 1\n" + "End If\n" * DEEP),
    "loops": ("vbscript", "Do While x\n" * FAR + "y = 1\n" + "Loop\n" * FAR),
    "choices": ("vbscript", "Select Case x\nCase 1\n" * FAR + "y = 1\n" + "End Select\n" * FAR),
    "negations": ("vbscript", "x = " + "Not " * FAR + "y"),
    "signs": ("vbscript", "x = " + "- " * DEEP + "1"),
    "calls": ("vbscript", "x = " + "f(" * FAR + "1" + ")" * FAR),
    "items": ("vbscript", "x = " + "a(" * FAR + "1" + ")" * FAR),
    "members": ("vbscript", "x = a" + ".b" * DEEP),
    "chains": ("vbscript", "x = a" + ' & "b" & c' * FAR),
    "objects": ("vbscript", "With x\n" * FAR + ".y = 1\n" + "End With\n" * FAR),
    "blocks": ("jscript", "{" * DEEP + "x = 1;" + "}" * DEEP),
    "arrays": ("jscript", "x = " + "[" * DEEP + "]" * DEEP + ";"),
    "functions": ("jscript", "function f() {" * FAR + "}" * FAR),
    "expressions": ("jscript", "x = " + "(function () { return " * FAR + "1" + "})()" * FAR),
    "alternatives": ("jscript", "x = " + "a ? b : " * DEEP + "c;"),
    "attempts": ("jscript", "try {" * FAR + "} catch (e) { }" * FAR),
    "sums": ("jscript", "x = a" + ' + "b" + c' * FAR + ";"),
}
LINES = {
    "a text": ("vbscript", 'x = "' + "a" * LONG + '"\nExec·ute x'),
    "statements": ("vbscript", "x = x + 1 : " * (LONG // 100)),
    "a name": ("vbscript", "a" * LONG + " = 1"),
    "digits": ("vbscript", "x = " + "9" * LONG),
    "hexadecimal digits": ("vbscript", "x = &H" + "F" * LONG),
    "arguments": ("vbscript", "f " + "a, " * (LONG // 100) + "b"),
    "entries": ("vbscript", "x = Array(" + "1," * (LONG // 100) + "1)\nFor Each y In x\nz = z & Chr(y)\nNext"),
    "properties": ("jscript", "x = {" + ",".join(f"a{at}: 1" for at in range(LONG // 200)) + "};"),
    "codes": ("jscript", "x = String.fromCharCode(" + "65," * (LONG // 100) + "65);"),
    "an unfinished text": ("vbscript", 'x = "' + "a" * LONG),
    "an unfinished comment": ("jscript", "x = 1; /*" + "a" * LONG),
    "unfinished blocks": ("vbscript", "Sub f\nIf x Then\nDo\n" * 5_000),
    "unfinished brackets": ("jscript", "f([{" * 20_000),
}
_CALLS = "".join(f"Sub f{at}(a)\nf{(at + 1) % 300} a & x\nf{(at * 7 + 3) % 300} a\nEnd Sub\n" for at in range(300))
RUNS = {
    "a call of itself": ("vbscript", 'Function f(a)\nf = f(a & "x") & f(a)\nEnd Function\nx = f(Req·uest("k"))'),
    "calls in circles": ("vbscript", f'{_CALLS}f0 Req·uest("k")'),
    "a property of itself": ("vbscript", "Class A\nProperty Get P\nP = Me.P\nEnd Property\nEnd Class\nx = (New A).P"),
    "a constructor of itself": (
        "vbscript",
        "Class A\nSub Class_Initialize\nSet x = New A\nEnd Sub\nEnd Class\nSet y = New A",
    ),
    "its own text": ("vbscript", 'c = "Exec·ute c"\nExec·ute c'),
    "its own text, doubled": ("vbscript", 'c = "c = c & "" : "" & c : Exec·ute c"\nExec·ute c'),
    "texts in texts": ("vbscript", 'Sub f(n)\nExec·ute "f " & (n + 1)\nEnd Sub\nf 1'),
    "a text that doubles": ("vbscript", 'x = "ab"\nDo\nx = x & x\nLoop'),
    "texts that double": ("vbscript", 'x = "ab"\nFor i = 1 To 99\ny = Replace(x, "a", x)\nx = y\nNext'),
    "an unknown text that doubles": (
        "vbscript",
        'x = Req·uest("k")\nDo While Len(x) < y\nx = x & "," & x\nLoop\nExec·ute x',
    ),
    "a large array": ("vbscript", "ReDim a(1000000)\nFor i = 0 To 1000000\na(i) = i\nNext"),
    "a large dictionary": (
        "vbscript",
        'Set d = CreateObject("Scripting.Dictionary")\nFor i = 0 To 1000000\nd(i) = i\nNext\nExec·ute Join(d.Items)',
    ),
    "a huge array": ("vbscript", "ReDim a(2000000000, 2000000000)\nReDim Preserve b(999999999)\nx = UBound(a)"),
    "many pieces": ("vbscript", 'a = Split(String(1000000, ","), ",")\nFor Each x In a\ny = y & x\nNext'),
    "an array in itself": ("vbscript", "Dim a(1)\na(0) = a\nFor i = 1 To 99\na(1) = a\nNext\nx = Join(a)"),
    "arrays that double": ("vbscript", "Dim a(1)\nb = Array(1, 2)\n" + "a(0) = b\na(1) = b\nb = a\n" * 40),
    "arrays in arrays": ("vbscript", "b = Array(1)\nFor i = 1 To 5000\na = Array(0)\na(0) = b\nb = a\nNext"),
    "many short texts": ("vbscript", 'For i = 1 To 9999\nExec·ute "x" & i & " = 1"\nNext\n' * 40),
    "quoted values in a text": (
        "vbscript",
        'q = Replace(Req·uest("k"), """", "")\nFor i = 1 To 999\ns = s & vbLf & "a=""" & q & """"\nExec·ute s\nNext',
    ),
    "objects in circles": (
        "vbscript",
        'Set d = CreateObject("Scripting.Dictionary")\nSet d(1) = d\nFor Each x In d\nd.Add x & 1, d\nNext',
    ),
    "a loop without an end": ("vbscript", "Do\nLoop"),
    "loops without an end": ("vbscript", "Do While a\nDo While b\nDo\nx = x & y\nLoop\nLoop\nLoop"),
    "a step of nothing": ("vbscript", "For i = 1 To 5 Step 0\nx = x & i\nNext"),
    "large numbers": ("vbscript", "x = 9 ^ 9 ^ 9 ^ 9\ny = 2 ^ 1000000\nz = x * y / 0\nw = Chr(x) & String(y, z)"),
    "a function that grows": ("jscript", "function f(n) { return function () { return f(n + 1)(); }; } f(0)();"),
    "an array that grows": (
        "jscript",
        "var a = []; for (var i = 0; i < 1e6; i++) a.push(a.length, a);  ev·al(a.join());",
    ),
    "a text by eval": ("jscript", 'var c = "c += c; ev·al(c);"; ev·al(c);'),
    "a prototype of itself": ("jscript", "function F() {} F.prototype = new F(); F.prototype.a = F; x = new F().b.c;"),
    "a length": ("jscript", "var a = []; a.length = 4e9; a[4294967294] = 1; x = a.join('ab'); a.reverse();"),
    "objects by themselves": ("jscript", "var o = {}; while (true) { o = { a: o, b: o }; }"),
    "a dear pattern": ("jscript", 'x = "' + "a" * 3_000 + '".replace(/(a+)+(a|b)*a{1,99}$/g, "b");'),
    "an error in a handler": ("jscript", "function f() { try { f(); } catch (e) { f(); } finally { f(); } } f();"),
    "states that fork": ("vbscript", "".join(f'If Req·uest("{at}") = "" Then x{at} = 1\n' for at in range(2_000))),
    "loops that fork": ("vbscript", "For Each i In Req·uest.Form\nIf i = x Then y = y & i Else x = y\nNext\n" * 300),
}


def unit_of(language: str, code: str) -> Unit:
    text = live(code)
    return build_unit(text, language, [(0, len(text))])


def within(unit: Unit, steps: int) -> Outcome:
    """Run a unit within some steps, which are counted."""
    (run,) = run_classic([(unit.tokens, Surroundings(is_classic=True), unit.parsed)], steps)
    return Outcome([*run.shown], run.is_exhausted)


@pytest.mark.parametrize(("language", "code"), NESTS.values(), ids=NESTS.keys())
def test_a_nest_ends(language: str, code: str) -> None:
    unit = unit_of(language, code)
    assert within(unit, STEPS) == within(unit, STEPS)


@pytest.mark.parametrize(("language", "code"), LINES.values(), ids=LINES.keys())
def test_a_long_line_ends(language: str, code: str) -> None:
    unit = unit_of(language, code)
    assert within(unit, STEPS) == within(unit, STEPS)


@pytest.mark.parametrize(("language", "code"), RUNS.values(), ids=RUNS.keys())
def test_a_run_ends_within_its_steps(language: str, code: str) -> None:
    unit = unit_of(language, code)
    assert unit.parsed.top is not None  # what the parser costs is not counted
    with at_most(COST):
        found = within(unit, STEPS)
    assert found == within(unit_of(language, code), STEPS)


RECURSIONS = {
    "x.asp": "<% Function f(x)\nf = g(g(g(g(g(g(g(f(x & 1))))))))\nEnd Function\nExec·ute f(Req·uest(1))\n%>",
    "x.ashx": '<%@ WebHandler Language="C#" Class="A" %> class A { object f(object x) { return t(t[s.t(t[f(t(x))])]); }'
    " public void ProcessRequest(HttpContext c) { f(Pro·cess.Start(c.Req·uest[0])); } }",
}


@pytest.mark.parametrize("name", RECURSIONS)
def test_calls_in_arguments_of_a_call_hide_nothing(name: str) -> None:
    data = live(RECURSIONS[name]).encode()
    examination = examine_bytes(data, Artifact(name, name, Role.GIVEN, len(data)), Job())
    assert not {gap.code for gap in examination.gaps} & {"examination-failed"}
    assert examination.findings


def test_a_page_that_is_cut_has_one_gap() -> None:
    _, code = RUNS["texts in texts"]
    artifact = Artifact("x.asp", "x.asp", Role.WWWROOT, len(code))
    examination = examine_bytes(live(f"<\x25\n{code}\n\x25>").encode(), artifact, Job())
    assert len(examination.gaps) == 1


@pytest.mark.parametrize("name", ["a loop without an end", "a step of nothing", "objects by themselves"])
def test_a_known_loop_that_takes_its_whole_share_is_a_cut(name: str) -> None:
    assert outcome(unit_of(*RUNS[name])).is_cut


def test_what_comes_before_a_cut_is_found() -> None:
    for code in (
        'Exec·ute Req·uest("k")\nDo\nx = x & y\nLoop',
        'Do While Hour(Now) < 9\nExec·ute Req·uest("k")\nDo\nLoop\nLoop',
    ):
        assert [each.names for each in outcome(unit_of("vbscript", code)).arrivals][:1] == [(live("exec·ute"),)]


def test_a_call_that_is_cut_returns_the_objects_that_it_made() -> None:
    code = [
        'Sub forks\nIf Req·uest("q") = "1" Then z = Array(1)\nEnd Sub',
        'Sub fills(a)\nExec·ute "x = 1"\nforks\na = Split("x y", " ")\nIf UBound(a) = 1 Then',
        *["n = n + 1"] * 2_000,
        "End If\nEnd Sub\nfills b\nResponse.Write UBound(b)",
    ]
    found = outcome(unit_of("vbscript", "\n".join(code)), 2_500)
    assert found.is_cut
    assert [known_texts(each.arguments[0]) for each in found.arrivals if each.name == "response.write"] == [["1"]]
