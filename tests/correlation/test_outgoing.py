"""Traffic above the habit of the host, and the twins that must stay quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import process_time

import pytest

from tests.builders.server_traffic import FIRST, MB, ServerTraffic, days, ordinary_weeks
from webshellhunt.correlation.outgoing import FLOORS, Folder, OutgoingTraffic
from webshellhunt.logs.outgoing import OutgoingTally
from webshellhunt.logs.services import Service
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.views.outgoing_leads import Measure

DAY = FIRST + timedelta(days=39)
THIEF = "203.0.113.7"


def leads(traffic: ServerTraffic) -> list[Finding]:
    return [each for each in traffic.findings() if each.rule.id == "WSH7501"]


def told(traffic: ServerTraffic) -> list[Finding]:
    """Return the findings above information."""
    return [each for each in leads(traffic) if each.severity > Severity.INFO]


def test_a_theft_in_one_night_is_a_lead_with_its_figures() -> None:
    traffic = ordinary_weeks()
    for hour in range(1, 5):
        traffic.request(DAY, THIEF, 1025 * MB, hour=hour, path="/aspnet_client/x.aspx", method="POST")
    (found,) = told(traffic)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)
    assert found.message.startswith(f"{THIEF} received 4.1 GB on {DAY}, ")
    assert "times the median of the 41 other days (" in found.message
    assert "the largest answer was 1.0 GB of /aspnet_client/x.aspx" in found.message
    assert found.message.endswith("a lead, no proof")
    assert found.evidence[0].line > 1
    assert found.facts["bytes"] == 4100 * MB
    assert found.facts["other_days"] == 41


def test_a_theft_over_two_nights_is_one_lead() -> None:
    traffic = ordinary_weeks()
    for day in (DAY, DAY + timedelta(days=1)):
        traffic.request(day, THIEF, 3000 * MB)
    (found,) = told(traffic)
    assert f"; also on {DAY}" in found.message or f"; also on {DAY + timedelta(days=1)}" in found.message


def test_a_client_of_the_office_is_compared_with_itself() -> None:
    traffic = ordinary_weeks()
    traffic.request(DAY, "10.1.0.10", 5000 * MB)
    (found,) = told(traffic)
    assert "its own other days" in found.message
    assert found.facts["client"] == "10.1.0.10"


def ordinary(traffic: ServerTraffic) -> None:
    """Six weeks without an event; Mondays are five times a Sunday."""


def backup_each_night(traffic: ServerTraffic) -> None:
    for number, day in enumerate(days(42)):
        traffic.request(
            day, "10.9.0.1", (5000 + number % 7 * 300) * MB, hour=2, path="/ews/exchange.asmx", agent="Backup"
        )


def backup_on_sundays(traffic: ServerTraffic) -> None:
    for day in days(42):
        traffic.request(day, "10.9.0.1", (30_000 if day.weekday() == 6 else 40) * MB, hour=2)


def new_outlook_profile(traffic: ServerTraffic) -> None:
    traffic.request(DAY, "10.1.0.77", 12_000 * MB, path="/mapi/emsmdb/", agent="Microsoft Office/16.0 (Outlook)")


def new_profile_of_mac_outlook(traffic: ServerTraffic) -> None:
    traffic.request(
        DAY, "10.1.0.78", 9_000 * MB, path="/EWS/Exchange.asmx", agent="MacOutlook/16.46 (Intel x64 Mac OS X)"
    )


def migration(traffic: ServerTraffic) -> None:
    traffic.request(DAY, "10.7.0.1", 80_000 * MB, path="/EWS/mrsproxy.svc")


def new_address_book(traffic: ServerTraffic) -> None:
    for person in range(20):
        traffic.request(DAY, f"10.1.0.{person + 10}", 300 * MB, path="/OAB/1/x.lzx", agent="Microsoft BITS/7.8")


def update_night(traffic: ServerTraffic) -> None:
    for person in range(8):
        traffic.request(DAY, f"10.1.0.{person + 10}", 2500 * MB, path="/updates/client.bin", hour=3)


def load_balancer(traffic: ServerTraffic) -> None:
    for number, day in enumerate(days(42)):
        traffic.requests(day, "10.0.0.1", 50, size_bytes=(60 + number % 9 * 10) * MB)


def probes_of_the_server(traffic: ServerTraffic) -> None:
    traffic.request(DAY, "::1", 9_000 * MB)
    traffic.request(DAY, "10.0.0.5", 9_000 * MB)  # the address of the server in each row


@pytest.mark.parametrize(
    "add",
    [
        ordinary,
        backup_each_night,
        backup_on_sundays,
        new_outlook_profile,
        new_profile_of_mac_outlook,
        migration,
        new_address_book,
        update_night,
        load_balancer,
        probes_of_the_server,
    ],
)
def test_a_twin_is_no_lead(add: Callable[[ServerTraffic], None]) -> None:
    traffic = ordinary_weeks()
    add(traffic)
    assert told(traffic) == []


def test_a_new_profile_and_a_crowd_are_for_information() -> None:
    traffic = ordinary_weeks()
    new_outlook_profile(traffic)
    (found,) = leads(traffic)
    assert "services that copy mailboxes" in found.message
    traffic = ordinary_weeks()
    update_night(traffic)
    assert all("as in an update" in each.message for each in leads(traffic) if each.facts["client"])


def test_a_backup_does_not_hide_a_theft() -> None:
    traffic = ordinary_weeks()
    backup_each_night(traffic)
    traffic.request(DAY, THIEF, 4100 * MB)
    assert [each.facts["client"] for each in told(traffic)] == [THIEF]


def test_a_jump_behind_a_load_balancer_names_it() -> None:
    traffic = ServerTraffic()
    load_balancer(traffic)
    assert told(traffic) == []
    traffic.request(DAY, "10.0.0.1", 90_000 * MB)
    (found,) = told(traffic)
    assert "of all requests are its own, as of a load balancer or proxy" in found.message


def test_a_few_days_are_no_habit() -> None:
    traffic = ordinary_weeks(count=7)
    traffic.request(FIRST, THIEF, 50_000 * MB)
    assert leads(traffic) == []


def test_less_than_the_floor_is_no_lead() -> None:
    traffic = ordinary_weeks()
    traffic.request(DAY, THIEF, FLOORS[Measure.BYTES] - 1)
    assert leads(traffic) == []


def test_a_whole_day_is_for_information() -> None:
    traffic = ordinary_weeks()
    for number in range(60):
        traffic.request(DAY, f"192.0.2.{number}", 900 * MB)
    (found,) = leads(traffic)
    assert found.severity is Severity.INFO
    assert found.message.startswith("all clients together received 5")


def test_without_bytes_answered_requests_are_for_information() -> None:
    traffic = ordinary_weeks(with_bytes=False)
    traffic.requests(DAY, THIEF, FLOORS[Measure.REQUESTS])
    traffic.requests(DAY, "192.0.2.1", FLOORS[Measure.REQUESTS], status=404)
    (found,) = leads(traffic)
    assert found.severity is Severity.INFO
    assert f"{THIEF} received 20,000 answered requests" in found.message
    assert "the log has no column with the bytes" in found.message


def test_the_front_end_and_its_site_log_the_same_requests_once() -> None:
    traffic = ordinary_weeks()
    for day in days(42):
        traffic.proxied(day, 9, 2, client="10.1.0.10", sent_bytes=1000)
    traffic.request(DAY, THIEF, 4000 * MB)
    traffic.proxied(DAY, 9, 1, client=THIEF, sent_bytes=4000 * MB)
    assert len(told(traffic)) == 1


def test_the_daily_traffic_is_that_of_the_largest_folder() -> None:
    traffic = ordinary_weeks()
    traffic.request(DAY, THIEF, 4100 * MB)
    daily = traffic.read().daily
    assert daily.measure is Measure.BYTES
    assert len(daily.days) == 42
    assert dict(daily.days)[DAY] > 4100 * MB
    assert daily.marked == {DAY}


def test_protocols_of_the_front_end_count_together() -> None:
    owa = LogFile("C:\\Logging\\HttpProxy\\Owa\\HttpProxy_2021030304-1.LOG", LogKind.HTTP_PROXY)
    ecp = LogFile("C:/Logging/HttpProxy/Ecp/HttpProxy_2021030304-1.LOG", LogKind.HTTP_PROXY)
    assert Folder.of(owa) == Folder.of(ecp)
    assert Folder.of(LogFile("C:\\W3SVC1\\u_ex210303.log", LogKind.IIS)).path == "C:\\W3SVC1"


def test_a_great_number_of_days_and_clients_is_compared_in_linear_time() -> None:
    tally = OutgoingTally(LogFile(r"C:\logs\W3SVC1\u_ex.log", LogKind.IIS))
    for number in range(50_000):
        day = f"{FIRST + timedelta(days=number % 2000)}"
        tally.totals.add_bytes(day, f"client {number}", Service.OTHER, FLOORS[Measure.BYTES] + number)
    traffic = OutgoingTraffic()
    traffic.add(tally)
    began = process_time()
    assert not traffic.leads()
    assert process_time() - began < 15
