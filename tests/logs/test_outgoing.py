"""The counts of all rows of a log, without a record of each."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.logs import (
    HTTP_PROXY_FIELDS,
    IIS_FIELDS,
    IIS_FIELDS_FORWARDED,
    IIS_FIELDS_WITH_BYTES,
    row,
    text_log,
)
from tests.builders.server_traffic import read_text_logs
from webshellhunt.logs.client_addresses import forwarded_addresses
from webshellhunt.logs.day_totals import LARGE_BYTES, MOST_CLIENTS, ClientDay, DayTotals
from webshellhunt.logs.outgoing import OutgoingTally
from webshellhunt.logs.peers import Askers
from webshellhunt.logs.questions import Rows
from webshellhunt.logs.services import Service
from webshellhunt.logs.traffic_question import TrafficTally
from webshellhunt.model.traffic import LogFile, LogKind

DAY = "2021-03-05"
LOG = "C:\\W3SVC1\\u_ex210305.log"


def read(data: bytes, kind: LogKind = LogKind.IIS) -> OutgoingTally:
    (found,), _ = read_text_logs({LOG: (kind, data)})
    assert isinstance(found, TrafficTally)
    return found.outgoing


def tally(*rows: Mapping[str, object], fields: str = IIS_FIELDS_WITH_BYTES) -> OutgoingTally:
    kind = LogKind.HTTP_PROXY if "," in fields else LogKind.IIS
    return read(text_log(kind, *rows, fields=fields), kind)


@pytest.mark.parametrize("fields", [IIS_FIELDS_WITH_BYTES, HTTP_PROXY_FIELDS])
def test_bytes_and_requests_of_each_client(fields: str) -> None:
    found = tally(
        row(f"{DAY} 04:05:06", "/owa/", client="203.0.113.7", sent_bytes=1000),
        row(f"{DAY} 04:05:07", "/OWA/x", client="203.0.113.7", sent_bytes=500, status=500),
        row(f"{DAY} 04:05:08", "/mapi/emsmdb/", client="10.1.1.1", sent_bytes=70),
        row("2021-03-06 00:00:00", "/owa/", client="10.1.1.1", sent_bytes=None),
        fields=fields,
    )
    assert found.totals.days == {
        DAY: {"203.0.113.7": ClientDay(2, 1, 1500), "10.1.1.1": ClientDay(1, 1, 0, 0, 70)},
        "2021-03-06": {"10.1.1.1": ClientDay(1, 1)},
    }
    assert found.totals.has_bytes


def test_without_the_column_only_requests_count() -> None:
    found = tally(row(f"{DAY} 04:05:06", "/", client="a"), fields=IIS_FIELDS)
    assert not found.totals.has_bytes
    assert found.totals.days[DAY]["a"].requests == 1


def test_columns_that_change_within_a_log() -> None:
    data = text_log(LogKind.IIS, row(f"{DAY} 01:00:00", "/", client="a"))
    data += text_log(LogKind.IIS, row(f"{DAY} 02:00:00", "/", client="a", sent_bytes=9), fields=IIS_FIELDS_WITH_BYTES)
    assert read(data).totals.days[DAY]["a"] == ClientDay(2, 2, 9)


def test_an_agent_with_commas_and_quotes_moves_no_column() -> None:
    agent = 'Mozilla/5.0 (KHTML, like Gecko) "odd"'
    found = tally(
        row(f"{DAY} 04:05:06", "/ews/exchange.asmx", client="10.1.1.1", sent_bytes=8, agent=agent, user="D\\a, b"),
        fields=HTTP_PROXY_FIELDS,
    )
    assert found.totals.days[DAY]["10.1.1.1"].ews_bytes == 8
    (use,) = found.uses
    assert (use.agent, use.user) == (agent, "D\\a, b")


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("1.2.3.4,+198.51.100.2", "198.51.100.2"),
        ("198.51.100.3:50123", "198.51.100.3"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("-", "10.0.0.1"),
        ("<script>", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_client_behind_a_load_balancer(header: str, client: str) -> None:
    values = {"client": "10.0.0.1", "X-Forwarded-For": header}
    found = tally(row(f"{DAY} 04:05:06", "/", **values), fields=IIS_FIELDS_FORWARDED)
    found.name_clients(Askers(found.peers.proxies().known))
    assert list(found.totals.days[DAY]) == [client]


def test_the_port_of_a_client_costs_no_reading_of_its_header() -> None:
    rows = [
        row(f"{DAY} 04:05:06", "/", client="10.0.0.1", **{"X-Forwarded-For": f"198.51.100.{n % 5}:{n + 1024}"})
        for n in range(5_000)
    ]
    forwarded_addresses.cache_clear()
    found = tally(*rows, fields=IIS_FIELDS_FORWARDED)
    assert forwarded_addresses.cache_info().misses == 5
    assert found.peers.of["10.0.0.1"].forwarded == 5_000


def test_a_header_without_a_proxy_names_nobody() -> None:
    users = [row(f"{DAY} 04:05:0{n}", "/", client=f"198.51.100.{n}", **{"X-Forwarded-For": "-"}) for n in range(6)]
    forged = [row(f"{DAY} 05:00:0{n}", "/", client="203.0.113.7", **{"X-Forwarded-For": "8.8.8.8"}) for n in range(3)]
    found = tally(*users, *forged, fields=IIS_FIELDS_FORWARDED)
    found.name_clients(Askers(found.peers.proxies().known))
    assert found.totals.days[DAY]["203.0.113.7"].requests == 3
    assert "8.8.8.8" not in found.totals.days[DAY]


def test_forged_headers_hide_no_total() -> None:
    totals = DayTotals()
    for number in range(3 * MOST_CLIENTS):
        sender = f"203.0.113.7 8.8.{number % 250}.{number // 250}"
        totals.add_bytes(DAY, sender, Service.OTHER, 1_000)
    named = totals.named(Askers().name)
    assert named.days[DAY]["203.0.113.7"].all_bytes == 3 * MOST_CLIENTS * 1_000


def test_services_are_counted_by_user_and_agent() -> None:
    rows = [
        row(f"{DAY} 04:05:06", path, client="203.0.113.7", agent="curl/7", user=user, status=status)
        for path, user, status in (
            ("/EWS/Exchange.asmx", "D\\a", 200),
            ("/ews/exchange.asmx", "D\\a", 401),
            ("/powershell", None, 200),
            ("/oab/1/oab.xml", None, 200),
            ("/owa/", "D\\a", 200),
            ("/EWS/mrsproxy.svc", None, 200),
        )
    ]
    uses = {(each.service, each.user, each.requests, each.answered) for each in tally(*rows).uses}
    assert uses == {
        (Service.EWS, "D\\a", 2, 1),
        (Service.POWERSHELL, None, 1, 1),
        (Service.ADDRESS_BOOK, None, 1, 1),
    }


def test_large_answers_keep_their_place() -> None:
    rows = [row(f"{DAY} 04:05:0{n}", "/a.bin", client="x", sent_bytes=LARGE_BYTES + n) for n in range(6)]
    found = tally(row(f"{DAY} 04:05:00", "/", sent_bytes=LARGE_BYTES - 1), *rows)
    assert [each.size_bytes - LARGE_BYTES for each in found.large] == [5, 4, 3]
    assert (found.large[0].line, found.large[0].log, found.large[0].path) == (11, LOG, "/a.bin")
    assert found.own_addresses == {"10.0.0.5"}


def test_broken_rows_and_blanks_at_the_end() -> None:
    good = text_log(LogKind.IIS, row(f"{DAY} 04:05:06", "/", client="a", sent_bytes=7), fields=IIS_FIELDS_WITH_BYTES)
    row_alone = good.rpartition(b"\r\n")[0].rpartition(b"\r\n")[2]
    data = (
        good + row_alone + b" \r\n" + f"{DAY} 04:05:06 x y\r\n".encode() + row_alone.replace(b" 7 ", b" many ") + b"\n"
    )
    assert read(data).totals.days[DAY]["a"] == ClientDay(3, 3, 14)


def test_a_tally_is_sent_between_processes_and_merges() -> None:
    one = tally(row(f"{DAY} 04:05:06", "/owa/", client="a", sent_bytes=LARGE_BYTES))
    two = pickle.loads(pickle.dumps(one))
    one.merge(two)
    assert one.totals.days[DAY]["a"].other_bytes == 2 * LARGE_BYTES
    assert len(one.large) == 2


@given(st.lists(st.text(alphabet='2021-03-05 GET/a,"x\\', max_size=60), max_size=12), st.booleans())
def test_any_rows_are_counted(rows: list[str], commas: bool) -> None:
    fields = HTTP_PROXY_FIELDS if commas else IIS_FIELDS_WITH_BYTES
    separator = "," if commas else " "
    found = OutgoingTally(LogFile(LOG, LogKind.IIS))
    lines = [each.encode() for each in rows]
    found.take_rows(Rows(lines, range(len(lines)), tuple(fields.lower().split(separator)), separator.encode()))
    assert sum(len(clients) for clients in found.totals.days.values()) <= len(rows)
