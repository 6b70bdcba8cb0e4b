"""Downloads: answered requests for files that hold other files, mail, databases or memory, by name."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.logs.peers import peer_of, sender_of
from webshellhunt.model.traffic import LogFile, LogKind, Record

MOST_DOWNLOADS: Final = 2_000
"""The most pairs of a file and a client."""


class FileKind(StrEnum):
    """The kind of a downloaded file, by its name."""

    MAIL = "mailbox or mail database"
    MEMORY = "memory dump"
    DATABASE = "database or backup"
    SPLIT_ARCHIVE = "part of a split archive"
    ARCHIVE = "archive"
    TABLE = "table"


_NAMES: Final = (
    (FileKind.MAIL, rb"pst|ost|edb"),
    (FileKind.MEMORY, rb"dmp|mdmp"),
    (FileKind.DATABASE, rb"bak|sql|mdf|ldf|bacpac|dit|vhdx?|vmdk"),
    (FileKind.SPLIT_ARCHIVE, rb"(?:7z|zip|rar|tar|gz|tgz|cab)\.\d{2,3}|part\d{1,4}\.rar|[rz]\d\d|001"),
    (FileKind.ARCHIVE, rb"zip|7z|rar|cab|gz|tgz|tar|bz2|xz|arj|lzh|wim"),
    (FileKind.TABLE, rb"csv|tsv|xlsx?"),
)
_KINDS: Final = tuple((kind, re.compile(rb"/[^/]*\.(?:" + names + rb")$", re.DOTALL)) for kind, names in _NAMES)
_LONGEST: Final = 300


def file_kind(path: bytes) -> FileKind | None:
    """Return the kind of file that an address in lower case names, or ``None``."""
    end = path[-_LONGEST:]
    if b"." not in end[-12:]:
        return None
    return next((kind for kind, names in _KINDS if names.search(end)), None)


class Download(NamedTuple):
    """The answered requests of one client for one file.

    ``sent_bytes`` are those of all answers, ``None`` if the log has none. The place is the first row.
    """

    path: str
    kind: FileKind
    client: str
    requests: int
    first_utc: datetime | None
    last_utc: datetime | None
    days: int
    sent_bytes: int | None
    user: str | None
    agent: str | None
    log: str
    line: int
    log_kind: LogKind = LogKind.IIS

    def joined(self, other: Download) -> Download:
        """Return this download with the requests in another log; the place is that of the earlier one."""
        first, second = sorted((self, other), key=_order)
        times = [each for each in (self.first_utc, self.last_utc, other.first_utc, other.last_utc) if each is not None]
        sizes = [each.sent_bytes for each in (self, other) if each.sent_bytes is not None]
        overlap = first.last_utc is not None and second.first_utc is not None
        same_day = overlap and first.last_utc.date() == second.first_utc.date()  # type: ignore[union-attr]
        return first._replace(
            requests=self.requests + other.requests,
            first_utc=min(times, default=None),
            last_utc=max(times, default=None),
            days=self.days + other.days - same_day,
            sent_bytes=sum(sizes) if sizes else None,
        )


def _order(download: Download) -> tuple[str, str, int]:
    return download.first_utc.isoformat() if download.first_utc else "", download.log, download.line


class DownloadsTally:
    """The downloads in one log, or in several that were merged.

    Attributes:
        log: The log.
        found: The downloads by address and client, as ``sender_of`` returns it.
        left_out: The number of requests beyond the bound.
    """

    def __init__(self, log: LogFile) -> None:
        self.log = log
        self.found: dict[tuple[str, str, LogKind], Download] = {}
        self.left_out: int = 0

    def take(self, record: Record) -> None:
        """Take a request for such a file; only an answered one with a content counts."""
        kind = file_kind(record.path.lower().encode("utf-8", "replace"))
        is_content = record.status in (200, 206, 226) and (record.method or "").upper() in ("GET", "RETR")
        if kind is None or not is_content:
            return
        when = record.when_utc
        self._add(
            Download(
                path=record.path[:_LONGEST],
                kind=kind,
                client=sender_of(record) or "?",
                requests=1,
                first_utc=when,
                last_utc=when,
                days=1,
                sent_bytes=record.number("sent_bytes"),
                user=record.text("user"),
                agent=record.agent,
                log=record.log,
                line=record.line,
                log_kind=record.kind,
            )
        )

    def merge(self, other: DownloadsTally) -> None:
        """Add the downloads in another log."""
        self.left_out += other.left_out
        for download in other.found.values():
            self._add(download)

    def _add(self, download: Download) -> None:
        key = (download.path.lower(), download.client, download.log_kind)
        known = self.found.get(key)
        if known is not None:
            self.found[key] = known.joined(download)
        elif len(self.found) < MOST_DOWNLOADS // (1 if download.client == peer_of(download.client) else 2):
            self.found[key] = download
        elif download.client != peer_of(download.client):
            self._add(download._replace(client=peer_of(download.client)))
        else:
            self.left_out += download.requests
