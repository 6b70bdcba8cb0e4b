"""Logs that are damaged, forged, moved, compressed or incomplete: the reading of a story stays, or names its lack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from tests.builders.host_tree import write_tree
from tests.builders.log_plot import DAY, INTRUDER, Story, at
from tests.builders.log_rows import IIS_FOLDER, LOGGING
from tests.builders.log_stories import CHECKER, STORIES
from tests.builders.logs import gzipped
from tests.builders.mutants import mutants
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions, Period
from webshellhunt.model.report import InputState, Report
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

HEADER = b"#Software: Microsoft Internet Information Services 10.0\r\n"
FORGED = b"2021-03-03 09:00:00 192.0.2.10 POST /owa/auth/outlookFR.aspx - 443 - 198.51.100.66 x - 200 0 0 15"


@cache
def story(name: str = "checked first") -> Story:
    return STORIES[name](40)


def with_iis(change: Callable[[bytes], bytes]) -> Story:
    """Return the story with each log of the front end changed."""
    files = {path: change(data) if "/W3SVC1/" in path else data for path, data in story().files.items()}
    return story()._replace(files=files)


def hunted(changed: Story, job: Job | None = None) -> Report:
    with changed.source() as source:
        return hunt(source, job=job)


def use_of(report: Report, told: Story | None = None) -> Use:
    path = (told or story()).readings[0].path
    (use,) = [verdict.use for verdict in report.verdicts if verdict.subject.path == path]
    assert use is not None
    return use


def figures(use: Use) -> tuple[object, ...]:
    return use.answered, use.posted, use.clients, use.first_utc, use.last_utc, use.missed_before


@cache
def expected() -> tuple[object, ...]:
    return figures(use_of(hunted(story())))


def after_each_row(more: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(b"\r\n", b"\r\n" + more)


def agent_of_a_row(data: bytes) -> bytes:
    """Return a log in which each agent of the users is a whole row, with spaces as IIS writes them."""
    return data.replace(b"Microsoft+Office/16.0", FORGED.replace(b" ", b"+"))


def after_a_crash(data: bytes) -> bytes:
    """Return a log that IIS had enlarged with NULs when the power failed, and that it continued after them."""
    lines = data.splitlines(keepends=True)
    half = len(lines) // 2
    return b"".join(lines[:half]) + b"\0" * 65_536 + b"".join(lines[:4]) + b"".join(lines[half:])


HARMLESS = {
    "line ends of Unix": lambda data: data.replace(b"\r\n", b"\n"),
    "empty lines": after_each_row(b"\r\n"),
    "rows without the columns": after_each_row(b"2021-03-03 05:00:00 192.0.2.10\r\n"),
    "rows with NULs": after_each_row(b"2021-03-03\0 05:00:00\0 GET /owa/auth/outlookFR.aspx\0\r\n"),
    "bytes that are no text": after_each_row(b"\xff\xfe\x80 \xc3(\r\n"),
    "a line of a megabyte": lambda data: data + b"x" * (1 << 20) + b"\r\n",
    "a row of a megabyte": lambda data: data + FORGED.replace(b" x ", b" " + b"x" * (1 << 20) + b" ") + b"\r\n",
    "agents that look like a row": agent_of_a_row,
    "comments that look like a row": after_each_row(b"#" + FORGED + b"\r\n"),
    "headers of no columns": after_each_row(b"#Fields:\r\n"),
    "an end in the middle of a row": lambda data: data + FORGED[:70],
    "a crash of the server": after_a_crash,
    "a mark of UTF-8": lambda data: b"\xef\xbb\xbf" + data,
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_the_use_stays(name: str) -> None:
    assert figures(use_of(hunted(with_iis(HARMLESS[name])))) == expected()


def test_broken_rows_are_counted_with_their_log() -> None:
    report = hunted(with_iis(HARMLESS["rows without the columns"]))
    assert report.traffic is not None
    assert sum(each.broken for each in report.traffic.coverage) > 40
    named = {gap.path.rpartition("\\")[2] for gap in report.gaps if gap.code == "log-rows-broken"}
    assert named == {"u_ex210303.log", "u_ex201216.log"}


def test_rows_out_of_order_have_the_same_first_and_last() -> None:
    def backwards(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        return b"".join(lines[:4] + lines[:3:-1])

    use = use_of(hunted(with_iis(backwards)))
    reading = story().readings[0]
    assert (use.answered, use.first_utc, use.last_utc) == (reading.answered, reading.first_utc, reading.last_utc)


def test_compressed_logs_are_read() -> None:
    files = {
        f"{path}.gz" if "/W3SVC" in path else path: gzipped(data) if "/W3SVC" in path else data
        for path, data in story().files.items()
    }
    assert figures(use_of(hunted(story()._replace(files=files)))) == expected()


def without(path: str, files: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    return {name: data for name, data in (files or story().files).items() if not name.startswith(path)}


def test_the_logs_of_the_front_end_stand_in_for_those_of_iis() -> None:
    report = hunted(story()._replace(files=without(IIS_FOLDER)))
    use = use_of(report)
    assert (use.answered, use.posted, use.clients, use.missed_before) == (5, 4, (CHECKER,), 3)
    assert use.logs[0].startswith("C:\\Program Files")


def test_both_kinds_of_logs_count_a_request_once() -> None:
    paths = [path for path, data in story().files.items() if b"outlookFR" in data and path.lower().endswith(".log")]
    assert len(paths) == 2
    assert {path.startswith(LOGGING) for path in paths} == {True, False}
    assert use_of(hunted(story())).answered == story().readings[0].answered


def test_logs_kept_elsewhere_are_named_by_the_user(tmp_path: Path) -> None:
    kept = {path: data for path, data in story().files.items() if path.startswith(IIS_FOLDER)}
    write_tree(MemorySource({path.removeprefix(f"{IIS_FOLDER}/"): data for path, data in kept.items()}), tmp_path)
    files = without(LOGGING, without(IIS_FOLDER))
    moved = story()._replace(files=files)
    assert hunted(moved).coverage.logs is InputState.MISSING
    assert figures(use_of(hunted(moved, Job(logs=LogOptions(paths=(str(tmp_path),)))))) == expected()


def test_a_period_takes_its_requests_alone() -> None:
    period = Period(at(4, 16), DAY + timedelta(days=1))
    use = use_of(hunted(story(), Job(logs=LogOptions(period=period))))
    assert (use.answered, use.first_utc, use.missed_before) == (3, at(4, 16), 0)


def test_logs_alone_tell_the_clients_of_a_page_that_is_gone() -> None:
    told = story("logs alone")
    report = hunted(told, Job(logs=LogOptions(alone=True)))
    assert report.counts["files"] == 0
    (verdict,) = [each for each in report.verdicts if each.disposition >= Disposition.SUSPICIOUS]
    assert verdict.subject.path.lower() == told.readings[0].path.lower()
    assert verdict.use is not None
    assert verdict.use.clients == (INTRUDER,)


def test_mutants_of_the_logs_neither_crash_nor_invent_a_client() -> None:
    (path,) = [path for path in story().files if "/W3SVC1/u_ex2103" in path]
    clean = {each: data for each, data in story().files.items() if not each.startswith(LOGGING)}
    for mutant in mutants(story().files[path], 25):
        report = hunted(story()._replace(files={**clean, path: mutant}))
        assert not [gap for gap in report.gaps if gap.code == "unexpected-error" or gap.stage == "correlate"]
        use = use_of(report)
        assert use.requests <= 12
        assert use.answered <= use.requests


def test_logs_of_a_site_without_configuration_count_for_each_file() -> None:
    bare = without("C/Windows/System32/inetsrv")
    use = use_of(hunted(story()._replace(files=bare)))
    assert (use.answered, use.clients) == (5, (CHECKER,))
