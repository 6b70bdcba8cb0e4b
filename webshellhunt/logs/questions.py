"""The contract of a question to the logs, and of its tally in one log.

::

    Question ──tally(log)──▶ Tally ──take(record) for each record that the question needs──▶ sent back, and merged

A question and its tallies are sent between processes: they pickle, and a tally is small, whatever the size of its log.

A process keeps the answers of ``Question.interest`` for the next logs of the same kind (``logs.interests``), so that an
answer depends on nothing but its arguments and the question. Rows of a log without a column for addresses have the
empty address: each question about such a kind is asked for ``interest(b"", kind)``, and ``()`` takes all its rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple, Protocol, Self, runtime_checkable

from webshellhunt.model.traffic import LogFile, LogKind, Record

Interest = tuple[bytes, ...] | None
"""``None`` for no record of an address, ``()`` for each, otherwise words of which one must stand in the row."""


class Tally(Protocol):
    """The answer to a question from one log."""

    def take(self, record: Record) -> None:
        """Take a record that the question needs; the records of a log come in its order."""
        ...


class Rows(NamedTuple):
    """Rows of a log with the same columns, as they are, with the numbers of their lines."""

    rows: Sequence[bytes]
    numbers: Sequence[int]
    names: tuple[str, ...]
    separator: bytes


@runtime_checkable
class RowsTally(Tally, Protocol):
    """A tally that takes all rows of its log, for counts, for which a record of each row would be too slow.

    ``take_rows`` is called with the rows of each block; the question needs no word and no address for it.
    """

    def take_rows(self, rows: Rows) -> None:
        """Take the next rows of the log, in its order."""
        ...


@runtime_checkable
class MergingTally(Tally, Protocol):
    """A tally that the tallies of other logs with the same key are merged into as they come, to save memory."""

    @property
    def key(self) -> Hashable:
        """Return the key, such as the folder of the log."""
        ...

    def merge(self, other: Self) -> None:
        """Add the tally of another log."""
        ...


@runtime_checkable
class Question(Protocol):
    """The records that an idea needs."""

    @property
    def kinds(self) -> frozenset[LogKind]:
        """Return the kinds of logs in which it looks."""
        ...

    @property
    def words(self) -> frozenset[bytes]:
        """Return words in lower case; a row of a text log with one of them is taken, whatever its address.

        Each costs time in each log of these kinds, so that the question about an address uses ``interest`` instead.
        """
        ...

    @property
    def event_ids(self) -> frozenset[int]:
        """Return the numbers of the events that it takes, whatever their provider."""
        ...

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return the records that are taken of an address, which never depends on earlier calls.

        ``path``: the address in lower case, as logged; ``b""`` for all rows of a log without a column for it.
        """
        ...

    def tally(self, log: LogFile) -> Tally:
        """Return a new tally for one log."""
        ...
