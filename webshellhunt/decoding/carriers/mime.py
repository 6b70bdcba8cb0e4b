"""Mail messages, and pages saved as such: their decoded parts.

The parts are found by the declared boundary lines, at any depth at once and without recursion: the range of each is
exact, and depth has no cost.

Source: RFC 2045 to 2047.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser

from webshellhunt.decoding.carriers.part import CarriedPart, is_worth_opening
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue

CARRIER = "mail message"
_FIRST = lazy_pattern(
    rb"(?i)(?:received|return-path|from|to|cc|subject|date|mime-version|content-[a-z-]{1,40}|message-id|delivered-to"
    rb"|dkim-signature|authentication-results|thread-topic|reply-to|sender|x-[!-9;-~]{1,60}):"
)
_DECLARES = lazy_pattern(rb"^(?:mime-version|content-type):", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = lazy_pattern(rb"(?i)\bboundary\s*+=\s*+(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}+))")
_LINE = lazy_pattern(rb"^--([^\r\n]{1,210})\r?$", re.MULTILINE)
_BLANK = lazy_pattern(rb"\r?\n\r?\n")
_HEADER_BYTES = 64 * 1024
_BOUNDARIES = 1000
_PARTS = 2000
_PART_BYTES = 48 * 1024 * 1024
_TOTAL_BYTES = 64 * 1024 * 1024
_FACT_CHARS = 300
_TOLD = ("subject", "from", "to", "date")


def open_carrier(data: bytes) -> Iterator[CarriedPart]:
    """Yield the parts of a message that contain server code or another carrier, with subject and sender as facts."""
    if _FIRST.match(data) is None or _DECLARES.search(data, 0, _HEADER_BYTES) is None:
        return
    facts: dict[str, FactValue] | None = None
    left = _TOTAL_BYTES
    for start, end in _segments(data):
        headers, body = _headers(data, start, end)
        content = _decode(data[body : min(end, body + _PART_BYTES)], str(headers.get("content-transfer-encoding", "")))
        left -= len(content)
        if is_worth_opening(content):
            facts = facts if facts is not None else _message_facts(data)
            name = _file_name(headers)
            yield CarriedPart(
                CARRIER, name or headers.get_content_type(), content, body, end, facts={**facts, "attachment": name}
            )
        if left <= 0:
            return


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the ranges between boundary lines, headers included; the whole message if it declares none."""
    names = set()
    for match in _BOUNDARY.finditer(data):
        names.add((match[1] or match[2]).rstrip())
        if len(names) >= _BOUNDARIES:
            break
    start, count = 0, 0
    for line in _LINE.finditer(data) if names else ():
        name = line[1].rstrip()
        if name not in names and name.removesuffix(b"--") not in names:
            continue
        yield start, line.start()
        start, count = min(line.end() + 1, len(data)), count + 1
        if count >= _PARTS:
            return
    yield start, len(data)


def _headers(data: bytes, start: int, end: int) -> tuple[Message, int]:
    """Return the headers at the start of a segment, and the start of its body."""
    reach = min(end, start + _HEADER_BYTES)
    blank = _BLANK.search(data, start, reach)
    if data.startswith((b"\n", b"\r\n"), start, end):
        return Message(), start
    stop = blank.end() if blank is not None else reach
    return BytesHeaderParser().parsebytes(data[start:stop]), stop


def _decode(body: bytes, encoding: str) -> bytes:
    """Decode the transfer encoding, up to the first error."""
    kind = encoding.strip().lower()
    if kind == "base64":
        try:
            return binascii.a2b_base64(_whole_base64(body))
        except binascii.Error:
            return b""
    return quopri.decodestring(body) if kind == "quoted-printable" else body


def _whole_base64(body: bytes) -> bytes:
    digits = re.sub(rb"[^A-Za-z0-9+/]++", b"", body)
    rest = len(digits) % 4
    return digits[: len(digits) - 1] if rest == 1 else digits + b"=" * (-len(digits) % 4)


def _file_name(headers: Message) -> str | None:
    try:
        name = headers.get_filename()
    except (MessageError, ValueError, LookupError, TypeError):
        return None
    return _plain(name) if name else None


def _message_facts(data: bytes) -> dict[str, FactValue]:
    headers, _ = _headers(data, 0, len(data))
    return {name: _plain(str(headers[name])) if headers[name] is not None else None for name in _TOLD}


def _plain(value: str) -> str:
    """Decode the encoded words of a header; an invalid one stays unchanged."""
    try:
        return str(make_header(decode_header(value[: _FACT_CHARS * 8])))[:_FACT_CHARS]
    except (MessageError, ValueError, LookupError, TypeError):
        return value[:_FACT_CHARS]
