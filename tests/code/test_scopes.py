"""Which variable a name is."""

from __future__ import annotations

import pytest

from tests.builders.looking import look


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
    assert {expressions.scopes.key(name, "f") for name in local} == {f"f\0{name}" for name in local}
    assert {expressions.scopes.key(name, "f") for name in other} == other
    assert {expressions.scopes.key(name, None) for name in local} == local


def test_a_function_sees_what_the_one_around_it_declares() -> None:
    expressions, _ = look("function a() { var x = 1; function b() { var y = 2; } }", "jscript")
    assert expressions.scopes.key("x", "b") == "a\0x"
    assert expressions.scopes.key("y", "b") == "b\0y"


def test_an_entry_of_the_session_is_named_by_its_key() -> None:
    expressions, _ = look('Session["A"] = x;', "c#")
    assert expressions.scopes.relay(0) == "session(a)"
    expressions, _ = look("Session[a] = x;", "c#")
    assert expressions.scopes.relay(0) == "Session"


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
    assert expressions.scopes.relay(0) == expected
