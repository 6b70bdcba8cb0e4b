from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import logs
from tests.builders.logs import IIS_FIELDS, Reader, Row, gzipped, head, lines, row, text_log
from tests.builders.mutants import mutants
from tests.builders.questions import Asked, Taken, asked_for, search
from tests.builders.steps import at_most
from tests.builders.tables import each_row
from webshellhunt.logs.blocks import BLOCK_BYTES
from webshellhunt.logs.rows import LogSearch
from webshellhunt.logs.traffic_question import TrafficQuestion, TrafficTally
from webshellhunt.model.traffic import LogFile, LogKind, Record

KINDS = [kind for kind in LogKind if kind is not LogKind.EVENTS]
W3C = (LogKind.IIS, LogKind.FTP, LogKind.HTTP_ERR)


def _only(kind: LogKind, *rows: Row, fields: str | None = None) -> Record:
    log, (taken,) = search(kind, text_log(kind, *rows, fields=fields))
    assert log.broken == 0
    (record,) = taken.records
    return record


# Formats


def test_a_request_of_iis() -> None:
    record = _only(
        LogKind.IIS,
        row(
            "2021-03-03 04:05:06",
            "/owa/auth/x.aspx",
            method="POST",
            query="a=b",
            user="EX\\bob",
            status=404,
            taken_ms=9,
        ),
    )
    assert record.when_utc == datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
    assert (record.method, record.path, record.query, record.status) == ("POST", "/owa/auth/x.aspx", "a=b", 404)
    assert (record.client, record.text("user"), record.number("taken_ms")) == ("192.0.2.10", "EX\\bob", 9)
    assert record.agent == logs.AGENT.replace(" ", "+")
    assert record.text("referer") is None
    assert record.line == 5


def test_custom_columns_of_iis() -> None:
    record = _only(
        LogKind.IIS,
        row(path="/", client="fe80::1:2%3", **{"X-Forwarded-For": "198.51.100.7, 10.0.0.1"}),
        fields=logs.IIS_FIELDS_FORWARDED,
    )
    assert record.client == "fe80::1:2%3"
    assert record.text("forwarded_for") == "198.51.100.7,+10.0.0.1"
    record = _only(LogKind.IIS, row(path="/", sent_bytes=7, received_bytes=8), fields=logs.IIS_FIELDS_WITH_BYTES)
    assert (record.number("sent_bytes"), record.number("received_bytes")) == (7, 8)


def test_a_command_of_ftp() -> None:
    record = _only(LogKind.FTP, row(path="/a.aspx", method="STOR", user="bob", status=226, **{"x-fullpath": "/a.aspx"}))
    assert (record.method, record.path, record.status, record.text("x-fullpath")) == ("STOR", "/a.aspx", 226, "/a.aspx")


def test_an_error_of_http_has_its_query_apart() -> None:
    rows = (row(path="/a.aspx", query="x=1?2", status=400), row(path="/b.aspx"), row(path=None, **{"cs-uri": "-"}))
    log, (taken,) = search(LogKind.HTTP_ERR, text_log(LogKind.HTTP_ERR, *rows), asked_for(b"/a.aspx"))
    (record,) = taken.records
    assert (record.path, record.query, record.fields["cs-uri"]) == ("/a.aspx", "x=1?2", "/a.aspx?x=1?2")
    assert (log.rows, log.broken) == (3, 0)


def test_a_request_of_the_front_end() -> None:
    record = _only(
        LogKind.HTTP_PROXY,
        row("2021-03-03T06:49:51.543Z", "/ecp/y.js", query="a=b", user="EX\\bob", back_end_status=241,
            AnchorMailbox="ServerInfo~a]@ex.local:444/ecp/x?#", ClientRequestId='a,"b",c'),
    )  # fmt: skip
    assert record.when_utc == datetime(2021, 3, 3, 6, 49, 51, 543000, tzinfo=UTC)
    assert (record.path, record.query, record.text("user")) == ("/ecp/y.js", "a=b", "EX\\bob")
    assert (record.number("back_end_status"), record.text("host")) == (241, "mail.example.com")
    assert (record.fields["clientrequestid"], record.fields["anchormailbox"][:10]) == ('a,"b",c', "ServerInfo")


