"""What is told of a road to an evaluating call: the key of the request, the language, and the place."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.findings import Span
from webshellhunt.model.rules import Confidence, Severity

FOLDER = "request_reaches_eval"


@pytest.mark.parametrize(
    ("name", "key", "language"),
    [
        ("jscript-net", "key", "jscript"),
        ("jscript-net-header", "X-Key", "jscript"),
        ("csharp", "key", "c#"),
        ("csharp-web-method", "key", "c#"),
        ("vb-net", "key", "vb"),
        ("vbscript-own-function", "key", "vbscript"),
        ("vbscript-constant-inside", "key", "vbscript"),
        ("server-jscript", "key", "jscript"),
    ],
)
def test_the_key_and_the_language_are_told(name: str, key: str, language: str) -> None:
    assert finding(f"{FOLDER}/{name}", "WSH1001").facts == {"request_key": key, "language": language}


def test_a_visitor_who_only_names_what_is_called_is_suspected() -> None:
    found = finding(changed(f"{FOLDER}/vbscript-own-function", ("te text", 'te "new " & text')), "WSH1001")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert found.message.startswith("what a visitor sends names what is called")


def test_a_key_that_is_put_together_is_told_whole() -> None:
    fixture = changed(f"{FOLDER}/jscript-net", ('"key"', '"k" + "e" + "y2"'))
    assert finding(fixture, "WSH1001").facts["request_key"] == "key2"


def test_the_evidence_is_the_evaluating_call() -> None:
    fixture = read(f"{FOLDER}/jscript-net-script-block")
    (evidence,) = finding(fixture, "WSH1001").evidence
    start = fixture.data.index(b"eval(")
    assert evidence.span == Span(start, start + 4)
    assert (evidence.line, evidence.column) == (5, 5)
    assert evidence.excerpt == fixture.data.splitlines()[4].decode()
    assert (evidence.path, evidence.layer) == (fixture.path, "text")


def test_the_bytes_are_those_of_the_file_whatever_its_encoding() -> None:
    fixture = read(f"{FOLDER}/jscript-net-script-block")
    data = "﻿".encode("utf-16-le") + fixture.data.decode().encode("utf-16-le")
    wide = changed(f"{FOLDER}/jscript-net-script-block")._replace(data=data)
    (evidence,) = finding(wide, "WSH1001").evidence
    assert data[evidence.span.start : evidence.span.end].decode("utf-16-le") == "eval"
    assert (evidence.line, evidence.column) == (5, 5)


def test_the_road_is_told_in_words() -> None:
    message = finding(f"{FOLDER}/vbscript-own-function", "WSH1001").message
    assert message.endswith("request.form('key') → given → text → execute")


def test_a_constant_that_hides_the_call_is_said_to_do_so() -> None:
    assert "hides it" in finding(f"{FOLDER}/vbscript-constant-inside", "WSH1001").message
    assert "hides it" not in finding(f"{FOLDER}/vbscript", "WSH1001").message


@pytest.mark.parametrize("number", ["parseInt({})", "Request.Item.Count", "int.Parse({})"])
def test_a_number_is_no_text_of_a_visitor(number: str) -> None:
    text = 'Request.Item["key"]'
    assert findings(changed(f"{FOLDER}/jscript-net", (text, number.format(text))), "WSH1001") == []


def test_each_of_two_roads_is_told_once() -> None:
    line = 'eval(text, "unsafe");'
    fixture = changed(f"{FOLDER}/jscript-net-script-block", (line, f"{line}\n    {line}"))
    assert sorted(found.evidence[0].line for found in findings(fixture, "WSH1001")) == [5, 6]
