from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.logs import HTTP_PROXY_FIELDS, IIS_FIELDS, line, row
from webshellhunt.logs.columns import Columns
from webshellhunt.logs.quoted import LONGEST_ROW

IIS = Columns.of(IIS_FIELDS.encode(), b" ")
PROXY = Columns.of(HTTP_PROXY_FIELDS.encode(), b",")


def _lay_out(columns: Columns, *lines: str) -> tuple[list[bytes | None], int, list[int]]:
    encoded = [each.encode() for each in lines]
    return columns.lay_out(encoded)


def _iis(path: str, **values: object) -> str:
    return line(IIS_FIELDS, row(path=path, **values))


def test_names_are_in_lower_case_and_keep_their_places() -> None:
    assert IIS.names[4:6] == ("cs-uri-stem", "cs-uri-query")
    assert IIS.address == 4
    assert Columns.of(b'"DateTime","RequestId",,"UrlStem"', b",") == (("datetime", "requestid", "", "urlstem"), 3, b",")
    assert Columns.of(b"  date\ttime  c-ip ", b" ").names == ("date", "time", "c-ip")


@pytest.mark.parametrize(
    ("header", "separator", "plausible"),
    [(b"date time cs-uri-stem", b" ", True), (b"<script>alert(1)</script> x", b" ", False),
     (b"TimeStamp,ServerName", b",", True), (b"a,b,c", b",", False)],
)  # fmt: skip
def test_names_of_no_log_are_no_header(header: bytes, separator: bytes, plausible: bool) -> None:
    assert Columns.of(header, separator).plausible is plausible


def test_rows_of_a_w3c_log() -> None:
    good, blank = _iis("/a"), ""
    assert _lay_out(IIS, good, _iis("/b")) == ([b"/a", b"/b"], 2, [])
    assert _lay_out(IIS, good, blank, "\r", _iis("/b") + "\r") == ([b"/a", None, None, b"/b"], 2, [])
    too_few, too_many = good.rsplit(" ", 3)[0], f"{good} more"
    assert _lay_out(IIS, too_few, good, too_many) == ([None, b"/a", None], 3, [0, 2])


def test_even_rows_are_told_without_a_look_at_each() -> None:
    good = (_iis("/a") + "\r\n" + _iis("/b") + "\n").encode()
    assert IIS.even_addresses(good, 2) == [b"/a", b"/b"]
    for odd in (
        good[:-1], good + b"\n", good.replace(b" 443", b" 44 3", 1), good.replace(b" 443 ", b"443", 1), b"",
        (_iis("/a") + " x\n" + "\n" * 20 + _iis("/b") + "\n").encode(), good + _iis("/" + "x" * 9000).encode() + b"\n",
        (_iis("/a") + " x x\na b c\n" + _iis("/b")).encode() + b" " * 10 + b"\n",
    ):  # fmt: skip
        assert IIS.even_addresses(odd, odd.count(b"\n")) is None


def test_even_rows_of_exchange_have_a_time_and_no_quotes() -> None:
    good = "".join(line(HTTP_PROXY_FIELDS, row(path=path)) + "\r\n" for path in ("/a", "/b")).encode()
    assert PROXY.even_addresses(good, 2) == [b"/a", b"/b"]
    quoted = line(HTTP_PROXY_FIELDS, row(path="/a", ClientRequestId="a,b")).encode() + b"\n"
    for odd in (b"a,b\n", good + b"\n", quoted, good + b"#Fields: x\n", good + good[:60] + b"\n", good[1:], good[:-1]):
        assert PROXY.even_addresses(odd, odd.count(b"\n")) is None
    assert Columns.of(b"TimeStamp,UrlStem", b",").even_addresses(b"2021-03-03T04:05:06Z,/a\n", 1) is None
    assert Columns.of(b"UrlStem,TimeStamp", b",").even_addresses(b"/a,2021-03-03T04:05:06Z\n", 1) is None


def test_what_is_no_row_costs_a_bounded_look() -> None:
    newlines = 20_000
    data = b"\n" * newlines + b" " * (newlines * 14 + 14) + b"\n"
    assert IIS.even_addresses(data, newlines + 1) is None


def test_a_user_name_with_spaces_before_it_is_read() -> None:
    """Seen in the real log of a server (plaso's edge cases)."""
    spaced = _iis("/powershell").replace(" 443 - ", "  443  domain\\user ")
    assert _lay_out(IIS, spaced) == ([b"/powershell"], 1, [])
    fields = IIS.fields(spaced.encode())
    assert fields is not None
    assert fields["cs-username"] == "domain\\user"


def test_an_address_in_the_last_column_ends_before_the_end_of_the_line() -> None:
    columns = Columns.of(b"date time c-ip cs-uri-stem", b" ")
    assert _lay_out(columns, "2021-03-03 04:05:06 192.0.2.1 /a\r") == ([b"/a"], 1, [])


def test_a_long_row_is_broken() -> None:
    assert _lay_out(IIS, _iis("/a"), _iis("/" + "x" * LONGEST_ROW)) == ([b"/a", None], 2, [1])


def test_rows_of_exchange() -> None:
    good = line(HTTP_PROXY_FIELDS, row(path="/owa/"))
    quoted = line(HTTP_PROXY_FIELDS, row(path="/ecp/", ClientRequestId='a,b,"c",,,,,,'))
    no_row = "Felter: Timestamp, kommando, respons"
    found = _lay_out(PROXY, good, quoted, no_row, HTTP_PROXY_FIELDS, good.rsplit(",", 9)[0])
    assert found == ([b"/owa/", b"/ecp/", None, None, b"/owa/"], 4, [2])
    assert _lay_out(PROXY, good, good[:60], good) == ([b"/owa/", None, b"/owa/"], 3, [1])


def test_rows_without_an_address_have_the_empty_one() -> None:
    columns = Columns.of(b"TimeStamp,ServerName,EventId,EventData", b",")
    assert _lay_out(columns, '2021-03-03T04:05:06Z,EXCH01,Request,"a,b"', "x") == ([b"", None], 2, [1])


def test_the_time_at_the_start_of_a_row() -> None:
    moment = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
    assert IIS.moment(b"2021-03-03 04:05:06 x") == moment
    assert PROXY.moment(b"2021-03-03T04:05:06.789Z,x") == PROXY.moment(b'"2021-03-03T04:05:06Z",x') == moment
    assert IIS.moment(b"2021-13-03 04:05:06 x") is None
    assert Columns.of(b"time c-ip", b" ").moment(b"2021-03-03 04:05:06") is None


def test_values_that_are_absent_are_left_out() -> None:
    fields = IIS.fields(_iis("/a", query="x=1").encode() + b"\r")
    assert fields is not None
    assert fields["cs-uri-query"] == "x=1"
    assert fields["time-taken"] == "15"
    assert "cs-username" not in fields
    assert IIS.fields(b"a b c") is None


def test_bytes_that_are_no_text_are_escaped() -> None:
    fields = IIS.fields(_iis("/\udcff").encode("utf-8", "surrogateescape"))
    assert fields is not None
    assert fields["cs-uri-stem"] == "/\\xff"


def test_long_values_are_cut() -> None:
    fields = IIS.fields(_iis("/" + "x" * 9000).encode())
    assert fields is not None
    assert len(fields["cs-uri-stem"]) == 8192
