"""One file as a location of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.cli.files import open_file
from webshellhunt.errors import SourceError, UsageError


def test_a_plain_file_is_the_only_one_of_its_source(tmp_path: Path) -> None:
    for name in ("a.aspx", "b.aspx"):
        (tmp_path / name).write_text(name)
    with open_file(str(tmp_path / "a.aspx")) as (source, entry):
        assert source.read(entry.path, 10) == b"a.aspx"
        with pytest.raises(SourceError):
            source.read("b.aspx", 10)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="webshellhunt hunt"), open_file(str(tmp_path)):
        pass
