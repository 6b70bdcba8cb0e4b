"""Techniques that hide a name, reported with the plain name; legitimate spellings are no finding."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.hiding.names_written_in_escapes import RULE
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence

CSHARP = "names_written_in_escapes/csharp-escape"
MATTERS = "System.Reflection.Assembly.GetExecutingAssembly();"
MATTERS_IN_VB = "Dim a = System.Reflection.Assembly.GetExecutingAssembly() : "


def found_in(code: str, *, language: str = "C#", script: bool = False, path: str = "site/page.aspx") -> list[Finding]:
    block = f'<script runat="server">{code}</script>' if script else f"<% {code} %>"
    page = f'\ufeff<%@ Page Language="{language}" %>\n{block}\n'
    return findings(read(CSHARP)._replace(data=page.encode(), path=path), RULE.id)


def test_the_evidence_is_the_place_and_a_fact_has_the_plain_name() -> None:
    found = finding(CSHARP, RULE.id)
    (evidence,) = found.evidence
    data = read(CSHARP).data
    assert found.message == "the name Response is written with escapes of ASCII letters"
    assert found.facts == {"plain_name": "Response"}
    assert data[evidence.span.start : evidence.span.end] == b"Resp\\u" + b"006fnse"
    assert evidence.excerpt in data.decode()


@pytest.mark.parametrize(
    ("code", "language", "way"),
    [
        (r"R\u{0}.Write(1);", "C#", "escapes"),
        (r"R\U0000{0}.Write(1);", "C#", "escapes"),
        (r"R\u{0}.Write(1);", "JScript", "escapes"),
        ("Res\u200cponse.Write(1);", "C#", "invisible"),
        ("Res\xadponse.Write(1);", "C#", "invisible"),
        ("Response./* so */Write(1);", "C#", "comment between"),
        ("Response.Write(1); x./**/y();", "JScript", "comment between"),
        ("Response.Wri\u200dte(1)", "VB", "invisible"),
    ],
)
def test_each_technique_is_reported(code: str, language: str, way: str) -> None:
    matters = MATTERS_IN_VB if language == "VB" else MATTERS
    (found,) = found_in(matters + code.replace("{0}", "0065"), language=language)
    assert way in found.message
    assert found.confidence is Confidence.HIGH


def test_a_server_comment_in_a_name_is_a_finding_if_the_server_removes_it() -> None:
    hidden = "Assem<" + "%-- --%>bly"
    code = f"void Page_Load() {{ {hidden}.GetExecutingAssembly(); }}"
    assert [found.facts["plain_name"] for found in found_in(code, script=True)] == ["Assembly"]
    kept = 'Dim [a<%--b] : Set o = CreateObject("Scripting.FileSystemObject") : [a<%--b] = 1'  # by classic ASP
    data, path = f"<% {kept} %>".encode(), "site/page.asp"
    assert findings(read(CSHARP)._replace(data=data, path=path), RULE.id) == []


def test_full_width_letters_count_in_visual_basic_only_with_less_confidence() -> None:
    wide = "\uff32esponse.Write(1)"
    (found,) = found_in(MATTERS_IN_VB + wide, language="VB")
    assert (found.confidence, found.facts["plain_name"]) == (Confidence.MEDIUM, "response")
    assert found_in(f"{MATTERS} {wide};") == []


@pytest.mark.parametrize(
    "code",
    [
        r'Response.Write("\u0041\x42");',
        r"var \u00fcber = 1;",
        "var \u0646\u200c\u0647 = 1;",
        "var word\u200b = 1;",
        "Response /* so */ .Write(1);",
        "Response // so\n.Write(1);",
        "x = 1./* so */2;",
        "@class.Write(1);",
    ],
)
def test_legitimate_spellings_are_no_finding(code: str) -> None:
    assert found_in(MATTERS + code) == []


def test_a_technique_is_reported_once() -> None:
    assert len(found_in(MATTERS + "a./**/b(); a./**/c(); a./**/d();")) == 1


def test_code_that_is_never_executed_or_has_no_capability_is_not_analysed() -> None:
    assert found_in(MATTERS + "a./**/b();", path="site/page.txt") == []
    assert found_in("a./**/b();") == []


def test_binary_data_is_no_finding() -> None:
    code = MATTERS + "a\u00adb = 1;"
    assert found_in(code)
    assert found_in(code + "\x00\x01") == []
