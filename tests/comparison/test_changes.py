"""The changes of one host, in order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.builders.mutants import fewer
from tests.comparison.cases import after, before
from tests.reports.cases import report as case
from tests.reports.cases import verdict
from tests.reports.strategies import reports
from webshellhunt.comparison.changes import HostChanges
from webshellhunt.model.comparison import ChangeKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role, Root
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind, Verdict


def test_the_most_urgent_come_first() -> None:
    kinds = [change.kind for change in HostChanges([before()], [after()]).all()]
    assert kinds == sorted(kinds, key=list(ChangeKind).index)


def test_each_accused_subject_has_one_change() -> None:
    paths = [change.path for change in HostChanges([before()], [after()]).all() if change.kind is not ChangeKind.NEW]
    files = [each.subject.path for each in before().accused if each.subject.kind is not SubjectKind.TRACE]
    assert sorted(paths) == sorted(files)


@fewer(2)
@given(reports, reports)
def test_hostile_reports_are_compared(old: Report, new: Report) -> None:
    for change in HostChanges([old], [new]).all():
        assert change.is_settled is (change.kind is ChangeKind.GONE) or change.kind is ChangeKind.NOT_ACCUSED


def walked(*verdicts: Verdict) -> Report:
    """Return the report of a location that was searched whole."""
    return replace(case(*verdicts), roots=(Root("", None, Role.GIVEN, "given"),))


def file(path: str, digest: str | None, disposition: Disposition = Disposition.MALICIOUS) -> Verdict:
    return Verdict(Subject(SubjectKind.FILE, path, sha256=digest), disposition)


def trace(path: str, presence: Presence) -> Verdict:
    return Verdict(Subject(SubjectKind.TRACE, path, presence=presence), Disposition.SUSPICIOUS)


@pytest.mark.parametrize(
    ("presence", "kind"),
    [
        (Presence.DELETED, ChangeKind.GONE),
        (Presence.NOT_COLLECTED, ChangeKind.NOT_EXAMINED),
        (Presence.NOT_READABLE, ChangeKind.NOT_EXAMINED),
    ],
)
def test_a_trace_of_the_file_decides(presence: Presence, kind: ChangeKind) -> None:
    old = walked(verdict("x.aspx", Disposition.MALICIOUS))
    new = walked(trace("X.ASPX", presence))
    [change] = HostChanges([old], [new]).all()
    assert change.kind is kind
    unread = Gap("unreadable", "walk", "", "locked", matters=True)
    for unsure in (replace(new, interrupted=True), replace(new, gaps=(unread,)), replace(new, roots=())):
        [change] = HostChanges([old], [unsure]).all()
        assert change.kind is ChangeKind.NOT_EXAMINED  # it may have come back after it was deleted


def test_traces_of_acts_neither_remain_nor_go() -> None:
    exploit = trace("ProxyLogon (requests in the logs)", Presence.PRESENT)
    assert HostChanges([case(exploit)], [case(exploit)]).all() == ()
    assert HostChanges([case(exploit)], [case()]).all() == ()
    [new] = HostChanges([case()], [case(exploit)]).all()
    assert (new.kind, new.subject_kind) == (ChangeKind.NEW, SubjectKind.TRACE)


@pytest.mark.parametrize(
    ("digests", "kind", "words"),
    [
        (("a" * 64, "a" * 64), ChangeKind.REMAINS, ""),
        (("a" * 64, "b" * 64), ChangeKind.CHANGED, ""),
        ((None, "b" * 64), ChangeKind.REMAINS, "can't be compared"),
        (("a" * 64, None), ChangeKind.REMAINS, "can't be compared"),
        ((None, None), ChangeKind.REMAINS, "can't be compared"),
    ],
)
def test_an_unknown_content_is_not_called_the_same(
    digests: tuple[str | None, str | None], kind: ChangeKind, words: str
) -> None:
    old, new = (file("x.aspx", each) for each in digests)
    [change] = HostChanges([case(old)], [case(new)]).all()
    assert change.kind is kind
    assert words in change.reason
    quiet = replace(new, disposition=Disposition.UNEXPLAINED)
    [change] = HostChanges([case(old)], [case(quiet)]).all()
    assert ("with the same content" in change.reason) is (kind is ChangeKind.REMAINS and not words)
    assert words in change.reason
    assert change.is_settled is False


def test_an_element_of_a_configuration_has_no_content_to_compare() -> None:
    module = Verdict(Subject(SubjectKind.REGISTRATION, "a.config (module x)"), Disposition.MALICIOUS)
    [change] = HostChanges([case(module)], [case(module)]).all()
    assert (change.kind, change.reason) == (ChangeKind.REMAINS, "")


@pytest.mark.parametrize("now", [Disposition.UNEXPLAINED, Disposition.BENIGN, Disposition.KNOWN_GOOD])
def test_the_same_content_under_a_name_that_is_not_accused_is_not_gone(now: Disposition) -> None:
    old = walked(file("x.aspx", "a" * 64))
    [change] = HostChanges([old], [walked(file("x.aspx.txt", "a" * 64, now))]).all()
    assert (change.kind, change.is_settled) == (ChangeKind.NOT_ACCUSED, False)
    assert change.other_path == "x.aspx.txt"
    had_both = walked(file("x.aspx", "a" * 64), file("x.aspx.txt", "a" * 64, now))
    [change] = HostChanges([had_both], [walked(file("x.aspx.txt", "a" * 64, now))]).all()
    assert change.kind is ChangeKind.GONE


def test_many_files_of_one_content_that_were_all_moved() -> None:
    old, new = (walked(*(file(f"{place}{n}.aspx", "a" * 64) for n in range(300))) for place in "xy")
    assert {each.kind for each in HostChanges([old], [new]).all()} == {ChangeKind.MOVED}


def test_a_path_that_is_not_listed_may_have_another_content() -> None:
    """Only a report that lists benign files shows that nothing is at a path."""
    old = walked(file("x.aspx", "a" * 64))
    [change] = HostChanges([old], [replace(walked(), counts={"benign": 3})]).all()
    assert (change.kind, change.is_settled) == (ChangeKind.NOT_ACCUSED, False)
    assert "--all" in change.reason
    [change] = HostChanges([old], [walked()]).all()
    assert change.kind is ChangeKind.GONE


def test_a_file_whose_examination_has_a_gap_is_not_gone() -> None:
    old = walked(file("x.aspx", "a" * 64))
    late = Gap("deadline", "examine", "x.aspx", "the time was used up")
    [change] = HostChanges([old], [replace(walked(), gaps=(late,))]).all()
    assert (change.kind, change.reason) == (ChangeKind.NOT_EXAMINED, "the time was used up")
