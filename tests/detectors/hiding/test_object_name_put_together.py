"""Names in pieces: the ones that count, their places, and the related signature."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.hiding.object_name_put_together import RULE
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

MAKE = "Create" + "Object("  # in one piece, this file would be what it tests
VARIABLE = "object_name_put_together/vbscript-variable"


def told(code: str) -> list[Finding]:
    page = f"<%\n{code}\n%>\n".replace("make(", MAKE)
    return findings(read(VARIABLE)._replace(data=page.encode()), RULE.id)


def names(code: str) -> list[object]:
    return [found.facts["name"] for found in told(code)]


def test_the_evidence_is_the_pieces_and_the_message_has_the_name() -> None:
    found = finding(VARIABLE, RULE.id)
    assert found.message == "the name WScript.Network is put together from pieces"
    assert found.facts == {"name": "WScript.Network", "steps": ("concatenate",)}
    assert (found.severity, found.evidence[0].line) == (Severity.HIGH, 3)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('Set a = make("WScr" & "ipt.Net" & "work")', "WScript.Network"),
        ('a = "WScr" : b = "ipt.Network" : Set c = make(a & b)', "WScript.Network"),
        ('a = "WScr" : a = a & "ipt.Network" : Set c = make(a)', "WScript.Network"),
        ('Set a = make(Replace("WScr^ipt.Net^work", "^", ""))', "WScript.Network"),
        ('Set a = make(Chr(87) & "Script.Network")', "WScript.Network"),
        ('Set a = make("Scri" & "pting.File" & "SystemObject")', "Scripting.FileSystemObject"),
    ],
)
def test_a_name_in_pieces_is_a_finding(code: str, name: str) -> None:
    assert names(code) == [name]


@pytest.mark.parametrize(
    "code",
    [
        'Set a = make("WScript.Network")',
        'Const a = "WScript.Network" : Set b = make(a)',
        'Set a = make("WScript." & "Network")',
        'Set a = make(UCase("WScript.Network"))',
        'Set a = make("Site.Re" & "ports")',
        'a = "net" & "work" : Set b = make("WScr" & "ipt.Other")',
        'Set a = make(Request("x") & "ipt.Network")',
    ],
)
def test_other_constants_are_no_finding(code: str) -> None:
    assert told(code) == []


def test_a_name_is_reported_once_at_its_pieces() -> None:
    (found,) = told('Dim a\nSet b = make(a)\na = "WScr" & "ipt.Network"\nSet c = make(a)')
    assert found.evidence[0].line == 4


@pytest.mark.parametrize(
    ("pieces", "disposition"),
    [
        ('"WScr" & "ipt.Sh" & "ell"', Disposition.SUSPICIOUS),
        ('"ADOD" & "B.Str" & "eam"', Disposition.UNEXPLAINED),
        ('"Micro" & "soft.XML" & "HTTP"', Disposition.UNEXPLAINED),
    ],
)
def test_an_ordinary_object_has_low_severity(pieces: str, disposition: Disposition) -> None:
    page = f"<% Set a = Server.make({pieces}) %>"
    verdict = examine(page.replace("make(", MAKE).encode(), path="inetpub/wwwroot/page.asp")
    assert verdict.disposition is disposition
    assert "WSH9304" in {found.rule.id for found in verdict.findings}


@pytest.mark.parametrize("word", ["eval", "Eval", "tostring"])
def test_a_member_counts_in_a_look_up_by_name(word: str) -> None:
    code = f'x = this["{word[:2]}" + "{word[2:]}"]("2 * 21"); y = "ev" + "al";'
    page = f'<%@ Page Language="JScript" %>\n<% {code} %>\n'
    found = findings(read(VARIABLE)._replace(data=page.encode(), path="site/page.aspx"), RULE.id)
    assert len(found) == (word != "tostring")
