"""A hidden bypass of a sign-in is a finding; a weak check, or one with further conditions, is not."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

STEM = "hidden_way_past_sign_in"
CODES, DIGEST, PARAMETER, DECODED, PIECES, TICKET, REVERSED = (
    f"{STEM}/{name}"
    for name in (
        "vbscript-codes",
        "vbscript-digest",
        "vbscript-parameter",
        "csharp-decoded",
        "csharp-pieces",
        "csharp-parameter",
        "vb-net-reversed",
    )
)
RULE = "WSH1020"


@pytest.mark.parametrize(
    ("name", "message", "key", "opens"),
    [
        (CODES, "a constant that the page puts together grants access (the session's 'admin')", None, "open"),
        (PARAMETER, "the parameter 'zz9', which no form of the page has, grants access (the session's 'admin')",
         "zz9", "open"),
        (DECODED, "a constant that the page puts together grants access (the ticket of forms authentication)", None,
         "open sesame"),
        (PIECES, "a constant that the page puts together grants access (authenticated)", None, "opensesame"),
        (REVERSED, "a constant that the page puts together grants access (the sign-in)", None, "open sesame"),
    ],
)  # fmt: skip
def test_the_message_and_the_facts(name: str, message: str, key: str | None, opens: str) -> None:
    found = finding(name, RULE)
    assert found.message == message
    assert (found.facts.get("request_key"), found.facts["opens_with"]) == (key, opens)


@pytest.mark.parametrize("name", [CODES, DIGEST, PARAMETER, DECODED, PIECES, TICKET, REVERSED])
def test_the_finding_alone_makes_a_page_suspicious(name: str) -> None:
    fixture = read(name)
    assert examine(fixture.data, path=fixture.path).disposition is Disposition.SUSPICIOUS


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # A fixed password in the clear is weak, and common.
        (CODES, "Chr(111) & Chr(112) & Chr(101) & Chr(110)", '"open"'),
        (CODES, "Chr(111) & Chr(112) & Chr(101) & Chr(110)", 'Application("word")'),
        (CODES, "Chr(111) & Chr(112) & Chr(101) & Chr(110)", "Chr(13) & Chr(10)"),
        (CODES, 'Request.Form("word_pwd") = Chr', 'connection.Name & "" = Chr'),
        (CODES, 'Session("admin") = True\nEnd If', 'Session("seen") = True\nEnd If'),
        (CODES, 'Session("admin") = True\nEnd If', 'Session("admin") = ""\nEnd If'),
        # All users sign in by a digest, so that it is no second path.
        (DIGEST, "If Not rows.EOF Then\n    Session(\"admin\") = True\nElseIf", "If"),
        (DIGEST, "0cc175b9c0f1b6a831c399e269772661", "known"),
        (PARAMETER, '"zz9"', '"word_pwd"'),
        (PARAMETER, '"zz9"', '"action"'),
        (PARAMETER, '"open" Then', 'rows("name") Then'),
        (PARAMETER, "<%", '<a href="?zz9=1"></a><%'),
        (PARAMETER, 'If Request("zz9") = "open"', 'If Request("zz9") = "open" And Not rows.EOF'),
        (PARAMETER, 'If Request("zz9")', 'If rows.EOF Then Response.Redirect "signin.asp"\nIf Request("zz9")'),
        (PARAMETER, 'If Request("zz9") = "open" Then Session("admin") = True',
         'If Not rows.EOF Then\nIf Request("zz9") = "open" Then Session("admin") = True\nEnd If'),
        (PARAMETER, 'word_pwd', 'word'),
        (DECODED, 'Convert.FromBase64String("b3BlbiBzZXNhbWU=")', "Convert.FromBase64String(Setting)"),
        (PIECES, "authenticated = true;", "Response.Redirect(sesame);"),
        (TICKET, 'Request["zz9"] == "open"', "Request.IsAuthenticated"),
        (REVERSED, 'StrReverse("emases nepo")', "StrReverse(user)"),
        (REVERSED, "CheckLogin = True", "CheckLogin = False"),
    ],
)  # fmt: skip
def test_each_part_is_needed(name: str, old: str, new: str) -> None:
    assert findings(changed(name, (old, new)), RULE) == []


def test_a_variable_between_changes_nothing() -> None:
    held = 'z = Trim(Request("zz9"))\nIf z = "open" Then'
    assert finding(changed(PARAMETER, ('If Request("zz9") = "open" Then', held)), RULE).facts["request_key"] == "zz9"
    kept = "k = Chr(111) & Chr(112) & Chr(101) & Chr(110)\nIf Not rows.EOF Then"
    fixture = changed(
        CODES, ("= Chr(111) & Chr(112) & Chr(101) & Chr(110) Then", "= k Then"), ("If Not rows.EOF Then", kept)
    )
    assert finding(fixture, RULE).facts["opens_with"] == "open"


def test_two_checks_in_one_condition_are_a_bypass_too() -> None:
    digest = 'MD5(Request.Form("word_pwd")) = "0cc175b9c0f1b6a831c399e269772661"'
    fixture = changed(DIGEST, ('If Not rows.EOF Then\n    Session("admin") = True\nElseIf', "If Not rows.EOF Or"))
    assert digest.encode() in fixture.data
    assert "only the digest" in finding(fixture, RULE).message


def test_a_field_of_an_included_form_counts_as_a_field() -> None:
    fixture = changed(PARAMETER, ("<%\n", '<!--#include file="zz9.inc"--><%\n'))
    assert findings(fixture, RULE) == []
