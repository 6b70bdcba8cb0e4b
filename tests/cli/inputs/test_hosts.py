"""A location with several servers is hunted once for each, and compared as several locations are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders.containers import zipped
from tests.reports.cases import SHELL
from webshellhunt.cli import main

_CLEAN = {"C/inetpub/wwwroot/a.aspx": b"<p>text</p>", "C/Windows/System32/config/x": b"1"}
_SHELL = {**_CLEAN, "C/inetpub/wwwroot/aspnet_client/x.aspx": SHELL.encode()}
_BOTH = {**{f"EXCH01/{name}": data for name, data in _SHELL.items()}, **{f"EXCH02/{n}": d for n, d in _CLEAN.items()}}


def _lay(place: Path, files: dict[str, bytes], form: str) -> Path:
    if form == "zip":
        place.mkdir()
        (place / "case.zip").write_bytes(zipped(files))
        return place / "case.zip"
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return place


def _hunt(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any], str]:
    status = main(["hunt", *words, "--jobs", "1", "--format", "json"])
    output = capsys.readouterr()
    return status, json.loads(output.out), output.err


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_two_servers_have_two_reports_and_a_comparison(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    location = _lay(tmp_path / "case", _BOTH, form)
    status, found, errors = _hunt(capsys, str(location))
    assert status == 1
    one, two = found["reports"]
    assert [each["location"] for each in (one, two)] == [f"{location}/EXCH01", f"{location}/EXCH02"]
    assert [len(each["verdicts"]) for each in (one, two)] == [1, 0]
    assert one["verdicts"][0]["path"] == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    assert found["fleet"]["sentence"].startswith("1 of 2 hosts has back doors")
    assert f"{location}: 2 servers are in it; each has a report of its own" in errors
    assert "not examined" not in errors


def test_what_is_in_none_of_the_servers_is_said_and_incomplete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {f"{host}/{name}": data for host in ("EXCH01", "EXCH02") for name, data in _CLEAN.items()}
    assert _hunt(capsys, str(_lay(tmp_path / "a", {**files, "hashes.txt": b"1"}, "folder")))[0] == 0
    status, _, errors = _hunt(capsys, str(_lay(tmp_path / "b", {**files, "logs/u_ex210303.log": b"1"}, "folder")))
    assert status == 3
    assert "b: not examined, because it is of none of these servers: logs; hunt it by itself" in errors


def test_several_locations_may_have_several_servers_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    locations = [str(_lay(tmp_path / "one", _BOTH, "folder")), str(_lay(tmp_path / "two", _CLEAN, "folder"))]
    _, found, _ = _hunt(capsys, *locations)
    places = [each["location"] for each in found["reports"]]
    assert places == [f"{locations[0]}/EXCH01", f"{locations[0]}/EXCH02", locations[1]]


def test_other_commands_refuse_several_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    location = str(_lay(tmp_path / "case", _BOTH, "folder"))
    assert main(["server", location]) == 2
    assert "2 servers are in it, EXCH01 and EXCH02" in capsys.readouterr().err
    assert main(["logs", location, "--format", "json"]) == 3
    assert len(json.loads(capsys.readouterr().out)["reports"]) == 2
