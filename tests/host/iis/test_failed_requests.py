"""Traces of failed requests: what they say of a request, and that no file is too broken for it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.failed_requests import failed_request
from webshellhunt.host.iis.failed_requests import is_failed_request, read_failed_request

TRACE = failed_request("https://mail.example:443/owa/x.aspx?a=1", headers="Cookie: c=1\r\nHost: h", body="<b>&")


def test_the_request_of_a_trace() -> None:
    request = read_failed_request(TRACE, "fr000001.xml")
    assert request is not None
    assert request[:5] == ("POST", "/owa/x.aspx", "a=1", 500, "MSExchangeOWAAppPool")
    assert (request.header("cookie"), request.header("referer"), request.body) == ("c=1", "", "<b>&")
    assert is_failed_request(TRACE[:2_048])


def test_other_files() -> None:
    assert read_failed_request(b"<configuration />", "a.xml") is None
    assert read_failed_request(failed_request("https://[bad/x"), "a.xml") is None
    assert not is_failed_request(b"<configuration />")


@given(st.integers(0, len(TRACE)), st.binary(max_size=60))
def test_any_bytes_are_read(cut: int, noise: bytes) -> None:
    read_failed_request(TRACE[:cut] + noise, "a.xml")
