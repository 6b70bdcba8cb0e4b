"""View states for tests, as ASP.NET writes them: tokens, records of ``BinaryFormatter``, signatures.

An object has the names of classes that a rule looks for, and texts that do nothing.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from urllib.parse import quote

from webshellhunt.model.traffic import LogKind, Record

CHAIN = "Microsoft.VisualStudio.Text.Formatting.TextFormattingRunProperties"
LIBRARY = "Microsoft.PowerShell.Editor, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
KEY = "00112233445566778899aabbccddeeff0123456789abcdef"
PLAIN = bytes.fromhex("ff010f0f050938313130313937363964") + b"d"
"""A pair of a pair and nothing, as a page without content has it."""


def number(value: int) -> bytes:
    """Return an encoded integer."""
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*written, value))


def text(value: str | bytes) -> bytes:
    """Return a text with its length before it."""
    raw = value.encode() if isinstance(value, str) else value
    return number(len(raw)) + raw


def int32(value: int) -> bytes:
    """Return four bytes, the lowest first."""
    return value.to_bytes(4, "little", signed=True)


HEADER = b"\0" + int32(1) + int32(-1) + int32(1) + int32(0)
END = b"\x0b"


def object_of(name: str, members: dict[str, str | bytes] | None = None, library: str = LIBRARY) -> bytes:
    """Return an object of a class with texts and arrays of bytes as members."""
    members = {"ForegroundBrush": "nothing"} if members is None else members
    record = b"\x0c" + int32(2) + text(library)
    record += b"\x05" + int32(1) + text(name) + int32(len(members)) + b"".join(text(each) for each in members)
    record += b"".join(b"\x01" if isinstance(each, str) else b"\x07" for each in members.values())
    record += b"".join(b"" if isinstance(each, str) else b"\x02" for each in members.values())
    record += int32(2)
    for at, value in enumerate(members.values(), 3):
        if isinstance(value, str):
            record += b"\x06" + int32(at) + text(value)
        else:
            record += b"\x0f" + int32(at) + int32(len(value)) + b"\x02" + value
    return HEADER + record + END


def state_of(item: bytes) -> bytes:
    """Return a view state that is an object."""
    return b"\xff\x01\x32" + text(item)


def signed(value: bytes, key: str = KEY, generator: str = "", algorithm: str = "sha1", user: str = "") -> bytes:
    """Return a value with the signature of the legacy way after it."""
    modifier = bytes.fromhex(generator)[::-1] + user.encode("utf-16-le")
    return value + hmac.digest(bytes.fromhex(key), value + modifier, algorithm)


def forged(key: str = KEY, generator: str = "B97B4E27") -> bytes:
    """Return a signed view state with the class of a chain."""
    return signed(state_of(object_of(CHAIN)), key, generator)


def small_program() -> bytes:
    """Return the marks of a program, and nothing in it."""
    return b"MZ" + bytes(58) + (0x40).to_bytes(4, "little") + b"PE\0\0" + bytes(64)


def request(
    state: bytes,
    *,
    path: str = "/ecp/default.aspx",
    generator: str | None = "B97B4E27",
    status: int = 500,
    client: str = "203.0.113.7",
    cookie: str = "",
) -> Record:
    """Return the row of a request that sent a view state in its query."""
    named = f"__VIEWSTATEGENERATOR={generator}&" if generator else ""
    query = f"{named}__VIEWSTATE={quote(b64encode(state).decode(), safe='')}&CorrelationID=<empty>;"
    fields = {
        "date": "2020-03-01", "time": "10:20:30", "cs-method": "GET", "cs-uri-stem": path, "cs-uri-query": query,
        "sc-status": str(status), "c-ip": client,
    }  # fmt: skip
    return Record("u_ex200301.log", 12, LogKind.IIS, {**fields, "cs(cookie)": cookie} if cookie else fields)


def event(state: bytes, *, detail: str = "50203", path: str = "/owa/auth/errorFE.aspx", named: bool = False) -> Record:
    """Return event 1316 about a view state: as values without names, or as the message that Windows shows."""
    reason = "Viewstate was invalid." if detail == "50204" else "The viewstate supplied failed integrity check."
    encoded = b64encode(state).decode()
    values = ["4009", f"Viewstate verification failed. Reason: {reason}", "3/1/2020 10:20:30 AM",
              "14cc57c05e834de98c7df506a013a706", "10", "1", detail, "/LM/W3SVC/1/ROOT/owa-1", "203.0.113.9", "14644",
              encoded, "", path]  # fmt: skip
    if named:
        lines = f"Event detail code: {detail}\nReason: {reason}\nClient IP: 203.0.113.9\nPort: 14644\n"
        values = [f"{lines}PersistedState: {encoded}\nReferer: \nPath: {path}\n\nCustom event details:\n"]
    fields = {f"data.{at}": value for at, value in enumerate(values)}
    head = {"event_id": "1316", "provider": "ASP.NET 4.0.30319.0", "time": "2020-03-01T10:20:30Z"}
    return Record("Application.evtx", 77, LogKind.EVENTS, {**head, **fields})
