"""Kinds of logs: by the path of a log, or, where it was kept elsewhere, by its first lines.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/logfile/
    https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/aspnet/site-behavior-performance/error-logging-http-apis
    https://learn.microsoft.com/en-us/exchange/mail-flow/transport-logs/message-tracking
"""

from __future__ import annotations

import codecs
import zlib
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.exported_events import is_exported
from webshellhunt.model.traffic import LogKind

HEAD_BYTES: Final = 64 * 1024
"""The bytes at the start of a log by which its kind is recognised."""

_LONGEST_PATH: Final = 4096
_PLACES: Final = tuple(
    (lazy_pattern(pattern), kind)
    for pattern, kind in (
        (r"(?:^|\\)(?:w3svc|smtpsvc|msftpsvc|ftpsvc)(\d{0,9})\\[^\\]+\.log$", LogKind.IIS),
        (r"(?:^|\\)httperr\\[^\\]+\.log$", LogKind.HTTP_ERR),
        (r"(?:^|\\)httperr\d+\.log$", LogKind.HTTP_ERR),
        (r"(?:^|\\)(?:u_ex|ex)\d{4,8}(?:_x)?\.log$", LogKind.IIS),
        (r"(?:^|\\)u_extend\d+(?:_x)?\.log$", LogKind.IIS),
        (r"(?:^|(?<!frontend)\\)httpproxy\\(?:[^\\]+\\)?[^\\]+\.log$", LogKind.HTTP_PROXY),
        (r"(?:^|\\)httpproxy_\d{8,10}-\d+\.log$", LogKind.HTTP_PROXY),
        (r"(?:^|\\)ecpactivity_[^\\]*\.log$|\\ecp\\activity\\[^\\]+\.log$", LogKind.ECP_ACTIVITY),
        (r"(?:^|\\)ecpserver[^\\]*\.log$|\\ecp\\server\\[^\\]+\.log$", LogKind.ECP_SERVER),
        (r"(?:^|\\)oabgeneratorlog\\[^\\]+\.log$|(?:^|\\)oabgen[^\\]*\d{8}[^\\]*\.log$", LogKind.OAB_GENERATOR),
        (r"(?:^|\\)[^\\]*rps_(?:http|cmdlet)_[^\\]*\.log$", LogKind.CMDLET),
        (r"\\cmdletinfra\\(?:[^\\]+\\){0,4}(?:http|cmdlet)\\[^\\]+\.log$", LogKind.CMDLET),
        (r"(?:^|\\)(?:logging\\ews\\[^\\]+|ews_\d{8,10}-\d+)\.log$", LogKind.EWS),
        (r"(?:^|\\)messagetracking\\[^\\]+\.log$|(?:^|\\)msgtrk(?:ms|md|ma)?\d{8,10}-\d+\.log$",
         LogKind.MESSAGE_TRACKING),
        (r"\.evtx$", LogKind.EVENTS),
    )
)  # fmt: skip
"""Paths in lower case with backslashes and without ``.gz``, the first that fits."""
_ENDINGS: Final = (".log", ".evtx")

_SITE: Final = lazy_pattern(r"(?:^|\\)(?:w3svc|ftpsvc|msftpsvc)(\d{1,9})\\")
_FTP: Final = lazy_pattern(r"(?:^|\\)(?:ms)?ftpsvc\d*\\")
_SMTP: Final = lazy_pattern(r"(?:^|\\)smtpsvc\d*\\")

_COLUMNS: Final = (
    ({"x-session", "x-fullpath"}, LogKind.FTP),
    ({"s-reason"}, LogKind.HTTP_ERR),
    ({"cs-uri-stem"}, LogKind.IIS),
    ({"anchormailbox", "urlstem"}, LogKind.HTTP_PROXY),
    ({"commandid", "shellid"}, LogKind.CMDLET),
    ({"cmdlet", "parameters"}, LogKind.CMDLET),
    ({"soapaction", "impersonateduser"}, LogKind.EWS),
    ({"message-id", "recipient-address"}, LogKind.MESSAGE_TRACKING),
    ({"oabguid", "recordtype"}, LogKind.OAB_GENERATOR),
    ({"datetime", "urlstem"}, LogKind.HTTP_PROXY),
)  # fmt: skip
"""Columns that only logs of a kind have, the first that fits."""

