"""Holes of logs: each has a witness, and a quiet site has none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builders.server_traffic import FIRST, PROXY, SITE, ServerTraffic, days, read_text_logs
from webshellhunt.correlation.log_review import LogReview
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.model.verdict import Disposition
from webshellhunt.verdict.judge import judge
from webshellhunt.views.log_holes import SiteLogs

WEEKS = days(21)
GAP_DAY = WEEKS[12]
PROVEN, WEAK = (Severity.MEDIUM, Confidence.HIGH), (Severity.LOW, Confidence.LOW)
SITES = (SiteLogs(1, "Default Web Site", SITE.format(1)), SiteLogs(2, "Exchange Back End", SITE.format(2)))


def findings(traffic: ServerTraffic, rule: str, sites: tuple[SiteLogs, ...] = ()) -> list[Finding]:
    return [each for each in traffic.findings(sites=sites) if each.rule.id == rule]


def weights(found: list[Finding]) -> list[tuple[Severity, Confidence]]:
    return [(each.severity, each.confidence) for each in found]


def exchange(sites: int = 1) -> ServerTraffic:
    """Return three weeks of an Exchange server, whose probes come each hour."""
    traffic = ServerTraffic()
    for site in range(1, sites + 1):
        traffic.steady(WEEKS, site=site)
    for day in WEEKS:
        for hour in range(24):
            traffic.proxied(day, hour)
    return traffic


def test_a_whole_server_has_no_hole() -> None:
    assert exchange(sites=2).findings() == []


def test_a_day_that_httpproxy_proves() -> None:
    traffic = exchange()
    traffic.remove(1, GAP_DAY)
    (found,) = findings(traffic, "WSH7401")
    assert weights([found]) == [PROVEN]
    assert found.message == (
        f"no request is logged from {GAP_DAY} 00:00 to {GAP_DAY + timedelta(days=1)} 00:00 UTC (24 hours), "
        f"while HttpProxy has 720 rows; missing: u_ex{GAP_DAY:%y%m%d}.log"
    )
    (examined,) = traffic.read().examinations()
    assert examined.subject.path == SITE.format(1)
    assert judge(examined).disposition is Disposition.SUSPICIOUS


def test_httpproxy_of_another_server_proves_nothing() -> None:
    traffic = exchange()
    traffic.remove(1, GAP_DAY)
    traffic.add_server("EXCH02")
    assert weights(findings(traffic, "WSH7401")) == [WEAK] * 2
    assert sorted(weights(findings(traffic, "WSH7401", SITES))) == [WEAK, PROVEN]


def test_hours_that_httpproxy_proves() -> None:
    traffic = ServerTraffic()
    for day in WEEKS:
        traffic.steady([day], hours=[hour for hour in range(24) if day != GAP_DAY or not 2 <= hour < 5])
        for hour in range(24):
            traffic.proxied(day, hour)
    (found,) = findings(traffic, "WSH7401")
    assert weights([found]) == [PROVEN]
    assert f"from {GAP_DAY} 02:00 to {GAP_DAY} 05:00 UTC (3 hours), while HttpProxy has 90 rows" in found.message


def test_httpproxy_proves_nothing_about_other_sites() -> None:
    traffic = exchange()
    for day in WEEKS[:5] + WEEKS[9:]:
        traffic.request(day, "10.1.0.1", site=3)
    assert findings(traffic, "WSH7401") == []


def test_the_front_end_is_the_default_web_site() -> None:
    traffic = exchange(sites=2)
    traffic.remove(1, GAP_DAY)
    other = (SiteLogs(1, "Portal", SITE.format(1)), SiteLogs(2, "Default Web Site", SITE.format(2)))
    assert weights(findings(traffic, "WSH7401", other)) == [WEAK]
    assert weights(findings(traffic, "WSH7401", SITES)) == [PROVEN]


def test_a_restart_stops_all_logs() -> None:
    traffic = ServerTraffic()
    for day in WEEKS:
        hours = [hour for hour in range(24) if day != GAP_DAY or not 2 <= hour < 8]
        traffic.steady([day], hours=hours)
        traffic.steady([day], hours=hours, site=2)
        for hour in hours:
            traffic.proxied(day, hour)
    assert findings(traffic, "WSH7401") == []


def test_another_site_is_a_weak_witness() -> None:
    traffic = ServerTraffic()
    traffic.steady(WEEKS)
    traffic.steady(WEEKS, site=2)
    traffic.remove(1, GAP_DAY)
    (found,) = findings(traffic, "WSH7401")
    assert weights([found]) == [WEAK]
    assert "while W3SVC2 has 24 rows" in found.message


def test_a_site_that_stood_still_for_days_is_for_information() -> None:
    traffic = ServerTraffic()
    traffic.steady(days(60))
    traffic.steady(days(60), site=2)
    for day in days(60)[20:28]:
        traffic.remove(1, day)
    assert weights(findings(traffic, "WSH7401")) == [(Severity.INFO, Confidence.LOW)]


@pytest.mark.parametrize("pattern", ["weekends", "seldom", "office hours"])
def test_a_quiet_site_has_no_hole(pattern: str) -> None:
    traffic = ServerTraffic()
    traffic.steady(days(60), site=2)
    for number, day in enumerate(days(60)):
        if (pattern == "weekends" and day.weekday() < 5) or pattern == "office hours":
            traffic.steady([day], hours=range(7, 19))
        elif pattern == "seldom" and number % 3:
            traffic.steady([day], hours=[number % 24])
    assert [each for each in traffic.findings() if each.rule.id.startswith("WSH74")] == []


def test_a_workday_that_is_missing_is_no_weekend() -> None:
    traffic = ServerTraffic()
    traffic.steady(days(60), site=2)
    for day in days(60):
        traffic.steady([day], hours=range(7, 19))
    traffic.remove(1, days(60)[30])
    assert weights(findings(traffic, "WSH7401")) == [WEAK]


def test_one_site_alone_has_no_witness() -> None:
    traffic = ServerTraffic()
    traffic.steady(WEEKS)
    traffic.remove(1, GAP_DAY)
    assert traffic.findings() == []


def test_a_log_that_ends_early_while_httpproxy_goes_on() -> None:
    traffic = exchange()
    for day in WEEKS[15:]:
        traffic.remove(1, day)
    (found,) = findings(traffic, "WSH7403")
    assert weights([found]) == [PROVEN]
    assert found.message.startswith(f"its last request is of {WEEKS[14]}, 6 days before the end of other logs")


def test_a_site_that_was_stopped_is_weak_or_nothing() -> None:
    traffic = ServerTraffic()
    traffic.steady(days(60))
    traffic.steady(days(60)[:50], site=2)
    assert weights(findings(traffic, "WSH7403")) == [WEAK]
    stopped = (SITES[0], SITES[1]._replace(auto_start=False))
    assert findings(traffic, "WSH7403", stopped) == []


def test_a_site_that_was_quiet_before_its_end_is_nothing() -> None:
    traffic = ServerTraffic()
    traffic.steady(days(60))
    traffic.steady(days(60)[:50:3], site=2)
    assert findings(traffic, "WSH7403") == []


def test_logs_that_end_two_days_earlier_were_copied_earlier() -> None:
    traffic = exchange()
    for day in WEEKS[19:]:
        traffic.remove(1, day)
    assert traffic.findings() == []


def test_an_empty_folder_while_httpproxy_has_requests() -> None:
    traffic = exchange(sites=2)
    for day in WEEKS:
        traffic.remove(1, day)
    (found,) = findings(traffic, "WSH7404", SITES)
    assert weights([found]) == [(Severity.MEDIUM, Confidence.MEDIUM)]
    assert "Default Web Site: the log folder has no log of the site, while HttpProxy has 15,120 rows" in found.message


def test_a_site_without_requests_and_one_whose_logs_were_moved_are_for_information() -> None:
    traffic = exchange(sites=2)
    moved = SiteLogs(2, "Exchange Back End", "D:\\Logs\\W3SVC2")
    found = findings(traffic, "WSH7404", (SITES[0], moved, SiteLogs(5, "Empty", SITE.format(5))))
    assert {each.severity for each in found} == {Severity.INFO}
    assert any(f"logs of the site are in {SITE.format(2)}" in each.message for each in found)


@pytest.mark.parametrize(
    "site", [SiteLogs(5, "x", SITE.format(5), auto_start=False), SiteLogs(5, "x", SITE.format(5), is_held=False)]
)
def test_a_stopped_site_and_a_folder_that_is_not_there(site: SiteLogs) -> None:
    assert findings(exchange(sites=2), "WSH7404", (*SITES, site)) == []


def test_logs_elsewhere_say_nothing_about_configured_folders() -> None:
    places = tuple(each._replace(folder=f"E{each.folder[1:]}") for each in SITES)
    assert findings(exchange(sites=2), "WSH7404", places) == []


def test_a_number_is_missing() -> None:
    traffic = exchange()
    logs = traffic.logs()
    first = f"{PROXY.format('Owa')}\\HttpProxy_{FIRST:%Y%m%d}05-1.LOG"
    traffic._rows[first.replace("-1", "-2")] = traffic._rows.pop(first)
    assert first in logs
    (found,) = findings(traffic, "WSH7402")
    assert found.message == f"missing among 504 logs of the folder: HttpProxy_{FIRST:%Y%m%d}05-1.LOG"


def test_a_folder_that_can_not_be_listed_is_not_empty() -> None:
    traffic = exchange(sites=2)
    for day in WEEKS:
        traffic.remove(1, day)
    locked = SITES[0]._replace(is_readable=False)
    assert findings(traffic, "WSH7404", (locked, SITES[1])) == []


def test_where_logs_could_not_be_read_nothing_is_known_about_holes() -> None:
    tallies, files = read_text_logs(exchange_without(GAP_DAY).logs())
    unread = LogFile(f"{SITE.format(1)}\\u_ex{GAP_DAY:%y%m%d}.log", LogKind.IIS, site=1, truncated=True)
    assert [*LogReview(tallies, files).examinations()]
    assert not [*LogReview(tallies, [*files, unread]).examinations()]
    assert not [*LogReview(tallies, files, complete=False).examinations()]


def exchange_without(day: date) -> ServerTraffic:
    traffic = exchange()
    traffic.remove(1, day)
    return traffic
