"""Files that are compiled with a page: what flows from one into another is found once, where the sink is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders.inert import live
from tests.builders.steps import at_most
from webshellhunt.memo import Memo
from webshellhunt.model.findings import Finding
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource

RUNS = "WSH1002"
CS = '<%@ Page Language="C#" Inherits="P" CodeFile="P.aspx.cs" %>'
VB = '<%@ Page Language="VB" Inherits="P" CodeFile="P.aspx.vb" %>'
CS_ALONE, VB_ALONE = '<%@ Page Language="C#" %>', '<%@ Page Language="VB" %>'
ASK, GO = 'Requ·est["k"]', "System.Diagnostics.Process.St·art"
REGISTERED = '<%@ Register Src="u.ascx" TagPrefix="x" TagName="Go" %><x:Go id="Go1" runat="server" />'
ASK_VB = 'Requ·est("k")'

# Name: the files, the file with the sink, a text in them and what stands there in the harmless twin.
CROSSING: dict[str, tuple[dict[str, str], str, str, str]] = {
    "a field that the code file sets": (
        {
            "p.aspx": f"{CS}<% {GO}(word); %>",
            "P.aspx.cs": f"partial class P : Page {{ protected string word; void Page_Load() {{ word = {ASK}; }} }}",
        },
        "p.aspx",
        f"word = {ASK}",
        'word = "calc"',
    ),
    "a method of the code file that the page calls": (
        {
            "p.aspx": f"{CS}<% Go({ASK}); %>",
            "P.aspx.cs": f"partial class P : Page {{ protected void Go(string a) {{ {GO}(a); }} }}",
        },
        "P.aspx.cs",
        f"{GO}(a)",
        f"{GO}(int.Parse(a).ToString())",
    ),
    "a function in App_Code": (
        {
            "p.aspx": f"{CS_ALONE}<% Tools.Go({ASK}); %>",
            "App_Code/t.cs": f"public static class Tools {{ public static void Go(string a) {{ {GO}(a); }} }}",
        },
        "App_Code/t.cs",
        f"{GO}(a)",
        f'if (a == "calc") {GO}(a)',
    ),
    "a function in App_Code that asks the visitor": (
        {
            "p.aspx": f"{CS}",
            "P.aspx.cs": f"partial class P : Page {{ void Page_Load() {{ {GO}(Tools.Ask()); }} }}",
            "App_Code/t.cs": "public static class Tools { public static string Ask() {"
            f" return HttpContext.Current.{ASK}; }} }}",
        },
        "P.aspx.cs",
        "Tools.Ask()",
        "int.Parse(Tools.Ask()).ToString()",
    ),
    "a base class in another file": (
        {
            "p.aspx": f"{CS}",
            "P.aspx.cs": f"partial class P : Base {{ void Page_Load() {{ {GO}(Word); }} }}",
            "App_Code/b.cs": f"public class Base : Page {{ protected string Word {{ get {{ return {ASK}; }} }} }}",
        },
        "P.aspx.cs",
        f"return {ASK}",
        f"return int.Parse({ASK}).ToString()",
    ),
    "a base class that is nowhere": (
        {"p.aspx": CS, "P.aspx.cs": f"partial class P : Base {{ void Page_Load() {{ {GO}({ASK}); }} }}"},
        "P.aspx.cs",
        ASK,
        '"calc"',
    ),
    "a cache in App_Code": (
        {
            "p.aspx": f"{CS_ALONE}<% Kept.Word = {ASK}; {GO}(Kept.Word); %>",
            "App_Code/k.cs": "public class Kept { public static string Word; }",
        },
        "p.aspx",
        f"Kept.Word = {ASK}",
        'Kept.Word = "calc"',
    ),
    "an object of App_Code": (
        {
            "p.aspx": f"{CS_ALONE}<% var t = new Tools({ASK}); t.Go(); %>",
            "App_Code/t.cs": "class Tools { string a; public Tools(string b) { a = b; } public void Go() {"
            f" {GO}(a); }} }}",
        },
        "App_Code/t.cs",
        "a = b",
        'a = "calc"',
    ),
    "an extension method in App_Code": (
        {
            "p.aspx": f"{CS_ALONE}<% {ASK}.Go(); %>",
            "App_Code/t.cs": f"static class Tools {{ public static void Go(this string a) {{ {GO}(a); }} }}",
        },
        "App_Code/t.cs",
        f"{GO}(a)",
        f"{GO}(int.Parse(a).ToString())",
    ),
    "parts of a class in two files": (
        {
            "p.aspx": f"{CS_ALONE}<% Tools.Go({ASK}); %>",
            "App_Code/a.cs": "partial class Tools { static string Cut(string a) { return a.Trim(); } }",
            "App_Code/b.cs": f"partial class Tools {{ public static void Go(string a) {{ {GO}(Cut(a)); }} }}",
        },
        "App_Code/b.cs",
        "a.Trim()",
        "int.Parse(a).ToString()",
    ),
    "a handler": (
        {
            "h.ashx": '<%@ WebHandler Language="C#" Class="H" CodeFile="H.cs" %>',
            "H.cs": "class H : Base { public void ProcessRequest(HttpContext c) { Go(c." + ASK + "); } }",
            "App_Code/b.cs": f"class Base : IHttpHandler {{ protected void Go(string a) {{ {GO}(a); }} }}",
        },
        "App_Code/b.cs",
        f"{GO}(a)",
        f"{GO}(int.Parse(a).ToString())",
    ),
    "a user control whose field the page sets": (
        {
            "p.aspx": f"{CS_ALONE}{REGISTERED}"
            f"<script runat=server>void Page_Load() {{ Go1.Word = {ASK}; }}</script>",
            "u.ascx": '<%@ Control Language="C#" %><script runat=server>public string Word; void Page_PreRender() {'
            f" {GO}(Word); }}</script>",
        },
        "u.ascx",
        f"Go1.Word = {ASK}",
        'Go1.Word = "calc"',
    ),
    "a user control with a code file": (
        {
            "p.aspx": f"{CS_ALONE}{REGISTERED}"
            f"<% Go1.Run({ASK}); %>",
            "u.ascx": '<%@ Control Language="C#" Inherits="U" CodeFile="u.ascx.cs" %>',
            "u.ascx.cs": f"partial class U : UserControl {{ public void Run(string a) {{ {GO}(a); }} }}",
        },
        "u.ascx.cs",
        f"{GO}(a)",
        f"{GO}(int.Parse(a).ToString())",
    ),
    "a master page that runs a field of the page": (
        {
            "p.aspx": '<%@ Page Language="C#" MasterPageFile="~/m.master" Inherits="P" CodeFile="P.cs" %>',
            "P.cs": f"public partial class P : Page {{ public string Word; void Page_Load() {{ Word = {ASK}; }} }}",
            "m.master": f'<%@ Master Language="C#" %><p><% {GO}(((P)Page).Word); %></p>',
        },
        "m.master",
        f"Word = {ASK}",
        'Word = "calc"',
    ),
    "a master page with a method that the page calls": (
        {
            "p.aspx": f'<%@ Page Language="C#" MasterPageFile="~/m.master" %><% ((M)Master).Run({ASK}); %>',
            "m.master": '<%@ Master Language="C#" Inherits="M" CodeFile="m.cs" %>',
            "m.cs": f"partial class M : MasterPage {{ public void Run(string a) {{ {GO}(a); }} }}",
        },
        "m.cs",
        f"{GO}(a)",
        f"{GO}(int.Parse(a).ToString())",
    ),
    "the application keeps it for the page": (
        {
            "p.aspx": f'{CS_ALONE}<% {GO}((string)Context.Items["a"]); %>',
            "Global.asax": '<%@ Application Language="C#" %><script runat=server>void Application_BeginRequest() {'
            f' Context.Items["a"] = {ASK}; }}</script>',
        },
        "p.aspx",
        f'Context.Items["a"] = {ASK}',
        'Context.Items["a"] = "calc"',
    ),
    "a user control whose field the page sets (VB)": (
        {
            "p.aspx": f"{VB_ALONE}{REGISTERED}"
            f"<script runat=server>\nSub Page_Load()\nGo1.Word = {ASK_VB}\nEnd Sub\n</script>",
            "u.ascx": '<%@ Control Language="VB" %><script runat=server>\nPublic Word As String\nSub Page_PreRender()\n'
            f"{GO}(Word)\nEnd Sub\n</script>",
        },
        "u.ascx",
        f"Go1.Word = {ASK_VB}",
        'Go1.Word = "calc"',
    ),
    "the application keeps it for the page (VB)": (
        {
            "p.aspx": f'{VB_ALONE}<% {GO}(Context.Items("a")) %>',
            "Global.asax": '<%@ Application Language="VB" %><script runat=server>\nSub Application_BeginRequest()\n'
            f'Context.Items("a") = {ASK_VB}\nEnd Sub\n</script>',
        },
        "p.aspx",
        f'Context.Items("a") = {ASK_VB}',
        'Context.Items("a") = "calc"',
    ),
    "a field that the code file sets (VB)": (
        {
            "p.aspx": f"{VB}<% {GO}(word) %>",
            "P.aspx.vb": f"Partial Class P\nInherits Page\nProtected word As String\nSub Page_Load()\nword = {ASK_VB}\n"
            "End Sub\nEnd Class",
        },
        "p.aspx",
        f"word = {ASK_VB}",
        'word = "calc"',
    ),
    "a module in App_Code (VB)": (
        {
            "p.aspx": f"{VB_ALONE}<% Go({ASK_VB}) %>",
            "App_Code/t.vb": f"Public Module Tools\nPublic Sub Go(a As String)\n{GO}(a)\nEnd Sub\nEnd Module",
        },
        "App_Code/t.vb",
        f"{GO}(a)",
        f"{GO}(CInt(a).ToString())",
    ),
    "a base class in another file (VB)": (
        {
            "p.aspx": VB,
            "P.aspx.vb": "Partial Class P\nInherits Base\nSub Page_Load() Handles Me.Load\n"
            f"{GO}(Word)\nEnd Sub\nEnd Class",
            "App_Code/b.vb": "Public Class Base\nInherits Page\nProtected ReadOnly Property Word As String\nGet\n"
            f"Return {ASK_VB}\nEnd Get\nEnd Property\nEnd Class",
        },
        "P.aspx.vb",
        f"Return {ASK_VB}",
        f"Return CInt({ASK_VB}).ToString()",
    ),
}  # fmt: skip


def hunted(files: Mapping[str, str]) -> Report:
    return hunt(MemorySource({path: live(text).encode() for path, text in files.items()}))


def found(files: Mapping[str, str]) -> list[Finding]:
    return [each for verdict in hunted(files).verdicts for each in verdict.findings if each.rule.id == RUNS]


@pytest.mark.parametrize("name", CROSSING)
def test_what_flows_from_file_to_file_is_found_once_where_the_sink_is(name: str) -> None:
    files, sink, _, _ = CROSSING[name]
    assert [each.evidence[0].path for each in found(files)] == [sink]


@pytest.mark.parametrize("name", CROSSING)
def test_what_is_stopped_on_its_way_in_another_file_is_not_found(name: str) -> None:
    files, _, text, harmless = CROSSING[name]
    assert sum(text in each for each in files.values()) == 1
    assert found({path: each.replace(text, harmless) for path, each in files.items()}) == []


def test_the_way_through_another_file_is_told() -> None:
    files, sink, _, _ = CROSSING["a function in App_Code"]
    (finding,) = found(files)
    shown = [(each.path, live(files[each.path])[each.span.start : each.span.end]) for each in finding.evidence]
    assert shown == [(sink, "Start"), ("p.aspx", "Request")]
    assert finding.facts["path"] == "p.aspx 1:38 → 1:90"
    assert finding.facts["included_from"] == (sink,)


def _ring(count: int) -> dict[str, str]:
    """Return a page and classes that each inherit from the next one, and call it."""
    kinds = {
        f"App_Code/c{n:03}.cs": f"class C{n} : C{(n + 1) % count} {{ public static void Go(string a)"
        f" {{ C{(n + 1) % count}.Go(a); {GO}(a); }} }}"
        for n in range(count)
    }
    return {"p.aspx": f"{CS_ALONE}<% C0.Go({ASK}); %>", **kinds}


def test_classes_in_a_ring_over_files_are_read_up_to_a_bound() -> None:
    with at_most(60_000_000):
        paths = [each.evidence[0].path for each in found(_ring(40))]
    assert "App_Code/c000.cs" in paths
    assert len(paths) <= 5 * 17


def test_user_controls_and_master_pages_in_a_ring_are_read_once() -> None:
    register = '<%@ Register Src="{}.ascx" TagPrefix="x" TagName="Go" %><x:Go id="Go1" runat="server" />'
    code = f"<script runat=server>public string Word; void Page_PreRender() {{ {GO}(Word); }}</script>"
    files = {
        "p.aspx": f'<%@ Page Language="C#" MasterPageFile="m.master" %>{register.format("a")}<% Go1.Word = {ASK}; %>',
        "a.ascx": f'<%@ Control Language="C#" %>{register.format("b")}{code}',
        "b.ascx": f'<%@ Control Language="C#" %>{register.format("a")}{code}',
        "m.master": f'<%@ Master Language="C#" MasterPageFile="m.master" %><% {ASK}.ToString(); %>',
    }
    with at_most(20_000_000):
        hunted(files)


def test_the_same_page_has_the_same_findings_whatever_ran_before() -> None:
    files = {path: text for name in CROSSING for path, text in CROSSING[name][0].items()}
    Memo.forget_all()
    first = found(files)
    assert first == found(files)


def test_a_result_is_made_anew_for_another_content_of_a_file_beside_the_page() -> None:
    files, sink, text, harmless = CROSSING["a function in App_Code"]
    assert [each.evidence[0].path for each in found(files)] == [sink]
    assert found({path: each.replace(text, harmless) for path, each in files.items()}) == []
    assert [each.evidence[0].path for each in found(files)] == [sink]


@pytest.mark.parametrize(("name", "count", "size", "is_gap"), [
    ("\udcff\n", 1, 1, False),
    ("a", 63, 1, False),
    ("a", 64, 1, True),
    ("a", 1, 256 * 1024, True),
])  # fmt: skip
def test_sources_that_are_left_out_are_a_gap(name: str, count: int, size: int, is_gap: bool) -> None:
    files, _, _, _ = CROSSING["a function in App_Code"]
    more = {f"App_Code/z{name}{n}.cs": "class A { }" + " " * size for n in range(count)}
    report = hunted({**files, **more})
    assert [(each.code, each.path) for each in report.gaps] == [("pull-not-followed", "p.aspx")] * is_gap
    assert any(each.rule.id == RUNS for verdict in report.verdicts for each in verdict.findings)