_TYPES: Final = {
    "ecp activity context log": LogKind.ECP_ACTIVITY,
    "ecp server log": LogKind.ECP_SERVER,
    "httpproxy logs": LogKind.HTTP_PROXY,
    "ews logs": LogKind.EWS,
    "message tracking log": LogKind.MESSAGE_TRACKING,
    "rps http logs": LogKind.CMDLET,
    "rps cmdlet logs": LogKind.CMDLET,
}
"""Values of ``#Log-type`` of Exchange, in lower case."""

_LOG_TYPE: Final = lazy_pattern(r"(?im)^#log-type:[ \t]*([^\r\n]{1,100})")
_SOFTWARE: Final = lazy_pattern(r"(?im)^#software:[ \t]*([^\r\n]{1,100})")
_FIELDS: Final = lazy_pattern(r"(?im)^#fields:[ \t]*([^\r\n]{1,16384})")
_EVENTS: Final = (b"ElfFile\0", b"ElfChnk\0")
_NAMED: Final = lazy_pattern(
    r"\.(?:log|evtx|ibl)(?:[._-]?(?:\d{1,8}|old|bak|txt|csv))?(?:\.gz)?$|(?:^|\\)(?:u_|u-)?(?:ex|nc|in)_?\d{4,8}[^\\]*$"
    r"|(?:^|\\)(?:logs?|logfiles|logging|httperr|httpproxy|(?:w3svc|ftpsvc)\d*)\\(?:[^\\]+\\){0,3}[^\\]+$"
    r"|(?:iis|w3svc|w3c|u_ex|httperr|httpproxy|evtx|access[_.-]?log|logfile)[^\\]*$"
)
"""Names and folders of logs, also of renamed ones."""
_FIRST_LINES: Final = 20
_WINDOW: Final = 4096
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r\x1a\x1b")
_CONTROLS_SHARE: Final = 20
"""A text has at most one control character in so many; random bytes have twice as many."""
_NATIVE: Final = lazy_pattern(
    rb"[^,\r\n]{2,64}, [^,\r\n]{0,256}, \d{1,4}[./-]\d{1,2}[./-]\d{1,4}, \d{1,2}:\d\d:\d\d, [^,\r\n]{1,32}, "
)
_ROW: Final = lazy_pattern(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:[^ \r\n]{1,256} ){1,4}(?:[A-Z]{3,7}|RPC_(?:IN|OUT)_DATA) /[^ \r\n]{0,4096} "
)
"""A row of IIS, of a log whose header is further below, or was cut off."""
_NCSA: Final = lazy_pattern(
    rb"[^ \r\n]{2,64} [^ \r\n]{1,256} [^\[\r\n]{1,256}\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d "
)


class UnreadFormat(NamedTuple):
    """A format of logs that is not read: its name, and whether such a log has something that a hunt looks for."""

    name: str
    is_needed: bool = False

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def kind_by_path(path: str) -> tuple[LogKind | None, int | None]:
    """Return the kind of a log by its place or its name, if they are those of one, and the number of its site."""
    name = path.lower().replace("/", "\\")[-_LONGEST_PATH:].removesuffix(".gz")
    if not name.rstrip("\n").endswith(_ENDINGS):
        return None, None
    kind = next((kind for pattern, kind in _PLACES if pattern.search(name) is not None), None)
    if kind is LogKind.IIS and _SMTP.search(name) is not None:
        return None, None
    if kind is LogKind.IIS and _FTP.search(name) is not None:
        kind = LogKind.FTP
    return kind, site_by_path(path) if kind in (LogKind.IIS, LogKind.FTP) else None


def site_by_path(path: str) -> int | None:
    """Return the number of the site in whose folder a log is, or ``None``."""
    site = _SITE.search(path.lower().replace("/", "\\")[-_LONGEST_PATH:])
    return None if site is None else int(site[1])


