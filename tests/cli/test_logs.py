from __future__ import annotations

import gzip
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
    assert main([*arguments, "--until", "2021-03-02"]) == 3
    assert main([*arguments, "--since", "2021-03-05T05:00:00Z"]) == 0
    capsys.readouterr()
    assert main([*arguments, "--since", "2021-03-04", "--until", "2021-03-05"]) == 1
    options = _summary(capsys)["options"]
    assert isinstance(options, dict)
    assert options["logs"]["patterns"] == []
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
    assert "--until is before --since" in capsys.readouterr().err


def test_an_empty_folder_is_incomplete_and_a_wrong_path_an_error(tmp_path: Path) -> None:
    assert main(["logs", str(tmp_path), "--jobs", "1"]) == 3
    assert main(["logs", str(tmp_path / "none"), "--jobs", "1"]) == 2


def test_a_hunt_reads_logs_unless_told_otherwise(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(server), "--jobs", "1"]) == 1
    capsys.readouterr()
    assert main(["hunt", str(server), "--jobs", "1", "--no-logs"]) in (0, 3)
    assert "logs: present, but not read" in capsys.readouterr().out


def test_a_minute_is_a_time(server: Path) -> None:
    arguments = ["logs", str(server), "--jobs", "1", "--format", "jsonl"]
    assert main([*arguments, "--since", "2021-03-05T04:05"]) == 1
    assert main([*arguments, "--since", "2021-03-05T04:06Z"]) == 0


def test_a_report_never_replaces_a_log_or_a_file_of_patterns(
    server: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path_factory.mktemp("pages")
    logs = server / "inetpub" / "logs" / "LogFiles" / "W3SVC1"
    log = logs / "u_ex210303.log"
    before = log.read_bytes()
    for named in (log, logs, server):
        assert main(["hunt", str(place), "--logs", str(named), "--output", str(log), "--jobs", "1"]) == 2
        assert "a report is never written in" in capsys.readouterr().err
    assert log.read_bytes() == before
    patterns = place.with_name("own.toml")
    patterns.write_text("pattern = []")
    for option in ("--patterns", "--accept"):
        assert main(["logs", str(server), option, str(patterns), "--output", str(patterns), "--jobs", "1"]) == 2
    assert patterns.read_text() == "pattern = []"


@pytest.mark.parametrize("option", ["--logs", "--since", "--until", "--patterns"])
def test_options_of_logs_without_logs_are_wrong_use(
    option: str, server: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = str(server) if option in ("--logs", "--patterns") else "2021-03-03"
    assert main(["hunt", str(server), "--no-logs", option, value]) == 2
    assert f"--no-logs reads no log, so that {option} has no effect" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--logs", "--patterns"])
def test_a_place_that_does_not_exist_is_wrong_use(
    option: str, server: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", str(server), option, str(server / "none"), "--jobs", "1"]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err


def test_one_compressed_log_is_read(server: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = server / "inetpub" / "logs" / "LogFiles" / "W3SVC1" / "u_ex210303.log"
    packed = tmp_path / "a.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert main(["logs", str(packed), "--jobs", "1"]) == 0
    assert "IIS: 1 file, 2 rows" in capsys.readouterr().out
    pages = tmp_path / "inetpub" / "wwwroot"
    assert main(["hunt", str(pages), "--logs", str(packed), "--jobs", "1"]) == 0
    assert "IIS: 1 file, 2 rows" in capsys.readouterr().out
    assert main(["hunt", str(packed), "--jobs", "1"]) == 2
