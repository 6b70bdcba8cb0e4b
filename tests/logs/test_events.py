"""Event logs: chunk by chunk, and what is broken is counted and located."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.event_logs import CHUNK, HEAD, Event, chunk, event_log
from webshellhunt.errors import MissingDependencyError
from webshellhunt.logs import events
from webshellhunt.logs.events import Damage, RawEvent, is_event_log, iter_raw_events

EVENT = Event(7045, "Service Control Manager", {"ServiceName": "a"}, "System")


def read_all(data: bytes) -> tuple[list[RawEvent], Damage]:
    damage = Damage()
    return list(iter_raw_events(lambda offset, size: data[offset : offset + size], damage)), damage


def test_events_come_with_their_number_and_time() -> None:
    data = event_log(chunk([EVENT, EVENT]), chunk([EVENT], first=3))
    found, damage = read_all(data)
    assert is_event_log(data)
    assert [(each.number, each.time) for each in found] == [(n, "2021-03-03T04:05:06Z") for n in (1, 2, 3)]
    assert '"ServiceName":"a"' in found[0].text
    assert (damage.chunk_count, damage.records, damage.holes()) == (0, 0, ())


def test_a_damaged_head_loses_nothing() -> None:
    data = event_log(chunk([EVENT]), chunk([EVENT], first=2))
    assert len(read_all(b"\xff" * HEAD + data[HEAD:])[0]) == 2


def test_a_broken_chunk_is_counted_and_located_and_the_others_are_read() -> None:
    data = bytearray(event_log(chunk([EVENT]), chunk([EVENT], first=2), chunk([EVENT], first=3)))
    data[HEAD + CHUNK : HEAD + CHUNK + 8] = b"ElfXXXX\0"
    found, damage = read_all(bytes(data))
    assert [each.number for each in found] == [1, 3]
    assert (damage.chunk_count, damage.chunks) == (1, [HEAD + CHUNK])
    assert damage.holes() == ()


def test_a_chunk_that_was_never_used_is_not_broken() -> None:
    found, damage = read_all(event_log(chunk([EVENT]), bytes(CHUNK)))
    assert (len(found), damage.chunk_count) == (1, 0)


def test_a_log_that_ends_inside_a_chunk_is_broken_and_its_events_are_read() -> None:
    found, damage = read_all(event_log(chunk([EVENT]))[: HEAD + 8_000])
    assert (len(found), damage.chunk_count) == (1, 1)


def test_a_broken_record_costs_itself_only() -> None:
    data = bytearray(event_log(chunk([EVENT, EVENT, EVENT])))
    second = data.index(b"**\0\0", HEAD + 600)
    data[second + 24 + 4] = 0xEE
    found, damage = read_all(bytes(data))
    assert 2 not in {each.number for each in found}
    assert damage.records + damage.chunk_count >= 1


def test_missing_numbers_are_holes_but_a_log_that_has_rolled_has_none() -> None:
    assert read_all(event_log(chunk([EVENT] * 3, first=7), chunk([EVENT], first=15)))[1].holes() == ((10, 14),)
    assert read_all(event_log(chunk([EVENT], first=20), chunk([EVENT] * 3, first=17)))[1].holes() == ()


def test_a_panic_of_the_parser_costs_one_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panics(*_: object, **__: object) -> object:
        raise PanicException

    monkeypatch.setattr(events, "_parser_class", lambda: panics)
    assert read_all(event_log(chunk([EVENT])))[1].chunk_count == 1


def test_an_interrupt_is_no_panic(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(events, "_parser_class", lambda: interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_all(event_log(chunk([EVENT])))


def test_without_the_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_parser_class", lambda: None)
    with pytest.raises(MissingDependencyError, match=r"webshellhunt\[events\]"):
        read_all(event_log(chunk([EVENT])))


def test_the_number_of_chunks_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_CHUNKS", 1)
    monkeypatch.setattr(events, "_AT_ONCE", 1)
    found, damage = read_all(event_log(chunk([EVENT]), chunk([EVENT], first=2)))
    assert (len(found), damage.is_cut) == (1, True)


_MUTATE = """
import random, sys
sys.path.insert(0, sys.argv[1])
from tests.builders.event_logs import CHUNK, EVENTS, HEAD, Event, chunk, event_log
from webshellhunt.correlation.server_acts.questions import EventQuestion
from webshellhunt.correlation.server_acts.stories import examinations
from webshellhunt.logs.event_search import search_events
random.seed(18)
event = Event(1, "MSExchange CmdletLogs", ["New-X", '-A "b"', "c", "d"], "MSExchange Management")
whole = event_log(chunk([event] * 20), chunk([event] * 3, first=21))
for _ in range(2000):
    data = bytearray(whole)
    for _ in range(random.choice((1, 3, 20))):
        at = random.choice((0, HEAD, HEAD + CHUNK)) + random.choice((random.randrange(600), random.randrange(8000)))
        data[at : at + random.choice((1, 4))] = random.choice((b"\\xff" * 4, b"\\0" * 4, random.randbytes(4)))
    done = search_events(lambda offset, size: bytes(data[offset : offset + size]), EVENTS, [EventQuestion()])
    list(examinations([tally for _, tally in done.answers]))
print("done")
"""


def test_mutants_never_crash_the_process() -> None:
    """In a process of its own, as the parser is native code."""
    top = str(Path(__file__).parents[2])
    done = subprocess.run([sys.executable, "-c", _MUTATE, top], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "done"), done.stderr[-2_000:]
