"""What an expression carries, and what kind of object it makes."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code import expressions as module
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.expressions import ExhaustedError, Expressions, Names
from webshellhunt.code.trace import Trace

CARRIED = Trace("visitor", "somewhere", 0)


def look(code: str, language: str, *, controls: frozenset[str] = frozenset()) -> tuple[Expressions, int]:
    """Return what looks at a code, and the number of its tokens."""
    unit = unit_of(code, language)
    constants = {constant.start: constant for constant in iter_constants(unit.tokens)}
    return Expressions(unit, Calls(unit), Names(), constants, controls=controls), len(unit.tokens)


def trace(code: str, language: str) -> tuple[str, str, str | None] | None:
    expressions, size = look(code, language)
    found = expressions.trace(0, size, None)
    return None if found is None else (found.kind, found.origin, found.key)


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", 'Req·uest("k")', ("visitor", "request('k')", "k")),
        ("vbscript", 'Req·uest.Form("k")', ("visitor", "request.form('k')", "k")),
        ("vbscript", 'Req·uest.Form("k" & "2")', ("visitor", "request.form('k2')", "k2")),
        ("vbscript", "Req·uest(0)", ("visitor", "request('0')", "0")),
        ("vbscript", "Req·uest", None),
        ("vbscript", 'Req·uest.Form("k").Count', None),
        ("vbscript", "Req·uest.TotalBytes", None),
        ("vbscript", 'Req·uest.ServerVariables("HTTP_A")', ("visitor", "request.servervariables('HTTP_A')", "HTTP_A")),
        ("vbscript", 'Req·uest.ServerVariables("PATH_INFO")', None),
        ("vbscript", 'Len(Req·uest("k"))', None),
        ("vbscript", 'Len(Req·uest("k")) & Req·uest("j")', ("visitor", "request('j')", "j")),
        ("vbscript", 'ev·al("Req·uest")("k")', ("visitor", "eval(Request)", None)),
        ("c#", 'Req·uest["k"]', ("visitor", "Request('k')", "k")),
        ("c#", "Req·uest.Files[f]", ("upload", "Request.Files", None)),
        ("c#", "this.Context.Req·uest.Headers[h]", ("visitor", "this.Context.Request.Headers", None)),
        ("c#", "context.Req·uest.Req·uest.Form[h]", ("visitor", "context.Request.Request.Form", None)),
        ("c#", 'mine.Req·uest["k"]', None),
        ("c#", "client.DownloadString(u)", ("remote", "downloadstring", None)),
        ("jscript", 'Req·uest.Item["k"]', ("visitor", "Request.Item('k')", "k")),
    ],
)
def test_where_a_text_comes_from(language: str, code: str, expected: tuple[str, str, str | None] | None) -> None:
    assert trace(code, language) == expected


def test_a_name_carries_what_it_is_known_to_carry() -> None:
    expressions, size = look("a + b", "c#")
    assert expressions.trace(0, size, None) is None
    expressions.names.carry("b", CARRIED)
    assert expressions.trace(0, size, None) == CARRIED


def test_what_is_known_first_stays_and_is_news_once() -> None:
    names = Names()
    names.carry("f\0a", CARRIED)
    names.carry("f\0a", Trace("remote", "elsewhere", 1))
    names.type_as("b", "fso")
    names.returned("g", CARRIED)
    names.carry("session(k)", CARRIED)
    names.carry("f\0cache(k)", CARRIED)
    assert names.traces["f\0a"] is CARRIED
    assert names.returns["g"].steps == ("g",)
    assert names.take_news() == [("f", "a"), ("", "b"), ("", "g"), ("", "session"), ("f", "cache")]
    assert names.take_news() == []


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", 'Server.CreateObject("Scripting.FileSystemObject")', "fso"),
        ("vbscript", 'CreateObject("ADO" & "DB.Stream")', "adodb.stream"),
        ("vbscript", 'GetObject("new:{72C2·4DD5-D70A-438B-8A42-98424B88AFB8}")', "wscript.shell"),
        ("vbscript", 'GetObject("winmgmts:root\\cimv2:Win32_Process")', "win32_process"),
        ("vbscript", 'CreateObject("Scripting.Dictionary")', None),
        ("vbscript", "CreateObject(x)", "unknown"),
        ("vbscript", "fso.OpenTextFile(x)", "textstream"),
        ("jscript", 'new ActiveX·Object("WScript.Shell")', "wscript.shell"),
        ("c#", "new Pro·cess()", "process"),
        ("c#", "new System.Diagnostics.Pro·cess()", "process"),
        ("c#", "new List()", None),
        ("c#", "Context.Req·uest", "request"),
        ("c#", "a.b", None),
        ("c#", "1", None),
        ("c#", "", None),
    ],
)
def test_what_kind_of_object_is_made(language: str, code: str, expected: str | None) -> None:
    expressions, size = look(code, language)
    assert expressions.type_of(0, size, None) == expected


def test_a_variable_is_of_the_type_it_is_known_to_be() -> None:
    expressions, size = look("a", "c#")
    expressions.names.type_as("a", "fso")
    assert expressions.type_of(0, size, None) == "fso"
    assert expressions.resolve(0, None)[1] == ("fso",)


@pytest.mark.parametrize(
    ("language", "code", "local", "other"),
    [
        ("vbscript", "Sub f(a)\nDim b, c\nd = 1\nEnd Sub", {"a", "b", "c"}, {"d"}),
        ("c#", "void f(int a) { string b = 1; var c = 2; d = 3; }", {"a", "b", "c"}, {"d"}),
        ("jscript", "function f(a) { var b = 1; c = 2; }", {"a", "b"}, {"c"}),
    ],
)
def test_what_a_function_declares_is_its_own(language: str, code: str, local: set[str], other: set[str]) -> None:
    expressions, _ = look(code, language)
    assert {expressions.key(name, "f") for name in local} == {f"f\0{name}" for name in local}
    assert {expressions.key(name, "f") for name in other} == other
    assert {expressions.key(name, None) for name in local} == local


def test_a_function_sees_what_the_one_around_it_declares() -> None:
    expressions, _ = look("function a() { var x = 1; function b() { var y = 2; } }", "jscript")
    assert expressions.key("x", "b") == "a\0x"
    assert expressions.key("y", "b") == "b\0y"


def test_an_entry_of_the_session_is_named_by_its_key() -> None:
    expressions, _ = look('Session["A"] = x;', "c#")
    assert expressions.relay(0) == "session(a)"
    expressions, _ = look("Session[a] = x;", "c#")
    assert expressions.relay(0) == "Session"


def test_constants_of_a_range_are_those_that_start_in_it() -> None:
    expressions, size = look('f("a", "b" + "c", d, "e")', "c#")
    assert [c.value for c in expressions.constants_in(0, size)] == ["a", "bc", "e"]
    assert [c.value for c in expressions.constants_in(3, 5)] == ["bc"]
    assert expressions.constants_in(size, size) == []


def test_looks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LOOKS", 5)
    expressions, size = look("a + b + c", "c#")
    assert expressions.trace(0, size, None) is None
    with pytest.raises(ExhaustedError):
        expressions.trace(0, size, None)


def test_a_page_that_cleans_everything_does_not_look_for_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LOOKS", 5)
    expressions, size = look("len(a, b, c, d, e, f)", "c#")
    with pytest.raises(ExhaustedError):
        expressions.trace(0, size, None)


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", 'Context.Session["A"] = x;', "session(a)"),
        ("c#", 'HttpContext.Current.Application["a" + "b"] = x;', "application(ab)"),
        ("c#", 'context.Items["a"] = x;', "items(a)"),
        ("vbscript", 'Session.Contents("A") = x', "session(a)"),
        ("c#", "Context.Session[a] = x;", "Session"),
        ("c#", "Context.Response = x;", "Context"),
        ("c#", "Session = x;", "Session"),
    ],
)
def test_an_entry_that_outlives_a_request_is_named_by_its_key(language: str, code: str, expected: str) -> None:
    expressions, _ = look(code, language)
    assert expressions.relay(0) == expected


def test_decoding_calls_are_told_from_the_inside_out() -> None:
    expressions, size = look('c.TransformFinalBlock(Convert.FromBase64String(Req·uest["k"]), 0, 9)', "c#")
    found = expressions.trace(0, size, None)
    assert found is not None
    assert found.steps == ("FromBase64String", "TransformFinalBlock")
