"""Kept results: the report is the same with and without them, and none is used that an examination would not return."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.builders.inert import live
from tests.scan.result_cache.cases import (
    cache_in,
    opened,
    problems,
    report_of,
    rows_in,
    told,
    without_problems,
)
from webshellhunt.defang import load_fixture
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.places import Role, WebPlaces
from webshellhunt.model.result_cache import CacheAccess, ResultCache
from webshellhunt.model.verdict import WorkerResult
from webshellhunt.pages.includes.resolver import MAX_LOOKUPS
from webshellhunt.scan import scanner
from webshellhunt.scan.executors import open_executor
from webshellhunt.scan.result_cache import kept_results
from webshellhunt.scan.result_cache.database import CacheProblem, Database
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

FIXTURES = Path(__file__).parents[3] / "fixtures"
SLICES = 12
SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n').encode()
RUN = live("<·% Exec·ute(code) %·>").encode()
SET = live('<·% code = Req·uest("k") %·>').encode()
INCLUDING = b'<!--#include file="set.inc"-->' + RUN
TREE = {
    "wwwroot/a.aspx": b"<p>a</p>",
    "wwwroot/shell.aspx": SHELL,
    "wwwroot/run.asp": INCLUDING,
    "wwwroot/set.inc": SET,
    "wwwroot/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "wwwroot/web.config": b"<configuration/>",
}


@pytest.fixture
def cache(tmp_path: Path) -> ResultCache:
    return cache_in(tmp_path)


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the files that are examined from now on."""
    paths: list[str] = []
    run = scanner._run_rules

    def noted(sample: Any, job: Job) -> WorkerResult:
        paths.append(sample.artifact.path)
        return run(sample, job)

    monkeypatch.setattr(scanner, "_run_rules", noted)
    return paths


def fixtures() -> dict[str, bytes]:
    """Return a twelfth of the fixtures, each under its name in a folder of its own."""
    found = {}
    for path in sorted(FIXTURES.glob("*/*.defanged")):
        if hashlib.sha256(path.name.encode()).digest()[0] % SLICES == 0:
            fixture = load_fixture(path)
            found[f"wwwroot/{path.parent.name}/{path.stem}/{fixture.path.rpartition('/')[2]}"] = fixture.data
    return found


def test_a_report_of_fixtures_is_the_same_without_with_an_empty_and_with_a_full_cache(
    cache: ResultCache, examined: list[str]
) -> None:
    files = fixtures()
    assert len(files) > 50
    plain = told(files)
    assert told(files, cache) == plain
    examined.clear()
    assert told(files, cache) == plain
    assert len(examined) < len(files) / 20  # those with a gap that may be gone at the next hunt


def test_a_report_of_a_server_is_the_same(compromised_host: DescribedHost, cache: ResultCache) -> None:
    plain, cold, warm = (told(compromised_host.source(), each) for each in (None, cache, cache))
    assert plain == cold == warm


def test_processes_share_a_cache(tmp_path: Path, cache: ResultCache) -> None:
    for name, content in TREE.items():
        (tmp_path / "e" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "e" / name).write_bytes(content)
    plain = told(tmp_path / "e")
    with open_executor(2) as executor:
        assert told(tmp_path / "e", cache, executor=executor) == plain
        assert rows_in(cache) == len(TREE)
        assert told(tmp_path / "e", cache, executor=executor) == plain
    assert told(tmp_path / "e", cache) == plain


def test_two_hunts_at_once_lose_nothing(cache: ResultCache) -> None:
    sources = [{f"{n}/{name}": b"%d" % n + content for name, content in TREE.items()} for n in range(4)]
    plain = [told(each) for each in sources]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(told, sources, [cache] * 4)) == plain
        assert list(pool.map(told, sources, [cache] * 4)) == plain
    with ProcessPoolExecutor(2) as processes:
        assert list(processes.map(told, sources, [cache] * 4)) == plain
    assert rows_in(cache) == 4 * len(TREE)


