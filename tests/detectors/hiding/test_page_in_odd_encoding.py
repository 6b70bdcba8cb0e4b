"""Encodings that hide a page, and encodings that editors write."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.detectors.hiding.page_in_odd_encoding import RULE
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.scan.scanner import examine_bytes

PLAIN = "page_in_odd_encoding/utf-16-unmarked-twin"
TEXT = read(PLAIN).data.decode()


def told(data: bytes, *, path: str = "site/page.aspx", file_encoding: str | None = None) -> list[Finding]:
    artifact = Artifact(path, path, Role.GIVEN, len(data), settings=PageSettings(file_encoding=file_encoding))
    return [found for found in examine_bytes(data, artifact, Job()).findings if found.rule is RULE]


def test_the_evidence_is_the_place_and_a_fact_has_the_encoding() -> None:
    found = finding("page_in_odd_encoding/utf-32-mark", RULE.id)
    (evidence,) = found.evidence
    start = 4 + 4 * TEXT.rindex("<%")
    assert found.facts == {"encoding": "utf-32-le"}
    assert "only as UTF-32" in found.message
    assert (evidence.line, evidence.column, evidence.span.start) == (2, 1, start)
    assert evidence.excerpt == TEXT.splitlines()[1]


@pytest.mark.parametrize("codec", ["utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be", "cp037", "cp500", "cp273"])
def test_an_undeclared_encoding_is_detected(codec: str) -> None:
    assert len(told(TEXT.encode(codec))) == 1


@pytest.mark.parametrize(
    ("codec", "name"), [("utf-32-be", "utf-32BE"), ("utf-16-le", "utf-16"), ("cp1026", "IBM1026"), ("cp875", "cp875")]
)
def test_an_encoding_of_the_configuration_is_detected_too(codec: str, name: str) -> None:
    assert len(told(TEXT.encode(codec), file_encoding=name)) == 1


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_with_a_byte_order_mark_is_ordinary(mark: bytes) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert told(mark + TEXT.encode(codec)) == []


@pytest.mark.parametrize(
    ("codec", "name"), [("gbk", "gb2312"), ("cp932", "shift_jis"), ("cp1251", "windows-1251"), ("utf-8", "utf-8")]
)
def test_a_regional_encoding_is_ordinary(codec: str, name: str) -> None:
    assert told(TEXT.replace("DateTime.Now", '"\u0436"').encode(codec), file_encoding=name) == []


def test_a_handler_is_recognised_by_its_directive() -> None:
    source = '<%@ WebHandler Language="C#" Class="A" %>\nclass A {}\n'
    assert len(told(source.encode("utf-32-le"), path="site/a.ashx")) == 1
    assert told(source.encode(), path="site/a.ashx") == []


@pytest.mark.parametrize(("path", "count"), [("site/page.txt", 0), ("site/page.html", 0), ("site/page.ascx", 1)])
def test_only_executable_files_count(path: str, count: int) -> None:
    assert len(told(TEXT.encode("utf-32-le"), path=path)) == count


def test_text_without_code_is_no_finding() -> None:
    assert told("no code here, only words".encode("utf-32-le")) == []


def test_code_in_ascii_takes_precedence_over_a_guess() -> None:
    page = read(PLAIN)
    seven = read("page_in_odd_encoding/utf-7").data
    assert findings(page._replace(data=page.data + seven), RULE.id) == []


def test_a_page_with_a_signature_has_low_severity() -> None:
    head = "<%@ CODEPAGE=" + "65" + "000 %>"
    (found,) = told(head.encode() + read("page_in_odd_encoding/utf-7").data, path="site/page.asp")
    assert found.severity is Severity.LOW


def test_the_guess_agrees_with_the_decodings() -> None:
    data = read("page_in_odd_encoding/ebcdic").data
    codecs = [each.encoding for each in decode_candidates(data, PageKind.WEB_FORM, PageSettings())]
    assert finding("page_in_odd_encoding/ebcdic", RULE.id).facts["encoding"] in codecs


def test_a_page_without_any_act_has_low_severity() -> None:
    acting = '<%@ Page Language="C#" %>\n<% System.IO.File.WriteAllText(Server.MapPath("a.txt"), "x"); %>'
    silent = '<%@ Page Language="C#" %>\n<% Response.Write(DateTime.Now); %>'
    graded = [(found.severity, found.message) for text in (acting, silent) for found in told(text.encode("utf-32"))]
    assert [severity for severity, _ in graded] == [Severity.MEDIUM, Severity.LOW]
