"""Server calls: handlers, services and events, with the arguments of the server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen, written
from webshellhunt.analysis.engine import run_page
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.tokens import tokenize


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


@pytest.mark.parametrize(
    ("directive", "code", "is_called"),
    [
        ("Page", "void Go(object sender, EventArgs e) { SINK(VISITOR); }", False),
        ("Page", "void Go(object sender, EventArgs e) { SINK(VISITOR); } void Page_Load() { b.Click += Go; }", True),
        ("Page", "public void Go(object sender, EventArgs e) { SINK(VISITOR); }", True),
        ("Page", "void Page_DataBind(object sender, EventArgs e) { SINK(VISITOR); }", True),
        ('Page Inherits="Base"', "void Go(object sender, EventArgs e) { SINK(VISITOR); }", True),
        ("Control", "void Go(object sender, EventArgs e) { SINK(VISITOR); }", True),
    ],
)
def test_a_page_names_the_handlers_of_its_events(directive: str, code: str, is_called: bool) -> None:
    text = written(f"<\x25@ {directive} \x25>{code}", "c#")
    tokens = tokenize(text, "c#", text.index(">") + 1)
    assert bool(run_page(tokens, Surroundings()).arrivals) is is_called
