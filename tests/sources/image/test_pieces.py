"""The files of an image: split raw images and the segments of EnCase images, with the one that is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.pieces import first_piece, raw_pieces, segment_pieces


def write(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).write_bytes(b"x")
    return str(folder / names[0])


def names(paths: list[str]) -> list[str]:
    return [Path(path).name for path in paths]


def test_an_image_in_one_file(tmp_path: Path) -> None:
    path = write(tmp_path, "disk.dd", "disk.001")
    assert raw_pieces(path) == [path] == segment_pieces(path)
    assert first_piece(path) == path


@pytest.mark.parametrize("first", [0, 1])
def test_a_split_image_by_any_of_its_files(tmp_path: Path, first: int) -> None:
    pieces = [f"disk.{number:03d}" for number in range(first, first + 4)]
    write(tmp_path, *pieces, "disk.txt", "disk.0001", "other.005")
    path = first_piece(str(tmp_path / pieces[2]))
    assert names(raw_pieces(path)) == pieces


def test_a_missing_piece_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "disk.001", "disk.002", "disk.004")
    with pytest.raises(UnreadableError, match=r"disk\.003 is missing"):
        raw_pieces(path)


def test_segments_after_99_have_letters(tmp_path: Path) -> None:
    expected = [f"a.E{number:02d}" for number in range(1, 100)] + ["a.EAA", "a.EAB"]
    path = write(tmp_path, *expected, "a.vhd", "a.EAD", "a.txt", "a.E00")
    assert names(segment_pieces(path)) == expected


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.E01", "a.E03")
    with pytest.raises(UnreadableError, match=r"a\.E02 is missing"):
        segment_pieces(path)


def test_the_first_segment_has_to_be_named(tmp_path: Path) -> None:
    write(tmp_path, "a.e01", "a.e02")
    with pytest.raises(UnreadableError, match=r"name a\.e01"):
        segment_pieces(str(tmp_path / "a.e02"))


def test_a_location_that_is_absent(tmp_path: Path) -> None:
    path = str(tmp_path / "absent" / "x.001")
    assert first_piece(path) == path
    assert raw_pieces(path) == [path]


def test_names_are_compared_as_the_system_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "srv.E01", "srv.E02", "disk.001", "disk.002")
    monkeypatch.setattr(os.path, "normcase", str.lower)
    assert len(segment_pieces(str(tmp_path / "SRV.e01"))) == 2
    assert len(raw_pieces(str(tmp_path / "Disk.001"))) == 2
