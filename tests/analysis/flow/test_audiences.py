"""Which parts of code run for crawlers only."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.builders.any_code import LANGUAGES, any_code
from tests.builders.inert import analyse
from webshellhunt.analysis.flow.audiences import find_audiences

IN_VB = 'a = Request.ServerVariables("HTTP_USER_AGENT")\n'
IN_C = "var a = Request.UserAgent;"


def recognises(code: str, language: str) -> bool:
    return find_audiences(analyse(code, language, is_classic=language == "vbscript")) is not None


def is_chosen(code: str, language: str) -> bool:
    """Return True if the token ``here`` runs for crawlers only."""
    analysis = analyse(code, language, is_classic=language == "vbscript")
    found = find_audiences(analysis)
    chosen = () if found is None else found.find()
    return any(each.names == ("here",) for node in chosen for each in analysis.index.within(node))


@pytest.mark.parametrize(
    "code",
    [
        'If InStr(a, "Googlebot") > 0 Then here',
        'If InStr(a, "Googlebot") Then\nhere\nEnd If',
        'If InStr(a, "Googlebot") = 0 Then\nx\nElse\nhere\nEnd If',
        'b = InStr(a, "Googlebot") > 0\nIf b Then here',
        'If InStr(a, "Googlebot") > 0 Then b = True\nIf b Then here',
        'Function f(p)\nf = False\nIf InStr(p, "Googlebot") > 0 Then f = True\nEnd Function\nIf f(a) Then here',
        'If x Then\ny\nElseIf InStr(a, "Googlebot") > 0 Then\nhere\nEnd If',
        'If x And Not InStr(a, "Googlebot") = 0 Then here',
        'If a Like "*Googlebot*" Then here',
        'Select Case True\nCase x\ny\nCase InStr(a, "Googlebot") > 0\nhere\nEnd Select',
    ],
)
def test_branches_of_vb(code: str) -> None:
    assert is_chosen(IN_VB + code, "vbscript")


@pytest.mark.parametrize(
    "code",
    [
        'If InStr(a, "Googlebot") = 0 Then here',
        'If Not InStr(a, "Googlebot") > 0 Then here',
        'If InStr(a, "Firefox") > 0 Then here',
        'Select Case True\nCase InStr(a, "Googlebot") > 0\nx\nCase Else\nhere\nEnd Select',
        'Select Case False\nCase InStr(a, "Googlebot") > 0\nhere\nEnd Select',
        'If x And Not InStr(a, "Googlebot") > 0 Then here',
        'If InStr(a, "Googlebot") > 0 Then b.buffer = True\nIf b.x Then here',
        'If a = "Googlebot" Then x\nhere',
        'If InStr(a, "Googlebot") > 0 Then b = "crawler"\nIf b = "x" Then here',
    ],
)
def test_other_branches_of_vb(code: str) -> None:
    assert not is_chosen(IN_VB + code, "vbscript")


@pytest.mark.parametrize(
    "code",
    [
        'if (a.Contains("Googlebot")) { here(); }',
        'if (a.IndexOf("Googlebot") >= 0) here();',
        'if (a.IndexOf("Googlebot") == -1) { x(); } else { here(); }',
        'bool f() { return Regex.IsMatch(a, "bingbot"); } if (f()) { here(); }',
        'bool f() { if (a.Contains("Googlebot")) return true; return false; } if (f()) { here(); }',
        "if (Request.Browser.Crawler) { here(); }",
        "if (Request.Browser.Crawler == true) { here(); }",
        "if (Request.Browser.Crawler != true) { x(); } else { here(); }",
        'if (x && a.Contains("Googlebot")) { here(); }',
        'switch (a) { case string s when a.Contains("Googlebot"): here(); break; }',
        'y = a switch { string s when a.Contains("Googlebot") => here(), _ => z() };',
        'y = a.Contains("Googlebot") ? here() : z();',
        'var f = a.Contains("Googlebot"); if (f) here();',
        'if (-1 == a.IndexOf("Googlebot")) { x(); } else { here(); }',
    ],
)
def test_branches_of_c(code: str) -> None:
    assert is_chosen(IN_C + code, "c#")


@pytest.mark.parametrize(
    "code",
    [
        'if (!a.Contains("Googlebot")) { here(); }',
        'if (a.IndexOf("Googlebot") < 0) { here(); }',
        'if (a.IndexOf("Googlebot") == -1) { here(); }',
        'if (false == a.Contains("Googlebot")) { here(); }',
        'y = a.Contains("Googlebot") ? z() : here();',
        'var f = a.Replace("Googlebot", ""); if (f == "") here();',
        'string f() { if (a.Contains("Googlebot")) return "bot"; return ""; } if (f() == "x") { here(); }',
    ],
)
def test_other_branches_of_c(code: str) -> None:
    assert not is_chosen(IN_C + code, "c#")


def test_recognition_needs_a_search() -> None:
    assert recognises(IN_C + 'x = a.Contains("Googlebot");', "c#")
    assert not recognises(IN_C + 'x = a + "Googlebot";', "c#")
    assert not recognises('x = a.Contains("Googlebot");', "c#")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('a = Request.ServerVariables("HTTP_USER" & "_AGENT")\nx = InStr(a, "googlebot")', "vbscript"),
        ('a = Request.ServerVariables("HTTP_REFERER")\nx = InStr(a, "goo" & "gle")', "vbscript"),
        ('x = InStr(Request.ServerVariables("HTTP_USER_AGENT"), Array("yandex")(0))', "vbscript"),
        ('Set r = New RegExp\nr.Pattern = "slurp"\nx = r.Test(Request.ServerVariables("HTTP_REFERER"))', "vbscript"),
        ('var x = /googlebot|slurp/i.test(Request.ServerVariables("HTTP_USER_AGENT"));', "jscript"),
        ('var x = Request.Headers["User-Agent"].IndexOf("baidu");', "c#"),
        ('var x = new[] { "bingbot", "slurp" }.Any(each => Request.UserAgent.Contains(each));', "c#"),
        ("var x = Request.Browser.Crawler;", "c#"),
    ],
)
def test_names_in_pieces_and_in_lists_are_recognised(code: str, language: str) -> None:
    assert recognises(code, language)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('x = InStr(Request.ServerVariables("HTTP_HOST"), "google")', "vbscript"),
        ('x = InStr(Request.ServerVariables("HTTP_USER_AGENT"), "MSIE") & "google"', "vbscript"),
        ('var x = Request.UserAgent.Contains("http://www.google.example/");', "c#"),
        ('var x = Request.Form["a"].Contains("googlebot");', "c#"),
    ],
)
def test_other_searches_are_none(code: str, language: str) -> None:
    assert not recognises(code, language)


def test_many_branches_end() -> None:
    code = IN_C + "if (x) { y(); }" * 3000 + 'if (a.Contains("Googlebot")) { here(); }'
    assert not is_chosen(code, "c#")


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=any_code('useragent contains "googlebot" instr like not ! == -1 true <> && replace'))
def test_any_words_have_audiences(language: str, code: str) -> None:
    text = f"u = request . useragent ;\n {code}"
    analysis = analyse(text, language)
    found = find_audiences(analysis)
    chosen = [] if found is None else found.find()
    assert all(0 <= each.start < each.end <= len(analysis.unit.tokens) for each in chosen)
