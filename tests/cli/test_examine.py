"""``examine``: one file, or standard input."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.cli import main


def test_a_folder_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examine", str(tmp_path)]) == 2
    assert "hunt" in capsys.readouterr().err


def test_a_page_without_code_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "a.aspx").write_text("<p>text</p>")
    assert main(["examine", str(tmp_path / "a.aspx")]) == 0
