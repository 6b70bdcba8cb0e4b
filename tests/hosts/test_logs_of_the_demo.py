"""The logs of the demonstration: each plant used or not, by whom, since when; a deleted page has two witnesses."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import pytest

from webshellhunt.model.report import InputState, Report
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host

ONE, OTHER = "203.0.113.77", "203.0.113.5"


class Used(NamedTuple):
    page: str
    answered: int
    posted: int
    client: str
    first: str
    last: str
    missed_before: int = 0


USED = [
    Used("offline.aspx", 4, 3, ONE, "2021-02-28 19:42:31", "2021-03-03 04:17:31"),
    Used("health.aspx", 5, 5, ONE, "2021-03-03 04:20:41", "2021-03-04 01:12:33"),
    Used("session.aspx", 2, 1, ONE, "2021-03-03 04:18:05", "2021-03-03 04:18:20", 2),
    Used("images.ashx", 1, 1, ONE, "2021-03-03 04:31:52", "2021-03-03 04:31:52"),
    Used("discover.aspx", 3, 3, ONE, "2021-03-03 04:40:02", "2021-03-03 04:55:09"),
    Used("support.aspx", 3, 3, OTHER, "2021-08-17 22:05:40", "2021-08-17 22:09:57"),
    Used("banner.png", 2, 2, OTHER, "2021-08-17 21:58:03", "2021-08-17 21:58:49"),
]
NEVER_USED = ["view.aspx", "start.aspx"]


@cache
def report(name: str = COMPROMISED) -> Report:
    return hunt(demo_host(name).source())


def verdict_of(page: str) -> Verdict:
    (verdict,) = [each for each in report().verdicts if each.subject.path.rpartition("\\")[2] == page]
    return verdict


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("used", USED, ids=lambda each: each.page)
def test_a_plant_that_was_used(used: Used) -> None:
    verdict = verdict_of(used.page)
    use = verdict.use
    assert use is not None
    assert (use.answered, use.posted, use.clients) == (used.answered, used.posted, (used.client,))
    assert (use.first_utc, use.last_utc) == (moment(used.first), moment(used.last))
    assert use.missed_before == used.missed_before
    assert "WSH7101" in {finding.rule.id for finding in verdict.findings}
    assert ("WSH7102" in {finding.rule.id for finding in verdict.findings}) is bool(used.missed_before)


@pytest.mark.parametrize("page", NEVER_USED)
def test_a_plant_that_nobody_called(page: str) -> None:
    verdict = verdict_of(page)
    assert verdict.disposition is Disposition.MALICIOUS
    assert verdict.use is not None
    assert verdict.use.requests == 0


def test_each_plant_is_one_of_both() -> None:
    plants = {v.subject.path.rpartition("\\")[2] for v in report().verdicts if v.disposition is Disposition.MALICIOUS}
    plants = {page for page in plants if not page.endswith("(requests in the logs)")}
    assert plants | {"discover.aspx"} == {each.page for each in USED} | set(NEVER_USED)


def test_a_deleted_page_is_one_verdict_with_both_witnesses() -> None:
    verdict = verdict_of("discover.aspx")
    assert verdict.subject.kind is SubjectKind.TRACE
    assert verdict.subject.presence is Presence.DELETED
    assert verdict.disposition >= Disposition.SUSPICIOUS
    witnesses = {each.path.rpartition("\\")[2] for finding in verdict.findings for each in finding.evidence}
    assert witnesses == {"discover.aspx.f5dba9b9.compiled", "u_ex210303.log"}


def test_each_client_has_its_pages() -> None:
    traffic = report().traffic
    assert traffic is not None
    pages = {client.address: {each.rpartition("/")[2] for each in client.pages} for client in traffic.clients}
    assert pages == {client: {each.page for each in USED if each.client == client} for client in (ONE, OTHER)}


def test_the_order_of_events_has_the_fix_between_both_clients() -> None:
    events = [each.event for each in report().timeline]
    fixed = next(at for at, event in enumerate(events) if event == "fix for ProxyLogon installed")
    used = [at for at, event in enumerate(events) if event.startswith("first used")]
    assert (sum(at < fixed for at in used), sum(at > fixed for at in used)) == (5, 2)


@pytest.mark.parametrize("name", [CLEAN, COMPROMISED])
def test_the_logs_are_read(name: str) -> None:
    assert report(name).coverage.logs is InputState.HELD
    traffic = report(name).traffic
    assert traffic is not None
    assert sum(each.broken for each in traffic.coverage) == 0
    assert [gap for gap in report(name).gaps if gap.stage == "logs"] == []


def test_the_logs_of_the_clean_twin_accuse_nobody() -> None:
    traffic = report(CLEAN).traffic
    assert traffic is not None
    assert traffic.clients == ()
    assert [v for v in report(CLEAN).verdicts if v.disposition > Disposition.BENIGN] == []
