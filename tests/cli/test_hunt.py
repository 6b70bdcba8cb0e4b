"""``hunt``: its status tells what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.cases import SHELL
from webshellhunt.cli import main


@pytest.mark.parametrize(("text", "status"), [("<p>text</p>", 0), (SHELL, 1)])
def test_the_status_tells_whether_something_was_found(
    text: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.aspx").write_text(text)
    assert main(["hunt", str(tmp_path), "--jobs", "1", "--format", "jsonl"]) == status
    assert '"kind": "summary"' in capsys.readouterr().out.splitlines()[-1].replace('":"', '": "')


def test_several_locations_end_with_one_sentence_for_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.aspx").write_text("<p>text</p>")
    output, places = tmp_path / "r.json", [str(tmp_path / name) for name in ("one", "two")]
    main(["hunt", *places, "--jobs", "1", "--output", str(output)])
    first, second, fleet, written = capsys.readouterr().err.splitlines()
    assert (places[0] in first, places[1] in second) == (True, True)
    assert fleet == "webshellhunt: all hosts: No back door was found on 2 locations."
    assert written == f"webshellhunt: report written to {output}"


def test_a_location_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(tmp_path / "absent")]) == 2
    assert "absent" in capsys.readouterr().err