def test_an_unchanged_tree_is_not_examined_again(cache: ResultCache, examined: list[str]) -> None:
    told(TREE, cache)
    assert len(examined) == len(TREE)
    told(TREE, cache)
    assert len(examined) == len(TREE)


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({"wwwroot/a.aspx": b"<p>b</p>"}, {"a.aspx"}),
        ({"wwwroot/b.aspx": b"<p>a</p>"}, {"b.aspx"}),
        ({"wwwroot/set.inc": b"<% code = 1 %>"}, {"run.asp", "set.inc"}),
        ({"wwwroot/set.inc": None}, {"run.asp"}),
        ({"wwwroot/unrelated.inc": b"x"}, {"unrelated.inc"}),
    ],
)
def test_what_changed_is_examined_again(
    changes: dict[str, bytes | None], again: set[str], cache: ResultCache, examined: list[str]
) -> None:
    told(TREE, cache)
    after = {name: content for name, content in {**TREE, **changes}.items() if content is not None}
    examined.clear()
    assert told(after, cache) == told(after)
    assert {path.rpartition("/")[2] for path in examined[: len(again)]} == again
    assert len(examined) == len(again) + len(after)  # with the cache, and all without


def test_a_name_that_was_looked_for_in_vain_may_be_there_now(cache: ResultCache, examined: list[str]) -> None:
    without = {"wwwroot/run.asp": INCLUDING}
    assert "WSH1001" not in told(without, cache)
    with_it = {**without, "wwwroot/set.inc": SET}
    examined.clear()
    assert told(with_it, cache) == told(with_it)
    assert {path.rpartition("/")[2] for path in examined[:2]} == {"run.asp", "set.inc"}
    assert "WSH1001" in told(with_it)


def test_a_file_that_comes_before_another_in_a_look_up_counts(cache: ResultCache, examined: list[str]) -> None:
    """A virtual include is at the top of the site, unless a folder of the page has it."""
    page = b'<!--#include virtual="/sub/x.inc"-->'
    first = {"wwwroot/sub/p.asp": page + RUN, "wwwroot/sub/x.inc": b"<p>x</p>"}
    told(first, cache)
    second = {**first, "wwwroot/sub/sub/x.inc": SET}
    examined.clear()
    assert told(second, cache) == told(second)


def test_the_class_of_a_page_in_app_code_counts(cache: ResultCache) -> None:
    page = b'<%@ WebHandler Language="C#" Class="H" %>'
    code = b"public class H { public void ProcessRequest(HttpContext c) { } }"
    other = live("public class H { void P(HttpContext c) { Process.St·art(c.Req·uest[1]); } }").encode()
    files = {"wwwroot/h.ashx": page, "wwwroot/App_Code/h.cs": code}
    told(files, cache)
    files["wwwroot/App_Code/h.cs"] = other
    assert told(files, cache) == told(files)
    files = {"wwwroot/h.ashx": page, "wwwroot/App_Code/a.cs": other, "wwwroot/App_Code/h.cs": code}
    assert told(files, cache) == told(files)


@pytest.mark.parametrize(
    "config",
    [
        b'<configuration><system.web><globalization fileEncoding="utf-7"/></system.web></configuration>',
        live(
            '<configuration><system.webServer><hand·lers><a·dd name="x" path="*.p·ng" verb="*" '
            'type="System.Web.UI.PageHandlerFact·ory"/></hand·lers></system.webServer></configuration>'
        ).encode(),
    ],
)
def test_settings_above_a_file_count(config: bytes, cache: ResultCache, examined: list[str]) -> None:
    told(TREE, cache)
    examined.clear()
    after = {**TREE, "wwwroot/web.config": config}
    assert told(after, cache) == told(after)
    assert len(examined) == 2 * len(TREE)


def test_the_place_of_a_file_counts(cache: ResultCache) -> None:
    told({"inetpub/wwwroot/x.aspx": SHELL}, cache)
    for place in ("inetpub/wwwroot/y.aspx", "inetpub/wwwroot/aspnet_client/x.aspx", "x.aspx"):
        files = {place: SHELL}
        assert told(files, cache) == told(files)


