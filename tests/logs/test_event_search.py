"""The search of event logs: each question gets the events that it needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.builders.event_logs import CHUNK, EVENTS, HEAD, Event, chunk, event_log, sysmon
from tests.builders.logs import gzipped
from webshellhunt.logs import events
from webshellhunt.logs.event_search import MISSING_EXTRA, EventsRead, search_events
from webshellhunt.logs.events import NEEDS
from webshellhunt.logs.questions import Interest, Question
from webshellhunt.model.traffic import LogFile, LogKind, Record

SERVICE = Event(7045, "Service Control Manager", {"ServiceName": "a"}, "System")


@dataclass
class Kept:
    records: list[Record] = field(default_factory=list)

    def take(self, record: Record) -> None:
        self.records.append(record)


@dataclass(frozen=True)
class Asked:
    event_ids: frozenset[int] = frozenset()
    words: frozenset[bytes] = frozenset()
    kinds: frozenset[LogKind] = frozenset({LogKind.EVENTS})

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        return None

    def tally(self, log: LogFile) -> Kept:
        return Kept()


def search(data: bytes, *asked: Question, log: LogFile = EVENTS) -> EventsRead:
    return search_events(lambda offset, size: data[offset : offset + size], log, asked)


def taken(read: EventsRead, position: int = 0) -> list[Record]:
    tally = read.answers[position][1]
    assert isinstance(tally, Kept)
    return tally.records


def test_a_question_gets_the_events_with_its_numbers() -> None:
    data = event_log(chunk([SERVICE, sysmon(11, Image="a"), SERVICE]))
    read = search(data, Asked(frozenset({7045})), Asked(frozenset({11})), Asked())
    assert [each.line for each in taken(read)] == [1, 3]
    assert taken(read, 1)[0].fields["data.image"] == "a"
    assert taken(read, 2) == []
    moment = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
    assert (read.log.rows, read.log.broken, read.log.first_utc, read.log.last_utc) == (3, 0, moment, moment)
    assert read.gaps == []


def test_a_question_gets_the_events_with_its_words_whatever_their_number() -> None:
    data = event_log(chunk([Event(1423, "p", ["a Broken Thing"]), SERVICE]))
    assert [each.number("event_id") for each in taken(search(data, Asked(words=frozenset({b"broken thing"}))))] == [
        1423
    ]


def test_a_question_about_other_logs_is_not_asked() -> None:
    assert search(event_log(chunk([SERVICE])), Asked(kinds=frozenset({LogKind.IIS}))).answers == []


def test_exported_events_are_read_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_parser_class", lambda: None)
    log = LogFile(r"C:\export\system.json", LogKind.EVENTS)
    read = search(
        json.dumps({"EventID": 7045, "SourceName": "s"}).encode() + b"\n{\n", Asked(frozenset({7045})), log=log
    )
    assert [each.fields for each in taken(read)] == [{"event_id": "7045", "provider": "s"}]
    assert (read.log.rows, read.log.broken) == (2, 1)
    assert read.gaps == []


def test_without_the_package_a_log_is_a_gap_that_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_parser_class", lambda: None)
    log = LogFile(r"C:\logs\a.evtx", LogKind.EVENTS)
    (gap,) = search(event_log(chunk([SERVICE])), Asked(), log=log).gaps
    assert (gap.code, gap.path, gap.reason, gap.matters) == (MISSING_EXTRA, "C:\\logs\\a.evtx", NEEDS, True)


def test_broken_parts_are_one_gap_with_their_place() -> None:
    data = bytearray(event_log(chunk([SERVICE]), chunk([SERVICE], first=2)))
    data[HEAD + CHUNK] = 0
    (gap,) = search(bytes(data), Asked()).gaps
    assert gap.reason == f"1 broken part of 64 KiB (at byte {HEAD + CHUNK}); the rest was read"


def test_a_tally_may_take_missing_records() -> None:
    class Holes(Kept):
        def take_holes(self, log: LogFile, holes: Sequence[tuple[int, int]]) -> None:
            found.extend(holes)

    class AskedForHoles(Asked):
        def tally(self, log: LogFile) -> Kept:
            return Holes()

    found: list[tuple[int, int]] = []
    search(event_log(chunk([SERVICE]), chunk([SERVICE], first=9)), AskedForHoles(), Asked())
    assert found == [(2, 8)]


def test_an_empty_log_has_no_rows() -> None:
    assert search(b"", Asked(), log=LogFile("x.xml", LogKind.EVENTS)).log.rows == 0


@pytest.mark.parametrize("form", ["json", "xml"])
def test_compressed_exports_are_read_and_a_cut_one_is_told(form: str) -> None:
    space = "http://schemas.microsoft.com/win/2004/08/events/event"
    xml = f'<Event xmlns="{space}"><System><Provider Name="s"/><EventID>7045</EventID></System></Event>\n'
    line = xml if form == "xml" else json.dumps({"EventID": 7045, "SourceName": "s"}) + "\n"
    whole = gzipped("".join(f"{line}" for _ in range(2_000)).encode())
    log = LogFile(rf"C:\export\system.{form}.gz", LogKind.EVENTS)
    read = search(whole, Asked(frozenset({7045})), log=log)
    assert (read.log.rows, read.log.broken, read.log.truncated) == (2_000, 0, False)
    assert {each.text("provider") for each in taken(read)} == {"s"}
    assert search(whole[:-20], Asked(), log=log).log.truncated
