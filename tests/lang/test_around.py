"""What stands around places of a code."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.around import Around

_RANGES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 3)), max_size=8)


@given(_RANGES, st.lists(st.integers(0, 20), max_size=4))
def test_meanings_of_all_ranges_around(ranges: list[tuple[int, int, int]], places: list[int]) -> None:
    expected = sorted(meaning for place in places for start, end, meaning in ranges if start <= place < end)
    assert sorted(Around(ranges).around(sorted(places))) == expected