def test_a_comma_of_a_client_does_not_move_its_address() -> None:
    """The client chooses ``ClientRequestId``, which stands before the address."""
    rows = (row(path="/ecp/x.aspx", ClientRequestId="a,b,c"), row(path="/owa/"))
    _, (taken,) = search(LogKind.HTTP_PROXY, text_log(LogKind.HTTP_PROXY, *rows), asked_for(b"/ecp/x.aspx"))
    assert [record.path for record in taken.records] == ["/ecp/x.aspx"]


def test_rows_of_the_control_panel() -> None:
    command = "S:TIME=13;S:CMD=Set-OabVirtualDirectory.ExternalUrl='http://f/<b title=\"x, y\">';S:URL=/ecp/DDI"
    for kind in (LogKind.ECP_SERVER, LogKind.ECP_ACTIVITY):
        data = text_log(kind, row(data=command), row(data="S:CMD=Get-InboxRule"))
        _, (taken,) = search(kind, data, Asked({}, frozenset({b"s:cmd=set-"})))
        (record,) = taken.records
        assert record.text("eventdata") == command
        assert record.text("server") == "EXCH01"
        assert record.when_utc is not None


def test_other_rows_of_exchange() -> None:
    record = _only(LogKind.OAB_GENERATOR, row(data="Download failed, and temporary file 'C:\\x' needs to be removed"))
    assert record.text("message") == "Download failed, and temporary file 'C:\\x' needs to be removed"
    record = _only(LogKind.CMDLET, row(path="/PowerShell/", agent="Microsoft WinRM Client", taken_ms=5))
    assert (record.path, record.agent, record.number("taken_ms")) == ("/PowerShell/", "Microsoft WinRM Client", 5)
    record = _only(
        LogKind.CMDLET, row(Cmdlet="New-MailboxExportRequest", data='-FilePath "x"'), fields=logs.CMDLET_FIELDS
    )
    assert (record.text("cmdlet"), record.text("parameters")) == ("New-MailboxExportRequest", '-FilePath "x"')
    record = _only(LogKind.EWS, row(SoapAction="FindItem", sent_bytes=10, received_bytes=11))
    assert (record.number("sent_bytes"), record.number("received_bytes"), record.status) == (10, 11, 200)
    record = _only(LogKind.MESSAGE_TRACKING, row(**{"event-id": "SEND", "message-subject": "a, b"}))
    assert (record.text("event-id"), record.text("message-subject"), record.client) == ("SEND", "a, b", "10.0.0.7")


# Headers


@each_row("kind", [kind for kind in KINDS if kind not in W3C])
@each_row("how", ["first row", "comment", "both"])
def test_exchange_names_its_columns_in_a_row_or_a_comment(kind: LogKind, how: str) -> None:
    data = text_log(kind, row(path="/a"), names_first=how != "comment")
    if how == "first row":
        data = b"\r\n".join(line for line in data.split(b"\r\n") if line[:1] != b"#")
    log, (taken,) = search(kind, data)
    assert (log.rows, log.broken, len(taken.records)) == (1, 0, 1)


def test_a_header_may_be_repeated_and_changed() -> None:
    data = (
        text_log(LogKind.IIS, row(path="/a"))
        + text_log(LogKind.IIS, row(path="/b"))
        + text_log(LogKind.IIS, row(path="/c"), fields=logs.IIS_FIELDS_ALL)
        + lines(LogKind.IIS, row(path="/d"), fields=IIS_FIELDS)
    )
    log, (taken,) = search(LogKind.IIS, data)
    assert [(record.line, record.path) for record in taken.records] == [(5, "/a"), (10, "/b"), (15, "/c")]
    assert (log.rows, log.broken, log.first_broken_line) == (4, 1, 16)


