"""``--cache``, for real: the report is the same, and nothing of it is in the evidence."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.builders.host_tree import tree_on_disk
from webshellhunt.cli import main
from webshellhunt.selftest.demo import COMPROMISED, demo_host

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))


@pytest.fixture
def server(tmp_path: Path) -> Path:
    for name, content in {"a.aspx": b"<p>a</p>", "b.txt": b"b"}.items():
        (tmp_path / "server" / "wwwroot").mkdir(parents=True, exist_ok=True)
        (tmp_path / "server" / "wwwroot" / name).write_bytes(content)
    return tmp_path / "server"


def lines(text: str) -> list[dict[str, Any]]:
    """Return the records of a report in JSON Lines, without the time of the hunt."""
    records = [json.loads(line) for line in text.splitlines()]
    records[-1].pop("started_utc", None)
    return records


def rows_in(cache: Path) -> int:
    with closing(sqlite3.connect(cache)) as connection:
        number: int = connection.execute("SELECT count(*) FROM kept").fetchone()[0]
    return number


def test_the_report_of_a_server_is_the_same(tmp_path: Path, capsys: Captured) -> None:
    with tree_on_disk(demo_host(COMPROMISED).source()) as folder:
        texts = []
        for options in ([], ["--cache", str(tmp_path / "c")], ["--cache", str(tmp_path / "c"), "--jobs", "2"]):
            assert main(["hunt", str(folder), "--format", "jsonl", "--all", *options]) == 1
            texts.append(lines(capsys.readouterr().out))
    assert texts[0] == texts[1] == texts[2]
    assert rows_in(tmp_path / "c") > 5
    assert (tmp_path / "config" / "webshellhunt" / "cache.key").exists()


def test_several_locations_share_a_cache(server: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["hunt", str(server), str(server / "wwwroot"), "--cache", str(tmp_path / "c")]) == 0
    assert rows_in(tmp_path / "c") == 4  # the paths differ
    capsys.readouterr()


@pytest.mark.parametrize("name", ["server/c", "server/wwwroot/c", "other/c"])
def test_a_cache_in_any_location_is_refused_before_the_first_hunt(
    name: str, server: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "other").mkdir()
    output = tmp_path / "report.json"
    assert (
        main(["hunt", str(server), str(tmp_path / "other"), "--cache", str(tmp_path / name), "--output", str(output)])
        == 2
    )
    assert "a cache is never written inside the evidence" in capsys.readouterr().err
    assert not output.exists()
    assert not (tmp_path / name).exists()


def test_wrong_use_is_a_sentence(server: Path, tmp_path: Path, capsys: Captured) -> None:
    rules = tmp_path / "a.yar"
    rules.write_text("rule a { condition: false }")
    for options, words in (
        (["--cache-key", str(tmp_path / "k")], "--cache-key has no effect without --cache"),
        (["--cache", str(tmp_path)], "this is a folder"),
        (["--cache", str(tmp_path / "absent" / "c")], "the folder of the cache does not exist"),
        (["--cache", str(rules), "--signatures", str(rules)], "this is an input of this run"),
        (["--cache", str(tmp_path / "r.json"), "--output", str(tmp_path / "r.json")], "two outputs are the same"),
        (["--cache", str(tmp_path / "c"), "--cache-key", str(tmp_path / "k")], "it protects nothing"),
        (["--cache", ""], "ResultCache: path is empty"),
    ):
        assert main(["hunt", str(server), *options]) == 2
        assert words in capsys.readouterr().err
    assert rules.read_text() == "rule a { condition: false }"


def test_a_file_of_something_else_is_said_in_the_report(server: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "c").write_text("notes of mine")
    assert main(["hunt", str(server), "--cache", str(tmp_path / "c"), "--all"]) == 0
    out = capsys.readouterr().out
    assert "the cache is not used: it is a file of something else, which stays as it is: name another file" in out
    assert (tmp_path / "c").read_text() == "notes of mine"


def test_a_key_of_another_place(server: Path, tmp_path: Path, capsys: Captured) -> None:
    key = tmp_path / "safe" / "key"
    assert main(["hunt", str(server), "--cache", str(tmp_path / "c"), "--cache-key", str(key)]) == 0
    assert key.exists()
    assert not (tmp_path / "config").exists()
    key.chmod(0o644)
    assert main(["hunt", str(server), "--cache", str(tmp_path / "c"), "--cache-key", str(key)]) == 2
    assert "change its mode to 600" in capsys.readouterr().err


def test_an_old_command_line_knows_no_cache(server: Path, tmp_path: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["examine", str(server / "wwwroot" / "a.aspx"), "--cache", str(tmp_path / "c")])
    assert "unrecognized arguments: --cache" in capsys.readouterr().err
