"""``decode``: the layers of one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from webshellhunt.cli import main


def test_the_layers_are_numbered_and_one_may_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "a.aspx"
    page.write_text("<p>text</p>")
    assert main(["decode", str(page), "--json", "--layer", "1"]) == 0
    assert "<p>text</p>" in str(json.loads(capsys.readouterr().out))
    assert main(["decode", str(page), "--layer", "9"]) == 2
    assert "there is no layer 9" in capsys.readouterr().err
