"""The life of a page: which functions the server calls, in its order."""

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
        # the order of events, whatever the order in the text
        (
            "c#",
            'string x; void Page_PreRender() { SINK(x); } void Page_Load() { x += "2"; } void Page_Init() { x = "1"; }',
            ["12"],
        ),
        ("c#", 'string x = "1"; protected override void OnLoad(EventArgs e) { SINK(x); }', ["1"]),
        ("c#", "string x; void Page_Load() { x = VISITOR; } SINK(x);", ["<tainted>"]),
        ("vb", "Dim x\nSub Page_Load()\nx = VISITOR\nEnd Sub\nSINK(x)", ["<tainted>"]),
        # handlers, services, events
        (
            "c#",
            'class A { public void ProcessRequest(HttpContext context) { SINK(context.Req·uest["a"]); } }',
            ["<tainted>"],
        ),
        ("c#", "class A { [WebMethod] public void f(string p) { SINK(p); } }", ["<tainted>"]),
        ("c#", "class A { public void f(string p) { SINK(p); } }", ["<string>"]),
        ("c#", 'string x; void Page_Load() { x = "1"; } void Go(object sender, EventArgs e) { SINK(x); }', ["1"]),
        ("vb", 'Dim x = "1"\nSub Go() Handles b.Click\nSINK(x)\nEnd Sub', ["1"]),
        # what nobody calls
        ("c#", "void f() { SINK(VISITOR); }", ["<tainted>"]),
        ("vbscript", "Sub f\nSINK VISITOR\nEnd Sub", ["<tainted>"]),
        ("jscript", "function f() { SINK(VISITOR); }", ["<tainted>"]),
        # a classic page runs from top to bottom
        ("vbscript", 'x = "1"\nSINK x\nx = VISITOR', ["1"]),
    ],
)
def test_the_server_calls(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_a_static_field_is_there_at_the_next_request() -> None:
    code = "class A { public static string X; } void Page_Load() { SINK(A.X); A.X = VISITOR; }"
    assert "<tainted>" in str(seen(code, "c#"))


def test_a_field_of_the_page_is_not() -> None:
    assert "<tainted>" not in str(seen("string x; void Page_Load() { SINK(x); x = VISITOR; }", "c#"))


def test_others_call_the_functions_of_a_file_that_they_include() -> None:
    code = "x = 1\nSub f(p)\nSINK VISITOR\nEnd Sub"
    assert seen(code, "vbscript") == []
    assert seen(code, "vbscript", Surroundings(is_whole=False)) == ["<tainted>"]


def test_a_variable_that_a_branch_does_not_assign_is_empty_there() -> None:
    assert seen('If UNSURE Then x = "a"\nSINK x', "vbscript") == [{"a", ""}]


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
