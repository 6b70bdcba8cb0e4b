"""A file that takes too long costs its rest, is a gap, and is never called benign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.inert import live
from webshellhunt.baselines.make import list_contents
from webshellhunt.baselines.store import BaselineHead
from webshellhunt.baselines.store_writer import write_baseline
from webshellhunt.fence import Deadline, Fence
from webshellhunt.lone_file import hunt_lone_file
from webshellhunt.memo import Memo
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.verdict import Examination
from webshellhunt.pipeline import judge_file
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.sources.memory import MemorySource

SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n').encode()
PAGE = b'<%@ Page Language="C#" %><% Response.Write(1); %>'
JOB = wsh.Job(limits=wsh.Limits(seconds_per_file=3))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that sets how many seconds pass from one look at the clock to the next."""

    def ticking(step: float) -> None:
        times: Iterator[float] = (step * number for number in count())
        monkeypatch.setattr("webshellhunt.scan.scanner.monotonic", lambda: next(times))

    return ticking


@pytest.mark.parametrize("step", [0.01, 0.3, 1, 5])
def test_a_file_in_which_nothing_was_found_until_then_is_a_gap(clock: Callable[[float], None], step: float) -> None:
    clock(step)
    report = wsh.hunt(MemorySource({"x.aspx": PAGE}), job=JOB)
    if step == 0.01:
        assert [verdict.disposition for verdict in report.verdicts] == [wsh.Disposition.BENIGN]
        return
    assert report.verdicts == ()
    assert [(gap.code, gap.stage, gap.path, gap.matters) for gap in report.gaps if gap.matters] == [
        ("deadline", "examine", "x.aspx", True)
    ]
    assert "longer than seconds_per_file allows, and the rest was left out; raise" in report.gaps[0].reason


@pytest.mark.parametrize("step", [0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 5])
def test_a_shell_is_never_benign(clock: Callable[[float], None], step: float) -> None:
    clock(step)
    verdict = wsh.examine(SHELL, path=r"C:\inetpub\wwwroot\x.aspx", job=JOB)
    assert verdict.disposition >= wsh.Disposition.UNEXPLAINED
    whole = wsh.examine(SHELL, path=r"C:\inetpub\wwwroot\x.aspx")
    is_cut = any(gap.code == "deadline" for gap in verdict.gaps)
    assert is_cut or verdict == whole
    assert {f.rule.id for f in verdict.findings} <= {f.rule.id for f in whole.findings}


def test_without_a_limit_no_clock_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.scan.scanner.monotonic", None)
    assert wsh.examine(SHELL).disposition == wsh.Disposition.MALICIOUS


def test_what_a_baseline_of_the_user_has_keeps_the_gap(clock: Callable[[float], None], tmp_path: Path) -> None:
    source = MemorySource({"x.aspx": PAGE})
    listing = list_contents(source, wsh.Job(), judge_file)
    with (tmp_path / "list").open("wb") as stream:
        write_baseline(stream, BaselineHead("its own", listing.builds), listing.rows)
    clock(5)
    (verdict,) = wsh.hunt(source, job=replace(JOB, baseline_paths=(str(tmp_path / "list"),))).verdicts
    assert verdict.disposition == wsh.Disposition.KNOWN_GOOD
    assert [gap.code for gap in verdict.gaps] == ["deadline"]


MANY = SHELL + live('<·%@ WebHandler Language="C#"%·><·%@ Master%·>\n<·?php echo 1;?·>\n').encode()
"""A content that may be read in several ways."""


def test_all_readings_of_a_lost_name_share_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = list[float]()

    def examined(data: bytes, artifact: Artifact, job: wsh.Job) -> Examination:
        seconds.append(job.limits.seconds_per_file or 0)
        return examine_bytes(data, artifact, job)

    monkeypatch.setattr("webshellhunt.pipeline.examine_bytes", examined)
    monkeypatch.setattr(Deadline, "seconds_left", property(lambda _: 2.0 - len(seconds)))
    verdict = wsh.examine(MANY, job=JOB)
    assert seconds == [2, 1, *[0.001] * (len(seconds) - 2)]
    assert len(seconds) > 2
    assert verdict.disposition == wsh.Disposition.MALICIOUS
    monkeypatch.undo()
    monkeypatch.setattr(Deadline, "has_passed", property(lambda _: True))
    report, _ = hunt_lone_file(MANY, None, wsh.Hints(), replace(JOB, limits=wsh.Limits(seconds_per_file=1e-9)))
    assert [gap.code for gap in report.gaps if gap.matters] == ["deadline"]


def test_a_step_has_the_rest_of_the_time_and_at_least_a_second() -> None:
    times = iter([0.0, 0.5, 7.5, 20.0])
    fence = Fence("x", deadline=Deadline(10, lambda: next(times)))
    assert [fence.seconds_for(20), fence.seconds_for(20), fence.seconds_for(20)] == [10, 3, 1]
    assert Fence("x").seconds_for(20) == 20


LONG_RUNS = {
    "x.asp": live('<·%Exec·ute(Req·uest("k"))\n' + 'If Session("n") Then a = b & c(i)\n' * 200 + "%·>"),
    "x.aspx": live(
        '<·%@ Page Language="C#"%·><·%System.Diagnostics.Pro·cess.Start(Req·uest["k"]);\nwhile (n > 0) {\n'
        + "a = b + c(n);\n" * 2_000
        + "}%·>"
    ),
    "x.php": live("<?ph·p ev·al($_GET['k']); " + "while ($_GET['n']) $a = $a . c($a); " * 2_000 + " ?>"),
}


@pytest.mark.parametrize("name", LONG_RUNS)
def test_a_long_run_ends_in_time_and_what_it_found_until_then_counts(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    now, looks, ends_run = [0.0], list[bool](), Deadline.ends_run

    def look(self: Deadline) -> bool:
        now[0] += 0.2
        looks.append(ends_run(self))
        return looks[-1]

    monkeypatch.setattr("webshellhunt.scan.scanner.monotonic", lambda: now[0])
    monkeypatch.setattr(Deadline, "ends_run", look)
    data = LONG_RUNS[name].encode()
    cut = wsh.examine(data, path=name, job=wsh.Job(limits=wsh.Limits(seconds_per_file=1.5)))
    assert any(looks), "a run looked at the clock, and ended"
    assert [gap.code for gap in cut.gaps] == ["deadline"]
    looks.clear()
    again = wsh.examine(data, path=name)
    assert not looks, "without a limit, nobody looks at the clock"
    monkeypatch.setattr(Memo, "is_on", False)
    whole = wsh.examine(data, path=name)
    assert repr(again) == repr(whole), "no result of the cut run was kept"
    assert whole.disposition is wsh.Disposition.MALICIOUS or name == "x.php"
    assert {each.rule.id for each in cut.findings} & {each.rule.id for each in whole.findings}


def test_code_that_is_parsed_too_long_is_a_gap(clock: Callable[[float], None]) -> None:
    """Half a tree is none: the parser leaves, and the fence notes it."""
    clock(0.005)
    for name in ("x.asp", "x.aspx"):
        verdict = wsh.examine(LONG_RUNS[name].encode(), path=name, job=wsh.Job(limits=wsh.Limits(seconds_per_file=0.5)))
        assert [gap.code for gap in verdict.gaps if gap.matters] == ["deadline"]
        assert verdict.disposition >= wsh.Disposition.UNEXPLAINED
