"""Locations of SARIF: paths of the server as URIs, and regions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.reports.content.subjects import shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.sarif import artifact_location, logical_location, region

[EVIDENCE] = finding().evidence


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (r"C:\inetpub\wwwroot\a b.aspx", "file:///C:/inetpub/wwwroot/a%20b.aspx"),
        ("d:/x/%41#?.aspx", "file:///d:/x/%2541%23%3F.aspx"),
        (r"C:\..\..\x.aspx", "file:///C:/unnamed/unnamed/x.aspx"),
        (r"\\server\share\x.aspx", "file://server/share/x.aspx"),
        ("/var/www//x.aspx", "file:///var/www/x.aspx"),
        ("C:\\\udcff\u202e.aspx", "file:///C:/xff%E2%80%AE.aspx"),
    ],
)
def test_a_path_of_the_server_is_a_file(path: str, uri: str) -> None:
    assert artifact_location(path) == {"uri": uri}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("site/x.aspx", "site/x.aspx"),
        ("../../etc/x", "unnamed/unnamed/etc/x"),
        ("http://evil.example/x", "http%3A/evil.example/x"),
        (r"a\b.aspx", "a%5Cb.aspx"),
        ("", "unnamed"),
    ],
)
def test_a_path_below_the_location_is_relative_to_it(path: str, uri: str) -> None:
    assert artifact_location(path) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_region_of_a_decoded_text_has_its_line_in_the_property_bag() -> None:
    own = region(EVIDENCE, "x")
    assert own == {
        "startLine": 1,
        "startColumn": 31,
        "byteOffset": 30,
        "byteLength": own["byteLength"],
        "snippet": {"text": "x"},
    }
    decoded = region(replace(EVIDENCE, layer="base64", line=7, column=3), "")
    assert decoded["startLine"] == 1
    assert "startColumn" not in decoded
    assert "snippet" not in decoded
    assert decoded["properties"] == {"inLayer": {"layer": "base64", "line": 7, "column": 3}}


def test_a_subject_that_is_no_file_has_its_name_and_kind() -> None:
    made = verdict("ProxyLogon (requests in the logs)")
    made = replace(made, subject=replace(made.subject, kind=SubjectKind.TRACE))
    [shown] = shown_verdicts(report(made), Options())
    assert logical_location(shown) == {"fullyQualifiedName": "ProxyLogon (requests in the logs)", "kind": "trace"}


def test_a_region_without_bytes_has_none() -> None:
    whole = replace(EVIDENCE, span=replace(EVIDENCE.span, start=0, end=0))
    assert region(whole, "") == {"startLine": 1, "startColumn": 31}
