"""Watch: what is told of a hunt, and how the caller ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import webshellhunt as wsh
from tests.reports.cases import finding
from webshellhunt.model.places import Role, Root
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination, Subject, SubjectKind
from webshellhunt.scan.watch import CallbackFailed, Cancelled, Watch
from webshellhunt.sources.memory import MemorySource

ROOTS = (Root("C/inetpub", r"C:\inetpub", Role.WWWROOT, "test"), Root("C/inetpub/sub", None, Role.SITE, "test"))


def _examined(path: str | None) -> Examination:
    return Examination(Subject(SubjectKind.FILE, "shown", entry_path=path))


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("C/inetpub/a/b.aspx", r"C:\inetpub"),
        ("C/inetpub/sub/b.aspx", "C/inetpub/sub"),
        ("D/x.aspx", ""),
        ("x.aspx", ""),
        (None, ""),
    ],
)
def test_a_file_is_told_with_the_deepest_directory(path: str | None, root: str) -> None:
    told: list[Progress] = []
    watch = Watch(told.append)
    watch.start(Stage.FILES, "here")
    watch.walks(ROOTS, "here")
    watch.examined(_examined(path))
    assert told == [Progress(Stage.FILES, path="here"), Progress(Stage.FILES, 1, None, 0, root, "shown")]


def test_the_location_itself_is_a_directory() -> None:
    told: list[Progress] = []
    watch = Watch(told.append)
    watch.walks([Root("", None, Role.GIVEN, "test")], "here")
    watch.examined(_examined("a/x.aspx"))
    assert told[0].root == "here"


def test_the_total_is_known_after_the_walk() -> None:
    told: list[Progress] = []
    watch = Watch(told.append)
    watch.start(Stage.FILES, "here")
    watch.walked(2, 30)
    watch.examined(_examined("x"))
    watch.start(Stage.WITNESSES, "here")
    assert [(now.total, now.total_bytes) for now in told] == [(None, None), (2, 30), (None, None)]


def test_the_gravest_finding_names_the_worst_file() -> None:
    told: list[Progress] = []
    watch = Watch(told.append)
    for name, severity in (("a", Severity.INFO), ("b", Severity.HIGH), ("c", Severity.HIGH), ("d", Severity.CRITICAL)):
        subject = Subject(SubjectKind.FILE, name, size_bytes=10)
        watch.examined(Examination(subject, (replace(finding(), severity=severity),)))
    watch.concludes("here")
    assert [now.worst for now in told] == ["", "b", "b", "d", "d"]
    assert [now.done_bytes for now in told] == [10, 20, 30, 40, 0]


def test_it_cancels_once() -> None:
    told: list[Progress] = []
    watch = Watch(told.append, lambda: bool(told))
    watch.check()
    with pytest.raises(Cancelled):
        watch.start(Stage.SURVEY, "here")
    watch.start(Stage.LOGS, "here")
    watch.check()


def test_the_conclusion_is_not_cancelled() -> None:
    told: list[Progress] = []
    Watch(told.append, lambda: True).concludes("here")
    assert [now.stage for now in told] == [Stage.CONCLUSION]
    Watch().concludes("here")


def test_an_error_of_the_caller_is_named_as_such() -> None:
    def fail(*_: object) -> bool:
        raise KeyError("x")

    for watch, name in ((Watch(fail), "progress"), (Watch(None, fail), "cancel")):
        with pytest.raises(
            CallbackFailed, match=rf"^the function for {name}, of the caller, failed \(KeyError: 'x'\)$"
        ):
            watch.start(Stage.FILES, "here")


@pytest.mark.parametrize("name", ["progress", "cancel"])
@pytest.mark.parametrize("error", [ValueError("mine"), wsh.WebShellHuntError("mine")])
@pytest.mark.parametrize("work", [wsh.hunt, lambda *args, **options: list(wsh.iter_verdicts(*args, **options))])
def test_an_error_of_the_caller_ends_the_hunt_with_the_report(work: Any, name: str, error: Exception) -> None:
    files = 0

    def fail(*_: object) -> bool:
        nonlocal files
        files += 1
        if files == 99:
            raise error
        return False

    source = MemorySource({f"wwwroot/{number}.aspx": b"<p>" for number in range(200)})
    with pytest.raises(wsh.UnexpectedError, match=f"the function for {name}, of the caller, failed") as raised:
        work(source, **{name: fail})
    assert raised.value.__cause__ is error
    if work is wsh.hunt:
        assert isinstance(raised.value.report, wsh.Report)
        assert raised.value.report.verdicts
        assert raised.value.report.interrupted
