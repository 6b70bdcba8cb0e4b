"""Members and items of the request, of stores and of libraries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.inert import analyse
from tests.builders.interpreted import run, seen
from webshellhunt.analysis.domain.taints import traces_of


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'SINK(Req·uest.Form["a"]);', ["<tainted>"]),
        ("c#", 'SINK(Req·uest.QueryString["a"]);', ["<tainted>"]),
        ("c#", "SINK(Req·uest.UserAgent);", ["<tainted>"]),
        ("c#", 'SINK(HttpContext.Current.Req·uest["a"]);', ["<tainted>"]),
        ("c#", 'SINK(this.Req·uest["a"]);', ["<tainted>"]),
        ("c#", 'var r = Req·uest; SINK(r["a"]);', ["<tainted>"]),
        ("c#", 'SINK(Req·uest.ServerVariables["APPL_PHYSICAL_PATH"]);', ["<string>"]),
        ("c#", "SINK(Req·uest.PhysicalApplicationPath);", ["<>"]),
        ("c#", 'SINK(new WebClient().DownloadString("u"));', ["u", "<tainted>"]),
        ("c#", 'Session["a"] = VISITOR; Session["b"] = "1"; SINK(Session["b"]);', ["1"]),
        ("c#", 'Session["a"] = VISITOR; SINK(Session["a"]);', ["<tainted>"]),
        ("c#", 'Application["a"] = VISITOR; SINK(Session["a"]);', ["<>"]),
        ("c#", "SINK(VISITOR.Length);", ["<number>"]),
        ("c#", "SINK(unknown(VISITOR).Member);", ["<tainted>"]),
        ("vbscript", 'SINK Req·uest("a")', ["<tainted>"]),
        ("vbscript", 'SINK Req·uest.Form("a").Item', ["<tainted>"]),
        ("vbscript", 'Session("a") = VISITOR\nSINK Session("a")', ["<tainted>"]),
        ("vbscript", 'SINK Application(VISITOR & "a")', ["<>"]),
        ("vbscript", 'Application("b") = VISITOR\nSINK Application(VISITOR & "a")', ["<tainted>"]),
        ("vbscript", 'SINK unknown(VISITOR & "a")', ["<tainted>"]),
        ("jscript", 'SINK(Req·uest.Form("a"));', ["<tainted>"]),
    ],
)
def test_what_the_page_does_not_declare(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_an_assigned_property_may_be_a_sink() -> None:
    (arrival,) = run("var p = new Pro·cess(); p.StartInfo.FileName = VISITOR;", "c#").arrivals
    assert arrival.is_assigned
    assert traces_of(arrival.arguments[0])


def test_the_origin_of_a_control_is_where_the_page_asks_for_it() -> None:
    code = """void Page_Load() { if (Is) box.Text = ""; string a = box.Text; Pro·cess.Start(a); }"""
    analysis = analyse(code, "c#", controls=frozenset({"box"}))
    traces = [flow.trace for flow in analysis.flows if flow.trace is not None]
    values = analysis.unit.tokens.values
    assert [values[trace.place - 3 : trace.place + 1] for trace in traces] == [["=", "box", ".", "Text"]]
