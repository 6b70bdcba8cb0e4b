"""An evidence bag is known by its text; a server with such a name is not one."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.cli import main
from webshellhunt.keeping.readme import readme
from webshellhunt.keeping.recognition import is_bag
from webshellhunt.sources import MemorySource


def test_the_title_decides() -> None:
    assert is_bag(MemorySource({"README.txt": readme(None)}))
    assert not is_bag(MemorySource({"README.txt": b"Read me"}))
    assert not is_bag(MemorySource({"files/README.txt": readme(None)}))
    assert not is_bag(MemorySource({"README.txt": readme(None)}, unreadable=("README.txt",)))


def test_a_hunt_through_a_bag_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.txt").write_bytes(readme(None))
    main(["hunt", "--jobs", "1", "--quiet", str(tmp_path)])
    assert "this is an evidence bag: 'webshellhunt verify' checks it" in capsys.readouterr().err