def test_the_settings_of_a_job_count(cache: ResultCache, examined: list[str]) -> None:
    told(TREE, cache)
    for job in (Job(limits=Limits(excerpt_chars=20)), Job(detectors=False), Job(machine_keys=frozenset({"ab"}))):
        examined.clear()
        assert told(TREE, cache, job) == told(TREE, None, job)
        assert len(examined) == 2 * len(TREE)


def test_a_baseline_counts(tmp_path: Path, cache: ResultCache) -> None:
    from webshellhunt.cli import main

    (tmp_path / "clean" / "wwwroot").mkdir(parents=True)
    (tmp_path / "clean" / "wwwroot" / "shell.aspx").write_bytes(SHELL)
    assert main(["baseline", "make", str(tmp_path / "clean"), "--output", str(tmp_path / "b.baseline")]) == 1
    job = Job(baseline_paths=(str(tmp_path / "b.baseline"),))
    for each in (None, job, None):
        assert told(TREE, cache, each) == told(TREE, None, each)


def test_another_state_of_the_code_finds_nothing(
    cache: ResultCache, examined: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from webshellhunt.scan.result_cache import opening

    told(TREE, cache)
    monkeypatch.setattr(opening, "fingerprint", lambda *_: b"another state")
    told(TREE, cache)
    assert len(examined) == 2 * len(TREE)


# --- results that don't last


def test_a_result_that_was_cut_by_time_is_not_kept(cache: ResultCache) -> None:
    job = Job(limits=Limits(seconds_per_file=1e-9))
    cut = [gap.path for gap in report_of(TREE, cache, job).gaps if gap.code == "deadline"]
    assert "wwwroot/shell.aspx" in cut
    assert rows_in(cache) == len(TREE) - len(cut)


def test_a_crash_is_not_kept(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> NoReturn:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(scanner, "iter_signature_findings", crash)
        patch.setattr(scanner, "_signatures", lambda *rest: rest[-1].collect("signatures", crash))
        report = report_of(TREE, cache)
    assert any(gap.code == "out-of-memory" for gap in report.gaps)
    kept = rows_in(cache)
    assert kept == len(TREE) - len([gap for gap in report.gaps if gap.code == "out-of-memory"])
    assert told(TREE, cache) == told(TREE)


@pytest.mark.parametrize("code", sorted(kept_results.PASSING))
def test_a_gap_that_may_be_gone_next_time_is_not_kept(
    code: str, cache: ResultCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scanner._run_rules

    def cut(sample: Any, job: Job) -> WorkerResult:
        outcome = run(sample, job)
        return outcome._replace(gaps=(Gap(code, "examine", sample.artifact.path, "a reason"),))

    monkeypatch.setattr(scanner, "_run_rules", cut)
    report_of(TREE, cache)
    assert rows_in(cache) == 0


def test_an_unreadable_file_or_include_is_not_kept(cache: ResultCache) -> None:
    unreadable = MemorySource(TREE, unreadable=["wwwroot/set.inc", "wwwroot/a.aspx"])
    told(unreadable, cache)
    assert rows_in(cache) == len(TREE) - 3  # both, and the page that includes one
    assert told(TREE, cache) == told(TREE)


def test_an_include_that_becomes_unreadable_is_told(cache: ResultCache) -> None:
    told(TREE, cache)
    unreadable = MemorySource(TREE, unreadable=["wwwroot/set.inc"])
    assert told(unreadable, cache) == told(unreadable)


def test_a_page_that_asks_too_much_is_not_kept(cache: ResultCache) -> None:
    many = b"".join(b'<!--#include file="%d.inc"-->' % number for number in range(2 * MAX_LOOKUPS))
    files = {"wwwroot/a.asp": many, "wwwroot/0.inc": b"x"}
    assert told(files, cache) == told(files)
    assert told(files, cache) == told(files)


def test_a_part_of_a_file_is_not_kept(cache: ResultCache) -> None:
    job = Job(limits=Limits(file_bytes=10))
    assert told({"wwwroot/a.aspx": SHELL}, cache, job) == told({"wwwroot/a.aspx": SHELL}, None, job)
    assert rows_in(cache) == 0


# --- caches that something else changed


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE kept SET body = '{}'",
        "UPDATE kept SET body = CAST('{}' AS BLOB)",
        "UPDATE kept SET mac = zeroblob(32)",
        "UPDATE kept SET body = (SELECT body FROM kept AS k WHERE k.key > kept.key ORDER BY key LIMIT 1), "
        "mac = (SELECT mac FROM kept AS k WHERE k.key > kept.key ORDER BY key LIMIT 1) "
        "WHERE key < (SELECT max(key) FROM kept)",
        "UPDATE kept SET used = 'x'",
        "UPDATE kept SET body = zeroblob(9000000)",
    ],
)
def test_a_changed_row_is_never_used(change: str, cache: ResultCache, examined: list[str]) -> None:
    told(TREE, cache)
    with opened(cache) as database:
        database.execute(change)
    examined.clear()
    report = report_of(TREE, cache)
    assert len(examined) >= len(TREE) - 2  # two rows are {} anyway
    assert len(problems(report)) == 1
    assert without_problems(report) == report_of(TREE)
    if "9000000" not in change:  # such a row can't be read, so that the cache is left alone
        assert problems(report) == [f"the cache is not used: {kept_results.FORGED}"]
        assert problems(report_of(TREE, cache)) == []


def test_a_row_of_another_key_is_not_found(tmp_path: Path, cache: ResultCache, examined: list[str]) -> None:
    told(TREE, cache)
    other = replace(cache, key_path=str(tmp_path / "keys" / "other.key"))
    assert problems(report_of(TREE, other)) == []
    assert len(examined) == 2 * len(TREE)


def test_a_removed_row_is_made_again(cache: ResultCache) -> None:
    plain = told(TREE, cache)
    with opened(cache) as database:
        database.execute("DELETE FROM kept")
    assert told(TREE, cache) == plain
    assert rows_in(cache) == len(TREE)


@pytest.mark.parametrize("words", ["no space is left for it", "another program has locked it", "it can't be written"])
def test_a_cache_that_can_no_longer_be_written_costs_no_result(
    words: str, cache: ResultCache, monkeypatch: pytest.MonkeyPatch, examined: list[str]
) -> None:
    attempts = []

    def fail(*_: object) -> NoReturn:
        attempts.append(1)
        raise CacheProblem(words)

    files = {f"wwwroot/{n}.aspx": b"%d" % n for n in range(100)}
    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", fail)
        report = report_of(files, cache)
    assert problems(report) == [f"the cache is not used: {words}"]
    assert len(attempts) == 1  # then it is left alone
    assert without_problems(report) == report_of(files)
    examined.clear()
    assert problems(report_of(files, cache)) == []
    assert len(examined) == 100


def test_a_damaged_cache_is_told_and_the_hunt_goes_on(cache: ResultCache) -> None:
    files = {f"wwwroot/{n}.aspx": SHELL + b"%d" % n for n in range(30)}
    told(files, cache)
    content = bytearray(Path(cache.path).read_bytes())
    content[8192:] = hashlib.shake_128(b"noise").digest(len(content) - 8192)
    Path(cache.path).write_bytes(content)
    report = report_of(files, cache)
    assert problems(report) == ["the cache is not used: it is damaged or cut off: delete it"]
    assert without_problems(report) == report_of(files)


# --- an interrupted hunt


def test_an_interrupted_hunt_goes_on(cache: ResultCache, examined: list[str]) -> None:
    files = {f"wwwroot/{n}.aspx": b"%d" % n for n in range(200)}
    seen: list[int] = []

    def stop() -> bool:
        seen.append(1)
        return len(seen) > 300

    from webshellhunt.pipeline import hunt

    assert hunt(MemorySource(files), cache=cache, cancel=stop).interrupted
    done = len(examined)
    assert 0 < done < 200
    assert rows_in(cache) == done
    assert told(files, cache) == told(files)
    assert len(examined) == 200 + 200


def test_results_are_written_as_they_come(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(10_000))
    monkeypatch.setattr(kept_results, "monotonic", lambda: float(next(now)))
    kept: list[int] = []
    run = scanner._run_rules

    def noted(sample: Any, job: Job) -> WorkerResult:
        kept.append(rows_in(cache))
        return run(sample, job)

    monkeypatch.setattr(scanner, "_run_rules", noted)
    told(TREE, cache)
    assert kept == list(range(len(TREE)))


def test_the_day_of_the_last_use_is_noted(cache: ResultCache, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (1, 5):
        monkeypatch.setattr(kept_results, "time", lambda day=day: day * 86_400.0)
        told(TREE, cache)
        with opened(cache) as database:
            assert {used for (used,) in database.execute("SELECT used FROM kept")} == {day}


# --- what an examination reads besides the key


def _guarded(artifact: Artifact) -> Artifact:
    """Return an artifact whose times, and place on this machine, no detector may read."""

    def refuse(self: tuple[object, ...]) -> object:
        caller = sys._getframe(1).f_globals["__name__"]
        known = (f"webshellhunt.{each}" for each in ("baselines.known_contents", "model.artifact", "model.verdict"))
        assert caller in known, caller
        return tuple.__getitem__(self, 4) if caller.endswith("verdict") else WebPlaces() if "model" in caller else None

    class Guarded(Artifact):
        times = property(refuse)
        source_path = property(refuse)
        places = property(refuse)

    return Guarded(*artifact)


def test_no_detector_reads_what_is_not_in_the_key() -> None:
    for name, data in fixtures().items():
        artifact = Artifact(name, name, Role.OWA_AUTH, len(data), Timestamps(datetime(2021, 1, 1, tzinfo=UTC)))
        examination = examine_bytes(data, _guarded(artifact), Job())
        assert [gap for gap in examination.gaps if "AssertionError" in gap.reason] == []


def _keys(artifacts: list[Artifact], access: CacheAccess) -> Iterator[str]:
    from webshellhunt.views.sample import Sample

    with kept_results.KeptResults(access) as kept:
        for artifact in artifacts:
            yield kept._key_of(Sample(artifact, b"x")).hex()


def test_times_are_in_the_key_for_detectors_of_others(cache: ResultCache, tmp_path: Path) -> None:
    told({}, cache)
    of_file = Artifact("a.aspx", "a.aspx", Role.GIVEN, 1)
    later = of_file._replace(times=Timestamps(datetime(2021, 1, 1, tzinfo=UTC)))
    access = CacheAccess(cache.path, b"s", b"f", 1 << 30, "hunt")
    assert len(set(_keys([of_file, later], access))) == 1
    assert len(set(_keys([of_file, later], access._replace(with_times=True)))) == 2


def test_keys_differ_by_each_part(cache: ResultCache) -> None:
    told({}, cache)
    access = CacheAccess(cache.path, b"s", b"f", 1 << 30, "hunt")
    base = Artifact("a.aspx", "a.aspx", Role.GIVEN, 1)
    settings = base.settings._replace(locked_sections=frozenset({"a", "b"}))
    varied = [
        base,
        base._replace(entry_path="b.aspx"),
        base._replace(path="b.aspx"),
        base._replace(role=Role.OWA),
        base._replace(size_bytes=2),
        base._replace(attributes=("hidden",)),
        base._replace(places=WebPlaces(virtual=(("", ""), ("owa", "owa")))),
        base._replace(settings=settings),
    ]
    keys = list(_keys(varied, access))
    keys += [*_keys([base], access._replace(fingerprint=b"g")), *_keys([base], access._replace(secret=b"t"))]
    assert len(set(keys)) == len(keys)
    again = base._replace(settings=base.settings._replace(locked_sections=frozenset({"b", "a"})))
    assert [*_keys([again], access)] == [keys[7]]


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(CacheAccess("x", b"secret", b"f", 1, "hunt"))


def test_reports_are_whole(cache: ResultCache) -> None:
    """The comparison of these tests sees each part: two different reports differ in it."""
    reports = [told({name: content}) for name, content in TREE.items()]
    assert all(first != second for first, second in pairwise(reports))
    assert json.loads(reports[0])


def test_a_source_that_fails_while_it_is_asked_again_costs_no_result(cache: ResultCache) -> None:
    told(TREE, cache)

    class Failing(MemorySource):
        def names(self, path: str) -> Any:
            raise SourceError("gone", path=path)

    assert told(Failing(TREE), cache) == told(Failing(TREE))
