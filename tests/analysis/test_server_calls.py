"""Which procedures of a page the server calls: by their names, attributes and events."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.server_calls import ServerCalls, is_event_handler
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower.net import classes
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage


def called(code: str, language: str = "c#", *, of: str = PAGE_CLASS, text: str = "<%@ Page %>") -> list[str]:
    """Return the names of the procedures of a class that the server calls."""
    unit = build_unit(code, language, [(0, len(code))])
    program = classes.lower(unit.parsed.top, NetPage(language))
    calls = ServerCalls(program.classes, language, text, is_whole=True)
    symbol = program.classes[of]
    return [node.name for _, node in calls.procedures(symbol) if calls.is_called(symbol, node)]


@pytest.mark.parametrize(
    "name", ["Page_Load", "page_init", "OnPreRender", "ProcessRequest", "Application_BeginRequest"]
)
def test_names_of_the_server(name: str) -> None:
    assert called(f"void {name}() {{ }} void Other() {{ }}") == [name]


def test_attributes_say_that_visitors_call() -> None:
    assert called("[WebMethod] public void A(string n) { } public void B(string n) { }") == ["A"]
    code = "interface I { [OperationContract] void A(string n); } class S : I { public void A(string n) { } }"
    assert called(code, of="S") == ["A"]


def test_a_private_handler_that_nothing_names_is_not_attached() -> None:
    handler = "private void Act(object s, EventArgs e) { }"
    assert called(handler, text="<%@ Page %>" + handler) == []
    assert called(handler, text="<%@ Page %><a onclick='Act'/>" + handler) == ["Act"]


def test_inherited_methods_are_called_unless_they_are_overridden() -> None:
    code = (
        "class Base { public void ProcessRequest(HttpContext c) { } }"
        " class H : Base { public new void ProcessRequest(HttpContext c) { } } class G : Base { }"
    )
    assert called(code, of="H") == called(code, of="G") == ["ProcessRequest"]


def test_events_have_a_sender_and_arguments() -> None:
    code = "void A(object s, EventArgs e) { } void B(object s, GridViewEventArgs e) { } void C(object s, string e) { }"
    unit = build_unit(code, "c#", [(0, len(code))])
    assert [is_event_handler(each) for each in unit.parsed.top.statements] == [True, True, False]  # type: ignore[arg-type]
