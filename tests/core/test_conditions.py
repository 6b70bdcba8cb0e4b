"""Conditions: what arrives where one has said something of a place, and where it has not."""

from __future__ import annotations

import pytest

from tests.builders.core_runs import known_texts, reached

VISITOR = None
"""The text of the visitor, as it is."""
_HEAD = 'Set s = CreateObject("WScr·ipt.Sh·ell")\nx = Req·uest("k")\n'

GUARDS = {
    "equal": ('If x = "a" Then s.Run x', ["a"]),
    "not equal": ('If x <> "a" Then s.Run x', VISITOR),
    "either": ('If x = "a" Or x = "b" Then s.Run x', ["a", "b"]),
    "neither, turned round": ('If Not (x = "a" Or x = "b") Then Response.End\ns.Run x', ["a", "b"]),
    "one of them is of another": ('If x = "a" Or y = Req·uest("k") Then s.Run x', VISITOR),
    "and something unknown": ('If x = "a" And Server.ScriptTimeout Then s.Run x', ["a"]),
    "letter case": ('If LCase(x) = "a" Then s.Run x', ["a"]),
    "a request key is one place": ('If Req·uest("j") = "a" Then s.Run Req·uest("j")', ["a"]),
    "another request key": ('If Req·uest("j") = "a" Then s.Run x', VISITOR),
    "select": ('Select Case x\nCase "a", "b"\ns.Run x\nEnd Select', ["a", "b"]),
    "select, another": ('Select Case x\nCase "a", "b"\nCase Else\ns.Run x\nEnd Select', VISITOR),
    "compared by order": ('If StrComp(x, "a", 1) = 0 Then s.Run x', ["a"]),
    "a flag": ('ok = (x = "a")\nIf ok Then s.Run x', ["a"]),
    "a flag that is set": (
        'ok = False\nIf x = "a" Then ok = True\nIf x = "b" Then ok = True\nIf ok Then s.Run x',
        ["a", "b"],
    ),
    "a flag that is taken back": ('ok = True\nIf x <> "a" Then ok = False\nIf ok Then s.Run x', ["a"]),
    "a flag of an earlier value": ('ok = (x = "a")\nx = Req·uest("j")\nIf ok Then s.Run x', VISITOR),
    "a flag of a loop": (
        'ok = False\nFor Each a In Array("a", "b")\nIf a = x Then ok = True\nNext\nIf ok Then s.Run x',
        ["a", "b"],
    ),
    "a number for a flag": ('ok = 0\nIf x = "a" Then ok = 1\nIf ok = 1 Then s.Run x', ["a"]),
    "a number that is not the flag's": ('ok = 0\nIf x = "a" Then ok = 1\nIf ok = 0 Then s.Run x', VISITOR),
    "a number for a flag of a loop": (
        'n = 0\nFor Each a In Array("a", "b")\nIf a = x Then n = 1\nNext\nIf n Then s.Run x',
        ["a", "b"],
    ),
    "a message for a flag": ('If x <> "a" Then m = "no"\nIf m = "" Then s.Run x', ["a"]),
    "a message that another place sets": (
        'If x <> "a" Then m = "no"\nIf Server.ScriptTimeout Then m = ""\nIf m = "" Then s.Run x',
        VISITOR,
    ),
    "a function": ('If f(x) Then s.Run x\nFunction f(p)\nf = (p = "a")\nEnd Function', ["a"]),
    "a function without an answer": (
        'If f(x) Then s.Run x\nFunction f(p)\nSelect Case p\nCase "a"\nf = True\nEnd Select\nEnd Function',
        ["a"],
    ),
    "a function that changes its parameter": (
        'If f(x) Then s.Run x\nFunction f(ByVal p)\np = Left(p, 1)\nf = (p = "a")\nEnd Function',
        VISITOR,
    ),
    "a function that assigns what it was asked": (
        'If f(x) Then s.Run x\nFunction f(p)\nf = (p = "a")\nx = Req·uest("j")\nEnd Function',
        VISITOR,
    ),
    "a function of small letters": ('If f(LCase(x)) Then s.Run x\nFunction f(p)\nf = (p = "a")\nEnd Function', ["a"]),
    "keys of a dictionary": (
        'Set d = CreateObject("Scripting.Dictionary")\nd("a") = 1\nIf d.Exists(x) Then s.Run x',
        ["a"],
    ),
    "an element": ('Dim a(2)\na(0) = x\nIf a(0) = "a" Then s.Run a(0)', ["a"]),
    "another element": ('Dim a(2)\na(0) = x\na(1) = x\nIf a(0) = "a" Then s.Run a(1)', VISITOR),
}


@pytest.mark.parametrize(("code", "expected"), GUARDS.values(), ids=GUARDS)
def test_what_arrives_behind_a_condition(code: str, expected: list[str] | None) -> None:
    found, is_cut = reached(_HEAD + code, "vbscript")
    assert not is_cut
    (value,) = found.values()
    if expected is None:
        assert value.traces
    else:
        assert not value.traces
        assert sorted(known_texts(value)) == expected


HARMLESS = {
    "a number": "If IsNumeric(x) Then s.Run x",
    "a piece of a known text": 'If InStr("|dir|who|", "|" & x & "|") > 0 Then s.Run x',
    "no piece is turned away": 'If InStr("dir who", x) = 0 Then Response.End\ns.Run x',
}


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_nothing_of_the_visitor_arrives(code: str) -> None:
    found, _ = reached(_HEAD + code, "vbscript")
    (value,) = found.values()
    assert not value.traces


CUTS = {
    "behind a head, by the length": ('q = "run:" & x\ns.Run Mid(q, 5, Len(q))', ["", ""]),
    "before a mark": ('q = "cmd " & x\ns.Run Left(q, InStr(q, " ") - 1)', ["cmd"]),
    "the extension": ('q = x & ".txt"\ns.Run Mid(q, InStrRev(q, ".") + 1)', ["txt"]),
    "all but the last": ('q = "go " & x & ".txt"\ns.Run Left(q, Len(q) - 4)', ["go ", ""]),
    "the last": ('q = x & ".txt"\ns.Run Right(q, 4)', [".txt"]),
    "put in": ('s.Run Replace("go %1 now", "%1", x)', ["go ", " now"]),
    "an item": ('s.Run Split("a b " & x, " ")(1)', ["b"]),
}


@pytest.mark.parametrize(("code", "ends"), CUTS.values(), ids=CUTS)
def test_heads_and_ends_survive_a_cut(code: str, ends: list[str]) -> None:
    found, _ = reached(_HEAD + code, "vbscript")
    (value,) = found.values()
    (form,) = value.forms
    if len(ends) == 1:
        assert form == (ends[0],)
    else:
        assert (form[0] if isinstance(form[0], str) else "") == ends[0]
        assert (form[-1] if isinstance(form[-1], str) else "") == ends[1]
        assert value.traces
