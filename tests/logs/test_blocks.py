from __future__ import annotations

import gzip
import zlib
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.logs import Reader
from tests.builders.mutants import mutants
from webshellhunt.logs import blocks
from webshellhunt.logs.blocks import BLOCK_BYTES, LONGEST_LINE, READ_BYTES, Block, Blocks


def _blocks(data: bytes) -> list[Block]:
    return list(Blocks(Reader(data)))


def _text(data: bytes) -> bytes:
    return b"".join(block.data for block in _blocks(data))


def _is_truncated(data: bytes) -> bool:
    reader = Blocks(Reader(data))
    for _ in reader:
        pass
    return reader.truncated


def test_an_empty_log_has_no_block() -> None:
    assert _blocks(b"") == []


def test_the_last_line_may_lack_its_end() -> None:
    assert _blocks(b"a\nb") == [Block(b"a\n", 1, 1), Block(b"b", 2, 0)]


def test_a_block_has_whole_lines_and_its_line_number() -> None:
    line = b"x" * 999 + b"\n"
    found = _blocks(line * 10_000)
    assert len(found) > 10
    assert all(len(block.data) <= BLOCK_BYTES and block.data.endswith(b"\n") for block in found)
    assert [block.line for block in found] == [
        1 + sum(before.data.count(b"\n") for before in found[:at]) for at in range(len(found))
    ]
    assert b"".join(block.data for block in found) == line * 10_000


@given(st.lists(st.binary(max_size=40), max_size=60), st.integers(1, 50), st.integers(1, 200))
def test_blocks_are_the_lines_whatever_is_read_at_once(parts: list[bytes], most: int, size: int) -> None:
    data = b"a\n" + b"\n".join(parts).replace(b"\0", b"") + b"\n"
    whole = Reader(data)

    def read(offset: int, wanted: int) -> bytes:
        return whole(offset, min(wanted, most))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK_BYTES", size)
        found = list(Blocks(read))
    assert b"".join(block.data for block in found) == data
    for block, before in zip(found[1:], found, strict=False):
        assert block.line == before.line + before.ends
        assert block.ends == block.data.count(b"\n")


def test_a_line_that_is_too_long_is_dropped_to_its_end() -> None:
    forged = b"2021-03-03 04:05:06 10.0.0.5 GET /forged"
    long = b"x" * (3 * READ_BYTES) + forged
    found = _blocks(b"one\n" + long + b"\nthree\n")
    assert b"forged" not in b"".join(block.data for block in found)
    assert found[-1] == Block(b"three\n", 3, 1, (2,))


def test_a_long_line_at_the_end_is_dropped_too() -> None:
    assert _blocks(b"one\n" + b"x" * (2 * LONGEST_LINE))[-1] == Block(b"", 2, 0, (2,))


def test_zeros_without_end_are_no_long_line() -> None:
    found = _blocks(b"one\n" + b"\0" * (3 * READ_BYTES) + b"#Fields: date\nthree\n")
    assert found[-1].data.strip(b"\0") == b"#Fields: date\nthree\n"
    assert all(block.dropped == () for block in found)


def test_a_sparse_log_ends_in_its_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_EMPTY_BYTES", 256 * 1024)
    asked = list[int]()

    def read(offset: int, size: int) -> bytes:
        asked.append(offset)
        return b"a\n" + bytes(size - 2)

    found = Blocks(read)
    assert b"".join(block.data for block in found).replace(b"\0", b"") == b""
    assert found.truncated
    assert asked == [0]
    few = b"a\n" + bytes(250 * 1024) + b"b\n"
    assert _text(few).replace(b"\0", b"") == b"a\nb\n"
    assert not _is_truncated(few)
    assert _is_truncated(gzip.compress(bytes(READ_BYTES) + b"b\n"))
    wide = ("row " * 500 + "\n").encode("utf-16") * 300  # half of these bytes are zeros
    assert not _is_truncated(wide)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_becomes_utf_8(codec: str) -> None:
    text = "#Fields: date time\n2021-03-03 ü\n" * 300_000
    data = text.encode(codec)
    data = b"\xfe\xff" + data if codec == "utf-16-be" else data
    assert _text(data) == text.encode()


def test_marks_of_utf_8_and_single_carriage_returns() -> None:
    assert _text(b"\xef\xbb\xbfa\n") == b"a\n"
    assert _text(b"a\rb\rc") == b"a\nb\nc"
    assert _text(b"a\rb\r\nc\r") == b"a\rb\r\nc\r"


def test_gzip_with_members_is_unpacked() -> None:
    text = b"row\n" * 2_000_000
    data = gzip.compress(text, 9, mtime=0) + gzip.compress(b"more\n", mtime=0)
    assert _text(data) == text + b"more\n"
    assert not _is_truncated(data)


def test_a_gzip_file_of_countless_members_is_unpacked_in_linear_time() -> None:
    empty, short = gzip.compress(b"", mtime=0), gzip.compress(b"a", mtime=0)
    began = process_time()
    assert _text(empty * 100_000 + short * 100_000 + gzip.compress(b"\nrow\n", mtime=0)) == b"a" * 100_000 + b"\nrow\n"
    assert process_time() - began < 10


def test_zeros_after_a_gzip_stream_are_its_padding() -> None:
    data = gzip.compress(b"row\n", mtime=0) + b"\0" * 512
    assert _text(data) == b"row\n"
    assert not _is_truncated(data)


@pytest.mark.parametrize("cut", [11, 60, 400])
def test_a_damaged_gzip_stream_ends_at_the_damage(cut: int) -> None:
    text = b"".join(b"row %d\n" % (number * 7919) for number in range(500))
    data = gzip.compress(text, mtime=0)[:cut]
    assert text.startswith(_text(data))
    assert _is_truncated(data)
    damaged = data[:20] + b"\xff" * 40 + data[60:]
    _text(damaged)
    assert _is_truncated(damaged)


def test_what_unpacks_to_more_than_any_log_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "FREE_BYTES", 1024 * 1024)
    packer = zlib.compressobj(9, wbits=31)
    data = b"".join([*(packer.compress(b"\n" * READ_BYTES) for _ in range(10)), packer.flush()])
    assert sum(len(block.data) for block in _blocks(data)) < 9 * READ_BYTES
    assert _is_truncated(data)


def test_two_thousand_mutants_of_packed_and_wide_logs() -> None:
    text = b"".join(b"row %d\n" % (number * 7919) for number in range(200))
    for data in (gzip.compress(text, mtime=0) + gzip.compress(text, mtime=0), text.decode().encode("utf-16")):
        for mutant in mutants(data, 1000):
            found = _blocks(mutant)
            assert sum(len(block.data) for block in found) <= 64 * len(text)
            for block, before in zip(found[1:], found, strict=False):
                assert block.line >= before.line + before.ends
