"""Which parts of code run for crawlers only."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.builders.any_code import LANGUAGES, any_code
from tests.builders.inert import analyse, unit_of
from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.marks.audiences import Audiences
from webshellhunt.analysis.marks.relay_marks import find_relay_marks

IN_VB = 'a = Request.ServerVariables("HTTP_USER_AGENT")\n'
IN_C = "var a = Request.UserAgent;"


def audiences(code: str, language: str) -> Audiences:
    analysis = analyse(code, language)
    return Audiences(analysis.index, find_relay_marks(analysis.index, analysis.constants))


def is_chosen(code: str, language: str) -> bool:
    """Return True if the token ``here`` runs for crawlers only."""
    analysis = analyse(code, language)
    found = Audiences(analysis.index, find_relay_marks(analysis.index, analysis.constants)).find()
    return any(each.names == ("here",) for node in found for each in analysis.index.within(node))


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
    assert audiences(IN_C + 'x = a.Contains("Googlebot");', "c#").recognises()
    assert not audiences(IN_C + 'x = a + "Googlebot";', "c#").recognises()
    assert not audiences('x = a.Contains("Googlebot");', "c#").recognises()


def test_many_branches_end() -> None:
    code = IN_C + "if (x) { y(); }" * 3000 + 'if (a.Contains("Googlebot")) { here(); }'
    assert not is_chosen(code, "c#")


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=any_code('useragent contains "googlebot" instr like not ! == -1 true <> && replace'))
def test_any_words_have_audiences(language: str, code: str) -> None:
    unit = unit_of(f"u = request . useragent ;\n {code}", language)
    constants = {each.start: Constant(str(each.value), each.start, each.end) for each in unit.index.literals}
    found = Audiences(unit.index, find_relay_marks(unit.index, constants))
    found.recognises()
    assert all(0 <= each.start < each.end <= len(unit.tokens) for each in found.find())
