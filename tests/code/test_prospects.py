"""Prospects: folding is asked for wherever it tells more, and not where it can't."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.calls import Calls
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.prospects import may_fold


def asked(code: str, language: str = "vbscript") -> bool:
    unit = unit_of(code, language)
    return may_fold(unit, Calls(unit), PageEvaluator(unit))


@pytest.mark.parametrize(
    "code",
    [
        'Ex·ecute "a" & "b"',
        "Ex·ecute Chr(97) & x",
        "Ex·ecute (Chr(-12590))",
        'x = "abc"\nEx·ecute x',
        'Const x = "abc", y = 1\nEx·ecute x',
        'x = "abc"\ny = x\nEx·ecute "a" & y',
        'n(3) = "WScr" & "ipt.Shell"\nSet s = Create·Object(n(i))',
        'name = "WScr·ipt.Shell"\nSet s = Server.Create·Object(name)',
        'n = 1\nSet s = Create·Object("WScr·ipt.Shell." & n)',
        'Function d(s)\nd = s\nEnd Function\ncode = d("a" & "b")\nSession("k") = code\nEx·ecute Session("k")',
        'Sub run(s)\nEx·ecute s\nEnd Sub\nrun "a" & "b"',
        'Function f()\nf = "a" & "b"\nEnd Function\nEx·ecute f()',
        'k = "pass"\nEv·al Request(k)',
        'Ex·ecute Replace("aXb", "X", "")',
        'Function d(s)\nd = s\nEnd Function\nEx·ecute d("abc")',
        'For Each c In Split("1-2", "-")\nt = t & Chr(c)\nNext\nEx·ecute t',
    ],
)
def test_what_hides_something_is_folded(code: str) -> None:
    assert asked(code)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('ev·al("a" + "b")', "jscript"),
        ('var a = "x"; ev·al(a)', "jscript"),
        ('x["ev" + "al"](y)', "jscript"),
        ("ev·al(String.fromCharCode(97))", "jscript"),
        ('function f() { return "a" + "b" } ev·al(f())', "jscript"),
        ('ev·al("abc".toUpperCase())', "jscript"),
        ('string a = "x"; ev·al(a);', "c#"),
        ("ev·al(new string(new char[]{'a', 'b'}));", "c#"),
        ('Dim a As System.String = "x"\nEv·al(a)', "vb"),
        ("ev·al(" + "+".join("abcdefgh" * 60) + ")", "jscript"),
    ],
)
def test_what_hides_something_is_folded_in_other_languages(code: str, language: str) -> None:
    assert asked(code, language)


@pytest.mark.parametrize(
    "code",
    [
        'x = "a" & "b"',
        'Ev·al("Name")',
        "Ex·ecute plugin",
        'Ex·ecute "f " & plugin',
        'If x = "abc" Then\nEx·ecute x',
        'x = Request("k")\nEx·ecute x',
        'i = 0\nEx·ecute "f" & plugins(i)',
        "i = 1\nSet s = Create·Object(names)",
        'Set s = Create·Object("Msxml2.ServerXML" & version)\nversion = "HTTP.6.0"',
        'Set s = Create·Object("WScr·ipt.Shell")',
    ],
)
def test_what_hides_nothing_is_not(code: str) -> None:
    assert not asked(code)