def test_rows_above_the_names_of_their_columns_are_broken() -> None:
    log, (taken,) = search(LogKind.IIS, lines(LogKind.IIS, row(path="/a")) + text_log(LogKind.IIS, row(path="/b")))
    assert [record.path for record in taken.records] == ["/b"]
    assert (log.rows, log.broken, log.first_broken_line) == (2, 1, 1)


def test_without_dates_that_of_the_header_counts() -> None:
    data = head(LogKind.IIS, "time c-ip cs-uri-stem") + b"00:00:03 192.0.2.1 /a\r\n"
    _, (taken,) = search(LogKind.IIS, data)
    assert taken.records[0].when_utc == datetime(2021, 3, 3, 0, 0, 3, tzinfo=UTC)


def test_what_looks_like_a_header_inside_a_row_is_none() -> None:
    agent = "x\u2028#Fields:+date+time+c-ip"
    data = text_log(LogKind.IIS, row(path="/a", agent=agent, query="#Fields:+cs-uri-stem"), row(path="/b"))
    log, (taken,) = search(LogKind.IIS, data)
    assert [record.path for record in taken.records] == ["/a", "/b"]
    assert log.broken == 0


@each_row("end", ["\r", "\x0b", "\x0c", "\x85", "\u2028", "\\n", "%0a"])
def test_what_looks_like_a_row_inside_a_row_is_none(end: str) -> None:
    """Only a line feed ends a line, and no client can write one."""
    forged = lines(LogKind.IIS, row(path="/forged"), end="").decode()
    odd = lines(LogKind.IIS, row(path="/a"), end="").decode().replace(logs.AGENT.replace(" ", "+"), f"x{end}{forged}")
    log, (taken,) = search(LogKind.IIS, text_log(LogKind.IIS, odd, row(path="/b")), asked_for(b"/forged", b"/a", b"/b"))
    assert [record.path for record in taken.records] == ["/b"]
    assert (log.rows, log.broken, log.first_broken_line) == (2, 1, 5)


def test_a_header_of_names_that_no_log_has_is_a_broken_row() -> None:
    data = text_log(LogKind.IIS, row(path="/a")) + b"#Fields: nothing here\r\n" + lines(LogKind.IIS, row(path="/b"))
    log, (taken,) = search(LogKind.IIS, data)
    assert [record.path for record in taken.records] == ["/a", "/b"]
    assert (log.rows, log.broken, log.first_broken_line) == (3, 1, 6)


def test_a_header_within_quotes_is_a_value() -> None:
    value = "a\n#Fields: TimeStamp,Other\nb"
    data = text_log(LogKind.ECP_SERVER, row(data=value), row(data="next"))
    log, (taken,) = search(LogKind.ECP_SERVER, data)
    assert [record.text("eventdata") for record in taken.records] == [value, "next"]
    assert (log.rows, log.broken) == (2, 0)
    assert taken.lines == [6, 9]


# Damage


def test_zeros_of_a_crash_end_a_row() -> None:
    good = lines(LogKind.IIS, row(path="/b"))
    data = text_log(LogKind.IIS, row(path="/a")) + b"2021-03-03 04:0" + b"\0" * 9000 + head(LogKind.IIS) + good
    log, (taken,) = search(LogKind.IIS, data)
    assert [(record.line, record.path) for record in taken.records] == [(5, "/a"), (10, "/b")]
    assert (log.rows, log.broken, log.first_broken_line) == (3, 1, 6)


@each_row("kind", KINDS)
def test_encodings_and_ends_of_lines(kind: LogKind) -> None:
    rows = [row(path="/a"), row(path="/b")]
    plain = text_log(kind, *rows, end="\n")
    found = search(kind, plain)[1][0].records
    assert len(found) == 2
    for data in (
        text_log(kind, *rows), plain.replace(b"\n", b"\r"), b"\xef\xbb\xbf" + plain, gzipped(plain),
        plain.decode().encode("utf-16"), plain[:-1],
    ):  # fmt: skip
        assert search(kind, data)[1][0].records == found


