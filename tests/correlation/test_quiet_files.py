"""Quiet files: what is kept of files without a finding, and that no report depends on how many are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import webshellhunt as wsh
from tests.builders.inert import live
from webshellhunt.correlation.quiet_files import QuietFiles, is_quiet
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources import MemorySource, Source

_KEPT_NONE = wsh.Job(limits=wsh.Limits(listed_files=0))
_NO_TIMES = Timestamps()
_ODD_NAMES = ["a.aspx", "b\nc.aspx", "é\udcff.aspx", "\0.aspx"]


def _file(path: str, *, executable: bool = True, times: Timestamps = _NO_TIMES) -> Examination:
    subject = Subject(SubjectKind.FILE, path, sha256="0" * 64, role=Role.WWWROOT, executable=executable, times=times)
    return Examination(subject)


def test_a_file_without_a_finding_is_quiet() -> None:
    quiet = _file("a.aspx")
    assert is_quiet(quiet)
    assert not is_quiet(replace(quiet, gaps=(Gap("too-large", "examine", "a.aspx", "", matters=False),)))
    assert not is_quiet(replace(quiet, subject=replace(quiet.subject, sha256=None)))
    assert not is_quiet(replace(quiet, subject=replace(quiet.subject, kind=SubjectKind.TRACE)))


def test_a_page_of_exchange_with_its_own_times_stays() -> None:
    path = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\logon.aspx"
    assert is_quiet(_file(path))
    assert not is_quiet(_file(path, times=Timestamps(original=True)))


def test_pages_are_kept_by_path_and_role_whatever_their_names_are() -> None:
    files = QuietFiles()
    paths = [f"{number}/{name}" for number in range(600) for name in _ODD_NAMES]
    for path in paths:
        files.add(_file(path))
        files.add(_file(f"{path}.css", executable=False))
    assert list(files.pages()) == [(path, Role.WWWROOT) for path in paths]
    assert len(files) == 2 * len(paths) == files.counts[Disposition.BENIGN]


def test_a_file_that_is_taken_out_is_not_counted() -> None:
    files = QuietFiles()
    files.add(replace(_file("a.aspx"), known_good="a list"))
    assert files.counts[Disposition.KNOWN_GOOD] == 1
    files.take(replace(_file("a.aspx"), known_good="a list"))
    assert not files


def _told(source: Source, job: wsh.Job | None = None) -> Report:
    """Return the report of a source, without the files that are only listed."""
    report = wsh.hunt(source, job=job)
    listed = tuple(each for each in report.verdicts if each.findings or each.subject.kind is not SubjectKind.FILE)
    return replace(report, verdicts=listed)


def test_the_demo_has_the_same_report_without_quiet_files() -> None:
    assert _told(demo_source(), _KEPT_NONE) == _told(demo_source())
    report = wsh.hunt(demo_source(), job=_KEPT_NONE)
    assert report.counts == wsh.hunt(demo_source()).counts
    assert report.unlisted > 0


def test_a_quiet_file_that_a_page_runs_is_examined_again() -> None:
    code = live('Exec·ute Request("c")')
    files = {
        "inetpub/wwwroot/web.config": b"<configuration/>",
        "inetpub/wwwroot/page.asp": b'<!--#include file="notes.txt"-->',
        "inetpub/wwwroot/notes.txt": f"<% {code} %>".encode(),
        "inetpub/wwwroot/other.txt": b"notes",
    }
    told = _told(MemorySource(files), _KEPT_NONE)
    assert told == _told(MemorySource(files))
    assert {Path(each.subject.path.replace("\\", "/")).name for each in told.accused} == {"page.asp", "notes.txt"}


def test_a_limit_keeps_the_first_files() -> None:
    files = {f"wwwroot/{number}.css": b"a{}" for number in range(9)}
    report = wsh.hunt(MemorySource(files), job=wsh.Job(limits=wsh.Limits(listed_files=4)))
    assert [each.subject.path for each in report.verdicts] == [f"wwwroot/{number}.css" for number in range(4)]
    assert (report.unlisted, report.counts["files"]) == (5, 9)
