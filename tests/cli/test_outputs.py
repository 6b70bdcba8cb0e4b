"""The outputs of a report: their formats, and the writing of several in one pass."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders.signalled import run_signalled
from tests.reports.cases import SHELL, full_report, nothing_found
from webshellhunt.cli import main
from webshellhunt.cli.output_names import Output
from webshellhunt.cli.outputs import open_outputs, output_files, outputs_of
from webshellhunt.errors import UsageError, WebShellHuntError
from webshellhunt.model.report import Report
from webshellhunt.reports import Options, formats, render, require_format

Captured = pytest.CaptureFixture[str]


def arguments(*outputs: str, form: str | None = None, **more: Any) -> Namespace:
    showing = {"show_all": False, "raw_excerpts": False, "show_secrets": False, "quiet": False}
    return Namespace(outputs=list(outputs), format=form, **{**showing, **more})


def written(reports: list[Report], *outputs: str, **more: Any) -> None:
    """Write the reports to the outputs as a command does."""
    with open_outputs(arguments(*outputs, **more), evidence=(), inputs=()) as opened:
        opened.write(reports, Options(fleet=len(reports) > 1))
    opened.conclude(["a sentence"])


@pytest.mark.parametrize(
    ("name", "form"),
    [("x.json", "json"), ("x.JSONL", "jsonl"), ("x.txt", "text"), ("x", "text"), ("-", "text"), (".x", "text")],
)
def test_the_ending_is_the_format(name: str, form: str) -> None:
    assert outputs_of(arguments(name)) == (Output(form, name),)


@pytest.mark.parametrize(
    ("words", "form", "wanted"),
    [
        ([], None, [("text", "-")]),
        ([], "jsonl", [("jsonl", "-")]),
        (["json=x", "y.jsonl", "-"], None, [("json", "x"), ("jsonl", "y.jsonl"), ("text", "-")]),
        (["json=x.txt"], None, [("json", "x.txt")]),
        (["txt=x.json", "./other=y"], None, [("text", "x.json"), ("text", "./other=y")]),
        (["json=a=b"], None, [("json", "a=b")]),
        (["C:\\case=1\\x.json"], None, [("json", "C:\\case=1\\x.json")]),
        (["json=-", "text=y"], None, [("json", "-"), ("text", "y")]),
        (["-", "y.json"], "jsonl", [("jsonl", "-"), ("json", "y.json")]),
        (["y", "z.json"], "jsonl", [("jsonl", "y"), ("json", "z.json")]),
        (["y.pdf"], "json", [("json", "y.pdf")]),
        (["y.json"], "json", [("json", "y.json")]),
    ],
)
def test_the_format_of_each_output(words: list[str], form: str | None, wanted: list[tuple[str, str]]) -> None:
    assert [tuple(each) for each in outputs_of(arguments(*words, form=form))] == wanted


@pytest.mark.parametrize(
    ("words", "form", "sentence"),
    [
        (["r.pdf"], None, r"no report is written as \.pdf; choose one of .*\.json, .*--output text=r\.pdf"),
        (["r.JSNO"], None, r"no report is written as \.JSNO"),
        (["r.json"], "text", r"--format text contradicts --output r\.json, which is json"),
        (["json=r"], "text", r"contradicts .* use --output text=r"),
        (["-", "r"], "json", r"--format json is for one output, and - and r name no format"),
        (["-", "-"], None, r"two outputs are standard output"),
        (["-", "json=-"], None, r"two outputs are standard output"),
        (["a.json", "html=A.json"], None, r"two outputs are the same file \(a\.json\)"),
        (["a.json", "jsonl=./a.json"], None, r"two outputs are the same file \(a\.json\)"),
        (["a"], "xml", r"unknown report format 'xml'; choose one of"),
        (["docx=a"], None, r"--output docx=a: no format is called 'docx'; choose one of csv, .*as \./docx=a"),
        (["jsn=a.json"], None, r"no format is called 'jsn'"),
        (["=a"], None, r"no format is called ''"),
    ],
)
def test_contradictions_are_one_sentence(words: list[str], form: str | None, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        outputs_of(arguments(*words, form=form))


def test_a_link_to_another_output_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "b.txt").hardlink_to(tmp_path / "a.json")
    with pytest.raises(UsageError, match="two outputs are the same file"):
        outputs_of(arguments(str(tmp_path / "a.json"), str(tmp_path / "b.txt")))


def test_each_format_is_written_in_one_pass_as_it_would_be_alone(tmp_path: Path, capsys: Captured) -> None:
    reports = [full_report(), nothing_found()]
    files = {form: tmp_path / form for form in formats()}
    written(reports, *(f"{form}={path}" for form, path in files.items()))
    assert capsys.readouterr().err.count("report written to") == len(files)
    for form, path in files.items():
        render(reports, form, to=tmp_path / "alone", fleet=True)
        assert path.read_bytes() == (tmp_path / "alone").read_bytes(), form


def test_standard_output_and_a_file(tmp_path: Path, capsys: Captured) -> None:
    written([full_report()], "-", str(tmp_path / "r.json"))
    out, err = capsys.readouterr()
    assert out.startswith("1 back door")
    assert err == f"webshellhunt: report written to {tmp_path / 'r.json'}\n"
    assert json.loads((tmp_path / "r.json").read_text())["reports"]
    assert output_files(arguments("-", "r.json")) == ["r.json"]


def test_each_report_is_in_all_files_before_the_next_one_exists(tmp_path: Path) -> None:
    paths = [tmp_path / "a.json", tmp_path / "b.jsonl", tmp_path / "c.txt"]

    def come() -> Iterator[Report]:
        yield full_report()
        for stream in streams:
            stream.flush()
        partial = [each.read_text(encoding="utf-8") for each in tmp_path.glob(".*.partial")]
        assert len(partial) == len(paths)
        assert all("x.aspx" in text for text in partial)
        yield nothing_found()

    with open_outputs(arguments(*map(str, paths)), evidence=(), inputs=()) as opened:
        streams = [each.sink(arguments(), Options()).stream for each in opened._opened]
        opened.write(come())


class Broken:
    """Stands for a format that fails at its second report."""

    error: Exception = OSError(errno.ENOSPC, "No space left on device")

    @classmethod
    def lines(cls, reports: Iterator[Report], options: Options) -> Iterator[str]:
        for number, _ in enumerate(reports):
            if number:
                raise cls.error
            yield "begun"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> type[Broken]:
    def found(name: str) -> object:
        return Broken if name == "jsonl" else require_format(name)

    monkeypatch.setattr("webshellhunt.cli.outputs.require_format", found)
    return Broken


@pytest.mark.parametrize(
    ("error", "words"), [(OSError(errno.ENOSPC, "No space left"), "No space left"), (KeyError("x"), "x")]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_output_that_fails_does_not_lose_the_others(
    place: int,
    error: Exception,
    words: str,
    broken: type[Broken],
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broken, "error", error)
    names = ["a.json", "c.txt"]
    names.insert(place, "b.jsonl")
    with pytest.raises((WebShellHuntError, KeyError), match=words):
        written([full_report(), nothing_found()], *(str(tmp_path / name) for name in names))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "c.txt"]
    assert len(json.loads((tmp_path / "a.json").read_text())["reports"]) == 2
    assert "a sentence" in capsys.readouterr().err


def test_each_failure_is_said(broken: type[Broken], tmp_path: Path, capsys: Captured) -> None:
    two = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    with pytest.raises(UsageError, match=r"b\.jsonl"):
        written([full_report()] * 2, *two)
    assert "a.jsonl: the report can't be written: No space left" in capsys.readouterr().err


def test_an_error_of_the_hunt_leaves_no_file(tmp_path: Path) -> None:
    def come() -> Iterator[Report]:
        yield full_report()
        raise UsageError("the hunt failed")

    with (
        pytest.raises(UsageError, match="the hunt failed"),
        open_outputs(arguments(str(tmp_path / "a.json"), str(tmp_path / "b.txt")), evidence=(), inputs=()) as opened,
    ):
        opened.write(come())
    assert not list(tmp_path.iterdir())


def test_no_output_is_inside_the_evidence_or_over_an_input(tmp_path: Path) -> None:
    evidence, other = tmp_path / "evidence", tmp_path / "other.txt"
    evidence.mkdir()
    other.write_text("x")
    for second, sentence in (
        (evidence / "r.json", "never written inside the evidence"),
        (other, "an input of this run"),
    ):
        both = arguments(str(tmp_path / "r.json"), str(second))
        with (
            pytest.raises(UsageError, match=sentence),
            open_outputs(both, evidence=[str(evidence)], inputs=[str(other)]),
        ):
            pass
    assert not (tmp_path / "r.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="no such device")
def test_a_full_disk_is_one_sentence_and_the_other_output_is_written(tmp_path: Path, capsys: Captured) -> None:
    assert main(["demo", "--output", "text=/dev/full", "--output", str(tmp_path / "r.json")]) == 2
    assert "/dev/full: the report can't be written: No space left" in capsys.readouterr().err
    assert json.loads((tmp_path / "r.json").read_text())["reports"]


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
@pytest.mark.parametrize("moment", ["early", "rendering"])
def test_an_interrupt_completes_every_output(moment: str, tmp_path: Path) -> None:
    import signal

    evidence, out = tmp_path / "evidence", tmp_path / "out"
    evidence.mkdir()
    out.mkdir()
    for number in range(120):
        (evidence / f"{number:04}.aspx").write_text(SHELL if number == 0 else "<%= 1 %>")
    words = ["hunt", str(evidence), "--jobs", "1", "--output", str(out / "r.json"), "--output", str(out / "r.txt")]
    ended = run_signalled(moment, [signal.SIGINT], *words)
    assert ended.status == 130
    assert sorted(each.name for each in out.iterdir()) == ["r.json", "r.txt"]
    [entry] = json.loads((out / "r.json").read_text())["reports"]
    assert entry["summary"]["interrupted"] is (moment == "early")
    assert ended.err.count(b"report written to") == 2


@pytest.mark.parametrize("command", ["demo", "examine"])
def test_commands_that_write_reports_share_it(command: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.aspx").write_text(SHELL)
    words = [command] + ([str(tmp_path / "in" / "x.aspx")] if command == "examine" else [])
    assert main([*words, "--output", str(tmp_path / "r.json"), "--output", "jsonl=-"]) in (0, 1)
    assert json.loads((tmp_path / "r.json").read_text())["kind"] == "reports"
    assert capsys.readouterr().out.startswith('{"kind": "verdict"')
    assert sys.stdout is not None


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_reader_that_leaves_does_not_lose_the_file(tmp_path: Path) -> None:
    output = tmp_path / "r.json"
    line = f"{sys.executable} -m webshellhunt demo --output jsonl=- --output {output} | head -c 1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("{", f"webshellhunt: report written to {output}\n")
    assert json.loads(output.read_text())["reports"]
