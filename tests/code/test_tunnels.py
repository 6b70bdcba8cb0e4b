"""Tunnels need both ways: the request into a connection, and what comes back into the response."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.code.tunnels import find_tunnel

BOTH = """var c = new TcpClient(h, 1); var s = c.GetStream(); byte[] b = new byte[9], i = Request.BinaryRead(9);
s.Write(i, 0, 9); s.Read(b, 0, 9); Response.BinaryWrite(b);"""


def test_both_ways() -> None:
    analysis = analyse(BOTH, "c#")
    found = find_tunnel(analysis.calls)
    assert found is not None
    assert [analysis.unit.value(token) for token in found] == ["Write", "BinaryWrite"]


@pytest.mark.parametrize("part", ["s.Write(i, 0, 9);", "s.Read(b, 0, 9);", "Response.BinaryWrite(b);"])
def test_each_part_is_needed(part: str) -> None:
    assert find_tunnel(analyse(BOTH.replace(part, ""), "c#").calls) is None


def test_copies_of_streams() -> None:
    code = "var s = new TcpClient(h, 1).GetStream(); Request.InputStream.CopyTo(s); s.CopyTo(Response.OutputStream);"
    assert find_tunnel(analyse(code, "c#").calls) is not None


def test_code_without_a_connection_has_none() -> None:
    assert find_tunnel(analyse("var s = new MemoryStream(); s.Write(Request.BinaryRead(9), 0, 9);", "c#").calls) is None
