from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.logs import row, text_log
from webshellhunt.cli import main
from webshellhunt.model.traffic import LogKind


@pytest.fixture
def server(tmp_path: Path) -> Path:
    folder = tmp_path / "inetpub" / "logs" / "LogFiles" / "W3SVC1"
    folder.mkdir(parents=True)
    pages = tmp_path / "inetpub" / "wwwroot" / "aspnet_client"
    pages.mkdir(parents=True)
    (pages / "other.aspx").write_text("<html></html>")
    rows = [row(f"2021-03-0{day} 04:05:06", "/aspnet_client/gone.aspx") for day in (3, 5)]
    (folder / "u_ex210303.log").write_bytes(text_log(LogKind.IIS, *rows))
    return tmp_path


def _summary(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    last: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last


def test_logs_are_read_and_no_page_is_examined(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(server), "--jobs", "1"]) == 1
    text = capsys.readouterr().out
    assert "1 suspicious trace found in the logs alone" in text
    assert "gone.aspx has no file" in text
    assert "other.aspx" not in text


def test_a_period_limits_the_records(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["logs", str(server), "--jobs", "1", "--format", "jsonl"]
    assert main([*arguments, "--until", "2021-03-02"]) == 0
    assert main([*arguments, "--since", "2021-03-05T05:00:00Z"]) == 0
    capsys.readouterr()
    assert main([*arguments, "--since", "2021-03-04", "--until", "2021-03-05"]) == 1
    options = _summary(capsys)["options"]
    assert isinstance(options, dict)
    assert options["logs"]["since_utc"] == "2021-03-04T00:00:00Z"
    assert options["logs"]["until_utc"] == "2021-03-06T00:00:00Z"


@pytest.mark.parametrize("value", ["", "yesterday", "2021-02-30", "2021-03-03T04:05:06+01:00"])
def test_a_time_that_is_none_is_wrong_use(server: Path, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["logs", str(server), "--since", value])
    assert ended.value.code == 2
    assert "pass a day or a time in UTC" in capsys.readouterr().err


def test_a_period_that_ends_before_it_begins_is_wrong_use(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(server), "--since", "2021-03-05", "--until", "2021-03-03"]) == 2
    assert "the period ends before it begins" in capsys.readouterr().err


def test_an_empty_folder_is_incomplete_and_a_wrong_path_an_error(tmp_path: Path) -> None:
    assert main(["logs", str(tmp_path), "--jobs", "1"]) == 3
    assert main(["logs", str(tmp_path / "none"), "--jobs", "1"]) == 2


def test_a_hunt_reads_logs_unless_told_otherwise(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(server), "--jobs", "1"]) == 1
    capsys.readouterr()
    assert main(["hunt", str(server), "--jobs", "1", "--no-logs"]) in (0, 3)
    assert "logs: present, but not read" in capsys.readouterr().out
