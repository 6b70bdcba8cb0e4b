"""The time of a name dates a planting where the creation was set back; the time of a stock page betrays a copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.verdict.test_judge import C, S, finding
from webshellhunt.correlation.planting_time import date_planting, neighbours_by_creation
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Examination, Subject, SubjectKind
from webshellhunt.verdict.judge import judge
from webshellhunt.views.file_times import CommonHours


def _page(name: str, created: datetime, named: datetime | None, *found: Finding) -> Examination:
    folder = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth"
    times = Timestamps(created, created, original=True, name_created_utc=named)
    subject = Subject(SubjectKind.FILE, f"{folder}\\{name}", role=Role.OWA_AUTH, times=times, executable=True)
    return Examination(subject, found)


def test_the_time_of_a_stock_page_that_was_installed_on_another_day() -> None:
    built, installed = datetime(2016, 3, 1, tzinfo=UTC), datetime(2019, 5, 5, tzinfo=UTC)
    graver = finding(S.HIGH, C.HIGH)
    stock = [_page(name, built, installed) for name in ("logon.aspx", "logoff.aspx", "errorFE.aspx", "signout.aspx")]
    planted = _page("x.aspx", built, datetime(2021, 3, 3, tzinfo=UTC), graver)
    shipped = _page("new.aspx", built, installed, graver)  # installed together with them
    other = _page("y.aspx", built + timedelta(seconds=1), datetime(2021, 3, 3, tzinfo=UTC), graver)
    found = neighbours_by_creation([*stock, planted, shipped, other])
    assert found == {planted.subject.path: "logon.aspx"}
    unknown = [replace(each, subject=replace(each.subject, times=each.subject.times._replace(name_created_utc=None)))
               for each in (*stock, planted)]  # fmt: skip
    assert neighbours_by_creation(unknown) == {}
    assert neighbours_by_creation([unknown[0], unknown[-1]]) == {planted.subject.path: "logon.aspx"}


def test_the_name_dates_a_file_only_if_its_creation_was_set_back() -> None:
    graver = finding(S.HIGH, C.HIGH)
    then, now = datetime(2016, 3, 1, tzinfo=UTC), datetime(2021, 3, 3, tzinfo=UTC)
    back = date_planting(judge(_page("x.aspx", then, now, graver)), CommonHours(), None)
    same = date_planting(judge(_page("x.aspx", now, now + timedelta(hours=2), graver)), CommonHours(), None)
    assert back.planting is not None
    assert same.planting is not None
    assert (back.planting.when_utc, back.planting.witness) == (
        now,
        "created, as the file system recorded with its name",
    )
    assert (same.planting.when_utc, same.planting.witness) == (now, "created")
