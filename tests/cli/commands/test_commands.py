"""The other commands, for real: on files in a temporary folder and on what ships with the library."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reports.cases import SECRET, SHELL
from webshellhunt.cli import main

HARMLESS = '<%@ Page Language="C#" %>\r\n<!-- one -->\r\n<%-- two --%>\r\n<%= DateTime.Now %>\r\n'


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "webshellhunt", *words],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.aspx"
    path.write_text(HARMLESS, newline="")
    return path


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    path = tmp_path / "shell.aspx"
    path.write_text(SHELL, encoding="utf-16")
    return path


def test_examine_a_shell(shell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examine", str(shell)]) == 1
    out = capsys.readouterr().out
    assert "MALICIOUS" in out
    assert "WSH1001" in out


def test_examine_a_harmless_page(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["examine", str(page), "--format", "jsonl"]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert json.loads(first)["disposition"] == "benign"


@pytest.mark.parametrize("command", ["examine", "decode"])
def test_one_file_is_a_file(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(tmp_path)]) == 2
    assert "not a regular file" in capsys.readouterr().err
    assert main([command, str(tmp_path / "missing.aspx")]) == 2
    assert "missing.aspx" in capsys.readouterr().err


def test_decode_shows_text_and_page(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", str(page)]) == 0
    out = capsys.readouterr().out
    assert re.search(rf"^layer 1: text \((ascii|utf-8)\), bytes 0 to {len(HARMLESS)}$", out, re.MULTILINE)
    assert '     1 | <%@ Page Language="C#" %>\n' in out
    assert 'line 1: directive page: Language="C#"\n' in out
    assert "line 3: server comment\n" in out
    assert "line 4: expression block in c#\n" in out


def test_decode_undoes_utf_16(shell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", str(shell), "--layer", "1"]) == 0
    out = capsys.readouterr().out
    assert SHELL in out
    assert f"bytes 2 to {2 + 2 * len(SHELL)}" in out or f"bytes 0 to {2 + 2 * len(SHELL)}" in out


def test_decode_as_json(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", str(page), "--json"]) == 0
    decoded = json.loads(capsys.readouterr().out)
    [layer, *_] = decoded["layers"]
    assert layer["text"] == HARMLESS
    assert layer["page"]["directives"] == [{"name": "page", "line": 1, "attributes": {"Language": "C#"}}]
    assert [block["code"].strip() for block in layer["page"]["blocks"]] == ["DateTime.Now"]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_decode_shows_secrets_of_the_victim_on_demand(
    form: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "web.config"
    path.write_text(f'<configuration><machineKey validationKey="{SECRET}"/></configuration>')
    assert main(["decode", str(path), *form]) == 0
    assert SECRET not in capsys.readouterr().out
    assert main(["decode", str(path), "--show-secrets", *form]) == 0
    assert SECRET in capsys.readouterr().out


def test_decode_lets_no_control_character_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.asp"
    path.write_bytes(b"a\x1b[2Jb\x00\r\n\xff\x9b<% x = 1 %>")
    assert main(["decode", str(path)]) == 0
    assert all(line.isprintable() for line in capsys.readouterr().out.split("\n"))


def test_decode_knows_its_layers(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", str(page), "--layer", "9"]) == 2
    assert "there is no layer 9" in capsys.readouterr().err


def test_explain_a_rule_by_id_or_slug(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("WSH1001", "wsh1001", "request-reaches-eval"):
        assert main(["explain", name]) == 0
        out = capsys.readouterr().out
        assert out.startswith("WSH1001 request-reaches-eval (severity critical, confidence high)\n")
        assert "Blind spots" in out


def test_explain_a_signature(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    last = capsys.readouterr().out.splitlines()[-1].split()[0]
    assert last.startswith("WSH9")
    assert main(["explain", last]) == 0
    assert capsys.readouterr().out.startswith(last)


def test_an_unknown_rule_names_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "WSH1OO1"]) == 2
    assert "WSH1001" in capsys.readouterr().err
    assert main(["explain", "~"]) == 2
    assert "'webshellhunt rules' lists all" in capsys.readouterr().err


def test_rules_are_listed_once_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    ids = [line.split()[0] for line in lines]
    assert len(ids) == len(set(ids)) > 10
    assert all(line.split()[1] in {"info", "low", "medium", "high", "critical"} for line in lines)


def test_selftest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == 0
    assert "FAILED" not in capsys.readouterr().out


def test_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0
    out = capsys.readouterr().out
    assert out.count(". MALICIOUS  ") == 9
    assert "Patching does not remove" in out


@pytest.mark.skipif(os.name == "nt", reason="a pipe ends otherwise there")
def test_a_reader_that_leaves_is_no_error() -> None:
    command = [sys.executable, "-m", "webshellhunt", "rules"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without a full device")
@pytest.mark.parametrize("words", [["rules"], ["demo"]])
def test_a_full_disk_is_a_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "webshellhunt", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "webshellhunt: standard output can't be written: No space left on device\n"


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii", "utf-8"])
def test_any_code_page_of_a_console(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "中文\N{MIDDLE DOT}.aspx"
    path.write_text(HARMLESS + "<!-- \N{BOX DRAWINGS LIGHT VERTICAL}\N{SNOWMAN} é -->", encoding="utf-8")
    done = run("decode", str(path), PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode(encoding)
    assert ("\N{SNOWMAN}" if encoding == "utf-8" else r"\u2603") in shown


def test_hunt_on_a_real_folder(tmp_path: Path, shell: Path, page: Path) -> None:
    done = run("hunt", str(tmp_path), "--format", "jsonl", "--jobs", "1")
    assert (done.returncode, done.stderr) == (1, b"")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["disposition"] for r in records if r["kind"] == "verdict"] == ["malicious"]
    assert records[-1]["counts"]["benign"] == 1
    again = run("hunt", str(tmp_path), "--format", "jsonl", "--jobs", "2")
    for summary in (records[-1], *(again_records := [json.loads(line) for line in again.stdout.splitlines()])[-1:]):
        assert summary.pop("started_utc")
    assert again_records == records


def test_a_rule_of_correlation_is_explained_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "WSH6006"]) == 0
    assert "Blind spots:" in capsys.readouterr().out


def test_decode_says_which_command_reads_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["decode", "-"]) == 2
    assert "standard input: 'webshellhunt examine -'" in capsys.readouterr().err
