"""Setup is told by many stock pages that are there, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.recorded_server import AUTH, INSTALLED, MINUTE, PLANTED, RecordedServer, message_of, verdict_of
from tests.builders.servers import EXCHANGE
from webshellhunt.knowledge.exchange_names import EXPECTED
from webshellhunt.model.places import Role
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition
from webshellhunt.witnesses.setup_times import HOUR, _Event, _is_in, _spans

GONE = "WSH6031"
FORM = b'<form method="post">'
START = datetime(2021, 3, 3, tzinfo=UTC)
_EVENTS = st.lists(st.tuples(st.integers(0, 900), st.sampled_from("abcdef")), max_size=40)


@pytest.fixture
def server() -> RecordedServer:
    return RecordedServer()


@given(_EVENTS, st.integers(0, 900))
def test_spans_are_the_hours_with_enough_pages(drawn: list[tuple[int, str]], asked: int) -> None:
    events = [_Event(START + timedelta(minutes=minute), (name,)) for minute, name in drawn]
    hours = [[each for each in events if first.when_utc <= each.when_utc <= first.when_utc + HOUR] for first in events]
    busy = {each.when_utc for hour in hours if len({each.names for each in hour}) >= 3 for each in hour}
    when = START + timedelta(minutes=asked)
    spans = _spans(events, 3)
    if any(abs(each - when) <= HOUR for each in busy):
        assert _is_in(spans, when)
    elif all(abs(each - when) > 2 * HOUR for each in busy):
        assert not _is_in(spans, when)
    assert [end for _, end in spans] == sorted(end for _, end in spans)


def test_one_page_many_times_is_no_setup() -> None:
    assert _spans([_Event(START + timedelta(seconds=at), ("a",)) for at in range(99)], 3) == []


@pytest.mark.parametrize("names", [[f"{number}.aspx" for number in range(30)], sorted(EXPECTED[Role.OWA_AUTH])])
def test_junk_that_comes_and_goes_hides_no_page(server: RecordedServer, names: list[str]) -> None:
    for number, name in enumerate(names):
        server.came_and_went(f"{AUTH}/{name}", when=PLANTED + number * MINUTE)
        server.came_and_went(f"{EXCHANGE}/ClientAccess/Owa/auth/{name}", when=PLANTED + number * MINUTE)
    server.came_and_went(f"{AUTH}/x.aspx", when=PLANTED + 3 * MINUTE)
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


def test_stock_names_that_come_and_go_are_no_update(server: RecordedServer) -> None:
    for path in list(server.files):
        if path.endswith(".aspx"):
            server.came_and_went(path[2:])
    server.came_and_went(f"{AUTH}/x.aspx")
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


def test_pages_that_exchange_does_not_ship_are_no_setup(server: RecordedServer) -> None:
    for number in range(30):
        server.plant(f"{AUTH}/{number}.aspx", b"<html>")
    server.came_and_went(f"{AUTH}/x.aspx")
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


def test_an_update_hides_no_page_that_came_before(server: RecordedServer) -> None:
    server.came_and_went(f"{AUTH}/x.aspx", when=PLANTED - timedelta(days=9), after=timedelta(days=9))
    server.update(PLANTED)
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


@pytest.mark.parametrize(("updated", "disposition"), [(True, Disposition.UNEXPLAINED), (False, Disposition.SUSPICIOUS)])
def test_a_page_of_unknown_age_that_went_with_an_update(
    server: RecordedServer, disposition: Disposition, *, updated: bool
) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    server.journal.remove(PLANTED + MINUTE, "company.aspx", number, parent)
    if updated:
        server.update(PLANTED)
    found = verdict_of(server.hunt(), "company.aspx")
    assert found is not None
    assert found.disposition is disposition


def test_pages_that_came_with_setup_accuse_nobody(server: RecordedServer) -> None:
    for name in ("logoff.aspx", "errorFE.aspx", "old1.aspx", "old2.aspx"):
        server.came_and_went(f"{AUTH}/{name}", when=INSTALLED + MINUTE, after=timedelta(days=1000))
    server.table.file(f"{AUTH}/old3.aspx", INSTALLED + MINUTE, size_bytes=9_999, in_use=False)
    report = server.hunt()
    for name in ("old1.aspx", "old2.aspx", "old3.aspx"):
        found = verdict_of(report, name)
        assert found is not None
        assert found.disposition is Disposition.UNEXPLAINED
    assert report.assessment.state is AssessmentState.NOTHING_FOUND


def test_a_name_that_got_its_time_by_a_renaming_proves_no_age(server: RecordedServer) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    server.table.put(number, "x.aspx", parent, INSTALLED, size_bytes=9_999, in_use=False)
    server.journal.rename(PLANTED, "y.aspx", "x.aspx", number, parent)
    server.journal.remove(PLANTED + MINUTE, "x.aspx", number, parent)
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


def test_the_draft_of_a_stock_page_accuses_nobody(server: RecordedServer) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    server.table.put(number, "signout.aspx", parent, PLANTED, content=FORM)
    server.files[f"C/{AUTH}/signout.aspx"] = FORM
    server.journal.write(PLANTED, "~tmp1.aspx", number, parent)
    server.journal.rename(PLANTED + MINUTE, "~tmp1.aspx", "signout.aspx", number, parent)
    found = verdict_of(server.hunt(), "~tmp1.aspx")
    assert found is not None
    assert found.disposition is Disposition.UNEXPLAINED
    assert message_of(found, GONE).startswith("the page was renamed away: ")


def test_a_stock_name_that_went_too_makes_no_draft(server: RecordedServer) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    server.journal.write(PLANTED, "x.aspx", number, parent)
    server.journal.rename(PLANTED + MINUTE, "x.aspx", "logon.aspx", number, parent)
    server.journal.remove(PLANTED + 2 * MINUTE, "logon.aspx", number, parent)
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS
