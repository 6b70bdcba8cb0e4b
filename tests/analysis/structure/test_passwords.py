"""Passwords in a page."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.structure.passwords import find_own_password, is_asked_later

HASH = "0123456789abcdef" * 2


def found(code: str, language: str) -> str | None:
    unit = unit_of(code, language)
    place = find_own_password(unit)
    return None if place is None else unit.tokens.values[place]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", 'if (Request["pass"] == "0123") { }', "0123"),
        ("c#", 'if (Request.Form["authKey"] != WORD) { } const string WORD = "0123";', "WORD"),
        ("c#", 'var p = Request["pwd"]; if (p.Equals("0123")) { }', "0123"),
        ("c#", 'if (txtPassword.Text == "0123") { }', "0123"),
        ("vb", 'If Request("password") <> "0123" Then', "0123"),
        ("vbscript", 'p = Request("pwd")\nIf p = "0123" Then', "0123"),
        ("jscript", 'if (Request.Item["secret"] === "0123") { }', "0123"),
        ("c#", 'if (Request["a"] == PASSWORD) { } const string PASSWORD = "0123";', "PASSWORD"),
        ("c#", 'if (Request["a"] == FIRST) { } const string FIRST = "0123";', None),
        ("c#", 'if (Request["pass"] == "") { }', None),
        ("c#", 'if (Request["page"] == "first") { }', None),
        ("c#", 'if (Request["pass"] == stored) { }', None),
        ("c#", 'if (Request["pass"] == a && b == "0123") { }', None),
        ("vbscript", 'p = Request("pwd")\np = "0123"', None),
        ("c#", 'Request["pass"] ==', None),
        ("c#", 'if ("0123" == Request["pass"]) { }', "0123"),
        ("c#", 'if ("0123".Equals(Request["pass"])) { }', "0123"),
        ("c#", 'bool ok(string word) { return word == "0123"; } if (ok(Request["pass"])) { }', "0123"),
        ("c#", 'bool ok(string password) { return "0123" == password; } if (ok(Request["a"])) { }', "0123"),
        ("vbscript", 'If StrComp(Request("pwd"), "0123") = 0 Then', "0123"),
        ("vbscript", f'If MD5(Request("a")) = "{HASH}" Then', HASH),
        ("c#", f'var h = Sha1(Request["a"]); if (h != "{HASH}") {{ return; }}', HASH),
        ("c#", f'bool ok(string a) {{ var h = md5.ComputeHash(a); return h == "{HASH}"; }} ok(Request["k"]);', HASH),
        ("vbscript", f'If Request("a") = "{HASH}" Then', None),
        ("vbscript", 'If MD5(Request("a")) = "first" Then', None),
        ("vbscript", 'If Request("a") = Request.ServerVariables("SERVER_NAME") Then', "request"),
        ("vbscript", 'If Request("a") = Request.ServerVariables("SERVER_" & "NAME") Then', "request"),
        ("vbscript", 'If Request("a") = Request.ServerVariables("PATH_TRANSLATED") Then', None),
        ("vbscript", 'If Request("a") <> Request.ServerVariables("SCRIPT_NAME") Then', None),
        ("c#", 'if (Request["pa" + "ss"] == "01" + "23") { }', "01"),
        ("c#", 'if (Request["a"] == PASSWORD) { } const string PASSWORD = "01" + "23";', "PASSWORD"),
        ("c#", f'if (Md5(Request["a"]) == "{HASH[:16]}" + "{HASH[16:]}") {{ }}', HASH[:16]),
        ("vbscript", 'If Request("a") = Request.ServerVariables("HTTP_REFERER") Then', None),
        ("vbscript", 'If Request.ServerVariables("HTTP_REFERER") = "a" Then', None),
        ("vbscript", 'word = "0123" : word = Request("pass")', None),
        ("c#", 'string word = Request["pass"]; if (page == "first" && word != other) { }', None),
    ],
)
def test_only_a_constant_that_lets_a_visitor_in_counts(language: str, code: str, expected: str | None) -> None:
    assert found(code, language) == expected


@pytest.mark.parametrize(("name", "found"), [("UserPass", True), ("UserPassed", False), ("passage", False)])
def test_a_flag_that_a_visitor_has_passed_is_no_password(name: str, found: bool) -> None:
    unit = unit_of(f'If Req·uest.Cookies("{name}") = "yes" Then\nx = 1\nEnd If', "vbscript")
    assert (find_own_password(unit) is not None) is found


@pytest.mark.parametrize(
    ("language", "code", "is_late"),
    [
        ("vbscript", 'If Request("pass") = "0123" Then\nACT\nEnd If', False),
        ("vbscript", 'ACT\nIf Request("pass") = "0123" Then\nx = 1\nEnd If', True),
        ("vbscript", 'Sub a\nACT\nEnd Sub\nIf Request("pass") = "0123" Then\na\nEnd If', False),
        ("vbscript", 'Sub a\nACT\nEnd Sub\na\nIf Request("pass") = "0123" Then\nx = 1\nEnd If', True),
        ("vbscript", 'Sub a\nACT\nEnd Sub\nSub b\na\nEnd Sub\nIf Request("pass") = "0123" Then\nb\nEnd If', False),
        ("vbscript", 'Sub a\nACT\nEnd Sub\nIf Request("pass") = "0123" Then\nx = 1\nEnd If', False),
        ("vbscript", 'ACT\nSub a\nIf Request("pass") = "0123" Then\nx = 1\nEnd If\nEnd Sub', False),
        ("c#", 'void A() { ACT(); } void B() { if (Request["pass"] == "0123") { } }', False),
    ],
)
def test_a_password_that_is_asked_after_the_act_protects_nothing(language: str, code: str, is_late: bool) -> None:
    unit = unit_of(code, language)
    password = find_own_password(unit)
    assert password is not None
    act = [each.lower() for each in unit.tokens.values].index("act")
    assert is_asked_later(unit, password, act) is is_late
