"""The pictures for the documentation."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.pivot.cases import demo_report
from tools import screenshots
from tools.chromium import find_chromium


def is_of(picture: screenshots.Picture, content: bytes) -> bool:
    width, height = size_of(content)
    larger = (width - picture.width, height - picture.height)
    return all(0 <= each < screenshots.MOST_TRIES for each in larger)


def size_of(picture: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.skipif(find_chromium() is None, reason="needs Chromium, on a system other than Windows")
def test_each_picture_is_taken(tmp_path: Path) -> None:
    assert screenshots.main(["--folder", str(tmp_path)], demo_report) == 0
    for each in screenshots.PICTURES:
        content = (tmp_path / f"{each.name}.png").read_bytes()
        assert is_of(each, content)
        assert len(content) <= screenshots.MOST_BYTES


def test_the_documentation_has_each_picture() -> None:
    for each in screenshots.PICTURES:
        content = (screenshots.FOLDER / f"{each.name}.png").read_bytes()
        assert is_of(each, content)
        assert len(content) <= screenshots.MOST_BYTES


def test_without_a_browser_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(screenshots, "find_chromium", lambda: None)
    assert screenshots.main([]) == 2
    assert "Chromium is needed" in capsys.readouterr().err
