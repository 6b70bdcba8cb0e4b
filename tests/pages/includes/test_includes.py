"""What a page pulls in is examined as part of it, and told where it lies."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders.inert import live
from tests.builders.steps import at_most
from webshellhunt.model.findings import Finding
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine, hunt
from webshellhunt.sources import MemorySource

TAKES = '<%\nDim x\nx = Request·("key")\n%>\n'
RUNS = "<p>words</p>\n<%\nExe·cute x\n%>\n"
SHELL = '<p>words</p>\n<%Exe·cute Requ·est("key")%>\n'


def hunted(files: Mapping[str, str]) -> Report:
    return hunt(MemorySource({path: live(text).encode() for path, text in files.items()}))


def verdict(report: Report, path: str) -> Verdict:
    return next(v for v in report.verdicts if v.subject.path == path)


def found(report: Report, path: str, rule: str = "WSH1001") -> Finding:
    (finding,) = [f for f in verdict(report, path).findings if f.rule.id == rule]
    return finding


@pytest.mark.parametrize("name", ["code.txt", "logo.jpg", "data.html", "x"])
@pytest.mark.parametrize("form", ["file", "virtual"])
def test_a_harmless_file_that_a_page_includes_is_code(name: str, form: str) -> None:
    report = hunted({"page.asp": f'<!--#include {form}="{name}"-->', name: SHELL})
    assert verdict(report, "page.asp").disposition is Disposition.MALICIOUS
    finding = found(report, "page.asp")
    text = live(SHELL)
    assert {(each.path, each.layer, each.line) for each in finding.evidence} == {(name, f"include {name}", 2)}
    words = [text[each.span.start : each.span.end].lower() for each in finding.evidence]
    assert words == ["execute", "request"]
    assert finding.facts["included_from"] == (name,)
    assert finding.facts["request_key"] == "key"


def test_a_flow_crosses_from_the_page_into_what_it_includes() -> None:
    files = {"a.asp": f'{TAKES}<!--#include file="b.txt"-->', "b.txt": RUNS}
    report = hunted(files)
    assert found(report, "a.asp").evidence[0].path == "b.txt"
    assert verdict(hunted({**files, "a.asp": TAKES}), "a.asp").findings == ()


def test_a_flow_crosses_from_what_is_included_into_the_page() -> None:
    page = f'<!--#include file="deep/b.jpg"-->{RUNS}'
    report = hunted({"a.asp": page, "deep/b.jpg": '<!--#include file="c.jpg"-->', "deep/c.jpg": TAKES})
    finding = found(report, "a.asp")
    texts = {"a.asp": live(page), "deep/c.jpg": live(TAKES)}
    shown = [(e.path, e.layer, texts[e.path][e.span.start : e.span.end].lower()) for e in finding.evidence]
    origin = "deep/c.jpg", "include deep/c.jpg"
    assert shown == [("a.asp", "text", "execute"), (*origin, "request"), (*origin, "x")]
    assert finding.facts["included_from"] == ("deep/c.jpg",)
    assert finding.facts["path"] == "deep/c.jpg 3:5 → deep/c.jpg 3:1 → 3:1"


def test_an_application_that_has_all_powers_somewhere_is_no_tool() -> None:
    powers = (
        'Set a = CreateObject("WScr·ipt.Shell")\na.Ru·n "x"',
        'Set b = CreateObject("Scripting.File·SystemObject")\nFor Each d In b.Drives\nNext',
        'a.Reg·Read("x")',
    )
    parts = {f"{number}.txt": f"<%\n{power}\n%>" for number, power in enumerate(powers)}
    directives = "".join(f'<!--#include file="{name}"-->' for name in parts)
    kit = "<%\n" + "\n".join(powers) + "\n%>"
    tools = [f.rule.id for f in verdict(hunted({"a.asp": directives, **parts}), "a.asp").findings]
    assert "WSH1007" not in tools
    assert found(hunted({"a.asp": '<!--#include file="kit.jpg"-->', "kit.jpg": kit}), "a.asp", "WSH1007")


def test_in_an_application_nobody_is_told_apart_by_what_stands_anywhere() -> None:
    cloak = 'If InStr(Request.ServerVariables("HTTP_USER_AGENT"), "baidu·spider") Then Response.Redirect u\n'
    files = {"a.asp": f'<!--#include file="b.txt"--><%\n{cloak}%>', "b.txt": '<%\nu = "http://shop.example.net/"\n%>'}
    assert found(hunted(files), "a.asp", "WSH1018")
    files["b.txt"] = files["b.txt"].replace("<%", "<%\n" + "x = 1\n" * 600)
    assert "WSH1018" not in [f.rule.id for f in verdict(hunted(files), "a.asp").findings]


def test_included_code_is_in_the_language_of_the_page() -> None:
    code = '<% ev·al(Requ·est("key") + "") %>'
    page = '<%@ Language="JScript" %><!--#include file="b.txt"-->'
    assert found(hunted({"a.asp": page, "b.txt": code}), "a.asp").facts["language"] == "jscript"


@pytest.mark.parametrize("page", ["page.aspx", "page.asp"])
def test_a_script_from_a_file_is_code(page: str) -> None:
    tag = '<script runat="server" language="JScript" src="code.css"></script>'
    code = 'function Page_Load() { ev·al(Requ·est("key") + "", "unsafe"); }'
    finding = found(hunted({page: tag, "code.css": code}), page)
    assert [(each.path, each.line, each.column) for each in finding.evidence] == [
        ("code.css", 1, 24),
        ("code.css", 1, 29),
    ]


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ('CodeFile="code.cs"', "code.cs"),
        ('Src="~/deep/code.cs"', "deep/code.cs"),
        ('Inherits="A.Code"', "App_Code/x/any.cs"),
    ],
)
def test_the_source_beside_a_page_is_code(attributes: str, path: str) -> None:
    code = 'class Code : Page { TextBox t; void Go() { Process.St·art("cmd.exe", "/c " + word.Te·xt); } }'
    page = f'<%@ Page Language="C#" {attributes} %><asp:TextBox id="word" runat="server" />'
    report = hunted({"page.aspx": page, path: f"using System.Diagnostics;\n{code}"})
    finding = found(report, "page.aspx", "WSH1002")
    assert (finding.evidence[0].path, finding.evidence[0].layer) == (path, f"source {path}")
    assert finding.evidence[0].line == 2


def test_a_handler_whose_class_lies_in_app_code_is_examined() -> None:
    code = 'class H { public void ProcessRequest(HttpContext context) { Process.St·art(context.Requ·est["key"]); } }'
    report = hunted({"h.ashx": '<%@ WebHandler Language="C#" Class="H" %>', "App_Code/h.cs": code})
    assert found(report, "h.ashx", "WSH1002").facts["included_from"] == ("App_Code/h.cs",)


def test_what_is_missing_is_a_fact_of_the_finding_and_no_gap() -> None:
    page = f'<!--#include file="none.inc"--><!--#include file="E:\\x.inc"-->{SHELL}'
    report = hunted({"page.asp": page})
    missing = found(report, "page.asp").facts["not_followed"]
    assert missing == (
        "none.inc: there is no such file in the source",
        "E:\\x.inc: the source does not contain drive E:",
    )
    assert report.gaps == ()


def test_what_is_there_and_cannot_be_followed_is_a_gap() -> None:
    page = '<!--#include file="x.inc"-->'
    report = hunt(MemorySource({"page.asp": page.encode(), "x.inc": b""}, unreadable=["x.inc"]))
    assert ("pull-not-followed", "page.asp", True) in {(gap.code, gap.path, gap.matters) for gap in report.gaps}


def test_a_finding_in_a_page_that_is_included_is_told_once_by_each() -> None:
    report = hunted({"a.asp": '<!--#include file="b.asp"-->', "b.asp": SHELL})
    assert found(report, "a.asp").evidence[0].path == "b.asp"
    assert found(report, "b.asp").evidence[0].layer == "text"


def test_bytes_alone_are_examined_without_looking_anywhere() -> None:
    assert examine(b'<!--#include file="x.txt"-->', path="page.asp").findings == ()


def test_a_text_that_no_page_includes_is_not_executed() -> None:
    assert verdict(hunted({"page.asp": "<p>", "x.txt": SHELL}), "x.txt").disposition is Disposition.SUSPICIOUS


def test_a_ring_of_a_thousand_includes_is_examined_in_bounded_time() -> None:
    files = {f"{n}.asp": f'<% x{n} = Request("k") %><!--#include file="{(n + 1) % 1000}.asp"-->' for n in range(1000)}
    with at_most(15_000_000):
        report = hunted(files)
    assert {gap.code for gap in report.gaps} == {"pull-not-followed"}
