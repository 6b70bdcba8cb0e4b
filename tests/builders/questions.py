"""Questions to logs that take what they are told, and keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.builders.logs import Reader
from webshellhunt.logs.questions import Interest
from webshellhunt.logs.rows import LogSearch
from webshellhunt.model.traffic import LogFile, LogKind, Record


@dataclass
class Taken:
    """The records that a question took from one log."""

    records: list[Record] = field(default_factory=list)

    def take(self, record: Record) -> None:
        self.records.append(record)

    @property
    def lines(self) -> list[int]:
        return [record.line for record in self.records]


@dataclass(frozen=True)
class Asked:
    """A question about addresses in lower case, each with its interest; without any, about each address."""

    paths: Mapping[bytes, tuple[bytes, ...]] | None = None
    words: frozenset[bytes] = frozenset()
    kinds: frozenset[LogKind] = frozenset(LogKind)
    event_ids: frozenset[int] = frozenset()

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        return () if self.paths is None else self.paths.get(path)

    def tally(self, log: LogFile) -> Taken:
        return Taken()


def asked_for(*paths: bytes, words: frozenset[bytes] = frozenset()) -> Asked:
    """Return a question about each request for some addresses."""
    return Asked(dict.fromkeys(paths, ()), words)


def search(kind: LogKind, data: bytes, *questions: Asked) -> tuple[LogFile, list[Taken]]:
    """Return the extent of a log and what each question took; without a question, one that takes all."""
    read = Reader(data)
    log, tallies = LogSearch(LogFile("x.log", kind, len(data)), questions or (Asked(),)).run(read)
    taken = [tally for _, tally in tallies]
    assert all(isinstance(each, Taken) for each in taken)
    return log, [each for each in taken if isinstance(each, Taken)]
