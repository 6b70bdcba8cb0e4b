"""The sentence says when a location was read as a plain folder, or has only a part of a server."""

from __future__ import annotations

from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.containers import zipped
from tests.builders.servers import exchange_server
from tests.reports.cases import SHELL
from webshellhunt.sources import MemorySource

_PLAIN = "was read as a plain {}: no Windows drive, Exchange or IIS was recognised in it."


def test_a_plain_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "EXCH01").mkdir()
    (tmp_path / "EXCH01" / "note.txt").write_bytes(b"text")
    report = wsh.hunt(tmp_path / "EXCH01")
    assert report.assessment.state.value == "nothing_found"
    assert report.assessment.sentence.endswith(f"EXCH01 {_PLAIN.format('folder')}")
    (tmp_path / "x.zip").write_bytes(zipped({"note.txt": b"text"}))
    assert wsh.hunt(tmp_path / "x.zip").assessment.sentence.endswith(f"x.zip {_PLAIN.format('archive')}")


@pytest.mark.parametrize("folders", [(), ("a/b", "c")])
def test_an_empty_folder_is_incomplete_and_said(folders: tuple[str, ...], tmp_path: Path) -> None:
    for each in folders:
        (tmp_path / "EXCH01" / each).mkdir(parents=True)
    (tmp_path / "EXCH01").mkdir(exist_ok=True)
    report = wsh.hunt(tmp_path / "EXCH01")
    assert report.assessment.state.value == "incomplete"
    assert report.assessment.sentence.endswith(f"EXCH01 {_PLAIN.format('folder')}")
    assert [gap.code for gap in report.gaps if gap.matters] == ["nothing-to-examine"]


def test_a_windows_without_exchange_and_iis_is_said() -> None:
    files = {"EXCH01/C/Windows/System32/config/x": b"1", "EXCH01/C/Users/bob/a.txt": b"1"}
    sentence = wsh.hunt(MemorySource(files, location="case")).assessment.sentence
    assert sentence.endswith("No Exchange and no IIS was recognised on C: of case.")


@pytest.mark.parametrize(
    "files",
    [
        dict(exchange_server()),
        dict(exchange_server("EXCH01/C")),
        {"wwwroot/a.aspx": b"<p>"},
        {"Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/a.aspx": b"<p>"},
    ],
)
def test_a_server_or_a_web_directory_is_no_plain_folder(files: dict[str, bytes]) -> None:
    sentence = wsh.hunt(MemorySource(files, location="case")).assessment.sentence
    assert "plain" not in sentence
    assert "recognised" not in sentence


def test_a_plain_folder_with_a_back_door_is_said() -> None:
    report = wsh.hunt(MemorySource({"samples/x.aspx": SHELL.encode(), "note.txt": b"text"}, location="case"))
    assert report.assessment.state.value == "backdoored"
    assert report.assessment.sentence.endswith(f"case {_PLAIN.format('folder')}")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.aspx").write_bytes(b"<p>")
    assert "plain" not in wsh.hunt(tmp_path / "a.aspx").assessment.sentence
