from __future__ import annotations

import json
import time

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from webshellhunt.sources.collection.collection_source import StoredExtents, read_extents

_FLOW = "Velocidex+velociraptor/artifacts/testdata/server/clients/C.4f5e52adf0a337a9/collections/F.BN2HJBD1R85EA"


def _index(*ranges: dict[str, int]) -> bytes:
    return json.dumps({"ranges": list(ranges)}).encode()


def _read(extents: StoredExtents | None, stored: bytes, limit: int, offset: int = 0) -> bytes:
    assert extents is not None
    return extents.read(lambda count, at: stored[at : at + count], limit, offset)


def test_older_versions_have_one_range_a_line() -> None:
    lines = b'{"length":2,"file_length":2}\n{"original_offset":2,"length":3}\n'
    extents = read_extents(lines)
    assert _read(extents, b"ab", 10) == b"ab\0\0\0"
    assert extents is not None
    assert (extents.size_bytes, extents.stored_bytes) == (5, 2)


def test_a_run_whose_bytes_are_missing_is_zero_and_keeps_the_places() -> None:
    extents = read_extents(
        _index({"length": 4, "file_length": 4}, {"original_offset": 4, "file_offset": 4, "length": 2, "file_length": 2})
    )
    assert _read(extents, b"ab", 10) == b"ab\0\0\0\0"
    assert _read(extents, b"abcdef", 10, 5) == b"f"
    assert _read(extents, b"abcdef", 10, 6) == b""
    assert _read(extents, b"abcdef", 0, 1) == b""


def test_what_is_no_index() -> None:
    for data in (
        b"", b"[]", b"{", b"null", b'{"words": 3}', b"\xff", b'{"ranges": []}', b"[" * 100_000,
        _index({"length": -1}), _index({"length": 1 << 61}), _index({"length": True}),
        _index({"length": 5}, {"original_offset": 4, "length": 5}),
        b'{"ranges": [1]}',
    ):  # fmt: skip
        assert read_extents(data) is None


def test_a_large_hole_costs_nothing() -> None:
    extents = read_extents(_index({"length": 1 << 40}, {"original_offset": 1 << 40, "file_length": 3, "length": 3}))
    started = time.monotonic()
    assert _read(extents, b"end", 100, (1 << 40) - 2) == b"\0\0end"
    assert time.monotonic() - started < 1


_PIECES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=8)


@given(_PIECES, st.integers(0, 60), st.integers(0, 200))
def test_every_part_is_that_of_the_whole(pieces: list[tuple[int, int]], limit: int, offset: int) -> None:
    stored, whole, ranges = b"", b"", list[dict[str, int]]()
    for hole, length in pieces:
        ranges.append({"original_offset": len(whole), "length": hole})
        whole += bytes(hole)
        data = bytes(1 + (len(stored) + number) % 255 for number in range(length))
        ranges.append(
            {"original_offset": len(whole), "file_offset": len(stored), "file_length": length, "length": length}
        )
        whole, stored = whole + data, stored + data
    assert _read(read_extents(_index(*ranges)), stored, limit, offset) == whole[offset : offset + limit]


@given(st.binary(max_size=200))
def test_any_bytes_are_no_error(data: bytes) -> None:
    read_extents(data)


def test_a_real_index_and_its_mutants() -> None:
    folder = specimen(f"{_FLOW}/uploads/sparse")
    index, stored = (folder / "X.txt.idx").read_bytes(), (folder / "X.txt").read_bytes()
    assert _read(read_extents(index), stored, 100) == b"The q\0\0\0\0\0red f"
    for mutant in mutants(index, 300):
        extents = read_extents(mutant)
        if extents is not None:
            assert len(_read(extents, stored, 100)) <= 100
