"""What counts as asking the application who a visitor is, and what a page makes up itself."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks.access_checks import Denials, find_access_check
from webshellhunt.analysis.checks.branches import Range
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.lang.unit import build_unit
from webshellhunt.pages.page import Dependency, DependencyKind

WORK = 'Set f = Server.CreateObject("Scripting.FileSystemObject")\nf.CreateTextFile "a.txt"\n'
HANDLER = 'void Page_Load(object s, EventArgs e) {{ {} }}\nvoid Go() {{ File.WriteAllText("x", Request["y"]); }}'
SESSION = "the session's 'admin', which another page sets"
ASKED = 'If Session("admin") = "" Then Response.Redirect "login.asp"\n'


def check(text: str, language: str = "vbscript", *pulls: Dependency) -> str | None:
    analysis = PageAnalysis(build_unit(text, language, [(0, len(text))]))
    work = [place for _, _, place in analysis.sinks]
    assert work
    return find_access_check(analysis.index, analysis.constants, work, pulls)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ASKED, SESSION),
        ('If IsEmpty(Session.Contents("Admin")) Then\nResponse.End\nEnd If\n', SESSION),
        ('who = Session("admin")\nIf Len(who) = 0 Then\nx = 1\nResponse.End\nEnd If\n', SESSION),
        ('If Session("admin") <> "" Then\nx = 1\nElse\nResponse.End\nEnd If\n', SESSION),
        ('Function Known()\nKnown = Session("admin") <> ""\nEnd Function\nIf Not Known() Then Response.End\n', SESSION),
        ('Sub Ask()\nIf Session("admin") = "" Then Response.End\nEnd Sub\nCall Ask()\n', SESSION),
        ('Sub Out()\nResponse.End\nEnd Sub\nIf Session("admin") = "" Then Out\n', SESSION),
        ('If Request.ServerVariables("LOGON_USER") = "" Then Response.Status = "401 Unauthorized"\n', "LOGON_USER"),
        ('If Session("admin") = "" Or Session("b") = "" Then Response.End\n', SESSION),
        ('If Session("admin") = "" And IsNull(Session("admin")) Then Response.End\n', SESSION),
        ('If Request("out") = "1" Then Session("admin") = ""\n' + ASKED, SESSION),
    ],
)
def test_what_counts_in_classic_asp(text: str, expected: str) -> None:
    assert check(text + WORK) == expected


@pytest.mark.parametrize(
    "text",
    [
        'Session("admin") = "1"\n' + ASKED,
        'If Request("p") = "x" Then Session("admin") = Request("p")\n' + ASKED,
        'Session(Request("key")) = "1"\n' + ASKED,
        'Session.Add "admin", "1"\n' + ASKED,
        'Set Session("admin") = thing\n' + ASKED,
        'If Request.Cookies("admin") = "" Then Response.End\n',
        'If Session(name) = "" Then Response.End\n',
        'If Session("admin") = "" Then x = 1\n',
        'Sub Never()\nIf Session("admin") = "" Then Response.End\nEnd Sub\n',
        'If strict And Session("admin") = "" Then Response.End\n',
        'If strict Then\nIf Session("admin") = "" Then Response.End\nEnd If\n',
        'If strict And Session("admin") = "" Then\nIf Session("admin") = "" Then Response.End\nEnd If\n',
        'Response.Write Session("admin")\n',
    ],
)
def test_what_does_not(text: str) -> None:
    assert check(text + WORK) is None


def test_who_is_asked_after_the_work_was_not_asked() -> None:
    assert check(WORK + ASKED) is None


def test_work_inside_of_the_answer_is_guarded_and_work_beside_it_is_not() -> None:
    inside = f'If Session("admin") <> "" Then\n{WORK}End If\n'
    assert check(inside) == SESSION
    assert check(inside + 'f.CreateTextFile "b.txt"\n') is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('if (!User.IsInRole("Admins")) { Response.Redirect("~/login.aspx"); }', "User.IsInRole"),
        ("if (!Request.IsAuthenticated) Response.End();", "Request.IsAuthenticated"),
        ("if (Context.User.Identity.IsAuthenticated == false) { throw new HttpException(403, null); }",
         "Identity.IsAuthenticated"),
        ("if (ticket == null) FormsAuthentication.RedirectToLoginPage();", "FormsAuthentication"),
        ('if (Session["admin"] == null) Response.Redirect("login.aspx");', SESSION),
        ('if (!IsPostBack) { if (Session["admin"] == null) Response.End(); }', SESSION),
        ('string who = Session["admin"] as string; if (who == null) { Response.StatusCode = 403; }', SESSION),
    ],
)  # fmt: skip
def test_what_counts_in_csharp(text: str, expected: str) -> None:
    assert check(HANDLER.format(text), "c#") == expected


@pytest.mark.parametrize(
    "text",
    [
        'if (User.Identity.IsAuthenticated) { Label1.Text = "hello"; }',
        'Session["admin"] = 1; if (Session["admin"] == null) Response.End();',
        'if (Request["p"] != "x") Response.End();',
        "FormsAuthentication.RedirectToLoginPage.ToString();",
    ],
)
def test_what_does_not_in_csharp(text: str) -> None:
    assert check(HANDLER.format(text), "c#") is None


def test_in_other_functions_nobody_is_asked_on_every_visit() -> None:
    asked = 'if (!User.IsInRole("Admins")) Response.End();'
    assert check(HANDLER.format(asked).replace("Page_Load", "Button_Click"), "c#") is None


@pytest.mark.parametrize(
    ("attribute", "language"),
    [('[Authorize(Roles = "a")]', "c#"), ("[PrincipalPermission(SecurityAction.Demand)]", "c#"), ("<Authorize>", "vb")],
)
def test_attributes_ask_too(attribute: str, language: str) -> None:
    begin, end = ("class A { void F() {", "}}") if language == "c#" else ("Class A\nSub F()\n", "\nEnd Sub\nEnd Class")
    found = check(f'{attribute} {begin} File.WriteAllText("x", Request("y")) {end}', language)
    assert found is not None
    assert found.startswith("the attribute ")


def test_a_name_alone_is_no_attribute() -> None:
    assert check(HANDLER.format("Authorize(x);"), "c#") is None


@pytest.mark.parametrize(
    ("name", "counts"),
    [("inc/chklogin.asp", True), ("..\\Admin_Check.asp", True), ("authenticate.inc", True), ("security.asp", True),
     ("conn.asp", False), ("header.asp", False), ("login.css.asp/x.asp", False)],
)  # fmt: skip
def test_an_included_check_is_known_by_its_name(name: str, counts: bool) -> None:
    text = "\n\n\n" + WORK
    assert (check(text, "vbscript", Dependency(DependencyKind.INCLUDE_FILE, name, 0, 1)) is not None) == counts
    assert check(text, "vbscript", Dependency(DependencyKind.INCLUDE_FILE, name, len(text), len(text) + 1)) is None
    assert check(text, "vbscript", Dependency(DependencyKind.CLIENT_SCRIPT, name, 0, 1)) is None


def denies(text: str, language: str) -> bool:
    analysis = analyse(text, language)
    return Denials(analysis.index, analysis.constants).denies(Range(0, analysis.unit.tokens.values.index("last")))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Response.End\nlast", "vbscript", True),
        ('Response.Redirect "a"\nlast', "vbscript", True),
        ('Response.Redirect("a", false); last();', "c#", False),
        ("throw new HttpException(403, a); last();", "c#", True),
        ("Response.StatusCode = 403; last();", "c#", True),
        ("Response.StatusCode = 200; last();", "c#", False),
        ('Response.Status = "401 Unauthorized"\nlast', "vbscript", True),
        ("FormsAuthentication.RedirectToLoginPage(); last();", "c#", True),
        ("x = list.End\nlast", "vbscript", False),
        ("this.Out(); last(); void Out() { Response.End(); }", "c#", True),
        ("a.Out(); last(); void Out() { Response.End(); }", "c#", False),
        ("One(); last(); void One() { Two(); } void Two() { Response.End(); }", "c#", False),
    ],
)
def test_denials(text: str, language: str, expected: bool) -> None:
    assert denies(text, language) == expected
