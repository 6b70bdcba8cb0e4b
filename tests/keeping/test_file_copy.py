"""The copy of one file: in pieces, bounded, and honest about what is missing."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import SourceNotFoundError
from webshellhunt.keeping import file_copy
from webshellhunt.keeping.bag import LoggedSource
from webshellhunt.keeping.file_copy import Copied, Digester, copy_file
from webshellhunt.sources.memory import MemorySource


class Moving(MemorySource):
    """A file that vanishes or is interrupted at an offset, or grows without end."""

    def __init__(self, data: bytes, *, vanishes_at: int | None = None, interrupted_at: int | None = None) -> None:
        super().__init__({"a": data})
        self.reads: list[tuple[int, int]] = []
        self._vanishes_at = vanishes_at
        self._interrupted_at = interrupted_at

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        self.reads.append((offset, limit_bytes))
        if self._vanishes_at is not None and offset >= self._vanishes_at:
            raise SourceNotFoundError("it does not exist (any more)", path=path)
        if self._interrupted_at is not None and offset >= self._interrupted_at:
            raise KeyboardInterrupt
        return super().read(path, limit_bytes, offset)


def copied(source: Moving, listed: int, most: int, stop_after: int = 1_000) -> tuple[Copied, bytes]:
    stream = io.BytesIO()
    asked = iter(range(stop_after))
    logged = LoggedSource(source, lambda: datetime(2021, 3, 3, tzinfo=UTC), [])
    result = copy_file(logged, "a", listed, most, stream, lambda: next(asked, None) is None)
    written = stream.getvalue()
    assert (result.size_bytes, result.digests.sha256) == (len(written), hashlib.sha256(written).hexdigest())
    return result, written


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_copy, "PIECE_BYTES", 10)


def test_a_small_file_is_read_once() -> None:
    source = Moving(b"12345")
    result, written = copied(source, 5, 100)
    assert (written, result.failure, len(source.reads)) == (b"12345", None, 1)


@pytest.mark.parametrize("size", [0, 9, 10, 11, 20, 35])
def test_a_large_file_is_read_in_pieces(size: int) -> None:
    source = Moving(bytes(size))
    result, written = copied(source, size, size + 5)
    assert (written, result.failure) == (bytes(size), None)
    assert all(limit <= 10 for _, limit in source.reads)


def test_a_file_that_grows_is_cut() -> None:
    result, written = copied(Moving(bytes(100)), 10, 15)
    assert len(written) == 15
    assert result.failure == "it grew while it was copied, and only 15 bytes of it are kept"


def test_a_file_that_shrank_is_read_to_its_end() -> None:
    result, written = copied(Moving(bytes(5)), 10, 15)
    assert (len(written), result.failure) == (5, None)


def test_a_file_that_vanishes_is_kept_in_part() -> None:
    result, written = copied(Moving(bytes(100), vanishes_at=30), 100, 150)
    assert len(written) == 30
    assert result.failure == "it could not be read from byte 30 on: it does not exist (any more)"
    assert not result.interrupted


def test_an_interrupted_copy_ends_at_once() -> None:
    result, written = copied(Moving(bytes(100)), 100, 150, stop_after=2)
    assert (len(written), result.interrupted) == (20, True)
    result, written = copied(Moving(bytes(100), interrupted_at=30), 100, 150)
    assert (len(written), result.interrupted) == (30, True)
    assert result.failure == "the copy was interrupted after 30 bytes"


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_pieces_give_the_digests_of_the_whole(pieces: list[bytes]) -> None:
    digester, whole = Digester(), b"".join(pieces)
    for piece in pieces:
        digester.update(piece)
    found = digester.digests
    assert (found.sha256, digester.size_bytes) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert found.sha1 == hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    assert found.md5 == hashlib.md5(whole, usedforsecurity=False).hexdigest()
