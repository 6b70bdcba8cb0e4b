"""Folding is worth a run where code runs, calls or makes something by a text that is no literal."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.prefilter.folding import may_fold
from webshellhunt.lang.tokens import tokenize


def asked(code: str, language: str = "vbscript") -> bool:
    return may_fold(tokenize(live(code), language))


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
def test_what_may_be_joined_or_decoded_is(code: str) -> None:
    assert asked(code)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('ev·al("a" + "b")', "jscript"),
        ('var a = "x"; ev·al(a)', "jscript"),
        ('x["ev" + "al"](y)', "jscript"),
        ('x["ev" + "al"] /* a */ (y)', "jscript"),
        ("ev·al(String.fromCharCode(97))", "jscript"),
        ('function f() { return "a" + "b" } ev·al(f())', "jscript"),
        ('ev·al("abc".toUpperCase())', "jscript"),
        ('string a = "x"; ev·al(a);', "c#"),
        ("ev·al(new string(new char[]{'a', 'b'}));", "c#"),
        ('Dim a As System.String = "x"\nEv·al(a)', "vb"),
        ("ev·al(" + "+".join("abcdefgh" * 60) + ")", "jscript"),
    ],
)
def test_so_it_is_in_other_languages(code: str, language: str) -> None:
    assert asked(code, language)


@pytest.mark.parametrize(
    "code",
    [
        'x = "a" & "b"',
        'Ev·al("Name")',
        'x = Ev·al("Name", "{0}")',
        'conn.Ex·ecute "select " & x',
        'Set s = Create·Object("WScr·ipt.Shell")',
        'Set s = Server.Create·Object("ADODB.Connection")',
        "x = create(y)",
        "Ex·ecute",
    ],
)
def test_literals_alone_are_not(code: str) -> None:
    assert not asked(code)


@pytest.mark.parametrize(
    "code", ['s.StartInfo.FileName = "ab" + "cd";', 'var a = Assembly.Load("ab" + "cd");', "m = t.GetMethods();"]
)
def test_code_that_loads_or_starts_something_is(code: str) -> None:
    assert asked(code, "c#")


def test_the_methods_of_some_objects_evaluate() -> None:
    assert asked('Set s = Create·Object("MSScr·iptControl.ScriptControl")\ns.run x')
    assert not asked("s.run x")


def test_a_constructor_of_functions_is_no_keyword() -> None:
    assert asked("new Func·tion(x + y)()", "jscript")
    assert not asked("function f(x) { return x }", "jscript")
    assert not asked("Func·tion f(x)\nEnd Func·tion")
