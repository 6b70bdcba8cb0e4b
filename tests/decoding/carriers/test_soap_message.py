"""SOAP messages of clients of .NET, written as a page."""

from __future__ import annotations

import pytest

from tests.builders.carried_code import BLOCK
from webshellhunt.decoding.carriers import may_carry
from webshellhunt.decoding.carriers.soap_message import begins_envelope, open_carrier
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

START = (
    b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)
HARMLESS = b'<soap:Body><a xmlns="<%= DateTime.Now %>" /></soap:Body></soap:Envelope>'


@pytest.mark.parametrize("text", [HARMLESS, BLOCK, b"@{ var x = 1; }"])
def test_a_message_with_server_code_is_one_part(text: bytes) -> None:
    data = b"\xef\xbb\xbf" + START + text
    (part,) = open_carrier(data)
    assert (part.carrier, part.executes, part.data) == ("SOAP message", True, data)
    assert may_carry(data)


@pytest.mark.parametrize(
    "data",
    [
        START + b"<soap:Body /></soap:Envelope>",
        b"<%@ Page %>" + START + HARMLESS,
        START.replace(b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', b"") + HARMLESS,
        b"",
    ],
)
def test_other_texts_are_none(data: bytes) -> None:
    assert list(open_carrier(data)) == []


@pytest.mark.parametrize("cut", range(0, len(START), 7))
def test_a_cut_start_is_none(cut: int) -> None:
    assert not begins_envelope(START[: min(cut, 60)])


@pytest.mark.parametrize(("name", "text"), [("x.aspx", HARMLESS), ("x.cshtml", b"@{ var x = 1; }")])
def test_such_a_page_is_suspicious_by_itself(name: str, text: bytes) -> None:
    verdict = examine(START + text, path=rf"C:\inetpub\wwwroot\{name}")
    assert (verdict.disposition, [each.rule.id for each in verdict.findings]) == (Disposition.SUSPICIOUS, ["WSH2003"])


def test_a_message_in_a_document_is_an_example() -> None:
    assert examine(START + HARMLESS, path=r"C:\inetpub\wwwroot\x.xml").disposition is Disposition.BENIGN
