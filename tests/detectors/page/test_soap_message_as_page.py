"""SOAP messages of clients of .NET, written as a page."""

from __future__ import annotations

import pytest

from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

START = (
    b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)
HARMLESS = b'<soap:Body><a xmlns="<%= DateTime.Now %>" /></soap:Body></soap:Envelope>'


def rules(data: bytes, name: str = "x.aspx") -> list[str]:
    return [each.rule.id for each in examine(data, path=rf"C:\inetpub\wwwroot\{name}").findings]


@pytest.mark.parametrize(
    ("name", "text"), [("x.aspx", HARMLESS), ("x.asp", HARMLESS), ("x.cshtml", b"@{ var x = 1; }")]
)
def test_such_a_page_is_suspicious_by_itself(name: str, text: bytes) -> None:
    verdict = examine(b"\xef\xbb\xbf" + START + text, path=rf"C:\inetpub\wwwroot\{name}")
    assert (verdict.disposition, [each.rule.id for each in verdict.findings]) == (Disposition.SUSPICIOUS, ["WSH2013"])


@pytest.mark.parametrize(
    "data",
    [
        START + b"<soap:Body /></soap:Envelope>",
        b"<%@ Page %>" + START + HARMLESS,
        START.replace(b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', b"") + HARMLESS,
        START[:100],
    ],
)
def test_other_pages_are_no_finding(data: bytes) -> None:
    assert "WSH2013" not in rules(data)


def test_a_message_in_a_document_is_an_example() -> None:
    assert rules(START + HARMLESS, "x.xml") == []
