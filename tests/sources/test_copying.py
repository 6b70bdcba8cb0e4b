from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.sources.copying import PAUSE_NS, Sampled, is_created_by_copy, is_from_copy, sample_times
from webshellhunt.sources.filesystem import created_ns

HOUR, DAY = 3600 * 10**9, 86_400 * 10**9
NOW = 1_700_000_000 * 10**9
MANY = tuple(NOW - day * DAY for day in range(100))
COPYING = tuple(NOW + number * HOUR // 2 for number in range(100))  # two days long, without a pause


@pytest.mark.parametrize(
    ("times", "copied"),
    [
        (COPYING, True),
        (tuple(time % (10 * HOUR) for time in COPYING), True),
        (MANY, False),
        (COPYING[:19], False),
        (COPYING + MANY[:10], True),
        (COPYING + MANY[:20], False),
        (COPYING[:40] + tuple(time + 9 * DAY for time in COPYING[:40]), True),
        (tuple(NOW + run * DAY + number for run in range(6) for number in range(20)), False),
        ((), False),
    ],
)
def test_times_of_a_copying(times: tuple[int, ...], copied: bool) -> None:
    assert is_from_copy(times) is copied


@given(st.lists(st.integers(0, 2**63), max_size=200), st.integers(1, PAUSE_NS))
def test_what_follows_within_an_hour_is_one_copying(times: list[int], pause: int) -> None:
    is_from_copy(times)
    assert is_from_copy([number * pause for number in range(30)])


def test_created_by_a_copying() -> None:
    assert is_created_by_copy(Sampled(COPYING, (), MANY))
    # A server goes on writing after its installation.
    assert not is_created_by_copy(Sampled(COPYING, (), (*MANY, NOW + 30 * DAY)))
    assert not is_created_by_copy(Sampled(MANY, COPYING, MANY))
    assert not is_created_by_copy(Sampled((), COPYING, MANY))


def test_a_sample_is_bounded_and_follows_no_link(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"d{number}").mkdir()
        for name in range(20):
            (tmp_path / f"d{number}" / f"{name}.txt").write_bytes(b"")
    if os.name != "nt":
        (tmp_path / "loop").symlink_to(tmp_path)
    sampled = sample_times(str(tmp_path))
    assert len(sampled.modified) == 30 * 12
    assert is_from_copy(sampled.changed or sampled.created)
    assert sample_times(str(tmp_path / "nothing")) == Sampled((), (), ())


def test_creation_is_told_or_none(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"")
    created = created_ns(str(file))
    assert created is None or abs(created - file.stat().st_mtime_ns) < HOUR
    assert created_ns(str(tmp_path / "nothing")) is None
    assert created_ns("a\0b") is None
