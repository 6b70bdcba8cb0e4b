"""Entering: the arguments of the server, and the functions that it calls after an exception."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("class A { [WebMethod] public void f(string p) { SINK(p); } }", ["<tainted>"]),
        ("class A { [WebMethod] public void f(int p) { SINK(p); } }", ["<number>"]),
        ("class A { public void f(string p) { SINK(p); } }", ["<string>"]),
    ],
)
def test_the_arguments_of_the_server(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives


def test_an_exception_that_nobody_handles_calls_the_handler_of_the_page() -> None:
    code = 'void Page_Load() { throw new Exception("1"); } void Page_Error(object sender, EventArgs e) { SINK("2"); }'
    assert "2" in seen(code, "c#")
