"""``--accept``, for real: what is accepted is not counted, and is never silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.detectors.fixture_cases import read
from webshellhunt import Job, examine
from webshellhunt.cli import main
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import iter_verdicts
from webshellhunt.sources import open_source

Captured = pytest.CaptureFixture[str]
SERVER_PATH = r"C:\inetpub\wwwroot\app\upload.aspx"


@pytest.fixture
def server(tmp_path: Path) -> Path:
    folder = tmp_path / "C" / "inetpub" / "wwwroot" / "app"
    folder.mkdir(parents=True)
    (folder / "upload.aspx").write_bytes(read("request_reaches_eval/jscript-net").data)
    return tmp_path / "C"


def accepting(tmp_path: Path, terms: str, until: str = "9999-12-31") -> str:
    path = tmp_path / "ours.toml"
    path.write_text(f"[[accept]]\n{terms}\nreason = 'reviewed'\nby = 'J. Doe'\nuntil = {until}\n", encoding="utf-8")
    return str(path)


def test_an_accepted_page_is_not_counted_and_is_listed(server: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["hunt", str(server)]) == 1
    capsys.readouterr()
    ours = accepting(tmp_path, f"path = '{SERVER_PATH}'")
    assert main(["hunt", str(server), "--accept", ours]) == 0
    out = capsys.readouterr().out
    assert "Not counted, because you accepted it or your baseline lists it: 1 malicious file." in out
    assert f"Accepted by you (1):\n  {SERVER_PATH} (benign, malicious without)\n" in out
    assert "reviewed (any content is accepted, since the entry has no sha256; " in out
    assert main(["hunt", str(server), "--accept", ours, "--format", "jsonl"]) == 0
    verdict, *_, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert (verdict["disposition"], verdict["otherwise"]) == ("benign", "malicious")
    assert {finding["acceptance"]["by"] for finding in verdict["findings"]} == {"J. Doe"}
    (entry,) = summary["acceptances"]
    assert (entry["state"], entry["subjects"], entry["paths"]) == ("applied", 1, [SERVER_PATH])


def test_an_entry_that_expired_or_fits_nothing_is_told(server: Path, tmp_path: Path, capsys: Captured) -> None:
    expired = accepting(tmp_path, f"path = '{SERVER_PATH}'", "2020-01-31")
    assert main(["hunt", str(server), "--accept", expired]) == 1
    out = capsys.readouterr().out
    assert "accepted until 2020-01-31 by J. Doe: expired\n" in out
    assert f"expired, so its findings count again: {SERVER_PATH}\n" in out
    stale = accepting(tmp_path, f"path = '{SERVER_PATH}.bak'")
    assert main(["hunt", str(server), "--accept", stale]) == 1
    assert "it matches no finding in this hunt" in capsys.readouterr().out


def test_a_rule_that_is_accepted_everywhere_is_said_loudly(server: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["hunt", str(server), "--accept", accepting(tmp_path, "rule = 'request-reaches-eval'")]) == 1
    assert "it accepts this rule for EVERY file, back doors included: 1 findings in 1 files" in capsys.readouterr().out


def test_one_file_is_accepted_by_its_digest(server: Path, tmp_path: Path, capsys: Captured) -> None:
    page = server / "inetpub" / "wwwroot" / "app" / "upload.aspx"
    assert main(["examine", str(page), "--format", "jsonl"]) == 1
    sha256 = json.loads(capsys.readouterr().out.splitlines()[0])["sha256"]
    ours = accepting(tmp_path, f"sha256 = '{sha256.upper()}'")
    assert main(["examine", str(page), "--accept", ours]) == 0
    assert "without a digest" not in capsys.readouterr().out
    job = Job(accepted_paths=(ours,))
    assert examine(page.read_bytes(), path="x.aspx", job=job).disposition is Disposition.BENIGN
    with open_source(str(server)) as source:
        assert [verdict.disposition for verdict in iter_verdicts(source, job=job)] == [Disposition.BENIGN]


def test_a_wrong_file_is_told_before_anything_is_hunted(server: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["hunt", str(server), "--accept", accepting(tmp_path, "path = 3")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("ours.toml: entry 1: path must be a text in quotes\n")
    assert main(["hunt", str(server), "--accept", str(tmp_path / "none")]) == 2
