"""Which places a report examined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.comparison.cases import OFFLINE, before, saved, server_path
from webshellhunt.comparison.scope import Scope, drive_letter, folder_key, is_inside, lists_all, only_logs, path_key
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role, Root, Volume
from webshellhunt.model.report import Coverage, Host, InputState, Report
from webshellhunt.model.verdict import Subject, SubjectKind

PAGE = Subject(SubjectKind.FILE, server_path(OFFLINE))
MODULE = Subject(SubjectKind.REGISTRATION, r"C:\Windows\System32\inetsrv\config\applicationHost.config (module x)")


def why(report: Report, subject: Subject = PAGE, old: Report | None = None) -> str | None:
    return Scope([report]).why_not_examined(subject, Scope([old or before()]))


def test_a_walked_folder_was_examined() -> None:
    assert why(before()) is None
    assert why(before(), Subject(SubjectKind.FILE, "c:/INETPUB/wwwroot/new/x.aspx")) is None


@pytest.mark.parametrize(
    ("gap", "is_in_the_way"),
    [
        (Gap("unreadable", "examine", server_path(OFFLINE), "locked", matters=True), True),
        (Gap("too-large", "examine", server_path(OFFLINE), "too large"), True),
        (Gap("deadline", "examine", server_path(OFFLINE), "the time was used up"), True),
        (Gap("deadline", "examine", r"C:\inetpub\wwwroot\aspnet_client", "the time was used up"), False),
        (Gap("unreadable", "walk", r"C:\inetpub\wwwroot\aspnet_client", "locked"), True),
        (Gap("x", "walk", r"C:\inetpub", "locked", matters=True), True),
        (Gap("interrupted", "walk", "demo", "ended", matters=True), True),
        (Gap("limit", "walk", "", "too many files", matters=True), True),
        (Gap("baseline-does-not-fit", "examine", r"C:\inetpub", "other build"), False),
        (Gap("unreadable", "logs", server_path(OFFLINE), "locked", matters=True), False),
        (Gap("unreadable", "walk", r"C:\inetpub\wwwroot\aspnet", "locked", matters=True), False),
    ],
)
def test_a_gap_at_the_path_or_above_is_in_the_way(gap: Gap, is_in_the_way: bool) -> None:
    assert (why(replace(before(), location="demo", gaps=(gap,))) is not None) is is_in_the_way


def test_other_places() -> None:
    other = replace(before(), roots=(Root("x", r"D:\x", Role.SITE, "x"),))
    assert why(other) == "the new hunt did not search its folder"
    assert why(other, old=other) == "it was found through a setting, and no searched folder contains it"
    assert why(replace(before(), interrupted=True)) == "the new hunt was interrupted"
    folder = replace(
        before(), location="E:/other", host=Host((Volume("C", ""),)), roots=(Root("", None, Role.GIVEN, "x"),)
    )
    assert why(folder) is None  # it lists files of that folder
    assert "another one" in (why(replace(folder, verdicts=())) or "")
    assert "selected the files" in (why(replace(folder, verdicts=(), is_collection=True)) or "")
    drive = replace(folder, host=Host((Volume("D", ""),)))
    assert why(drive) == "the new hunt did not search its folder"


def test_a_registration_needs_the_configuration() -> None:
    assert why(before(), MODULE) is None
    lost = replace(before(), coverage=Coverage(configuration=InputState.PARTIAL))
    assert "lacks the configuration" in (why(lost, MODULE) or "")
    gap = Gap(
        "unreadable", "survey", r"C:\Windows\System32\inetsrv\config\applicationHost.config", "locked", matters=True
    )
    assert why(replace(before(), gaps=(gap,)), MODULE) == "locked"
    assert why(replace(before(), interrupted=True), MODULE) == "the new hunt was interrupted"


@pytest.mark.parametrize(
    ("path", "lacking"),
    [
        ("HKLM\\SYSTEM\\CurrentControlSet\\Services\\x", {"services": InputState.MISSING}),
        ("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run (x)", {"registry": InputState.PARTIAL}),
        ("HKU\\DefaultAppPool\\Environment (x)", {"hives": InputState.PARTIAL}),
    ],
)
def test_a_key_of_the_registry_needs_its_hive(path: str, lacking: dict[str, InputState]) -> None:
    key = Subject(SubjectKind.REGISTRATION, path)
    whole = replace(before(), coverage=Coverage(*[InputState.HELD] * len(Coverage._fields)))
    assert why(whole, key) is None
    lost = replace(whole, coverage=whole.coverage._replace(**lacking))
    assert "lacks the registry hive" in (why(lost, key) or "")
    dirty = Gap("dirty-hive", "examine", r"C:\Windows\System32\config\SYSTEM", "its last changes are missing")
    assert why(replace(whole, gaps=(dirty,)), key) == "its last changes are missing"
    assert why(replace(whole, interrupted=True), key) == "the new hunt was interrupted"


def test_what_is_listed() -> None:
    assert lists_all([before()])
    assert not lists_all([before(), saved(before())])
    assert lists_all([saved(before(), show_all=True)])


def test_a_hunt_of_the_logs_alone_examined_no_place() -> None:
    options = before().run.options
    logs = replace(
        before(), run=replace(before().run, options=options._replace(logs=replace(options.logs, alone=True)))
    )
    for subject in (PAGE, MODULE):
        assert why(logs, subject) == "the new hunt read the logs alone, and examined no file"
    assert Scope([logs, before()]).why_not_examined(PAGE, Scope([before()])) is None
    assert not Scope([logs]).has_root_of(PAGE)
    assert [only_logs(each) for each in ([logs], [logs, before()], [])] == [True, False, False]


def test_case_and_slashes_do_not_count() -> None:
    assert path_key("C:/InetPub/x.aspx") == path_key(r"c:\inetpub\X.ASPX") == r"c:\inetpub\x.aspx"
    assert path_key("C:\\x\\") == "c:\\x"


def test_drives_and_folders() -> None:
    assert drive_letter(path_key("D:\\x")) == "D"
    assert drive_letter(path_key("inetpub/x")) is None
    assert folder_key(path_key("a/b/c.aspx")) == r"a\b"
    assert folder_key("c.aspx") == ""
    assert is_inside(r"a\b", "a")
    assert is_inside("a", "a")
    assert not is_inside("ab", "a")
