"""Contents on the disk, and in memory where the disk is full."""

from __future__ import annotations

import gc
from tempfile import TemporaryFile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.many import spool as spool_module
from webshellhunt.many.spool import Spool


@given(st.lists(st.binary(max_size=300)))
def test_each_content_comes_back(contents: list[bytes]) -> None:
    spool = Spool()
    assert [spool.add(each) for each in contents] == list(range(len(contents)))
    assert len(spool) == len(contents)
    assert [spool[number] for number in reversed(range(len(contents)))] == contents[::-1]


class Full:
    """A file that has room for one content, then for a part of one, then for none."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._writes = 0

    def write(self, content: bytes) -> int:
        self._writes += 1
        if self._writes == 2:
            return int(self._file.write(content[:2]))
        if self._writes == 3:
            raise OSError(28, "No space left on device")
        return int(self._file.write(content))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_what_the_disk_has_no_room_for_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "TemporaryFile", lambda **words: Full(TemporaryFile(**words)))  # noqa: SIM115
    contents = [b"first", b"second", b"third", b"fourth"]
    spool = Spool()
    for each in contents:
        spool.add(each)
    assert [spool[number] for number in range(4)] == contents


def test_without_a_temporary_folder_all_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(spool_module, "TemporaryFile", refuse)
    spool = Spool()
    spool.add(b"x")
    assert spool[0] == b"x"


def test_the_file_is_closed_with_the_spool() -> None:
    spool = Spool()
    spool.add(b"x")
    file = spool._file
    del spool
    gc.collect()
    assert file is not None
    assert file.closed
