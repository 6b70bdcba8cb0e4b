"""Server calls: handlers, services and events, with the arguments of the server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (
            "c#",
            'class A { public void ProcessRequest(HttpContext context) { SINK(context.Req·uest["a"]); } }',
            ["<tainted>"],
        ),
        ("c#", "class A { [WebMethod] public void f(string p) { SINK(p); } }", ["<tainted>"]),
        ("c#", "class A { public void f(string p) { SINK(p); } }", ["<string>"]),
        ("c#", 'string x; void Page_Load() { x = "1"; } void Go(object sender, EventArgs e) { SINK(x); }', ["1"]),
        ("vb", 'Dim x = "1"\nSub Go() Handles b.Click\nSINK(x)\nEnd Sub', ["1"]),
    ],
)
def test_the_server_calls(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
