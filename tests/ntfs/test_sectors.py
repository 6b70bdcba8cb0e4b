"""The ends of sectors: one block and all blocks of a piece alike, and blocks that were not written whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from tests.builders.file_records import TableBuilder
from tests.builders.mutants import mutants
from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.records import SIGNATURE
from webshellhunt.ntfs.sectors import restore_all, restored

WHEN = datetime(2021, 3, 3, tzinfo=UTC)
WHOLE = parts.record(parts.resident(0x80, bytes(range(256)) * 3))


def one_by_one(piece: bytes, size: int) -> tuple[list[bytes], set[int]]:
    blocks, damaged = [], set()
    for number in range(len(piece) // size):
        block = piece[number * size : (number + 1) * size]
        try:
            blocks.append(restored(block) if block.startswith(SIGNATURE) else block)
        except UnreadableError:
            blocks.append(b"")
            damaged.add(number)
    return blocks, damaged


def test_bytes_are_put_back() -> None:
    assert WHOLE[510:512] == WHOLE[1022:1024] != restored(WHOLE)[510:512]
    assert bytes(range(256)) * 3 in restored(WHOLE)


def test_a_block_without_an_array_is_damaged() -> None:
    with pytest.raises(UnreadableError):
        restored(b"FILE".ljust(1024, b"\0"))


@pytest.mark.parametrize("data", [b"", WHOLE[:511], WHOLE[:600], WHOLE[:1022] + b"??"])
def test_a_cut_or_torn_block_is_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"cut|damaged"):
        restored(data)


@pytest.mark.parametrize(("at", "value"), [(4, 6), (4, 49), (5, 2), (6, 0), (6, 1), (6, 4), (7, 1)])
def test_an_array_at_a_wrong_place_or_of_a_wrong_length(at: int, value: int) -> None:
    data = bytearray(WHOLE)
    data[at] = value
    with pytest.raises(UnreadableError):
        restored(bytes(data))


@pytest.mark.parametrize("size", [1024, 4096])
def test_a_piece_is_restored_as_its_blocks_are(size: int) -> None:
    table = TableBuilder(size)
    for number in range(9):
        table.file(f"www/{'n' * 20 * number}.aspx", WHEN, content=bytes(range(256)))
    whole = table.build()[60 * size :]
    for data in mutants(whole, 200):
        piece = bytearray(data[: len(data) - len(data) % size])
        blocks, damaged = one_by_one(bytes(piece), size)
        found = restore_all(piece, size, SIGNATURE)
        for number, block in enumerate(blocks):
            start = data[number * size : number * size + 8]
            if not start.startswith(SIGNATURE) or start[5] or start[7]:
                continue  # the slices do without these bytes
            assert (number in found) == (number in damaged)
            assert number in damaged or piece[number * size : (number + 1) * size] == block


@given(st.binary(max_size=1200))
def test_any_bytes(data: bytes) -> None:
    for block in (data, WHOLE[:8] + data):
        try:
            assert len(restored(block)) == len(block)
        except UnreadableError:
            continue
