"""The facts of a data flow to an evaluating call: the request key, the language, and the place."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.findings import Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pipeline import examine

FOLDER = "request_reaches_eval"


@pytest.mark.parametrize(
    ("name", "key", "language", "path"),
    [
        ("jscript-net", "key", "jscript", "1:45 → 1:32"),
        ("jscript-net-header", "X-Key", "jscript", "3:53 → 4:1"),
        ("csharp", "key", "c#", "4:25 → 4:9"),
        ("csharp-web-method", "key", "c#", "9:25 → 11:21"),
        ("vb-net", "key", "vb", "5:34 → 5:10"),
        ("vbscript-own-function", "key", "vbscript", "3:21 → 3:5 → 6:5"),
        ("vbscript-constant-inside", "key", "vbscript", None),
        ("server-jscript", "key", "jscript", "1:40 → 1:27"),
    ],
)
def test_the_facts_have_the_key_the_language_and_the_path(name: str, key: str, language: str, path: str | None) -> None:
    expected = {"request_key": key, "language": language, **({} if path is None else {"path": path})}
    assert finding(f"{FOLDER}/{name}", "WSH1001").facts == expected


def test_a_request_that_only_names_a_method_is_suspicious() -> None:
    found = finding(changed(f"{FOLDER}/vbscript-own-function", ("te text", 'te "new " & text')), "WSH1001")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert found.message.startswith("the request names the class or method")


def test_a_key_that_is_put_together_is_folded() -> None:
    fixture = changed(f"{FOLDER}/jscript-net", ('"key"', '"k" + "e" + "y2"'))
    assert finding(fixture, "WSH1001").facts["request_key"] == "key2"


def test_the_evidence_is_the_evaluating_call_then_the_path_to_it() -> None:
    fixture = read(f"{FOLDER}/jscript-net-script-block")
    evidence, *before = finding(fixture, "WSH1001").evidence
    start = fixture.data.index(b"eval(")
    assert evidence.span == Span(start, start + 4)
    assert (evidence.line, evidence.column) == (5, 5)
    assert evidence.excerpt == fixture.data.splitlines()[4].decode()
    assert [fixture.data[each.span.start : each.span.end] for each in before] == [b"Form"]
    assert [(each.line, each.column) for each in before] == [(4, 24)]
    assert {(each.path, each.layer) for each in (evidence, *before)} == {(fixture.path, "text")}


def test_the_span_counts_bytes_of_the_file_in_any_encoding() -> None:
    fixture = read(f"{FOLDER}/jscript-net-script-block")
    data = "﻿".encode("utf-16-le") + fixture.data.decode().encode("utf-16-le")
    wide = changed(f"{FOLDER}/jscript-net-script-block")._replace(data=data)
    evidence = finding(wide, "WSH1001").evidence
    assert [data[e.span.start : e.span.end].decode("utf-16-le") for e in evidence] == ["eval", "Form"]
    assert [(each.line, each.column) for each in evidence] == [(5, 5), (4, 24)]


def test_the_message_ends_with_the_data_flow() -> None:
    message = finding(f"{FOLDER}/vbscript-own-function", "WSH1001").message
    assert message.endswith("Request.form('key') → given → execute")


def test_the_message_mentions_a_constant_that_hides_the_call() -> None:
    assert "hidden in a constant" in finding(f"{FOLDER}/vbscript-constant-inside", "WSH1001").message
    assert "hidden in a constant" not in finding(f"{FOLDER}/vbscript", "WSH1001").message


@pytest.mark.parametrize("number", ["parseInt({})", "Request.Form.Count", "int.Parse({})"])
def test_a_number_is_no_text(number: str) -> None:
    text = 'Request.Item["key"]'
    assert findings(changed(f"{FOLDER}/jscript-net", (text, number.format(text))), "WSH1001") == []


def test_two_data_flows_are_two_findings() -> None:
    line = 'eval(text, "unsafe");'
    fixture = changed(f"{FOLDER}/jscript-net-script-block", (line, f"{line}\n    {line}"))
    assert sorted(found.evidence[0].line for found in findings(fixture, "WSH1001")) == [5, 6]


REMOTE_SCRIPTING = """<·%@ Language="JScript" %·>
<·%
function RSDispatch(table) {
  var name = Req·uest.QueryString("_method") + "", params = "";
  if (typeof(table[name]) == "function") {
    for (var i = 0; i < Req·uest.QueryString("pcount"); i++) params += '"' + Req·uest.QueryString("p" + i) + '"';
    var dispatch = "table." + name + "(" + params + ")";
    Response.Write(ev·al(CODE));
  }
}
function GetServerProxy(d) { return uneval(d); }
function uneval(o) { initUneval(); return unevalDecl(o) + unevalInst(o); }
function unevalDecl(o) { return ""; }
function unevalInst(o) { return String(o); }
function unevalClear(o) { }
function initUneval() { }
RSDispatch({ show: function (a) { return a; } });
%·>"""


def test_published_remote_scripting_is_a_named_weakness() -> None:
    def found(code: str) -> Finding:
        page = live(REMOTE_SCRIPTING.replace("CODE", code)).encode()
        (one,) = (each for each in examine(page, path="inetpub/wwwroot/rs.asp").findings if each.rule.id == "WSH1001")
        return one

    known, free = found("dispatch"), found('String(Req·uest("k"))')
    assert known.severity is Severity.MEDIUM
    assert "Visual InterDev" in known.message
    assert (free.severity, free.confidence) == (Severity.CRITICAL, Confidence.HIGH)
