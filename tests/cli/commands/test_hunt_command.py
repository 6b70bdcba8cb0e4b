"""``webshellhunt hunt`` with a pipeline that answers what the test wants."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders.fleet_hosts import page, server
from tests.reports.cases import SHELL, finding, full_report, nothing_found, report, verdict
from webshellhunt.cli import main
from webshellhunt.cli.signals import Signals
from webshellhunt.errors import SignatureError, UnreadableError
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.progress import OnProgress, Progress, Stage
from webshellhunt.model.report import Assessment, AssessmentState, Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.sources.source import Source

Answer = Callable[[str], Report]


class Pipeline:
    """Stands for ``hunt``: gives the report that was laid down for each location, and remembers how it was called."""

    def __init__(self) -> None:
        self.answers: dict[str, Report | Exception] = {}
        self.default: Report | Exception = nothing_found()
        self.calls: list[tuple[str, Job, dict[str, str]]] = []

    def hunt(self, source: Source, *, job: Job, executor: object, progress: OnProgress, cache: object) -> Report:
        self.calls.append((Path(source.location).name, job, dict(source.drives)))
        progress(Progress(Stage.FILES, done=1, path="some/page.aspx"))
        answer = self.answers.get(Path(source.location).name, self.default)
        if isinstance(answer, Exception):
            raise answer
        return replace(answer, location=source.location)


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    made = Pipeline()
    monkeypatch.setattr("webshellhunt.cli.hunt.hunt", made.hunt)
    monkeypatch.setattr("webshellhunt.cli.hunt.open_executor", lambda _: SerialExecutor())
    return made


@pytest.fixture
def places(tmp_path: Path) -> tuple[str, str]:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return str(tmp_path / "a"), str(tmp_path / "b")


def found(disposition: Disposition) -> Report:
    return report(verdict("x.aspx", disposition, finding()))


def in_state(state: AssessmentState) -> Report:
    return replace(report(), assessment=Assessment(state, "A sentence."))


MATTERS = report(gaps=[Gap("unreadable", "examine", "x.aspx", "locked", matters=True)])
HARMLESS = report(gaps=[Gap("unreadable", "walk", "x.png", "locked")])


@pytest.mark.parametrize(
    ("answer", "level", "status"),
    [
        (nothing_found(), None, 0),
        (found(Disposition.BENIGN), "unexplained", 0),
        (found(Disposition.KNOWN_GOOD), "unexplained", 0),
        (found(Disposition.UNEXPLAINED), None, 0),
        (found(Disposition.UNEXPLAINED), "unexplained", 1),
        (found(Disposition.SUSPICIOUS), None, 1),
        (found(Disposition.SUSPICIOUS), "malicious", 0),
        (found(Disposition.MALICIOUS), "malicious", 1),
        (found(Disposition.MALICIOUS), None, 1),
        (in_state(AssessmentState.VULNERABLE_NOTHING_FOUND), None, 0),
        (in_state(AssessmentState.VULNERABLE_NOTHING_FOUND), "vulnerable", 1),
        (in_state(AssessmentState.BACKDOORED_AND_VULNERABLE), "vulnerable", 1),
        (found(Disposition.SUSPICIOUS), "vulnerable", 1),
        (found(Disposition.UNEXPLAINED), "vulnerable", 0),
        (HARMLESS, None, 0),
        (MATTERS, None, 3),
        (replace(full_report(), gaps=MATTERS.gaps), None, 1),
        (report(interrupted=True), None, 130),
        (replace(full_report(), interrupted=True), None, 130),
    ],
)
def test_exit_status(
    answer: Report, level: str | None, status: int, pipeline: Pipeline, places: tuple[str, str]
) -> None:
    pipeline.default = answer
    assert main(["hunt", places[0], *(["--fail-on", level] if level else [])]) == status


def test_a_location_that_cannot_be_opened_stops_no_other(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.answers["a"] = UnreadableError("locked by somebody", path="a")
    pipeline.default = full_report()
    assert main(["hunt", "/no/such/place", *places, "--format", "jsonl"]) == 2
    out, err = capsys.readouterr()
    summaries = [r for r in map(json.loads, out.splitlines()) if r["kind"] == "summary"]
    assert [summary["location"] for summary in summaries] == [places[1]]
    first, second = err.splitlines()
    assert first.startswith("webshellhunt: /no/such/place: ")
    assert second == "webshellhunt: a: locked by somebody"


def test_what_was_found_until_the_interrupt_is_written(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = replace(full_report(), interrupted=True)
    output = tmp_path / "report.json"
    assert main(["hunt", *places, "--format", "json", "--output", str(output)]) == 130
    [entry] = json.loads(output.read_text())["reports"]
    assert entry["summary"]["interrupted"] is True
    assert len(entry["verdicts"]) == 3
    assert [name for name, _, _ in pipeline.calls] == ["a"]
    assert f"{places[0]}: interrupted; so far: " in capsys.readouterr().err


def test_an_interrupt_outside_of_the_walk(
    places: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: Any, **__: Any) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr("webshellhunt.cli.hunt.hunt", interrupt)
    monkeypatch.setattr("webshellhunt.cli.SIGNALS", Signals())
    assert main(["hunt", places[0], "--output", str(tmp_path / "r")]) == 130
    assert capsys.readouterr().err == "webshellhunt: interrupted\n"
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["hunt"],
        ["no-such-command"],
        ["hunt", "x", "--no-such-option"],
        ["hunt", "x", "--fail-on", "benign"],
        ["hunt", "x", "--engine", "grep"],
        ["hunt", "x", "--jobs", "0"],
        ["hunt", "x", "--jobs", "62"],
        ["hunt", "x", "--jobs", "many"],
        ["hunt", "x", "--drive", "D"],
        ["hunt", "x", "--drive", "D="],
        ["hunt", "x", "--drive", "DD=/x"],
        ["hunt", "x", "--drive", "1=/x"],
        ["decode", "x", "--layer", "last"],
    ],
)
def test_wrong_words(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: webshellhunt" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--help"], ["hunt", "--help"], ["decode", "--help"], ["--version"]])
def test_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 0
    assert "webshellhunt" in capsys.readouterr().out


def test_an_unknown_format_costs_no_hunt(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", places[0], "--format", "xml"]) == 2
    assert "json, jsonl, " in capsys.readouterr().err
    assert not pipeline.calls


def test_a_broken_rule_path_is_wrong_use(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = SignatureError("no rule file", path="x.yar")
    assert main(["hunt", *places, "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "webshellhunt: x.yar: no rule file\n")


def test_words_reach_the_hunt(pipeline: Pipeline, places: tuple[str, str], tmp_path: Path) -> None:
    words = ["--signatures", "one", "--signatures", "two", "--engine", "yara-x", "--drive", f"d={places[1]}"]
    main(["hunt", places[0], *words])
    [(_, job, drives)] = pipeline.calls
    assert job == Job(signature_paths=("one", "two"), engine="yara-x")
    assert list(drives) == ["D"]


@pytest.mark.parametrize("name", ["a/report", "a", "b/report", "a/../b/report"])
def test_the_evidence_is_never_written_into(
    name: str, pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["hunt", places[0], "--drive", f"D={places[1]}", "--output", str(tmp_path / name)]
    assert main(words) == 2
    assert "never written inside the evidence" in capsys.readouterr().err
    assert not pipeline.calls
    assert not [found for place in places for found in Path(place).iterdir()]


def test_output_goes_to_the_file_only(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = full_report()
    output = tmp_path / "report.txt"
    assert main(["hunt", places[0], "--output", str(output), "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")
    assert "MALICIOUS" in output.read_text(encoding="utf-8")
    assert SHELL not in output.read_text(encoding="utf-8")
    assert main(["hunt", places[0], "--output", str(output), "--raw-excerpts"]) == 1
    assert SHELL in output.read_text(encoding="utf-8")


def test_the_sentence_and_the_place_of_the_report_are_said_at_the_end(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = full_report()
    output = tmp_path / "report.txt"
    assert main(["hunt", places[0], "--output", str(output)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"webshellhunt: 1 back doors found.\nwebshellhunt: report written to {output}\n"
    main(["hunt", *places, "--output", str(output)])
    first, second, fleet, last = capsys.readouterr().err.splitlines()
    assert first == f"webshellhunt: {places[0]}: 1 back doors found."
    assert second.startswith(f"webshellhunt: {places[1]}: ")
    assert fleet.startswith("webshellhunt: all hosts: ")
    assert last.endswith(str(output))


def test_nothing_is_said_of_a_report_that_was_not_written(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = SignatureError("no rule file", path="x.yar")
    assert main(["hunt", places[0], "--output", str(tmp_path / "report.txt")]) == 2
    assert capsys.readouterr().err == "webshellhunt: x.yar: no rule file\n"


@pytest.mark.parametrize(
    ("name", "words", "begin"),
    [
        ("r.json", [], '{\n"kind": "reports"'),
        ("r.JSONL", [], '{"kind": "verdict"'),
        ("r.txt", [], "1 back door"),
        ("r.out", [], "1 back door"),
        ("json", [], "1 back door"),
        ("r.json", ["--format", "json"], '{\n"kind": "reports"'),
        ("r", ["--format", "jsonl"], '{"kind": "verdict"'),
    ],
)
def test_the_name_of_the_file_tells_the_format(
    name: str, words: list[str], begin: str, pipeline: Pipeline, places: tuple[str, str], tmp_path: Path
) -> None:
    pipeline.default = full_report()
    assert main(["hunt", places[0], "--output", str(tmp_path / name), *words]) == 1
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.startswith(begin) or (begin == "1 back door" and not text.startswith("{"))


def test_a_pipe_gets_defanged_excerpts(
    pipeline: Pipeline, places: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.default = full_report()
    for stream, words, readable in (
        (io.StringIO(), [], False),
        (io.StringIO(), ["--raw-excerpts"], True),
        (Terminal(), [], True),
    ):
        monkeypatch.setattr("sys.stdout", stream)
        main(["hunt", places[0], *words])
        assert ("eval(Request" in stream.getvalue()) is readable
        assert ("Excerpts are defanged" in stream.getvalue()) is not readable


def test_a_dash_is_standard_output(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", places[0], "--output", "-"]) == 0
    assert "Nothing was found" in capsys.readouterr().out
    assert not Path("-").exists()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_only_where_somebody_looks(
    pipeline: Pipeline, places: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for stream, words, shown in ((Terminal(), [], True), (Terminal(), ["--quiet"], False), (io.StringIO(), [], False)):
        monkeypatch.setattr("sys.stderr", stream)
        main(["hunt", places[0], *words])
        assert ("files: 1" in stream.getvalue() and "some/page.aspx" in stream.getvalue()) is shown
        assert stream.getvalue() == "" or stream.getvalue().endswith(" \r")


@pytest.mark.parametrize(
    ("environment", "colored"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colors_of_a_terminal(
    environment: dict[str, str],
    colored: bool,
    pipeline: Pipeline,
    places: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WT_SESSION", "1")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pipeline.default = full_report()
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    main(["hunt", places[0]])
    assert ("\x1b[1;7;31m" in stream.getvalue()) is colored


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "CLICOLOR": "0"}, False),
    ],
)
def test_colors_of_a_pipe_that_the_user_forces(
    environment: dict[str, str],
    colored: bool,
    pipeline: Pipeline,
    places: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pipeline.default = full_report()
    main(["hunt", places[0]])
    assert ("\x1b[1;7;31m" in capsys.readouterr().out) is colored
    main(["hunt", places[0], "--output", str(tmp_path / "report.txt")])
    assert "\x1b" not in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_details_are_on_standard_error(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = full_report()
    main(["hunt", places[0], "--verbose"])
    captured = capsys.readouterr()
    assert "webshellhunt: not examined (unreadable, matters): C:\\locked.aspx: permission denied" in captured.err
    assert captured.out.startswith("1 back doors found.")
    with pytest.raises(SystemExit):
        main(["hunt", places[0], "--verbose", "--quiet"])


def test_several_locations_are_compared_at_the_end(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = full_report()
    assert main(["hunt", *places, "--format", "jsonl", "--quiet"]) == 1
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds[-1] == "fleet"
    assert main(["hunt", places[0], "--format", "jsonl", "--quiet"]) == 1
    assert '"kind": "fleet"' not in capsys.readouterr().out


def test_a_list_of_locations_with_names(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = nothing_found()
    pipeline.answers["b"] = full_report()
    listed = tmp_path / "hosts.txt"
    listed.write_text(f"# hosts\nFIRST={places[0]}\nSECOND={places[1]}\n{places[0]}\n", encoding="utf-8")
    assert main(["hunt", "--from-list", str(listed), "--format", "json"]) == 1
    out, err = capsys.readouterr()
    hosts = [row["name"] for row in json.loads(out)["fleet"]["hosts"]]
    assert hosts == ["EXCH01", "FIRST"]  # the evidence of the second one names the computer itself
    assert "the list repeats 1 location, hunted through once" in err
    assert [name for name, _, _ in pipeline.calls] == ["a", "b"]


@pytest.mark.parametrize("form", ["txt", "json"])
def test_a_location_that_was_not_opened_is_named_in_the_report(
    form: str, pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed, output = tmp_path / "hosts.txt", tmp_path / f"r.{form}"
    listed.write_text(f"EXCH07={places[0]}\n{places[1]}\n", encoding="utf-8")
    pipeline.answers["a"] = UnreadableError("it is cut; copy it again", path=places[0])
    assert main(["hunt", "--from-list", str(listed), "--output", str(output)]) == 2
    head = "No back door was found on 1 location; 1 more location could not be opened."
    assert f"all hosts: {head}" in capsys.readouterr().err
    written = output.read_text(encoding="utf-8")
    if form == "txt":
        assert written.startswith(f"All hosts: {head}\n")
        assert f"  EXCH07: {places[0]}: it is cut; copy it again" in written
        return
    [row] = json.loads(written)["fleet"]["unopened"]
    assert (row["name"], row["location"]) == ("EXCH07", places[0])
    assert row["sentence"].endswith("it is cut; copy it again")


def test_one_location_that_was_not_opened_is_no_fleet(
    pipeline: Pipeline, places: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.default = UnreadableError("it is cut", path=places[0])
    assert main(["hunt", places[0]]) == 2
    assert capsys.readouterr().out == ""


def test_the_comparison_is_written_after_an_interrupt(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    third = tmp_path / "c"
    third.mkdir()
    pipeline.default = full_report()
    pipeline.answers["b"] = replace(full_report(), interrupted=True)
    assert main(["hunt", *places, str(third), "--format", "json", "--quiet"]) == 130
    document = json.loads(capsys.readouterr().out)
    assert len(document["reports"]) == 2
    assert [row["interrupted"] for row in document["fleet"]["hosts"]] == [False, True]
    [unreached] = document["fleet"]["unopened"]
    assert unreached["location"] == str(third)
    assert unreached["sentence"] == "the run was interrupted before it was hunted"


def test_a_report_never_replaces_the_list(
    pipeline: Pipeline, places: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "hosts.txt"
    listed.write_text("\n".join(places), encoding="utf-8")
    assert main(["hunt", "--from-list", str(listed), "--output", str(listed)]) == 2
    assert "this is an input of this run" in capsys.readouterr().err
    assert listed.read_text(encoding="utf-8").splitlines() == list(places)
    assert main(["hunt", "--from-list", str(listed), "--output", f"{places[0]}/r.txt"]) == 2
    assert "never written inside the evidence" in capsys.readouterr().err
    assert not pipeline.calls


def test_outliers_alone_do_not_change_the_exit_status(
    pipeline: Pipeline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name for name in "abcd"]
    for path in paths:
        path.mkdir()
    pipeline.default = server("A", [page(r"C:\inetpub\wwwroot\aspnet_client\x.htm", role=Role.ASPNET_CLIENT)])
    for number, path in enumerate(paths):
        extra = [page(r"C:\inetpub\wwwroot\aspnet_client\x.aspx", role=Role.ASPNET_CLIENT)] if not number else []
        pipeline.answers[path.name] = server(path.name, [*pipeline.default.verdicts, *extra])
    assert main(["hunt", *map(str, paths), "--quiet"]) == 0
    assert "on 1 of 4 (a): inetpub/wwwroot/aspnet_client/x.aspx: 3 comparable hosts lack it" in capsys.readouterr().out
