"""The prefilter excludes files without an act."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from webshellhunt.defang import read_fixture
from webshellhunt.php.interpreter import find_acts
from webshellhunt.php.prefilter import may_act

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("php_*/*.defanged"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_with_an_act_passes(path: Path) -> None:
    data = read_fixture(path.read_text(encoding="utf-8")).data
    assert may_act(data.lower()) or not find_acts(data.decode("latin-1"))


@pytest.mark.parametrize("part", ["a(", "$", "${", "$a[", "createfunction", "a{$", "register_"])
def test_the_time_is_linear(part: str) -> None:
    begun = process_time()
    may_act(b"<?php $_get " + part.encode() * 200_000)
    assert process_time() - begun < 5


@pytest.mark.parametrize("text", ["<p>text</p>", "<?xml version='1.0'?>", "<?php echo 1; ?>", "<%= Request(1) %>"])
def test_other_files_do_not(text: str) -> None:
    assert not may_act(text.lower().encode())
