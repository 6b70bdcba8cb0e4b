"""``baseline`` with words that it can do nothing with."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.cli import main


def test_a_file_that_is_no_baseline_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text("text")
    assert main(["baseline", "show", str(tmp_path / "a.json")]) == 2
    assert "a.json" in capsys.readouterr().err
