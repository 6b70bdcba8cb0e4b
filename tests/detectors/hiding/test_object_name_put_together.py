"""Names in pieces: the ones that count, their places, and the related signature."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.hiding.object_name_put_together import RULE
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
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


EVALUATOR = "object_name_put_together/server-jscript-evaluator"


def renamed(code: str) -> list[Finding]:
    page = f'<%@ Language="JScript" %><{"%"} var text = Session("t"); {live(code)} {"%"}>'
    return findings(read(EVALUATOR)._replace(data=page.encode()), RULE.id)


def test_the_evidence_of_an_evaluator_by_another_name_is_the_call() -> None:
    found = finding(EVALUATOR, RULE.id)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.HIGH)
    assert found.evidence[0].line == 4
    assert "eval" in found.evidence[0].excerpt
    assert findings(f"{EVALUATOR}-twin", RULE.id) == []


@pytest.mark.parametrize(
    "code",
    [
        "var o = {k: ev·al}; o.k(text);",
        "(0, ev·al)(text);",
        "[ev·al][0](text);",
        "function f() { return ev·al } f()(text);",
        "(function () {}).constructor(text)();",
        "Function.call(null, text)();",
        "text.replace(/.+/, ev·al);",
        "this.ev·al(text);",
        "this.Function(text)();",
    ],
)
def test_another_name_of_an_evaluator(code: str) -> None:
    assert [each.confidence for each in renamed(code)] == [Confidence.HIGH]


@pytest.mark.parametrize(
    "code",
    [
        "var e = ev·al; e(text);",
        "var a = ev·al, b = a; b(text);",
        "function f(a, g) { g(text) } f(1, ev·al);",
        "var F = Function; new F(text)();",
    ],
)
def test_a_variable_is_less_sure(code: str) -> None:
    assert [each.confidence for each in renamed(code)] == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "code",
    [
        "ev·al(text);",
        "var e = escape; e(text);",
        "var copy = text.constructor(text);",
        "control.ev·al(text);",
        "var x = ev·al('(' + text + ')'); x(text);",
        "new Function(text)();",
    ],
)
def test_its_own_name_and_other_functions_are_no_other_name(code: str) -> None:
    assert renamed(code) == []
