"""Whether a whole content is a log, whatever it holds."""

from __future__ import annotations

import gzip
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.event_logs import chunk, event_log, sysmon
from tests.builders.logs import row, text_log
from webshellhunt.logs.recognition import text_outside_rows
from webshellhunt.model.traffic import LogKind

HEAD = b"#Fields: date time cs-uri-stem c-ip\r\n"
ROW = b"2021-03-03 04:05:06 /x 192.0.2.1\r\n"
NATIVE = b"192.0.2.1, -, 10/1/2021, 7:19:08, W3SVC1, WEB01, 192.0.2.2, 613, 747, 143, 304, 0, GET, /, -,\r\n"


@pytest.mark.parametrize("kind", [each for each in LogKind if each is not LogKind.EVENTS])
def test_each_kind_of_log_is_one_in_any_encoding(kind: LogKind) -> None:
    data = text_log(kind, *[row(path="/x")] * 5)
    for each in (data, b"\xef\xbb\xbf" + data, data.decode().encode("utf-16"), gzip.compress(data)):
        outside = text_outside_rows(each)
        assert outside is not None
        assert b"192.0.2" not in outside


def test_other_logs_are_known_by_their_rows() -> None:
    assert text_outside_rows(event_log(chunk([sysmon(1)] * 3))) is not None
    assert text_outside_rows(NATIVE * 3 + b"other\r\n") == b"other"
    assert text_outside_rows(b"time only\r\n" + NATIVE) is None


def test_the_text_between_rows_is_returned() -> None:
    outside = text_outside_rows(HEAD + ROW * 20 + b"not a row\r\n" + b"# not a header\r\n" + ROW)
    assert outside is not None
    assert b"not a row" in outside
    assert b"# not a header" in outside
    assert b"cs-uri-stem" in outside


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD,
        ROW,
        HEAD + b"a b c d\r\n" * 9,
        HEAD + ROW + b"x\r\n",
        HEAD + ROW * 9 + b"x\r\n" * 2,
        HEAD + ROW * 9 + b"x" * 2_000_000,
        gzip.compress(HEAD + ROW * 9, mtime=0)[:-9],
        b"ElfFile\0" + bytes(100_000),
    ],
)
def test_a_content_whose_lines_are_no_rows_is_no_log(data: bytes) -> None:
    assert text_outside_rows(data) is None


def test_zeros_and_a_header_in_the_middle_are_in_logs() -> None:
    other = b"#Fields: date time c-ip cs-uri-stem sc-status\r\n2021-03-03 04:05:07 192.0.2.1 /y 200\r\n"
    assert text_outside_rows(HEAD + ROW * 9 + b"\0" * 4096 + HEAD + ROW + other) is not None


LINES = st.lists(
    st.sampled_from(
        [HEAD, ROW, NATIVE, b"\0\0", b"\xff\xfe", b"ElfFile\0", b"<Event ", b"</Event>", b'{"EventID":1}\n']
    )
    | st.binary(max_size=60),
    max_size=20,
)


@given(LINES)
def test_any_bytes_are_told_without_an_error(parts: list[bytes]) -> None:
    text_outside_rows(b"".join(parts))


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"")), max_size=6))
def test_no_line_without_a_time_hides_in_rows(lines: list[bytes]) -> None:
    strange = [b"x" + line for line in lines if line.strip(b"\0 ")]
    outside = text_outside_rows(HEAD + ROW * 100 + b"".join(line + b"\n" for line in strange) + ROW)
    assert outside is None or all(part in outside for line in strange for part in line.split(b"\0"))


@pytest.mark.parametrize(
    ("first", "unit", "count"),
    [
        (b'<Events xmlns="http://schemas.microsoft.com/win/2004/08/events/event">', b"<Event >", 250_000),
        (b"", b"#\n", 1_000_000),
        (b"", HEAD + ROW, 30_000),
        (b'{"EventID":1}\n' * 20_000, b"x", 3_000_000),
    ],
    ids=["events", "comments", "headers", "json"],
)
def test_hostile_contents_take_bounded_time(first: bytes, unit: bytes, count: int) -> None:
    data = first + unit * count
    started = process_time()
    text_outside_rows(data)
    assert process_time() - started < 10
