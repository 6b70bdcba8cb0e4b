"""The replay of transaction logs."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hive import HiveTree, build_hive, dirty
from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine.registry_hive import Hive, ReadAt
from webshellhunt.host.machine.registry_log import checksum, find_overlay, marvin32

BEFORE: HiveTree = {f"k{n}": {"v": n} for n in range(300)}
AFTER: HiveTree = {**BEFORE, **{f"n{n}": {"v": n} for n in range(300)}}
HIVE, FIRST, SECOND = dirty(build_hive(BEFORE), build_hive(AFTER))


def reader(data: bytes) -> ReadAt:
    return lambda offset, size: data[offset : offset + size]


def pages(*logs: bytes, hive: bytes = HIVE) -> int:
    overlay, _ = find_overlay(hive[:512], [reader(log) for log in logs])
    return sum(len(data) for parts in overlay.values() for _, data in parts) // 4096


def renumbered(log: bytes, number: int) -> bytes:
    head = bytearray(log[:512])
    struct.pack_into("<II", head, 4, number, number)
    struct.pack_into("<I", head, 508, checksum(head))
    entry = bytearray(log[512:])
    struct.pack_into("<I", entry, 12, number)
    struct.pack_into("<Q", entry, 32, marvin32(bytes(entry[:32])))
    return bytes(head + entry)


def test_logs_are_applied_in_the_order_of_their_entries() -> None:
    both = pages(FIRST, SECOND)
    assert both == pages(SECOND, FIRST) > pages(FIRST) > 0


def test_an_entry_after_a_missing_one_is_not_applied() -> None:
    assert pages(FIRST, renumbered(SECOND, 10)) == pages(FIRST)


def test_a_log_that_was_applied_already_is_left_out() -> None:
    assert pages(renumbered(FIRST, 6)) == 0
    assert pages(renumbered(FIRST, 6), renumbered(SECOND, 7)) == pages(SECOND)


def test_a_clean_hive_needs_no_log() -> None:
    clean = build_hive(BEFORE)
    assert find_overlay(clean[:512], [reader(FIRST)]) == ({}, "")


def test_a_hive_with_a_wrong_checksum_takes_its_logs() -> None:
    wrong = HIVE[:508] + b"\0\0\0\0"
    assert pages(FIRST, hive=wrong) == pages(FIRST)


def test_a_log_that_can_not_be_read_is_left_out() -> None:
    def locked(offset: int, size: int) -> bytes:
        raise UnreadableError("permission denied")

    assert find_overlay(HIVE[:512], [locked])[1] == "its transaction logs are empty or damaged"


def test_an_old_log_of_another_time_is_left_out() -> None:
    hive, log, _ = dirty(build_hive(BEFORE), build_hive(AFTER), old=True)
    other = bytearray(log)
    other[12:20] = bytes(7) + b"\1"
    struct.pack_into("<I", other, 508, checksum(other))
    assert pages(log, hive=hive) > 0
    assert pages(bytes(other), hive=hive) == 0


@given(st.integers(0, len(FIRST) - 1), st.binary(min_size=1, max_size=64), st.booleans())
def test_damaged_logs_never_raise(at: int, noise: bytes, old: bool) -> None:
    hive, first, second = dirty(build_hive(BEFORE), build_hive(AFTER), old=True) if old else (HIVE, FIRST, SECOND)
    damaged = first[:at] + noise + first[at + len(noise) :]
    opened = Hive(reader(hive), "SYSTEM", [reader(damaged), reader(second)])
    assert len(list(opened.iter_keys(opened.root))) >= 0
