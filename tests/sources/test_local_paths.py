from __future__ import annotations

import os
from pathlib import Path

import pytest

from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.sources.local_paths import absolute, drive_top, letter_of, with_separator


def test_paths_and_letters(tmp_path: Path) -> None:
    assert absolute(str(tmp_path / "a" / "..")) == str(tmp_path)
    assert with_separator(str(tmp_path)) == with_separator(with_separator(str(tmp_path))) == str(tmp_path) + os.sep
    assert (letter_of("d"), letter_of("D:")) == ("D", "D")


@pytest.mark.parametrize("key", ["", "dd", "1", "ä", "::"])
def test_what_is_no_letter(key: str) -> None:
    with pytest.raises(UsageError, match="one letter from A to Z"):
        letter_of(key)


def test_a_drive_is_a_folder_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    assert drive_top("D", str(tmp_path)) == str(tmp_path)
    with pytest.raises(UnreadableError, match="drive D: must be a folder"):
        drive_top("D", str(tmp_path / "f"))
    with pytest.raises(SourceNotFoundError):
        drive_top("D", str(tmp_path / "g"))
    with pytest.raises(SourceNotFoundError, match="location is empty"):
        absolute("")