def test_a_row_across_blocks_is_whole() -> None:
    value = "x" * 30_000 + "\nrest, of it"
    rows = [row(f"2021-03-03 04:05:{number:02}", data=value) for number in range(60)]
    log, (taken,) = search(LogKind.ECP_SERVER, text_log(LogKind.ECP_SERVER, *rows, end="\n"))
    assert log.size_bytes > 3 * BLOCK_BYTES
    assert (log.rows, log.broken) == (60, 0)
    assert taken.lines == [6 + 2 * number for number in range(60)]
    assert {record.fields["eventdata"] for record in taken.records} == {value[:8192]}


def test_an_open_row_at_the_end_is_read() -> None:
    data = text_log(LogKind.ECP_SERVER, row(data="a")) + b'2021-03-03T04:05:07.000Z,EXCH01,Request,"open\r\nmore'
    log, (taken,) = search(LogKind.ECP_SERVER, data)
    assert [record.text("eventdata") for record in taken.records] == ["a", '"open']
    assert (log.rows, log.broken, log.first_broken_line) == (3, 1, 8)


def test_long_lines_are_broken_and_have_a_place() -> None:
    data = (
        head(LogKind.IIS) + b"x" * 2_000_000 + b"\n" + lines(LogKind.IIS, row(path="/a"), row(path="/" + "y" * 70_000))
    )
    log, (taken,) = search(LogKind.IIS, data)
    assert [(record.line, record.path) for record in taken.records] == [(6, "/a")]
    assert (log.rows, log.broken, log.first_broken_line) == (3, 2, 5)


