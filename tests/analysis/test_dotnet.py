"""The life of a page of ASP.NET: which procedures the server calls, in which order, and for how many requests."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.dotnet import run_dotnet
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import build_unit

RUN = live("System.Diagn·ostics.Pro·cess.Start")
ASK = live("Req·uest")

PAGE = "<\x25@ Page \x25>\n<script runat='server'>\n"


def keys(code: str, language: str = "c#", controls: frozenset[str] = frozenset(), *, whole: bool = True) -> list[str]:
    """Return the keys, or else the origins, of what reaches a program that is started."""
    start = len(PAGE)
    unit = build_unit(PAGE + code, language, [(start, start + len(code))])
    run = run_dotnet(unit.tokens, Surroundings(controls, is_whole=whole), unit.parsed)
    found = [
        trace.key or trace.origin
        for each in run.shown
        if each.names == ("process", "start")
        for value in each.arguments
        for trace in value.traces
    ]
    run.close()
    return found


def test_the_server_calls_procedures_in_its_own_order() -> None:
    load = f"void Page_Load(object s, EventArgs e) {{ {RUN}(a); }}"
    assert keys(f'string a;\n{load}\nvoid Page_Init(object s, EventArgs e) {{ a = {ASK}["k"]; }}') == ["k"]
    assert keys(f'string a;\n{load}\nvoid Page_PreRender(object s, EventArgs e) {{ a = {ASK}["k"]; }}') == []


@pytest.mark.parametrize(
    ("declared", "stored"),
    [("", 'Session["a"]'), ("", 'Application["a"]'), ("", 'Cache["a"]'), ("static string kept;", "kept")],
)
def test_what_a_request_stores_is_there_for_the_next(declared: str, stored: str) -> None:
    body = f'{RUN}((string) {stored}); {stored} = {ASK}["k"];'
    assert keys(f"{declared}\nvoid Page_Load(object s, EventArgs e) {{ {body} }}") == ["k"]


def test_a_field_of_the_page_ends_with_its_request() -> None:
    assert keys(f'string a;\nvoid Page_Load(object s, EventArgs e) {{ {RUN}(a); a = {ASK}["k"]; }}') == []


def test_a_handler_that_is_reusable_serves_several_requests() -> None:
    code = (
        "public class H : IHttpHandler {{ string a; public bool IsReusable {{ get {{ return {0}; }} }}\n"
        "public void ProcessRequest(HttpContext c) {{ {1}(a); a = c.{2}[{3}]; }} }}"
    )
    assert keys(code.format("true", RUN, ASK, '"k"')) == ["k"]
    assert keys(code.format("false", RUN, ASK, '"k"')) == []


@pytest.mark.parametrize(
    ("attribute", "type_name", "found"),
    [("[WebMethod]", "string", ["n"]), ("[WebMethod]", "int", []), ("[Obsolete]", "string", [])],
)
def test_arguments_of_a_service_are_of_the_visitor(attribute: str, type_name: str, found: list[str]) -> None:
    code = f'public class S : WebService {{ {attribute} public void A({type_name} n) {{ {RUN}(n + ""); }} }}'
    assert keys(code + "\nvoid Page_Load(object s, EventArgs e) { }") == found


def test_a_procedure_that_nobody_calls_runs_in_a_file_for_others_alone() -> None:
    helper = f'void Act() {{ {RUN}({ASK}["k"]); }}\n'
    assert keys(helper) == ["k"]
    assert keys(helper + "void Page_Load(object s, EventArgs e) { int i = 1; }") == []
    assert keys(helper + "void Page_Load(object s, EventArgs e) { int i = 1; }", whole=False) == ["k"]


def test_the_text_of_a_control_is_of_the_visitor_until_the_page_sets_it() -> None:
    page = "void Page_Load(object s, EventArgs e) {{ {0} {1}(box.Text); }}"
    assert keys(page.format("", RUN), controls=frozenset({"box"})) == ["box.Text"]
    assert keys(page.format('box.Text = "dir";', RUN), controls=frozenset({"box"})) == []


def test_code_after_the_end_of_the_response_is_not_reached() -> None:
    body = f'Response.End(); {RUN}({ASK}["k"]);'
    assert keys(f"void Page_Load(object s, EventArgs e) {{ {body} }}") == []
    later = f'void Page_PreRender(object s, EventArgs e) {{ {RUN}({ASK}["k"]); }}'
    assert keys(f"{later}\nvoid Page_Load(object s, EventArgs e) {{ Response.End(); }}") == []


HANDLED: Mapping[str, list[str]] = {"Handles b.Click": ["k"], "": []}


@pytest.mark.parametrize("handles", HANDLED)
def test_the_server_calls_what_handles_an_event(handles: str) -> None:
    sub = f'Private Sub Act(s As Object, e As EventArgs) {handles}\n{RUN}({ASK}("k"))\nEnd Sub\n'
    assert keys(sub + "Sub Page_Load(s As Object, e As EventArgs)\nDim i = 1\nEnd Sub", "vb") == HANDLED[handles]


def test_texts_of_code_that_is_not_reached_are_known() -> None:
    load = 'void Page_Load(object s, EventArgs e) { if (1 == 2) { string x = "a" + "b"; } }'
    code = load + '\nvoid B() { string y = "c" + "d"; }'
    unit = build_unit(code, "c#", [(0, len(code))])
    run = run_dotnet(unit.tokens, Surroundings(), unit.parsed)
    assert {text for _, text in run.texts.all()} >= {"ab", "cd"}
    run.close()
    assert [*run.texts.all()] == []
