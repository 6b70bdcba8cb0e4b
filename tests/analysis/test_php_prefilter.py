"""The prefilter excludes files without an act."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.analysis.php import analyse
from webshellhunt.analysis.php_prefilter import may_act, opens_php
from webshellhunt.defang import load_fixture

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("php_*/*.defanged"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_with_an_act_passes(path: Path) -> None:
    data = load_fixture(path).data
    assert may_act(data.lower()) or not analyse(data.decode("latin-1")).found


@pytest.mark.parametrize(
    ("data", "opens"),
    [
        (b"text <?= 1 ?>", True),
        (b"<?xml version='1.0'?>", False),
        (b"<SCRIPT language=PHP>", True),
        (b"\0\x01<? \x80", False),
        (b"\x89PNG\0<?PHP echo 1;", True),
        (b"text", False),
    ],
)
def test_a_binary_file_needs_the_long_opening(data: bytes, opens: bool) -> None:
    assert opens_php(data) is opens


@pytest.mark.parametrize("text", ["<p>text</p>", "<?xml version='1.0'?>", "<?php echo 1; ?>", "<%= Request(1) %>"])
def test_other_files_do_not(text: str) -> None:
    assert not may_act(text.lower().encode())
