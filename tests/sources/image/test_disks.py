"""Disks from files: bounds, joined pieces, kept pieces, and the number of open files."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.test_access_times import OLD_S, linux, require_updates, set_old
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image import disks
from webshellhunt.sources.image.disks import (
    ImageFile,
    JoinedDisk,
    KeptDisk,
    PartOfDisk,
    ZeroDisk,
    part_of,
    raw_disk,
    with_beginning,
)

DATA = bytes(range(256)) * 2000


def test_a_file_never_returns_more_than_it_has(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    file = ImageFile(str(tmp_path / "a"))
    assert [file.read(*place) for place in ((0, 4), (8, 10**15), (10, 1), (-1, 3))] == [b"0123", b"89", b"", b""]
    file.close()
    assert file.read(1, 1) == b"1"
    file.close()


def test_a_file_that_is_absent_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        ImageFile(str(tmp_path / "absent"))


@given(st.lists(st.integers(0, 70_000), max_size=5), st.integers(-5, 300_000), st.integers(-5, 300_000))
def test_joined_and_kept_disks_read_as_one(sizes: list[int], offset: int, count: int) -> None:
    parts = []
    at = 0
    for size in sizes:
        parts.append(PartOfDisk(_Memory(DATA), at, size))
        at += size
    whole = DATA[:at]
    expected = whole[offset : offset + max(count, 0)] if offset >= 0 else b""
    joined = JoinedDisk(parts)
    assert joined.size_bytes == at
    assert KeptDisk(joined).read(offset, count) == expected
    if offset >= 0:
        assert joined.read(offset, count) == expected


class _Memory:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size_bytes = len(data)
        self.reads = 0

    def read(self, offset: int, count: int) -> bytes:
        self.reads += 1
        return self.data[offset : offset + count]

    def close(self) -> None:
        self.data = b""


def test_pieces_are_kept() -> None:
    disk = _Memory(DATA)
    kept = KeptDisk(disk)
    for at in range(0, 60_000, 100):
        assert kept.read(at, 100) == DATA[at : at + 100]
    assert disk.reads == 1


def test_a_part_that_ends_early_ends_the_bytes() -> None:
    class Short(_Memory):
        def read(self, offset: int, count: int) -> bytes:
            return super().read(offset, count)[:3]

    assert JoinedDisk([Short(DATA), _Memory(DATA)]).read(0, 10**6) == DATA[:3]


def test_damage_costs_only_itself() -> None:
    class Damaged(_Memory):
        def read(self, offset: int, count: int) -> bytes:
            if offset <= 40_000 < offset + count:
                raise UnreadableError("damaged")
            return super().read(offset, count)

    disk = KeptDisk(Damaged(DATA))
    assert disk.read(100, 1000) == DATA[100:1100]
    with pytest.raises(UnreadableError):
        disk.read(39_999, 2)


def test_zeros_and_parts() -> None:
    assert ZeroDisk(5).read(3, 10) == bytes(2)
    assert part_of(_Memory(DATA).read, 10, 5)(3, 10) == DATA[13:15]
    assert part_of(_Memory(DATA).read, 10, 5)(9, 1) == part_of(_Memory(DATA).read, 10, 5)(-1, 1) == b""


def test_many_files_are_not_open_at_once(tmp_path: Path) -> None:
    paths = []
    for number in range(100):
        (tmp_path / str(number)).write_bytes(b"%03d" % number)
        paths.append(str(tmp_path / str(number)))
    disk = raw_disk(paths)
    assert disk.read(0, 1000) == b"".join(b"%03d" % number for number in range(100))
    assert len(disks._open_files.files) <= 64
    disk.close()
    assert not disks._open_files.files


def test_a_thread_closes_no_file_of_another_one(tmp_path: Path) -> None:
    for number in range(65):
        (tmp_path / str(number)).write_bytes(b"%03d" % number)
    mine = ImageFile(str(tmp_path / "64"))
    assert mine.read(0, 3) == b"064"
    with ThreadPoolExecutor(1) as thread:
        others = raw_disk([str(tmp_path / str(number)) for number in range(64)])
        assert len(thread.submit(others.read, 0, 1000).result()) == 64 * 3
    assert list(disks._open_files.files.values()) == [mine]
    mine.close()
    others.close()


@linux
def test_a_read_changes_no_access_time(tmp_path: Path) -> None:
    require_updates(tmp_path)
    path = tmp_path / "a.dd"
    path.write_bytes(DATA)
    set_old(path)
    file = ImageFile(str(path))
    assert file.read(0, 10) == DATA[:10]
    file.close()
    assert path.stat().st_atime == OLD_S


def test_another_beginning() -> None:
    read = with_beginning(lambda offset, count: DATA[offset : offset + count], b"abcd")
    assert (read(0, 2), read(0, 6), read(2, 4), read(4, 2)) == (b"ab", b"abcd\4\5", b"cd\4\5", b"\4\5")
    assert with_beginning(lambda offset, count: b"", b"abcd")(0, 2) == b""
