"""``hunt --collect``: the bag beside the report, its messages, and its errors before the hunt."""

from __future__ import annotations

import json
import signal
from argparse import Namespace
from pathlib import Path

import pytest

from tests.builders.bags import manifest_of
from tests.builders.signalled import run_signalled
from tests.reports.cases import SHELL
from webshellhunt.cli import collecting, main
from webshellhunt.cli.collecting import Collector, open_collector
from webshellhunt.cli.status import Outcome
from webshellhunt.containers import aes_zip_writer
from webshellhunt.errors import UsageError
from webshellhunt.keeping import bag as bag_module
from webshellhunt.keeping.verification import verify

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "x.aspx").write_text(SHELL)
    (folder / "y.aspx").write_text("<p>hello</p>")
    return folder


def test_the_accused_files_are_kept_and_the_digest_is_said(evidence: Path, tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "bag.zip"
    assert main(["hunt", str(evidence), "--collect", str(target), "--jobs", "1"]) == 1
    said = capsys.readouterr()
    assert "x.aspx" in said.out
    size = len(SHELL)
    assert f"evidence bag written to {target} and verified: 1 file, {size} bytes" in said.err
    digest = verify(target).manifest_sha256
    assert f"SHA-256 of its manifest: {digest} (keep it with the case notes)" in said.err
    assert [each["path"] for each in manifest_of(target)["files"]] == ["x.aspx"]


def test_several_locations_fill_one_bag(evidence: Path, tmp_path: Path) -> None:
    target = tmp_path / "bag.zip"
    words = ["hunt", str(evidence), str(evidence / "x.aspx"), str(tmp_path / "absent"), "--jobs", "1"]
    assert main([*words, "--collect", str(target), "--quiet"]) == 2
    manifest = manifest_of(target)
    assert [each["location"] for each in manifest["files"]] == [str(evidence), str(evidence / "x.aspx")]


def test_a_folder_and_another_password(evidence: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["hunt", str(evidence), "--collect-plain", str(tmp_path / "bag"), "--jobs", "1"]) == 1
    assert (tmp_path / "bag" / "files" / "00001.bin").read_text() == SHELL
    words = ["hunt", str(evidence), "--collect", str(tmp_path / "bag.zip"), "--collect-password", "other"]
    assert main([*words, "--jobs", "1"]) == 1
    capsys.readouterr()
    assert verify(tmp_path / "bag.zip", password="other").is_intact


def test_without_the_extra_the_copies_are_a_folder_and_this_is_said(
    evidence: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "is_available", lambda: False)
    assert main(["hunt", str(evidence), "--collect", str(tmp_path / "bag.zip"), "--jobs", "1"]) == 1
    said = capsys.readouterr().err
    assert f"are copied READABLE, into the folder {tmp_path / 'bag'}: antivirus may delete them" in said
    assert "pip install 'webshellhunt[encrypted]'" in said
    assert (tmp_path / "bag" / "files" / "00001.bin").read_text() == SHELL
    assert verify(tmp_path / "bag").is_intact


def test_a_password_of_the_user_is_never_left_out(
    evidence: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (collecting, aes_zip_writer):
        monkeypatch.setattr(module, "is_available", lambda: False)
    words = ["hunt", str(evidence), "--collect", str(tmp_path / "bag.zip"), "--collect-password", "x", "--jobs", "1"]
    assert main(words) == 2
    assert "an encrypted archive needs the extra 'encrypted'" in capsys.readouterr().err
    assert not list(tmp_path.glob("bag*"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--collect", "{evidence}/bag.zip"], "never written inside the evidence"),
        (["--collect", "{tmp}/absent/bag.zip"], "its folder does not exist"),
        (["--collect", ""], "the name of the evidence bag is empty"),
        (["--collect", "{tmp}"], "replaces nothing"),
        (["--collect", "{tmp}/bag.zip", "--collect-password", ""], "the password is empty"),
        (["--collect-password", "x"], "has no effect without --collect"),
        (["--collect-plain", "{tmp}/bag", "--collect-password", "x"], "has no effect without --collect"),
        (["--collect", "{tmp}/same", "--output", "{tmp}/same"], "the report and the evidence bag"),
    ],
)
def test_wrong_use_is_said_before_the_hunt(
    words: list[str], sentence: str, evidence: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webshellhunt.cli.hunt.hunt", lambda *_, **__: pytest.fail("it hunted"))
    filled = [each.format(evidence=evidence, tmp=tmp_path) for each in words]
    assert main(["hunt", str(evidence), *filled]) == 2
    assert sentence in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["evidence"]


def test_a_missing_extra_is_said_before_the_hunt(
    evidence: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webshellhunt.containers.aes_zip_writer.is_available", lambda: False)
    monkeypatch.setattr("webshellhunt.cli.hunt.hunt", lambda *_, **__: pytest.fail("it hunted"))
    assert main(["hunt", str(evidence), "--collect", str(tmp_path / "bag.zip")]) == 2
    assert "pip install 'webshellhunt[encrypted]'" in capsys.readouterr().err


def test_a_full_disk_loses_the_bag_but_not_the_report(
    evidence: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bag_module, "copy_file", fail)
    report = tmp_path / "report.json"
    words = ["hunt", str(evidence), "--collect", str(tmp_path / "bag.zip"), "--output", str(report), "--jobs", "1"]
    assert main(words) == 2
    assert "the evidence bag can't be written: No space left on device" in capsys.readouterr().err
    assert json.loads(report.read_text())
    assert {each.name for each in tmp_path.iterdir()} == {"evidence", "report.json"}


def test_a_report_that_fails_does_not_lose_the_bag(tmp_path: Path, evidence: Path) -> None:
    arguments = Namespace(
        locations=[str(evidence)], drives=[], log_paths=[], collect=str(tmp_path / "bag.zip"), collect_plain=None,
        collect_password=None, outputs=[], format=None, quiet=True,
    )  # fmt: skip

    def fail() -> None:
        with open_collector(arguments, Outcome()):
            raise UsageError("standard output can't be written")

    with pytest.raises(UsageError, match="standard output"):
        fail()
    assert verify(tmp_path / "bag.zip").is_intact


def test_without_the_option_nothing_is_kept() -> None:
    Collector().require_kept()
    with open_collector(Namespace(), Outcome()) as collector:
        assert isinstance(collector, Collector)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals are others there")
@pytest.mark.parametrize("moment", ["middle", "rendering"])
def test_an_interrupted_hunt_leaves_a_readable_bag(moment: str, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    for number in range(120):
        (folder / f"{number:04}.aspx").write_text(SHELL if number == 0 else "<%= 1 %>")
    target = tmp_path / "bag.zip"
    words = ["hunt", str(folder), "--jobs", "1", "--collect", str(target), "--output", str(tmp_path / "r.jsonl")]
    ended = run_signalled(moment, [signal.SIGINT], *words)
    assert ended.status == 130
    state = "interrupted" if moment == "middle" else "complete"
    assert manifest_of(target)["state"] == state
    assert verify(target).is_intact
    assert b"keep it with the case notes" in ended.err


def test_a_defect_while_copying_loses_no_report(
    evidence: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(bag_module, "copy_file", fail)
    report = tmp_path / "report.json"
    words = ["hunt", str(evidence), "--collect", str(tmp_path / "bag.zip"), "--output", str(report), "--jobs", "1"]
    assert main(words) == 70
    assert "ZeroDivisionError: a bug" in capsys.readouterr().err
    assert json.loads(report.read_text())
    assert {each.name for each in tmp_path.iterdir()} == {"evidence", "report.json"}