def test_a_truncated_log_says_so() -> None:
    data = gzipped(text_log(LogKind.IIS, *(row(path=f"/{number * 7919}") for number in range(900))))
    log, _ = search(LogKind.IIS, data[: len(data) // 2])
    assert log.truncated
    assert log.rows > 100
    assert not search(LogKind.IIS, data)[0].truncated


def test_a_log_that_shrinks_ends() -> None:
    data = text_log(LogKind.IIS, *(row(path="/a") for _ in range(60_000)))
    reader = Reader(data)

    def read(offset: int, size: int) -> bytes:
        return reader(offset, size) if offset == 0 else b""

    log, _ = LogSearch(LogFile("x", LogKind.IIS), [Asked()]).run(read)
    assert 20_000 < log.rows < 60_000
    assert log.broken <= 1


def test_a_clock_that_is_set_back() -> None:
    data = text_log(LogKind.IIS, row("2021-03-03 10:00:00", "/a"), row("2021-03-03 09:59:00", "/b"))
    data += text_log(LogKind.IIS, row("2021-03-03 04:00:00", "/c"), row("2021-03-03 11:00:00", "/d"))
    log, ((_, tally),) = LogSearch(LogFile("x", LogKind.IIS), [TrafficQuestion()]).run(Reader(data))
    assert (log.first_utc, log.last_utc) == (
        datetime(2021, 3, 3, 4, tzinfo=UTC), datetime(2021, 3, 3, 11, tzinfo=UTC),
    )  # fmt: skip
    assert isinstance(tally, TrafficTally)
    assert [each.minutes for each in tally.hours.steps_back] == [360]


# Questions


def test_a_question_takes_by_address_by_words_and_by_both() -> None:
    rows = (row(path="/A", query="cmd=1"), row(path="/a"), row(path="/b", query="x=CMD="), row(path="/c"))
    data = text_log(LogKind.IIS, *rows)
    questions = (
        asked_for(b"/a"), Asked({b"/a": (b"cmd=",)}), asked_for(words=frozenset({b"cmd="})),
        asked_for(b"/c", words=frozenset({b"cmd="})), Asked(kinds=frozenset({LogKind.FTP})),
    )  # fmt: skip
    _, taken = search(LogKind.IIS, data, *questions)
    assert [each.lines for each in taken] == [[5, 6], [5], [5, 7], [5, 7, 8]]


def test_a_log_without_addresses_is_asked_for_the_empty_one() -> None:
    data = text_log(LogKind.EWS, row(), row())
    _, (all_of_them, none) = search(LogKind.EWS, data, asked_for(b""), asked_for(b"/a"))
    assert (all_of_them.lines, none.lines) == ([7, 8], [])


_PARTS = st.sampled_from(["a", "/x", "-", "", "b c", 'q"', "#F", "\t", "\x85", "é", "\r"])
_W3C_ROWS = st.lists(st.lists(_PARTS, min_size=3, max_size=7).map(" ".join), max_size=30)
_HEADERS = st.sampled_from(
    ["date time cs-uri-stem c-ip cs-method", "date time c-ip cs-uri-stem", "date c-ip sc-status"]
)


def _naive(text: str) -> list[tuple[int, dict[str, str]]]:
    """Read a W3C log line by line."""
    names: list[str] = []
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#Fields: "):
            names = line[9:].split(" ")
        values = line.rstrip("\r").split(" ")
        if len(values) != len(names):
            values = [value for value in values if value]
        if line.strip("\r") and line[:1] != "#" and len(values) == len(names):
            found.append((number, {name: v for name, v in zip(names, values, strict=True) if v not in ("-", "")}))
    return found


@given(st.lists(st.tuples(_HEADERS, _W3C_ROWS), max_size=4), st.sampled_from(["/x", "a", "-", "é", ""]))
def test_the_search_finds_what_a_naive_reader_finds(parts: list[tuple[str, list[str]]], path: str) -> None:
    text = "".join(f"#Fields: {header}\n" + "".join(each + "\n" for each in rows) for header, rows in parts)
    wanted = [
        (line, fields) for line, fields in _naive(text)
        if ("a" in " ".join(fields.values())) or fields.get("cs-uri-stem", "-") == (path or "-")
    ]  # fmt: skip
    _, taken = search(LogKind.IIS, text.encode(), asked_for(path.encode()), asked_for(words=frozenset({b"a"})))
    lines_found = {line for line, _ in wanted if "a" in "".join(dict(_naive(text))[line].values())}
    assert lines_found <= set(taken[1].lines)
    naive = dict(_naive(text))
    for each in taken:
        assert all(record.fields == naive[record.line] for record in each.records)
    if path not in ("", "-"):
        assert taken[0].lines == [line for line, fields in naive.items() if fields.get("cs-uri-stem") == path]


_CSV_VALUES = st.lists(
    st.sampled_from(["a", "/x", "", "b,c", 'q"', "l\nm", "#F", '",', "é", "\r\n"]), min_size=2, max_size=3
)


@given(st.lists(_CSV_VALUES, max_size=30), st.integers(40, 4000))
def test_quoted_rows_are_found_whatever_the_blocks(rows: list[list[str]], size: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for number, values in enumerate(rows):
        writer.writerow([f"2021-03-03T04:05:{number:02}Z", *values])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webshellhunt.logs.blocks.BLOCK_BYTES", size)
        data = b"#Fields: TimeStamp,ServerName,UrlStem,Other\n" + out.getvalue().encode()
        log, (taken, by_path) = search(LogKind.HTTP_PROXY, data, Asked(), asked_for(b"/x"))
    assert (log.rows, log.broken) == (len(rows), 0)
    read = [[record.fields.get(name, "") for name in ("servername", "urlstem", "other")] for record in taken.records]
    assert read == [[*values, ""][:3] for values in rows]
    assert len(by_path.records) == sum(values[1] == "/x" for values in rows)


# Bounds


@each_row("kind", KINDS)
def test_mutants(kind: LogKind) -> None:
    data = text_log(kind, *(row(path="/a", query='b="c, d"', data='x,"y"\nz') for _ in range(6)))
    for mutant in mutants(data, 2000):
        with at_most(60_000):
            log, taken = search(kind, mutant, Asked(), asked_for(b"/a", words=frozenset({b"powershell"})))
        assert 0 <= log.broken <= log.rows <= mutant.count(b"\n") + mutant.count(b"\r") + mutant.count(b"\0") + 2
        assert all(len(each.records) <= log.rows for each in taken)


@each_row("line", [b"\n", b"#\n", b"#Fields: date time\n", b'2021,"\n', b"\0\n", b" \n", b'"\n', b",\n", b"\0"])
@each_row("kind", [LogKind.IIS, LogKind.HTTP_PROXY])
def test_steps_grow_with_the_log_only(line: bytes, kind: LogKind) -> None:
    data = head(kind) + line * 10_000
    with at_most(3_000_000):
        search(kind, data)


def test_each_question_has_its_own_tally() -> None:
    assert isinstance(Asked().tally(LogFile("x", LogKind.IIS)), Taken)


# Hostile content


class Endless:
    """A log with one line of 100 MB between two rows, which is nowhere in memory as a whole."""

    def __init__(self, data: bytes, long_bytes: int = 100 * 1024 * 1024) -> None:
        self._head, self._tail = head(LogKind.IIS) + data, b"\n" + data
        self._long = long_bytes

    def __call__(self, offset: int, size: int) -> bytes:
        """Return bytes of the log."""
        first, last = len(self._head), len(self._head) + self._long
        parts = (
            self._head[offset : offset + size],
            b"x" * max(0, min(offset + size, last) - max(offset, first)),
            self._tail[max(0, offset - last) : max(0, offset + size - last)],
        )
        return b"".join(parts)


def test_a_line_of_a_hundred_megabytes_costs_itself_alone() -> None:
    data = lines(LogKind.IIS, row(path="/x"))
    tracemalloc.start()
    try:
        search = LogSearch(LogFile("x", LogKind.IIS), [asked_for(b"/x")])
        log, [(_, taken)] = search.run(Endless(data))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(taken, Taken)
    number = (head(LogKind.IIS) + data).count(b"\n") + 1
    assert [each.line for each in taken.records] == [number - 1, number + 1]
    assert (log.rows, log.broken, log.first_broken_line) == (3, 1, number)
    assert peak < 48 * 1024 * 1024


_PIECES = st.sampled_from(
    [
        head(LogKind.IIS),
        lines(LogKind.IIS, row(path="/x")),
        b"#Fields: date time cs-uri-stem\n2021-03-03 04:05:06 /x\n",
        b"#Fields: \n",
        b"\0" * 50,
        b"2021-03-03 04:05:06 /x\n",
        b'2021-03-03T04:05:06Z,"open\n',
        b"\x1f\x8b",
        b"\xff\xfe",
        b"x" * 300,
    ]
) | st.binary(max_size=60)


@given(st.lists(_PIECES, max_size=12), st.sampled_from(KINDS))
def test_whatever_a_log_holds_its_rows_are_counted(parts: list[bytes], kind: LogKind) -> None:
    log, (taken,) = search(kind, b"".join(parts), asked_for(b"/x"))
    assert 0 <= log.broken <= log.rows
    assert (log.first_broken_line is None) == (log.broken == 0)
    assert all(record.fields.get("cs-uri-stem", "/x") for record in taken.records)
    ordered = [record.line for record in taken.records]
    assert ordered == sorted(ordered)


def test_the_extent_has_the_earliest_and_the_latest_row_wherever_they_are() -> None:
    times = ["2021-03-03 05:00:00", "2021-03-02 22:00:00", "2021-03-04 01:00:00", "2021-03-03 06:00:00"]
    data = text_log(LogKind.IIS, *(row(when) for when in times))
    log, _ = LogSearch(LogFile("x", LogKind.IIS), [TrafficQuestion()]).run(Reader(data))
    assert (str(log.first_utc)[:19], str(log.last_utc)[:19]) == (times[1], times[2])
