from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hostile_zips import ntfs_extra
from webshellhunt.sources.archive.members import Times
from webshellhunt.sources.archive.zip_times import iter_extra_fields, times_of


def test_times_of_ntfs_are_exact_to_100_ns() -> None:
    fields = dict(iter_extra_fields(ntfs_extra(132592035061234567, 132592035061234568, 132592035061234569)))
    found = times_of(0, 0, fields)
    assert found == Times(1614729906123456700, 1614729906123456900, 1614729906123456800, None, exact=True)


def test_the_extended_time_is_in_utc() -> None:
    fields = dict(iter_extra_fields(struct.pack("<HHBi", 0x5455, 5, 1, 1614744306)))
    assert times_of(0, 0, fields) == Times(1614744306 * 10**9)


def test_the_time_of_dos() -> None:
    date, clock = (2021 - 1980) << 9 | 3 << 5 | 3, 4 << 11 | 5 << 5 | 3
    assert times_of(date, clock, {}) == Times(1614744306 * 10**9)
    assert times_of(0, 0, {}) == Times()
    assert times_of(0xFFFF, 0xFFFF, {}) == Times()


@given(st.binary(max_size=80), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_any_extra_field(extra: bytes, date: int, clock: int) -> None:
    fields = dict(iter_extra_fields(extra))
    times_of(date, clock, fields)
    times_of(date, clock, {0x000A: extra, 0x5455: extra})