def kind_by_content(head: bytes) -> LogKind | None:
    """Return the kind of a log by its first bytes, which may be compressed, or ``None``."""
    head = _unpacked(head[:HEAD_BYTES])
    if head.startswith(_EVENTS):
        return LogKind.EVENTS
    if _is_binary(head):
        return None
    if is_exported(head):
        return LogKind.EVENTS
    text = _text(head)
    log_type = _LOG_TYPE.search(text) if _has_directives(text) else None
    if log_type is not None and (kind := _TYPES.get(log_type[1].strip().lower())) is not None:
        return kind
    named = next((kind for names in _headers(text) if (kind := _kind_of(names)) is not None), None)
    return LogKind.IIS if named is None and _ROW.match(text.lstrip("\0\ufeff")) is not None else named


def may_be_log(path: str) -> bool:
    """Return True if a file may be a log by its name or its folder: worth a look at its first bytes."""
    return _NAMED.search(path.lower().replace("/", "\\")[-_LONGEST_PATH:]) is not None


def unread_format(head: bytes, name: str = "") -> UnreadFormat | None:
    """Return a format of logs that is recognised but not read, or ``None``; the binary one of IIS by its name."""
    if name.lower().endswith(".ibl"):
        return UnreadFormat("the binary format of IIS for all sites together", is_needed=True)
    unpacked = _unpacked(head[:HEAD_BYTES])
    if unpacked.startswith(_EVENTS) and not head.startswith(_EVENTS):
        return UnreadFormat("an event log that gzip compressed: unpack it first", is_needed=True)
    if _is_binary(unpacked):
        return None
    text = _text(unpacked)
    first = _first_row(text)
    if _NATIVE.match(first.encode()) is not None:
        return UnreadFormat("the format of IIS itself, with local times", is_needed=True)
    if _NCSA.match(first.encode()) is not None:
        return UnreadFormat("the format of NCSA", is_needed=True)
    if not _has_directives(text):
        return None
    log_type = _LOG_TYPE.search(text)
    if log_type is not None:
        return UnreadFormat(f"a log of Exchange of another type: {log_type[1].strip()}")
    software = _SOFTWARE.search(text)
    return None if software is None else UnreadFormat(f"a log of {software[1].strip()} without columns that are read")


def is_row_of_unread_format(line: bytes) -> bool:
    """Return True if a line has the form of a row of NCSA, or of the format of IIS itself."""
    return _NATIVE.match(line) is not None or _NCSA.match(line) is not None


def _kind_of(names: set[str]) -> LogKind | None:
    return next((kind for columns, kind in _COLUMNS if columns <= names), None)


def _headers(text: str) -> list[set[str]]:
    """Return the names of columns in the first headers, and those in the first row."""
    headers = _FIELDS.finditer(text) if _has_directives(text) else ()
    found = [match[1] for _, match in zip(range(8), headers, strict=False)]
    first = _first_row(text)
    if first.count(",") >= 3 and not first[:1].isdigit():
        found.append(first[:16384])
    return [{name.strip(' "\r') for name in _names(header.lower())} for header in found]


def _first_row(text: str) -> str:
    """Return the first of the first lines that is no comment."""
    lines = text[:_WINDOW].splitlines()
    lines = lines if len(lines) > _FIRST_LINES else text.splitlines()  # of most files, the beginning is enough
    return next((line for line in lines[:_FIRST_LINES] if line.strip() and not line.startswith("#")), "")


def _has_directives(text: str) -> bool:
    """Return True if a line begins as a directive does; without one, the patterns of directives need not search."""
    return text.startswith("#") or "\n#" in text


def _names(header: str) -> list[str]:
    return header.split(",") if "," in header else header.split()


def _text(head: bytes) -> str:
    """Return the first bytes of a log as text."""
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(codec, "replace")
    if len(head) >= 8 and head[1:8:2] == b"\0\0\0\0" and 0 not in head[0:8:2]:
        return head.decode("utf-16-le", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _is_binary(head: bytes) -> bool:
    """Return True if bytes are those of a picture or an archive: many are control characters, at both ends.

    NULs don't count: the rest of a log in use may consist of them, and UTF-16 has them.
    """
    return all(_has_controls(part.translate(None, b"\0")) for part in (head[:_WINDOW], head[-_WINDOW:]))


def _has_controls(part: bytes) -> bool:
    return (len(part) - len(part.translate(None, _CONTROLS))) * _CONTROLS_SHARE > len(part)


def _unpacked(head: bytes) -> bytes:
    """Return the first bytes that a compressed log holds, as far as its first bytes tell them."""
    if not head.startswith(b"\x1f\x8b"):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""
