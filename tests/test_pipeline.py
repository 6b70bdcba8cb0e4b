"""The whole pipeline: one order, one result whatever runs it, and everything that was not examined is said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from tests.builders.mutants import fewer
from tests.builders.recorded_server import AUTH, RecordedServer
from webshellhunt.knowledge.data_dates import newest_data
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.places import Role
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.report import AssessmentState, InputState, Report, RunOptions
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.pipeline import examine, hunt, iter_verdicts
from webshellhunt.scan import executors
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.scan.file_scan import BATCH
from webshellhunt.sources import open_source
from webshellhunt.sources.described import DescribedHost, open_described
from webshellhunt.sources.memory import MemorySource

P = ParamSpec("P")
T = TypeVar("T")
SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n').encode()
PAGE = b'<%@ Page Language="C#" %>\n<p>text</p>\n'


def a_tree(files: int = 3 * BATCH) -> MemorySource:
    """Return a tree of several batches, every tenth page a shell of its own."""
    pages = {f"{n % 7}/p{n:03}.aspx": PAGE + str(n).encode() for n in range(files)}
    shells = {f"{n % 5}/s{n:03}.aspx": SHELL + str(n).encode() for n in range(0, files, 10)}
    pages |= {f"{name}.aspx": PAGE for name in ("3", "3-1", "Z")}
    return MemorySource({**pages, **shells}, unreadable=["3/p003.aspx", "3/p010.aspx"])


class CountingExecutor(SerialExecutor):
    """Counts tasks, and interrupts before one of them where told to."""

    def __init__(self, interrupt_at: int | None = None) -> None:
        self.tasks = 0
        self._interrupt_at = interrupt_at

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> executors.Future[T]:
        self.tasks += 1
        if self.tasks == self._interrupt_at:
            raise KeyboardInterrupt
        return super().submit(fn, *args, **kwargs)


class LateExecutor(Executor):
    """Runs nothing until asked for a result: every future stays pending."""

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        outer = self

        class Late(Future[T]):
            def result(self, timeout: float | None = None) -> T:
                if not self.done():
                    outer.waiting -= 1
                    self.set_result(fn(*args, **kwargs))
                return super().result(timeout)

        self.waiting += 1
        self.most = max(self.most, self.waiting)
        future = Late()
        self.futures.append(future)
        return future


def test_verdicts_come_worst_first_then_by_path() -> None:
    report = hunt(a_tree())
    keys = [
        (-v.disposition, -max((f.severity for f in v.findings), default=0), v.subject.path) for v in report.verdicts
    ]
    assert keys == sorted(keys)
    assert report.verdicts[0].disposition is Disposition.MALICIOUS
    assert report.counts["files"] == len(report.verdicts)
    assert report.counts["malicious"] == 10
    assert sum(count for name, count in report.counts.items() if name != "files") == len(report.verdicts)


@pytest.mark.parametrize(
    "open_one",
    [lambda: ThreadPoolExecutor(3), lambda: ProcessPoolExecutor(2), CountingExecutor, LateExecutor],
    ids=["threads", "processes", "serial", "late"],
)
def test_whatever_runs_it_the_report_is_the_same(open_one: type[Executor]) -> None:
    expected = hunt(a_tree())
    with open_one() as executor:
        assert hunt(a_tree(), executor=executor) == expected


def test_the_described_host_in_two_processes_is_the_same(compromised_host: DescribedHost) -> None:
    with ProcessPoolExecutor(2) as executor:
        assert hunt(compromised_host.source(), executor=executor) == hunt(compromised_host.source())


def test_within_a_disposition_the_gravest_comes_first_then_the_earliest_then_the_path() -> None:
    days = {"z.aspx": 1, "a.aspx": 3, "m.aspx": 3}
    times = {
        f"C/inetpub/wwwroot/{name}": Timestamps(datetime(2021, 3, day, tzinfo=UTC), original=True)
        for name, day in days.items()
    }
    report = hunt(MemorySource(dict.fromkeys(times, SHELL), times=times))
    malicious = [v for v in report.verdicts if v.disposition is Disposition.MALICIOUS]
    assert [v.subject.path.rpartition("\\")[2] for v in malicious] == ["z.aspx", "a.aspx", "m.aspx"]


def test_the_run_is_in_the_report() -> None:
    job = Job(machine_keys=frozenset({"0123456789ab"}))
    when = datetime(2026, 10, 18, 5, 0, 7, tzinfo=UTC)
    run = hunt(MemorySource({"a.aspx": PAGE}), job=job, clock=lambda: when).run
    assert (run.started_utc, run.data_as_of) == (when, newest_data())
    assert run.options == RunOptions(machine_keys=1)


def test_the_clock_makes_no_difference() -> None:
    ticks = iter(datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
    first, second = (hunt(MemorySource({"a.aspx": SHELL}), clock=lambda: next(ticks)) for _ in range(2))
    assert first == second
    assert first.run.started_utc != second.run.started_utc


def test_a_bounded_number_of_tasks_is_in_flight() -> None:
    executor = LateExecutor()
    hunt(a_tree(40 * BATCH), executor=executor)
    assert len(executor.futures) > 40
    assert executor.most <= 18


def test_a_verdict_comes_as_its_file_is_examined() -> None:
    """Nothing waits for the whole walk: after one verdict most of the tree has not been handed out."""
    executor = CountingExecutor()
    verdicts = iter_verdicts(a_tree(20 * BATCH), executor=executor)
    next(verdicts)
    assert executor.tasks == 1
    assert len([1 for _ in verdicts]) > 20 * BATCH - 1
    assert executor.tasks > 20


def test_an_abandoned_iterator_leaves_nothing_running() -> None:
    executor = LateExecutor()
    verdicts = iter_verdicts(a_tree(40 * BATCH), executor=executor)
    next(verdicts)
    verdicts.close()
    assert all(future.done() or future.cancelled() for future in executor.futures)


def test_verdicts_as_they_come_are_those_of_the_report_before_correlation() -> None:
    source = MemorySource({"a.aspx": SHELL, "b/a.aspx": SHELL, "c.aspx": PAGE})
    report = hunt(source)
    came = sorted(iter_verdicts(source), key=lambda v: (-v.disposition, v.subject.path))
    assert [replace(v, findings=()) for v in came] == [replace(v, findings=()) for v in report.verdicts]
    assert not any("same_content_at" in f.facts for v in came for f in v.findings)
    told = {v.subject.path: f.facts["same_content_at"] for v in report.verdicts for f in v.findings}
    assert told == {"a.aspx": ("b/a.aspx",), "b/a.aspx": ("a.aspx",)}


HOSTS = Path(__file__).parents[1] / "fixtures" / "hosts"


@pytest.mark.parametrize("name", ["exchange2019-module", "compiled-remnants", "compiled-remnants-twin"])
def test_registrations_and_traces_come_too_and_the_last_verdict_of_a_subject_stands(name: str) -> None:
    with open_described(HOSTS / f"{name}.host").source() as source:
        report = hunt(source, job=Job(logs=LogOptions(read=False)))  # iter_verdicts reads no logs
        came = list(iter_verdicts(source))
    last = {(v.subject.kind, v.subject.path): v.disposition for v in came}
    accused = {(v.subject.kind, v.subject.path): v.disposition for v in report.verdicts if v.findings}
    assert accused.items() <= last.items()
    kinds = [v.subject.kind for v in came]
    assert SubjectKind.REGISTRATION not in kinds[kinds.index(SubjectKind.FILE) :]
    assert kinds.count(SubjectKind.TRACE) == sum(v.subject.kind is SubjectKind.TRACE for v in report.verdicts)
    # A second verdict says something new.
    assert len(came) - len(last) == sum(1 for a, b in pairwise_of_one_subject(came) if a != b)


def test_verdicts_as_they_come_have_no_trace_of_a_witness() -> None:
    server = RecordedServer()
    server.came_and_went(f"{AUTH}/x.aspx")
    gone = [v for v in server.hunt().verdicts if v.subject.kind is SubjectKind.TRACE]
    assert len(gone) == 1
    assert [v for v in iter_verdicts(server.source()) if v.subject.kind is SubjectKind.TRACE] == []


def pairwise_of_one_subject(came: list[Verdict]) -> Iterator[tuple[Verdict, Verdict]]:
    seen: dict[tuple[SubjectKind, str], Verdict] = {}
    for verdict in came:
        key = (verdict.subject.kind, verdict.subject.path)
        if key in seen:
            yield seen[key], verdict
        seen[key] = verdict


@fewer(3)
@given(
    st.dictionaries(
        st.from_regex(r"\A(?:[a-c]/){0,2}[d-h]{1,2}\.(?:aspx|asp|config|png)\Z"),
        st.sampled_from([SHELL, PAGE, b"", b"\xff\xfe\x00", b"<configuration>"]),
        max_size=8,
    )
)
def test_every_file_of_any_tree_has_one_verdict(files: dict[str, bytes]) -> None:
    report = hunt(MemorySource(files))
    assert sorted(v.subject.path for v in report.verdicts) == sorted(files)
    assert report == hunt(MemorySource(dict(reversed(files.items()))))


# What was not examined ----------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_a_gap_and_never_benign() -> None:
    report = hunt(a_tree())
    assert [gap.path for gap in report.gaps if gap.code == "unreadable"] == ["3/p003.aspx", "3/p010.aspx"]
    assert not {v.subject.path for v in report.verdicts} & {"3/p003.aspx", "3/p010.aspx"}


def test_gaps_that_matter_come_first_and_none_twice() -> None:
    source = MemorySource({"a.png": b"", "b.aspx": b"", "c.aspx": b""}, unreadable=["a.png", "b.aspx", "c.aspx"])
    report = hunt(source)
    assert [(gap.matters, gap.path) for gap in report.gaps] == [(True, "b.aspx"), (True, "c.aspx"), (False, "a.png")]
    assert len(set(report.gaps)) == len(report.gaps)
    assert report.assessment.state is AssessmentState.INCOMPLETE


def test_a_link_that_leads_out_is_a_gap() -> None:
    report = hunt(MemorySource({"a.aspx": PAGE}, links={"b.aspx": None}))
    assert [gap.path for gap in report.gaps] == ["b.aspx"]
    assert [v.subject.path for v in report.verdicts] == ["a.aspx"]


def test_nothing_at_all_is_not_called_nothing_found() -> None:
    report = hunt(MemorySource({}))
    assert report.verdicts == ()
    assert report.assessment.state is AssessmentState.INCOMPLETE
    assert report.coverage.pages is InputState.MISSING


def test_files_of_which_none_is_examined_are_not_called_nothing_found() -> None:
    source = MemorySource({"logs/System.evtx": b"ElfFile\0".ljust(70_000, b"\0")})
    report = hunt(source, job=Job(logs=LogOptions(read=False)))
    assert report.counts["files"] == 0
    assert [(gap.code, gap.matters) for gap in report.gaps] == [
        ("nothing-to-examine", True),
        ("event-log-not-read", False),
    ]
    assert report.assessment.state is AssessmentState.INCOMPLETE


def test_roots_roles_and_coverage_are_carried() -> None:
    report = hunt(MemorySource({"x/aspnet_client/a.aspx": PAGE, "b.aspx": PAGE}, location="evidence"))
    assert report.location == "evidence"
    assert [root.role for root in report.roots] == [Role.GIVEN]
    assert report.coverage.pages is InputState.HELD
    assert {v.subject.path: v.subject.role for v in report.verdicts} == {
        "x/aspnet_client/a.aspx": Role.ASPNET_CLIENT,
        "b.aspx": Role.GIVEN,
    }


def test_a_broken_signature_of_the_user_is_a_gap_and_nothing_else_stops(tmp_path: Path) -> None:
    (tmp_path / "broken.yar").write_text("rule broken {\n  condition: nonsense\n}\n", encoding="utf-8")
    (tmp_path / "good.yar").write_text('rule good { strings: $a = "text" condition: $a }\n', encoding="utf-8")
    report = hunt(MemorySource({"a.aspx": PAGE, "b.aspx": SHELL}), job=Job(signature_paths=(str(tmp_path),)))
    (gap,) = report.gaps
    assert (gap.code, gap.stage, gap.matters) == ("broken-signature", "signatures", True)
    assert gap.path == str(tmp_path / "broken.yar")
    assert "nonsense" in gap.reason
    by_path = {v.subject.path: v for v in report.verdicts}
    assert "good" in {finding.rule.id for finding in by_path["a.aspx"].findings}
    assert by_path["b.aspx"].disposition is Disposition.MALICIOUS


# Interrupts and progress --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupt_ends_the_walk_and_keeps_what_was_found(at: int) -> None:
    report = hunt(a_tree(), executor=CountingExecutor(interrupt_at=at))
    assert report.interrupted
    unread = sum(gap.code == "unreadable" for gap in report.gaps)
    assert report.counts["files"] + unread == (at - 1) * BATCH
    whole = {v.subject.path: v for v in hunt(a_tree()).verdicts}
    assert all(whole[v.subject.path] == v for v in report.verdicts)


def test_an_interrupt_that_found_nothing_is_incomplete() -> None:
    report = hunt(MemorySource({"a.aspx": PAGE}), executor=CountingExecutor(interrupt_at=1))
    assert report.assessment.state is AssessmentState.INCOMPLETE
    assert "interrupted" in report.assessment.sentence


def test_an_interrupt_in_progress_is_one_too() -> None:
    def progress(now: Progress) -> None:
        if now.done == 5:
            raise KeyboardInterrupt

    report = hunt(a_tree(), progress=progress)
    assert report.interrupted
    assert report.counts["files"] == 5
    (gap,) = [each for each in report.gaps if each.code == "interrupted"]
    known = sum(each.code == "unreadable" for each in hunt(a_tree()).gaps) + hunt(a_tree()).counts["files"]
    assert (gap.stage, gap.matters, gap.reason) == ("hunt", True, f"5 of {known} files were examined")
    steps = [step.text for step in report.assessment.next_steps]
    assert any(text.startswith("Hunt again to the end: ") for text in steps)
    assert not any("collection" in text for text in steps)


def test_an_interrupt_before_the_end_of_the_walk_knows_no_total() -> None:
    report = hunt(a_tree(), cancel=lambda: True)
    (gap,) = report.gaps
    assert (gap.code, gap.reason) == ("interrupted", "0 files were examined")
    assert report.assessment.sentence.startswith("Nothing was found, but the hunt is incomplete: it was interrupted")
    assert "1 important" not in report.assessment.sentence


def test_an_interrupt_among_the_witnesses_tells_that_the_files_were_examined() -> None:
    told: list[Progress] = []
    report = hunt(a_tree(), progress=told.append, cancel=lambda: told[-1].stage is Stage.WITNESSES)
    (gap,) = [each for each in report.gaps if each.code == "interrupted"]
    total = told[-2].total
    reason = f"{report.counts['files']} of {total} files were examined, but no file table, shadow copy or record of "
    assert gap.reason == f"{reason}antivirus"


def test_progress_counts_every_file_in_order() -> None:
    told: list[Progress] = []
    report = hunt(a_tree(), progress=told.append)
    seen = [(now.done, now.path) for now in told if now.stage is Stage.FILES and now.done]
    unread = {gap.path for gap in report.gaps if gap.code == "unreadable"}
    assert [count for count, _ in seen] == list(range(1, report.counts["files"] + len(unread) + 1))
    assert {path for _, path in seen} == {v.subject.path for v in report.verdicts} | unread
    assert not hunt(a_tree()).interrupted


def test_progress_has_the_stages_in_order_and_the_total_at_the_end() -> None:
    told: list[Progress] = []
    report = hunt(a_tree(), progress=told.append)
    stages = list(dict.fromkeys(now.stage for now in told))
    assert stages == [Stage.SURVEY, Stage.FILES, Stage.WITNESSES, Stage.CONCLUSION]
    files = [now for now in told if now.stage is Stage.FILES]
    assert files[0].total is None
    assert files[-1].total == files[-1].done
    accused = [verdict for verdict in report.verdicts if verdict.disposition > Disposition.BENIGN]
    assert files[-1].found == told[-1].found == len(accused) > 0
    assert {now.root for now in files[1:]} <= {root.server_path or root.path or "memory" for root in report.roots}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cancelled_hunt_ends_as_an_interrupted_one(jobs: int) -> None:
    done = 0

    def progress(now: Progress) -> None:
        nonlocal done
        done = now.done

    with ThreadPoolExecutor(jobs) as executor:
        report = hunt(a_tree(), executor=executor, progress=progress, cancel=lambda: done >= 5)
    assert report.interrupted
    assert 5 <= report.counts["files"] + sum(gap.code == "unreadable" for gap in report.gaps) < 5 + BATCH
    assert hunt(a_tree(), cancel=lambda: True).interrupted
    assert not hunt(a_tree(), cancel=lambda: False).interrupted


def test_verdicts_come_with_their_progress_until_they_are_cancelled() -> None:
    told: list[Progress] = []
    verdicts = list(iter_verdicts(a_tree(), progress=told.append))
    assert [now.path for now in told if now.done] == [now.path for now in told][2:]
    assert len(verdicts) <= told[-1].done == told[-1].total
    some = list(iter_verdicts(a_tree(), cancel=lambda: len(told) > 0))
    assert some == []
    told.clear()
    some = list(iter_verdicts(a_tree(), progress=told.append, cancel=lambda: len(told) == 9))
    assert some == verdicts[: len(some)]
    assert len(some) < 9


def test_progress_is_told_in_the_callers_thread() -> None:
    threads: set[int] = set()
    with ThreadPoolExecutor(2) as executor:
        hunt(a_tree(), executor=executor, progress=lambda *_: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


# Size ---------------------------------------------------------------------------------------------------------------


def test_a_file_of_300_megabytes_is_bounded(tmp_path: Path) -> None:
    for name, content in {"huge.aspx": SHELL, "small.aspx": SHELL}.items():
        (tmp_path / name).write_bytes(content)
    with (tmp_path / "huge.aspx").open("r+b") as file:
        file.truncate(300 * 1024**2)
    job = Job(limits=Limits(file_bytes=1024**2, text_bytes=64 * 1024))
    with open_source(str(tmp_path)) as source:
        report = hunt(source, job=job)
    found = {v.subject.path: (v.disposition, v.subject.size_bytes) for v in report.verdicts}
    assert {Path(path).name: size for path, (_, size) in found.items()} == {
        "huge.aspx": 300 * 1024**2,
        "small.aspx": len(SHELL),
    }
    assert {disposition for disposition, _ in found.values()} == {Disposition.MALICIOUS}
    assert {gap.code for gap in report.gaps} == {"too-large"}
    assert {Path(gap.path).name for gap in report.gaps} == {"huge.aspx"}
    assert all(gap.matters for gap in report.gaps)


def test_no_read_asks_for_more_than_the_limit() -> None:
    asked: list[int] = []

    class Watched(MemorySource):
        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            asked.append(limit_bytes)
            return super().read(path, limit_bytes, offset)

    hunt(Watched({"a.aspx": PAGE * 100}), job=Job(limits=Limits(file_bytes=100, config_bytes=100)))
    assert asked
    assert max(asked) <= 101


# One blob -----------------------------------------------------------------------------------------------------------


def test_one_blob_is_judged_by_itself() -> None:
    assert examine(SHELL).disposition is Disposition.MALICIOUS
    assert examine(PAGE).disposition is Disposition.BENIGN
    assert examine(b"").disposition is Disposition.BENIGN
    assert examine(SHELL, path="x.txt").disposition is Disposition.SUSPICIOUS


def test_the_folders_of_a_path_tell_the_role() -> None:
    verdict = examine(PAGE, path=r"C:\inetpub\wwwroot\aspnet_client\x.aspx")
    assert verdict.subject.role is Role.ASPNET_CLIENT
    assert verdict.subject.path == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def test_a_report_is_a_value() -> None:
    report: Report = hunt(a_tree(10))
    assert report == hunt(a_tree(10))


# Workers that die ---------------------------------------------------------------------------------------------------


class DyingExecutor(SerialExecutor):
    """Stands for a pool whose worker dies of one file."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> executors.Future[T]:
        if any(a.name == "p004.aspx" for a in args[2]):  # type: ignore[attr-defined]
            future: Future[T] = Future()
            future.set_exception(BrokenExecutor("it died"))
            return future
        return super().submit(fn, *args, **kwargs)


def test_a_file_that_kills_its_worker_costs_that_file_alone() -> None:
    whole, report = hunt(a_tree()), hunt(a_tree(), executor=DyingExecutor())
    (lost,) = {v.subject.path for v in whole.verdicts} - {v.subject.path for v in report.verdicts}
    assert lost.endswith("p004.aspx")
    assert [(gap.code, gap.path, gap.matters) for gap in report.gaps if gap.code == "worker-died"] == [
        ("worker-died", lost, True)
    ]


def test_workers_shared_by_two_hunts_never_mix_their_evidence() -> None:
    sources = [MemorySource({f"{n}.aspx": (SHELL if n % 2 else PAGE) for n in range(k, k + 200)}) for k in (0, 1000)]
    alone = [[(v.subject.path, v.disposition) for v in hunt(source).verdicts] for source in sources]
    with ThreadPoolExecutor(4) as workers, ThreadPoolExecutor(2) as clients:
        together = list(clients.map(lambda source: hunt(source, executor=workers), sources))
    assert [[(v.subject.path, v.disposition) for v in report.verdicts] for report in together] == alone
    assert not any(report.gaps for report in together)
