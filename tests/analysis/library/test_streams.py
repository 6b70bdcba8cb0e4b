"""Streams in memory: what was written to them is what is read."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Counting, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Opaque, Thing, Value

MACHINE = Counting()
MODE = Opaque("compressionmode", ("compressionmode", "decompress"))


def made(kind: str, *arguments: Value) -> Value:
    return library.make(MACHINE, kind, [*arguments], 0)


def called(subject: Value, name: str, *arguments: Value) -> Any:
    return plain_of(library.call_method(MACHINE, subject, name, [*arguments], 1))


def test_what_is_written_is_read() -> None:
    stream = made("memorystream")
    called(stream, "write", b"abc", 1, 2)
    called(stream, "writebyte", 65)

    assert called(stream, "toarray") == [98, 99, 65]
    assert library.read_property(MACHINE, stream, "length") == 3


def test_what_somebody_else_writes_stays_theirs() -> None:
    stream = made("memorystream", b"abc")
    called(stream, "write", TAINTED, 0, 3)

    assert called(stream, "toarray") == "<tainted>"
    assert called(made("streamreader", stream), "readtoend") == "<tainted>"
    assert called(made("streamreader", TAINTED), "readline") == "<tainted>"


def test_a_reader_returns_lines_until_there_are_none() -> None:
    reader = made("stringreader", "a\r\nb")

    assert [called(reader, "readline") for _ in range(3)] == ["a", "b", None]


def test_a_reader_decodes_bytes() -> None:
    encoding = library.constant_of(("encoding", "unicode"))
    reader = made("streamreader", made("memorystream", b"a\0b\0"), encoding)

    assert called(reader, "readtoend") == "ab"


def test_a_buffer_is_filled_until_the_end() -> None:
    stream, buffer = made("memorystream", b"abcde"), value_of([0, 0, 0])

    assert [called(stream, "read", buffer, 0, 3) for _ in range(3)] == [3, 2, 0]
    assert plain_of(buffer) == [100, 101, 99]
    assert called(stream, "seek", 0) == "<number>"
    assert called(stream, "read") == 97


def test_a_buffer_takes_up_what_is_not_known() -> None:
    stream, buffer = made("memorystream", TAINTED), value_of([0, 0])

    assert called(stream, "read", buffer, 0, 2) == "<number>"
    assert plain_of(buffer) == {"rest": {"0", "<tainted>"}}


def test_a_writer_writes_to_its_stream() -> None:
    stream = made("memorystream")
    writer = made("streamwriter", stream)
    called(writer, "writeline", "a")
    called(writer, "write", TAINTED)

    assert called(stream, "toarray") == "<tainted>"


def test_a_writer_to_a_file_is_not_known_here() -> None:
    assert made("streamwriter", "c:\\a.txt") is library.UNSOLVED


@pytest.mark.parametrize(
    ("kind", "packed"),
    [("gzipstream", gzip.compress(b"abc", mtime=0)), ("deflatestream", zlib.compress(b"abc")[2:-4])],
)
def test_packed_bytes_are_unpacked(kind: str, packed: bytes) -> None:
    reader = made("streamreader", made(kind, made("memorystream", packed), MODE))
    assert called(reader, "readtoend") == "abc"

    target = made("memorystream")
    called(made(kind, made("memorystream", packed), MODE), "copyto", target)
    assert called(target, "toarray") == [97, 98, 99]


def test_what_unpacks_to_very_much_is_cut() -> None:
    bomb = zlib.compress(b"\0" * (1 << 24))[2:-4]
    stream = made("deflatestream", made("memorystream", bomb), MODE)

    assert library.read_property(MACHINE, stream, "length") == 1 << 20


def test_what_is_no_packed_stream_is_not_known() -> None:
    assert called(made("gzipstream", made("memorystream", b"abc"), MODE), "toarray") == "<bytes>"


def test_a_decrypted_stream_is_tainted_by_what_it_reads() -> None:
    stream = made("cryptostream", made("memorystream", TAINTED), Opaque("transform"), Opaque("mode"))

    assert called(stream, "readtoend") == "<tainted>"
    target = made("memorystream")
    called(made("cryptostream", target, Opaque("transform"), Opaque("mode")), "write", TAINTED, 0, 1)
    assert called(target, "toarray") == "<tainted>"


def test_a_change_in_a_branch_is_taken_back() -> None:
    stream = made("memorystream", b"a")
    MACHINE.state.open()
    called(stream, "write", b"b", 0, 1)
    MACHINE.state.undo()

    assert called(stream, "toarray") == [97]


@given(st.lists(st.binary(max_size=8), max_size=6))
def test_pieces_are_joined_in_order(pieces: list[bytes]) -> None:
    stream = made("memorystream")
    for piece in pieces:
        called(stream, "write", piece, 0, len(piece))

    assert called(stream, "toarray") == [*b"".join(pieces)]


def test_a_length_is_assigned() -> None:
    stream = made("memorystream", b"abc")
    called(stream, "setlength", 2)
    assert called(stream, "toarray") == [97, 98]
    called(stream, "setlength", 0)
    assert called(stream, "toarray") == []
    assert isinstance(stream, Thing)
