"""Traffic question: the question about the hours, the totals and the downloads of all logs.

It is one question so that each log has one tally of it, and the tallies of a folder merge into one.
"""

from __future__ import annotations

from typing import Final

from webshellhunt.logs.downloads import DownloadsTally, file_kind
from webshellhunt.logs.hours import HoursTally
from webshellhunt.logs.outgoing import OutgoingTally
from webshellhunt.logs.questions import Interest, Rows
from webshellhunt.model.traffic import LogFile, LogKind, Record

_KINDS: Final = frozenset(LogKind) - {LogKind.EVENTS}
_WITH_REQUESTS: Final = frozenset({LogKind.IIS, LogKind.FTP, LogKind.HTTP_PROXY})


class TrafficTally:
    """The hours, totals and downloads of one log, or of the logs of one kind in one folder.

    Attributes:
        log: The log, or the first of them.
        hours: The hours with rows.
        outgoing: The totals of the clients.
        downloads: The downloads of archives and the like.
    """

    def __init__(self, log: LogFile) -> None:
        self.log = log
        self.hours: HoursTally = HoursTally(log)
        self.outgoing: OutgoingTally = OutgoingTally(log)
        self.downloads: DownloadsTally = DownloadsTally(log)

    @property
    def key(self) -> tuple[LogKind, str]:
        """Return the kind and the folder of the log."""
        return self.log.kind, self.log.path.replace("/", "\\").rpartition("\\")[0].lower()

    def take(self, record: Record) -> None:
        """Take a request for an archive or the like."""
        self.downloads.take(record)

    def take_rows(self, rows: Rows) -> None:
        """Count rows."""
        self.hours.take_rows(rows)
        if self.log.kind in _WITH_REQUESTS:
            self.outgoing.take_rows(rows)

    def merge(self, other: TrafficTally) -> None:
        """Add the tally of another log."""
        self.hours.merge(other.hours)
        self.outgoing.merge(other.outgoing)
        self.downloads.merge(other.downloads)


class TrafficQuestion:
    """The question about all text logs, most of whose rows are only counted."""

    @property
    def kinds(self) -> frozenset[LogKind]:
        """Return the kinds of all text logs."""
        return _KINDS

    @property
    def words(self) -> frozenset[bytes]:
        """Return no word."""
        return frozenset()

    @property
    def event_ids(self) -> frozenset[int]:
        """Return no event."""
        return frozenset()

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return each record of an address with the name of an archive or the like."""
        return () if kind in _WITH_REQUESTS and file_kind(path) is not None else None

    def tally(self, log: LogFile) -> TrafficTally:
        """Return a new tally for one log."""
        return TrafficTally(log)
