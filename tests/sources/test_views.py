from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.sources.views import BoundedCache, BytesView, FileView, HeaderFile, PartView, SparseView

DATA = bytes(range(256))


def test_a_file_is_read_at_any_offset_and_opened_again_after_a_close(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(DATA)
    view = FileView(str(tmp_path / "x"), len(DATA))
    assert view.read(250, 100) == DATA[250:]
    assert view.read(1000, 5) == b""
    view.close()
    view.close()
    assert view.read(0, 3) == DATA[:3]


def test_a_file_that_is_gone_is_an_error_of_a_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        FileView(str(tmp_path / "none"), 10).read(0, 1)


def test_a_part_ends_at_its_end() -> None:
    part = PartView(BytesView(DATA), 10, 20)
    assert part.read(0, 100) == DATA[10:30]
    assert part.read(15, 100) == DATA[25:30]
    assert part.read(50, 100) == b""


def test_a_sparse_view_has_zeros_between_its_pieces() -> None:
    view = SparseView(BytesView(b"abcdef"), [(2, 3), (8, 3)], 12)
    assert view.read(0, 100) == b"\0\0abc\0\0\0def\0"
    assert view.read(3, 6) == b"bc\0\0\0d"


def test_a_file_object_reads_headers_only() -> None:
    file = HeaderFile(BytesView(DATA))
    assert file.read(3) == DATA[:3]
    assert file.tell() == 3
    file.seek(200)
    assert file.read(100) == DATA[200:]
    assert file.readable()
    assert file.seekable()
    with pytest.raises(UnreadableError):
        file.read(10_000_000)


def test_a_file_object_reads_a_bounded_number_of_bytes_until_it_is_renewed() -> None:
    file = HeaderFile(BytesView(DATA), most_in_all=100)
    assert len(file.read(60)) == 60
    with pytest.raises(UnreadableError):
        file.read(60)
    file.renew()
    assert file.read(60) == DATA[60:120]


def test_the_value_used_longest_ago_is_dropped() -> None:
    cache: BoundedCache[int, str] = BoundedCache(2)
    cache.put(1, "a")
    cache.put(2, "b")
    assert cache.get(1) == "a"
    cache.put(3, "c")
    assert (cache.get(1), cache.get(2), cache.get(3), len(cache)) == ("a", None, "c", 2)
    cache.clear()
    assert len(cache) == 0
