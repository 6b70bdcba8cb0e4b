"""Logs in text: those of IIS, HTTP.sys and Exchange, with the questions of a hunt; and traces of failed requests."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from functools import cache, partial
from urllib.parse import quote

from tests.builders.failed_requests import failed_request
from tests.builders.logs import gzipped, reader, row, text_log
from tests.builders.questions import Asked, Taken
from tests.builders.view_states import forged
from tests.fuzz.door import Door
from webshellhunt.host.iis.failed_requests import is_failed_request, read_failed_request
from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.logs.cmdlet_calls import read_call, read_server_command
from webshellhunt.logs.exploitation import ExploitQuestion, exploit_questions, read_address, read_request
from webshellhunt.logs.kinds import kind_by_content, unread_format
from webshellhunt.logs.payloads import PayloadQuestion, PayloadTally
from webshellhunt.logs.questions import Question
from webshellhunt.logs.rows import LogSearch
from webshellhunt.logs.traffic_question import TrafficQuestion
from webshellhunt.model.traffic import LogFile, LogKind

_GROUPS = {
    "w3c": (LogKind.IIS, LogKind.FTP, LogKind.HTTP_ERR),
    "http-proxy": (LogKind.HTTP_PROXY,),
    "exchange": (
        LogKind.ECP_ACTIVITY,
        LogKind.ECP_SERVER,
        LogKind.OAB_GENERATOR,
        LogKind.CMDLET,
        LogKind.EWS,
        LogKind.MESSAGE_TRACKING,
    ),
}
_WORDS = [
    b"#Fields: ",
    b"#Software: ",
    b"date time ",
    b"cs-uri-stem ",
    b"\r\n",
    b"\n",
    b'"',
    b'""',
    b",",
    b" - ",
    b"+",
    b"\0",
    b"2021-03-03 04:05:06 ",
    b"2021-03-03T04:05:06.123Z,",
    b"%u0041",
    b"%25%32%65",
    b"/owa/auth/x.aspx",
    b"fe80::1%3",
]


def _seeds(kinds: tuple[LogKind, ...]) -> Iterator[bytes]:
    state = quote(base64.b64encode(forged()).decode())
    for kind in kinds:
        rows = [row("2021-03-03 04:05:06", f"/owa/auth/{at}.aspx", method="POST", status=404) for at in range(3)]
        rows.append(row("2021-03-03 05:05:06", "/ecp/y.js", query=f"__VIEWSTATE={state}"))
        yield text_log(kind, *rows)
        yield text_log(kind, *rows, end="\n").decode().encode("utf-16")
    yield gzipped(text_log(kinds[0], row(path="/x.zip")))


@cache
def _exploits() -> tuple[ExploitQuestion, ...]:
    return exploit_questions(load_patterns().exploits)


def _search(otherwise: LogKind, data: bytes) -> object:
    kind = kind_by_content(data[:4096]) or otherwise
    if kind is LogKind.EVENTS:
        kind = otherwise
    questions: Sequence[Question] = (Asked(), TrafficQuestion(), PayloadQuestion(), *_exploits())
    log, tallies = LogSearch(LogFile("x.log", kind, len(data)), questions).run(reader(data))
    found: list[object] = []
    for _, tally in tallies:
        if isinstance(tally, Taken):
            found += [(each.line, each.when_utc, each.path, each.client, each.fields) for each in tally.records]
        elif isinstance(tally, PayloadTally):
            found += [(each.address, each.size_chars, each.requests) for each in tally.largest()]
    return log, unread_format(data[:4096]), found


def _texts() -> Iterator[bytes]:
    yield b"/ecp/%2e%2e/%u0041/x.aspx?a=%25%33%32&b=\\u0041+c"
    yield b"-Name:'a','b' -Parameters {Force=True; Url='http://a'}"
    yield b"S:CMD=New-X.Url='http://a/?b'.Identity='c';S:EX=a"


def _text(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    return read_address(text), read_request(text, text), read_call("New-X", text), read_server_command(text)


def _traces() -> Iterator[bytes]:
    yield failed_request("http://a/x.aspx?b=c", headers="Host: a\r\nCookie: b", body="c=d")


def _trace(data: bytes) -> object:
    return is_failed_request(data), read_failed_request(data, "fr000001.xml")


DOORS = (
    *(
        Door(
            f"log-{name}",
            partial(_seeds, kinds),
            partial(_search, kinds[0]),
            ("logs",),
            _WORDS,
            steps=6_000,
            shown=2_000,
        )
        for name, kinds in _GROUPS.items()
    ),
    Door("log-texts", _texts, _text, ("logs.exploitation", "logs.cmdlet_calls"), _WORDS, shown=2_000),
    Door(
        "failed-request",
        _traces,
        _trace,
        ("host.iis.failed_requests", "host.iis.xml_tree"),
        [b"<Event ", b"</Event>", b"<!DOCTYPE a [", b"<!ENTITY a 'b'>", b"&a;", b"<![CDATA["],
    ),
)
