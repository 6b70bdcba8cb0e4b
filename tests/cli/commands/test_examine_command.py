"""``webshellhunt examine``: the context that is assumed, another path, standard input."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.reports.cases import SHELL
from webshellhunt.cli import main
from webshellhunt.reports import schema

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shell(tmp_path: Path) -> str:
    path = tmp_path / "x.aspx"
    path.write_text(SHELL)
    return str(path)


def send(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make these bytes standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def records(capsys: Captured) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the one verdict and the summary."""
    verdict, *_, summary = map(json.loads, capsys.readouterr().out.splitlines())
    return verdict, summary


def test_a_file_is_examined_by_itself_and_that_is_said(shell: str, capsys: Captured) -> None:
    assert main(["examine", shell]) == 1
    out = capsys.readouterr().out
    assert "Context: examined by itself as x.aspx; read as web form, role given; no configuration was read" in out
    assert "web.config beside it" not in out


def test_a_configuration_that_was_not_read_is_named(shell: str, capsys: Captured) -> None:
    Path(shell).with_name("web.config").write_text("<configuration/>")
    assert main(["examine", shell]) == 1
    assert "The web.config in its folder was not read: 'webshellhunt hunt " in capsys.readouterr().out


def test_as_another_path(shell: str, capsys: Captured) -> None:
    server_path = r"C:\inetpub\wwwroot\aspnet_client\discover.aspx"
    assert main(["examine", shell, "--as", server_path, "--format", "jsonl"]) == 1
    verdict, summary = records(capsys)
    assert (verdict["path"], verdict["role"]) == (server_path, "aspnet_client")
    assert "WSH6001" in {finding["rule"] for finding in verdict["findings"]}
    assert verdict["times"]["modified_utc"] is not None
    assert summary["location"] == shell
    assert server_path in summary["context"]
    for record in (verdict, summary):
        jsonschema.Draft202012Validator(schema()).validate(record)


def test_the_path_decides_how_the_file_is_read(shell: str, capsys: Captured) -> None:
    main(["examine", shell, "--as", "notes.txt"])
    out = capsys.readouterr().out
    assert (
        "read as static, role given; no configuration was read: a web.config may make the server execute this name."
        in out
    )
    assert "MALICIOUS" not in out


@pytest.mark.parametrize(("words", "name"), [([], "page.aspx"), (["--as", "C:/inetpub/wwwroot/y.aspx"], "y.aspx")])
def test_standard_input(words: list[str], name: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    send(SHELL.encode("utf-16"), monkeypatch)
    assert main(["examine", "-", *words, "--format", "jsonl"]) == 1
    verdict, summary = records(capsys)
    assert verdict["path"].endswith(name)
    assert verdict["disposition"] == "malicious"
    assert summary["location"] == "standard input"
    assert ("examined as page.aspx" in summary["context"]) is (not words)


def test_standard_input_that_is_closed_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert main(["examine", "-"]) == 2
    assert capsys.readouterr().err.startswith("webshellhunt: standard input is closed")


def test_more_than_the_limit_is_a_gap(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    send(SHELL.encode() + b" " * (64 * 1024 * 1024), monkeypatch)
    assert main(["examine", "-", "--as", "x.aspx", "--format", "jsonl"]) == 1
    assert '"code": "too-large"' in capsys.readouterr().out


def test_a_path_that_is_none_is_a_sentence(shell: str, capsys: Captured) -> None:
    assert main(["examine", shell, "--as", "C:\\"]) == 2
    assert "this is not the path of a file" in capsys.readouterr().err


@pytest.mark.parametrize("as_input", [True, False])
def test_a_file_whose_name_is_lost_is_read_by_its_content(
    as_input: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    page = b'<\x25 Dim a : a = Request("k") : Exec\x75te a \x25>'
    name = "9f" * 32
    (tmp_path / name).write_bytes(page)
    send(page, monkeypatch)
    assert main(["examine", "-" if as_input else str(tmp_path / name), "--format", "jsonl"]) == 1
    found, summary = records(capsys)
    assert found["path"] == ("page.asp" if as_input else name)
    assert found["assumed"][0].startswith("its name is unknown: read as page.asp, because ")
    assert found["assumed"][1].startswith("also read as page.aspx ")
    assert "examined by itself as page.asp; read as classic asp" in summary["context"]
    main(["examine", str(tmp_path / name)])
    assert "Assumed: its name is unknown: read as page.asp" in " ".join(capsys.readouterr().out.split())


def test_the_role_and_the_mapping_are_those_of_the_user(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "sample.bin"
    file.write_bytes(b"<p>")
    words = ["examine", str(file), "--role", "owa_auth", "--mapping", ".aspx", "--format", "jsonl"]
    assert main(words) == 0
    found, _ = records(capsys)
    assert (found["path"], found["role"], found["executable"]) == ("sample.bin", "owa_auth", True)
    assert found["assumed"] == ["read as aspx (mapping .aspx, as the caller says)", "role owa_auth, as the caller says"]
    assert main([*words[:4], "--mapping", "a.handler"]) == 2
    assert "the handler 'a.handler' is unknown" in capsys.readouterr().err
