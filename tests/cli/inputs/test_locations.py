"""The locations of a command, from its words and from lists."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.containers import zipped
from tests.reports.cases import SHELL
from webshellhunt.cli import main
from webshellhunt.cli.inputs.locations import Locations, locations_of
from webshellhunt.errors import UsageError


def read(tmp_path: Path, content: str | bytes, *locations: str) -> Locations:
    file = tmp_path / "hosts.txt"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return locations_of(Namespace(locations=list(locations), lists=[str(file)]))


def test_one_location_a_line_with_comments_and_names(tmp_path: Path) -> None:
    text = "# our servers\n\n  /evidence/a.zip  \nEXCH07 = /evidence/b=c.E01\nE:\\case\\c\n"
    assert read(tmp_path, text) == Locations(
        ["/evidence/a.zip", "/evidence/b=c.E01", "E:\\case\\c"], {"/evidence/b=c.E01": "EXCH07"}, 0
    )


def test_the_words_come_first_and_a_repeated_location_once(tmp_path: Path) -> None:
    assert read(tmp_path, "a\nb\na\n", "b", "b") == Locations(["b", "b", "a"], {}, 2)


def test_a_path_with_an_equals_sign_is_a_path_if_it_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case=5").mkdir()
    assert read(tmp_path, "case=5\ncase=6\n") == Locations(["case=5", "6"], {"6": "case"}, 0)


@pytest.mark.parametrize("line", ["a/b=c", "C:\\x=y", "=x", "two words=x", "-x=y"])
def test_what_is_no_name_is_a_path(tmp_path: Path, line: str) -> None:
    assert read(tmp_path, line) == Locations([line], {}, 0)


def test_quotes_of_explorer_are_removed(tmp_path: Path) -> None:
    assert read(tmp_path, '"C:\\My case\\a.zip"\nB="b c"\n""\n').paths == ["C:\\My case\\a.zip", "b c", '""']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_of_editors_and_of_powershell(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "C:\\Fälle\\a\r\nb\r\n".encode(encoding)).paths == ["C:\\Fälle\\a", "b"]


def test_a_list_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\nb\n")))
    assert locations_of(Namespace(locations=[], lists=["-"])).paths == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\n# nothing\n", "there is no location"),
        (b"a\0b\n", "line 1 has a NUL"),
        (b"\xff\xfea", "no text of UTF-8 or UTF-16"),
        (b"x" * (5 * 1024 * 1024), "too large for a list"),
        (b"\n".join(b"%d" % number for number in range(10_001)), "pass at most 10,000"),
    ],
)
def test_a_wrong_list_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(tmp_path, content)


def test_a_missing_list_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the list can't be read"):
        locations_of(Namespace(locations=["a"], lists=[str(tmp_path / "none.txt")]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_locations_or_wrong_use(tmp_path: Path, content: bytes) -> None:
    try:
        found = read(tmp_path, content, "first")
    except UsageError:
        return
    assert found.paths[0] == "first"
    assert all(found.paths)


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
