from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.containers.window import Window, window_of

DATA = bytes(number % 251 for number in range(200_000))


@given(st.lists(st.tuples(st.integers(-5, 210_000), st.integers(-5, 100_000)), max_size=20))
def test_a_window_shows_the_bytes_of_the_file(asked: list[tuple[int, int]]) -> None:
    window = window_of(DATA)
    for offset, count in asked:
        assert window.at(offset, count) == (DATA[offset : offset + count] if offset >= 0 and count > 0 else b"")


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(1, 10_000)), min_size=5, max_size=50))
def test_no_more_than_the_budget_is_read(asked: list[tuple[int, int]]) -> None:
    read = 0

    def endless(offset: int, count: int) -> bytes:
        nonlocal read
        read += count
        return bytes(count)

    window = Window(endless, 2**41, budget_bytes=100_000)
    for offset, count in asked:
        assert len(window.at(offset, count)) <= count
    assert read <= 100_000


def test_neighbouring_reads_cost_one() -> None:
    reads: list[tuple[int, int]] = []

    def counted(offset: int, count: int) -> bytes:
        reads.append((offset, count))
        return DATA[offset : offset + count]

    window = Window(counted, len(DATA))
    for offset in range(0, 60_000, 512):
        window.at(offset, 512)
    assert reads == [(0, 65_536)]
