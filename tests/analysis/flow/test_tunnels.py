"""Tunnels need both ways: the request into a connection, and what comes back into the response."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.builders.any_code import LANGUAGES, any_code
from tests.builders.inert import analyse
from webshellhunt.analysis.flow.tunnels import asks_text_service, find_tunnel

BOTH = """var c = new TcpClient(h, 1); var s = c.GetStream(); byte[] b = new byte[9], i = Request.BinaryRead(9);
s.Write(i, 0, 9); s.Read(b, 0, 9); Response.BinaryWrite(b);"""


def test_both_ways() -> None:
    analysis = analyse(BOTH, "c#")
    found = find_tunnel(analysis)
    assert found is not None
    assert [analysis.unit.tokens.values[token] for token in found[:2]] == ["Write", "BinaryWrite"]


@pytest.mark.parametrize("part", ["s.Write(i, 0, 9);", "s.Read(b, 0, 9);", "Response.BinaryWrite(b);"])
def test_each_part_is_needed(part: str) -> None:
    assert find_tunnel(analyse(BOTH.replace(part, ""), "c#")) is None


def test_copies_of_streams() -> None:
    code = "var s = new TcpClient(h, 1).GetStream(); Request.InputStream.CopyTo(s); s.CopyTo(Response.OutputStream);"
    assert find_tunnel(analyse(code, "c#")) is not None


def test_code_without_a_connection_has_none() -> None:
    assert find_tunnel(analyse("var s = new MemoryStream(); s.Write(Request.BinaryRead(9), 0, 9);", "c#")) is None


@pytest.mark.parametrize(
    ("given", "is_whole"),
    [
        ("Request.BinaryRead(9)", True),
        ("Convert.FromBase64String(Request[k])", True),
        ('Text.GetBytes("VRFY " + Request[k])', False),
    ],
)
def test_the_content_goes_in_whole_or_a_value_of_it(given: str, is_whole: bool) -> None:
    found = find_tunnel(analyse(BOTH.replace("Request.BinaryRead(9)", given), "c#"))
    assert found is not None
    assert found.is_whole is is_whole


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ('var c = new TcpClient("whois.example.com", 43);', True),
        ('var c = new TcpClient(); c.Connect("mail.example.com", 110);', True),
        ('var c = new TcpClient("whois.example.com", 4443);', False),
        ("var c = new TcpClient(host, 43);", False),
        ('var c = new TcpClient("a.example.com", 43); var d = new TcpClient("a.example.com", 445);', False),
        ("var s = new Socket(a, b, c); s.Connect(place);", False),
    ],
)
def test_services_that_are_asked_in_text(code: str, asks: bool) -> None:
    assert asks_text_service(analyse(code, "c#")) is asks


def test_a_writer_on_a_connection_writes_into_it() -> None:
    code = (
        "var s = new TcpClient(h, 1).GetStream(); var w = new StreamWriter(s); w.WriteLine(Request[k]); s.CopyTo({});"
    )
    assert find_tunnel(analyse(code.format("Response.OutputStream"), "c#")) is not None
    assert find_tunnel(analyse(code.format("new MemoryStream()"), "c#")) is None
    on_file = code.replace("StreamWriter(s)", "StreamWriter(path)")
    assert find_tunnel(analyse(on_file.format("Response.OutputStream"), "c#")) is None


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=any_code("tcpclient getstream write read copyto request response streamwriter connect 43"))
def test_any_words_may_be_asked_about(language: str, code: str) -> None:
    analysis = analyse(code, language)
    tunnel = find_tunnel(analysis)
    assert tunnel is None or tunnel.sent != tunnel.answered
    assert asks_text_service(analysis) in (True, False)
