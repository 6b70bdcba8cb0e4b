"""Evidence of requests and times, built as a server has it: the report names who used a page, and since when."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import webshellhunt as wsh
from tests.builders.log_plot import INTRUDER, Plot, at, on_server
from tests.builders.log_rows import IIS_FOLDER
from tests.builders.logs import IIS_FIELDS, IIS_FIELDS_FORWARDED, Row, head, row, text_log
from webshellhunt.model.traffic import LogKind

SHELL = "C/inetpub/wwwroot/aspnet_client/system_web/health.aspx"
LOGON = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx"
ADDRESS = "/aspnet_client/system_web/health.aspx"
PROXY, USER = "10.0.0.80", "198.51.100.{}"
LOG = f"{IIS_FOLDER}/W3SVC1/u_ex210303.log"


class Told:
    """A report as its readers have it: the text, and the records of the JSON form."""

    def __init__(self, logs: Mapping[str, bytes], *, planted: Any = None, path: str = SHELL) -> None:
        plot = Plot()
        plot.add(path, plot.bodies[SHELL], planted or at(4))
        plot.files |= logs
        with plot.told().source() as source:
            self.report = wsh.hunt(source)
        self.text = " ".join(str(wsh.render(self.report, "text")).split())
        records = [json.loads(line) for line in str(wsh.render(self.report, "jsonl")).splitlines()]
        (self.page,) = [each for each in records if each["kind"] == "verdict" and each["path"] == on_server(path)]
        self.summary = records[-1]

    @property
    def use(self) -> dict[str, Any]:
        use: dict[str, Any] = self.page["use"]
        return use

    @property
    def blocked(self) -> list[str]:
        steps = self.report.assessment.next_steps
        return [item for step in steps if step.text.startswith("Block these clients") for item in step.items]


def hunted(*rows: Row, fields: str = IIS_FIELDS, **more: Any) -> Told:
    return Told({LOG: text_log(LogKind.IIS, *rows, fields=fields)}, **more)


def used(minute: int = 20, client: str = INTRUDER, **values: object) -> Row:
    return row(f"2021-03-03 04:{minute:02}:00", ADDRESS, **{"client": client, "method": "POST", **values})


def users(count: int = 12, client: str | None = None, **values: object) -> list[Mapping[str, object]]:
    """Return the requests of several users with their own programs."""
    return [
        row(f"2021-03-03 03:{n:02}:00", "/owa/", client=client or USER.format(n), agent=f"Mozilla/5.0 ({n})", **values)
        for n in range(count)
    ]


def test_a_proxy_with_the_column_names_the_client_as_a_claim_and_is_never_blocked() -> None:
    header: dict[str, Any] = {"X-Forwarded-For": f'8.8.8.8,+"{INTRUDER}:4711",+10.0.0.81'}
    told = hunted(used(client=PROXY, **header), used(30, client=PROXY, **header), fields=IIS_FIELDS_FORWARDED)
    assert (told.use["clients"], told.use["claimed"], told.use["proxies"]) == ([INTRUDER], [INTRUDER], [PROXY])
    assert told.blocked == [INTRUDER]
    assert f"by {INTRUDER} (claimed by X-Forwarded-For, through the proxy {PROXY})" in told.text
    assert "which a visitor can forge" in told.text


def test_a_scanner_with_many_agents_is_no_proxy_but_the_client_to_block() -> None:
    scan = [
        row(
            f"2021-03-03 02:{n // 60:02}:{n % 60:02}",
            f"/x{n}.php",
            client=INTRUDER,
            status=404,
            agent=f"random {n % 40}",
        )
        for n in range(600)
    ]
    told = hunted(*scan, *users(), *(used(20 + n) for n in range(12)))
    assert (told.use["clients"], told.use["proxies"], told.use["hidden"]) == ([INTRUDER], [], 0)
    assert told.blocked == [INTRUDER]


def test_an_inner_monitor_is_named_and_may_be_a_proxy() -> None:
    probes = [
        row(
            f"2021-03-03 01:{n // 60:02}:{n % 60:02}", "/owa/healthcheck.htm", client="10.0.0.7", agent=f"probe {n % 4}"
        )
        for n in range(60)
    ]
    told = hunted(*probes, *users(), used(client="10.0.0.7"))
    assert (told.use["clients"], told.use["possible_proxies"], told.use["proxies"]) == (["10.0.0.7"], ["10.0.0.7"], [])
    assert "Used by 10.0.0.7 (perhaps a proxy), 2021-03-03" in told.text
    assert "by 10.0.0.7 (it may be a proxy of several clients)" in told.text
    assert "First make sure that 10.0.0.7 is no proxy of other clients." in told.text


def test_an_inner_visitor_behind_a_proxy_is_the_claimed_client_whatever_he_sends() -> None:
    visits = [each for n in range(12) for each in users(12, PROXY, **{"X-Forwarded-For": USER.format(n)})]
    header: dict[str, Any] = {"X-Forwarded-For": "8.8.8.8,+192.168.1.50"}
    told = hunted(*visits, used(client=PROXY, **header), fields=IIS_FIELDS_FORWARDED)
    assert told.use["clients"] == told.use["claimed"] == ["192.168.1.50"]
    assert "8.8.8.8" not in told.text


def test_forged_headers_of_one_client_hide_no_other_client() -> None:
    visits = users(**{"X-Forwarded-For": "-"})  # type: ignore[arg-type]
    flood = [
        used(20 + n // 60, **{"X-Forwarded-For": f"8.8.{n // 250}.{n % 250}"}) for n in range(1_100)
    ]  # fmt: skip
    later = used(55, "198.51.100.200", **{"X-Forwarded-For": "-"})
    told = hunted(*visits, *flood, later, fields=IIS_FIELDS_FORWARDED)
    assert set(told.use["clients"]) == {INTRUDER, "198.51.100.200"}
    assert told.use["client_count"] == 2
    assert set(told.blocked) == {INTRUDER, "198.51.100.200"}


@pytest.mark.parametrize(("client", "who"), [("10.0.0.5", "the server itself"), ("fe80::abcd%5", "fe80::abcd%5")])
def test_the_server_itself_and_its_neighbour_on_the_link_are_told_apart(client: str, who: str) -> None:
    rows = [
        row(f"2021-03-03 04:{n:02}:00", "/aspnet_client/supp0rt.aspx", client=client, method="POST") for n in range(9)
    ]
    told = Told({LOG: text_log(LogKind.IIS, *users(), *rows)})
    assert f"by {who}" in told.text
    assert "unknown clients" not in told.text


def test_a_proxy_without_the_column_hides_the_client() -> None:
    told = hunted(*users(client=PROXY), used(client=PROXY), used(21, client=PROXY))
    assert (told.use["clients"], told.use["hidden"], told.use["proxies"]) == ([], 2, [PROXY])
    assert told.blocked == []
    assert f"by unknown clients: the proxy {PROXY} hides them" in told.text
    assert f"Used by unknown clients behind the proxy {PROXY}" in told.text
    assert "don't block the proxies" in told.text


def test_a_download_of_the_client_behind_a_proxy_is_data_that_left() -> None:
    header: dict[str, Any] = {"X-Forwarded-For": INTRUDER}
    taken = row("2021-03-03 04:40:00", "/aspnet_client/logo.7z", client=PROXY, **header)
    told = hunted(used(client=PROXY, **header), taken, fields=IIS_FIELDS_FORWARDED)
    assert "Data left the server: logo.7z." in told.text
    other = row("2021-03-03 04:40:00", "/aspnet_client/logo.7z", client=PROXY, **{"X-Forwarded-For": USER.format(1)})
    twin = hunted(used(client=PROXY, **header), other, fields=IIS_FIELDS_FORWARDED)
    assert "Data left the server" not in twin.text


def test_the_intruder_alone_in_a_small_log_is_no_proxy() -> None:
    agents = [f"tool/{number % 3}" for number in range(40)]
    told = hunted(*(used(10 + number, agent=agent) for number, agent in enumerate(agents)))
    assert (told.use["clients"], told.blocked) == ([INTRUDER], [INTRUDER])


def test_a_header_that_a_direct_visitor_forges_is_not_believed() -> None:
    header: dict[str, Any] = {"X-Forwarded-For": "8.8.8.8"}
    forged = used(**header)
    told = hunted(*users(), forged, fields=IIS_FIELDS_FORWARDED)
    assert (told.use["clients"], told.blocked) == ([INTRUDER], [INTRUDER])


def test_the_visitors_of_a_changed_sign_in_page_are_not_the_intruder() -> None:
    rows = [row(f"2021-03-03 05:0{n}:00", "/owa/auth/logon.aspx", client=USER.format(n)) for n in range(3)]
    told = hunted(*rows, path=LOGON)
    assert told.page["disposition"] == "malicious"
    assert told.use["visited"]
    assert told.blocked == []
    assert "logon.aspx is requested by all users; its visitors are not the intruder." in told.text
    assert "Used by" not in told.summary["assessment"]["sentence"]


def test_who_was_refused_tried_and_who_got_an_error_used() -> None:
    refused = [used(10 + n, USER.format(n), status=status) for n, status in enumerate((401, 403, 404, 405, 302))]
    asked = [used(15, USER.format(7), method="HEAD"), used(16, USER.format(8), method="OPTIONS")]
    told = hunted(*refused, *asked, used(status=500))
    assert (told.use["clients"], told.use["answered"], told.use["failed"]) == ([INTRUDER], 1, 1)
    assert told.use["tried"] == [USER.format(n) for n in (0, 1, 2, 3, 4, 7, 8)]
    assert told.use["first_utc"] == "2021-03-03T04:20:00Z"
    assert told.blocked == [INTRUDER]
    assert "each time it ran and failed, or it does not compile" in told.text


def test_a_client_that_was_refused_exploited_nothing() -> None:
    def forged(minute: int, client: str, status: int) -> Row:
        values = {"query": "@a.example/powershell/?X-Rps-CAT=VgEA&Email=autodiscover/autodiscover.json%3F@a.example"}
        when = f"2021-08-17 04:{minute}:00"
        return row(when, "/autodiscover/autodiscover.json", client=client, method="POST", status=status, **values)

    rows = [
        *(forged(10 + n, USER.format(1), 401) for n in range(5)),
        forged(20, INTRUDER, 200),
        forged(21, INTRUDER, 200),
    ]
    told = Told({LOG.replace("0303", "0817"): text_log(LogKind.IIS, *rows)})
    assert f"2 such requests from {INTRUDER}, 7 requests of this exploit in all" in told.text
    assert told.blocked == [INTRUDER]


def test_monitoring_and_the_server_itself_are_told_apart() -> None:
    probes = [used(10 + n, "10.0.0.7", method="GET", agent="AMProbe/Local/ClientAccess") for n in range(5)]
    told = hunted(*probes, used(18, "::1"), used())
    assert (told.use["clients"], told.use["probes"], told.use["by_server"]) == ([INTRUDER], 5, 1)
    assert told.blocked == [INTRUDER]
    assert f"by {INTRUDER} and the server itself; 5 requests of monitoring not counted" in told.text


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("sc-status", f"by {INTRUDER}; whether it was answered is unknown: the log has no status (sc-status)"),
        ("c-ip", "by unknown clients: the log does not name them (c-ip)"),
        ("cs-method", f"used 2 times (status 200), 2021-03-03T04:20:00Z until 2021-03-03T04:30:00Z, by {INTRUDER}"),
        ("time", f"used 2 times (2 POST; status 200), at an unknown time, by {INTRUDER}"),
        ("cs-username", f"by {INTRUDER}"),
    ],
)
def test_a_column_that_the_log_lacks_is_told_and_unknown_is_not_zero(column: str, said: str) -> None:
    fields = " ".join(each for each in IIS_FIELDS.split() if each != column)
    told = hunted(used(), used(30), fields=fields)
    assert said in told.text
    assert f"1 IIS log without {column}" in told.text
    assert "never" not in told.text.partition("Next steps")[0].partition("health.aspx")[2][:400]


def test_days_that_the_logs_lack_are_no_absence_of_requests() -> None:
    days = (1, 2, 6, 7)
    logs = {
        LOG.replace("0303", f"030{day}"): text_log(LogKind.IIS, row(f"2021-03-0{day} 01:00:00", "/owa/"))
        for day in days
    }
    told = Told(logs)
    assert told.use["requests"] == 0
    said = "not requested on the days that the logs cover; that does not make it harmless; the logs lack 2021-03-03 to "
    assert f"{said}2021-03-05" in told.text


@pytest.mark.parametrize("planted", [at(1, day=-1_000), at(4, 10), at(9, day=90)])
def test_the_planting_is_between_two_witnesses_and_other_times_are_doubted(planted: Any) -> None:
    told = hunted(used(2, status=404, method="GET"), used(5, status=404, substatus=7), used(), planted=planted)
    planting = told.page["planting"]
    assert (planting["not_before_utc"], planting["not_after_utc"]) == ("2021-03-03T04:02:00Z", "2021-03-03T04:20:00Z")
    assert (planting["not_before"], planting["not_after"]) == (
        "404, u_ex210303.log, line 5", "first answered, u_ex210303.log, line 7",
    )  # fmt: skip
    bracket = (
        "between 2021-03-03T04:02:00Z (404, u_ex210303.log, line 5) and 2021-03-03T04:20:00Z (first answered, "
        "u_ex210303.log, line 7)"
    )
    assert bracket in told.text
    assert planting["waves"] == ["ProxyLogon"]
    (moment,) = [each for each in told.summary["timeline"] if each["kind"] == "planted"]
    if planted == at(4, 10):
        assert (planting["when_utc"], moment["until_utc"], planting["doubted"]) == ("2021-03-03T04:10:00Z", None, "")
    else:
        assert (moment["when_utc"], moment["until_utc"]) == ("2021-03-03T04:02:00Z", "2021-03-03T04:20:00Z")
        assert "its own time contradicts this" in told.text


def _rolled(rows: Sequence[Row]) -> dict[str, bytes]:
    """Return rows in the forms in which logs come, each at a known line."""
    first, *rest = rows
    again = head(LogKind.IIS) + text_log(LogKind.IIS, *rest[1:])
    return {
        LOG: b"\xef\xbb\xbf" + text_log(LogKind.IIS, row("2021-03-03 00:00:01", "/owa/"), first, end="\n"),
        LOG.replace("0303", "0304") + ".gz": gzip.compress(text_log(LogKind.IIS, rest[0]) + again),
    }


def test_first_and_last_use_are_at_the_rows_that_are_cited() -> None:
    rows = [row(f"2021-03-0{day} 04:00:00", ADDRESS, client=INTRUDER, method="POST") for day in (3, 4, 5)]
    logs = _rolled(rows)
    told = Told(logs, planted=at(3))
    names = {on_server(path): path for path in logs}
    for log, line, day in (
        (told.use["logs"][0], told.use["line"], "03"),
        (told.use["last_log"], told.use["last_line"], "05"),
    ):
        data = logs[names[log]]
        plain = gzip.decompress(data) if log.endswith(".gz") else data
        assert plain.splitlines()[line - 1].startswith(f"2021-03-{day} 04:00:00".encode())
        assert ADDRESS.encode() in plain.splitlines()[line - 1]


BACK_END = "C/Program Files/Microsoft/Exchange Server/V15/ClientAccess/ecp/about7.aspx"
FRONT_END = BACK_END.replace("ClientAccess", "FrontEnd/HttpProxy")


def passed_on(minute: int, client: str = "10.0.0.5", **values: object) -> Row:
    return row(f"2021-03-03 04:{minute}:00", "/ecp/about7.aspx", client=client, method="POST", **values)


def behind(front: Sequence[Row], back: Sequence[Row]) -> Told:
    logs = {LOG: text_log(LogKind.IIS, *front), LOG.replace("W3SVC1", "W3SVC2"): text_log(LogKind.IIS, *back)}
    return Told(logs, path=BACK_END)


def test_the_client_of_a_page_of_the_back_end_is_that_of_the_front_end() -> None:
    told = behind([passed_on(n, INTRUDER) for n in range(10, 14)], [passed_on(n) for n in range(10, 14)])
    assert (told.use["clients"], told.use["answered"], told.use["by_server"]) == ([INTRUDER], 4, 0)
    assert told.blocked == [INTRUDER]
    assert "by the server itself" not in told.text


@pytest.mark.parametrize(("minute", "status", "clients"), [(10, 302, []), (50, 200, [INTRUDER])])
def test_requests_that_the_front_end_did_not_pass_on_are_those_of_the_server(
    minute: int, status: int, clients: list[str]
) -> None:
    told = behind([passed_on(minute, INTRUDER, status=status)], [passed_on(n) for n in range(10, 14)])
    assert (told.use["clients"], told.use["by_server"]) == (clients, 4)
    assert told.blocked == clients


def test_a_page_of_the_front_end_has_none_of_the_requests_to_the_back_end() -> None:
    told = Told({LOG.replace("W3SVC1", "W3SVC2"): text_log(LogKind.IIS, passed_on(10))}, path=FRONT_END)
    assert told.page.get("use") is None or not told.use["answered"]


def test_an_iis_log_that_was_cut_leaves_the_later_requests_to_httpproxy() -> None:
    rows = [row(f"2021-03-03T{hour:02}:00:00.000Z", "/ecp/auth/a.aspx", client=INTRUDER) for hour in (7, 9, 10, 11)]
    proxy = "C/Program Files/Microsoft/Exchange Server/V15/Logging/HttpProxy/Ecp/HttpProxy_2021030307-1.LOG"
    cut = text_log(LogKind.IIS, row("2021-03-03 07:00:00", "/ecp/auth/a.aspx", client=INTRUDER))
    told = Told({LOG: cut, proxy: text_log(LogKind.HTTP_PROXY, *rows)}, path=FRONT_END.replace("about7", "auth/a"))
    assert (told.use["answered"], told.use["last_utc"]) == (4, "2021-03-03T11:00:00Z")
    whole = text_log(LogKind.IIS, *(row(f"2021-03-03 {h:02}:00:00", "/ecp/auth/a.aspx") for h in (7, 9, 10, 11)))
    twin = Told({LOG: whole, proxy: text_log(LogKind.HTTP_PROXY, *rows)}, path=FRONT_END.replace("about7", "auth/a"))
    assert twin.use["answered"] == 4


START = "C/inetpub/wwwroot/default.aspx"


def visited(path: str, address: str) -> Told:
    rows = [
        row(f"2021-03-03 05:{n:02}:00", address, client=USER.format(n), agent=f"Mozilla/5.0 ({n})") for n in range(30)
    ]
    return hunted(*rows, path=path)


@pytest.mark.parametrize(("path", "address"), [(LOGON, "/owa/auth/logon.aspx"), (START, "/default.aspx")])
def test_a_visit_of_a_page_that_all_users_request_is_no_use_of_the_shell(path: str, address: str) -> None:
    told = visited(path, address)
    assert told.use["visited"]
    assert "by 2021-03-03" not in told.text
    assert not [each for each in told.summary["timeline"] if each["kind"] in ("first_used", "last_used")]
    assert told.page["planting"]["not_after_utc"] is None
    rows = csv.DictReader(str(wsh.render(told.report, "csv")).splitlines())
    (cells,) = [each for each in rows if each["path"] == on_server(path)]
    assert (cells["first_used_utc"], cells["last_used_utc"], "by" in cells["since"]) == ("", "", False)
    (step,) = [each for each in told.report.assessment.next_steps if on_server(path) in each.items]
    assert step.text.startswith("Replace" if path == LOGON else "Restore these files from a backup")


SHOP = "C/inetpub/wwwroot/shop/stat9.aspx"


def asked_shop(minute: int, client: str, **values: object) -> Row:
    return row(f"2021-03-03 06:{minute:02}:00", "/shop/stat9.aspx", client=client, **values)


def test_the_users_of_a_shell_are_intruders_however_many_addresses_and_agents_they_have() -> None:
    rows = [
        asked_shop(n, f"203.0.113.{n % 5}", agent=f"Mozilla/5.0 ({n % 4})", query=f"q={n}", referer="-")
        for n in range(15)
    ]
    told = hunted(*users(), *rows, path=SHOP)
    assert not told.use["visited"]
    assert sorted(told.blocked) == [f"203.0.113.{n}" for n in range(5)]
    assert "requested by all users" not in told.text


def test_scanners_of_a_shell_do_not_hide_its_user() -> None:
    scanners = [used(n, f"198.18.{n}.7", method="GET", agent=f"Scanner/{n % 7}") for n in range(30, 55)]
    told = hunted(*(used(n) for n in range(10, 19)), *scanners)
    assert (told.use["clients"][0], told.use["client_count"], told.use["operator_count"]) == (INTRUDER, 26, 1)
    assert told.blocked == [INTRUDER]
    assert f"by {INTRUDER}; it also answered 25 other clients" in told.text
    assert f"Used by {INTRUDER}, 2021-03-03." in told.text


def test_scanners_that_come_once_do_not_hide_who_comes_back() -> None:
    scanners = [used(n, f"198.18.{n}.7", method="GET") for n in range(30, 55)]
    told = hunted(*(used(n, method="GET") for n in range(10, 19)), *scanners)
    assert told.blocked == [INTRUDER]


@pytest.mark.parametrize(("missed", "intruders"), [(False, 0), (True, 20)])
def test_visitors_who_follow_links_are_no_intruders_of_a_page_that_was_there_before(
    missed: bool, intruders: int
) -> None:
    rows = [asked_shop(20 + n, USER.format(n), referer="https://shop.example/") for n in range(20)]
    told = hunted(*([asked_shop(1, INTRUDER, status=404)] * missed), *rows, path=SHOP)
    assert (told.use["visited"], len(told.blocked)) == (not intruders, intruders)


def test_the_name_of_a_monitor_is_no_probe_where_the_query_changes() -> None:
    monitor: dict[str, Any] = {"method": "GET", "agent": "check_http/v2 (nagios-plugins)"}
    told = hunted(*(used(10 + n, "10.0.0.99", **monitor, query=f"q={n}") for n in range(15)))
    assert (told.use["clients"], told.use["probes"], told.use["answered"]) == (["10.0.0.99"], 0, 15)
    twin = hunted(*(used(10 + n, "10.0.0.99", **monitor, query="q=1") for n in range(15)))
    assert (twin.use["clients"], twin.use["probes"]) == ([], 15)


def test_a_page_of_the_intruder_alone_is_removed_and_has_a_first_use() -> None:
    told = hunted(used())
    assert "Remove this file" in told.text
    assert [each["kind"] for each in told.summary["timeline"] if "used" in each["kind"]] == ["first_used"]
    assert told.page["planting"]["not_after_utc"] == "2021-03-03T04:20:00Z"


def test_a_claimed_client_is_said_as_claimed_wherever_it_is_named() -> None:
    header: dict[str, Any] = {"X-Forwarded-For": INTRUDER}
    told = hunted(used(client=PROXY, **header), fields=IIS_FIELDS_FORWARDED)
    assert f"Used by {INTRUDER} (claimed by the header X-Forwarded-For)" in told.summary["assessment"]["sentence"]
    assert "This address is claimed by the header X-Forwarded-For alone" in told.text
    (client,) = told.summary["traffic"]["clients"]
    assert (client["address"], client["is_claimed"]) == (INTRUDER, True)
    assert "the address is claimed by the header X-Forwarded-For, which a visitor can forge" in told.text
    twin = hunted(used())
    assert not twin.summary["traffic"]["clients"][0]["is_claimed"]
    assert "claimed" not in twin.text
    marks = {"stix": "claimed-by-header", "ecs": '"is_claimed": true', "ocsf": "client claimed by a header"}
    for form, mark in marks.items():
        assert mark in str(wsh.render(told.report, form)).replace('":true', '": true')
        assert mark not in str(wsh.render(twin.report, form)).replace('":true', '": true')


def test_the_parts_of_a_figure_add_up() -> None:
    methods = ("GET", "POST", "HEAD", "OPTIONS", "PROPFIND", "TRACE")
    told = hunted(*(used(10 + n, method=method, status=403) for n, method in enumerate(methods)))
    assert "requested 6 times (1 GET, 1 POST, 1 HEAD, 3 other; status 403)" in told.text
    four = hunted(*(used(10 + n, method=method, status=403) for n, method in enumerate(methods[:4])))
    assert "requested 4 times (1 GET, 1 POST, 1 HEAD, 1 OPTIONS; status 403)" in four.text


MORNING = text_log(LogKind.IIS, *(used(10 + n) for n in range(3)))
DAY = MORNING + b"".join(text_log(LogKind.IIS, used(40 + n)).splitlines(keepends=True)[-1] for n in range(2))


@pytest.mark.parametrize(
    ("other", "data", "answered", "kept"),
    [
        (LOG.replace(".log", " - Copy.log"), MORNING, 3, LOG),
        (f"{LOG}.gz", gzip.compress(MORNING), 3, LOG),
        (LOG.replace("W3SVC1", "W3SVC1/later"), DAY, 5, LOG.replace("W3SVC1", "W3SVC1/later")),
        (f"{LOG}.gz", gzip.compress(DAY), 5, f"{LOG}.gz"),
    ],
)
def test_rows_in_overlapping_copies_of_a_log_count_once(other: str, data: bytes, answered: int, kept: str) -> None:
    told = Told({LOG: MORNING, other: data})
    assert told.use["answered"] == answered
    assert told.use["logs"] == [on_server(kept)]
    (gap,) = [each for each in told.report.gaps if each.code == "log-repeated"]
    assert not gap.matters
    assert on_server(kept) in gap.reason


def _replaced(rows: list[bytes]) -> list[bytes]:
    """Return a log whose second row, in the middle, is another one of the same length."""
    return [*rows[:-2], rows[-2].replace(b" 200 ", b" 404 "), rows[-1]]


def test_logs_that_only_look_alike_count_both() -> None:
    later = text_log(LogKind.IIS, used(10), used(50), used(51))
    told = Told({LOG: MORNING, LOG.replace(".log", " - Copy.log"): later})
    assert told.use["answered"] == 6
    sites = Told({LOG: MORNING, LOG.replace("W3SVC1", "W3SVC2"): MORNING})
    replaced = Told({LOG: MORNING, LOG.replace(".log", " - Copy.log"): b"".join(_replaced(MORNING.splitlines(True)))})
    assert replaced.use["answered"] == 5
    assert not [each for each in sites.report.gaps if each.code == "log-repeated"]


@pytest.mark.parametrize(
    ("name", "logged"),
    [
        ("my page.aspx", ("my+page.aspx", "my%20page.aspx", "My+Page.aspx")),
        ("Copy of ÜNÏ 1.aspx", ("copy+of+ünï+1.aspx", "Copy+of+%C3%9CN%C3%8F+1.aspx")),
        ("a+b.aspx", ("a+b.aspx", "a%2Bb.aspx")),
    ],
)
def test_a_name_with_blanks_and_other_letters_is_found_as_the_log_writes_it(name: str, logged: Sequence[str]) -> None:
    folder = "C/inetpub/wwwroot/aspnet_client"
    rows = [
        row(f"2021-03-03 04:{n}:00", f"/aspnet_client/{each}", client=INTRUDER, method="POST")
        for n, each in enumerate(logged, 10)
    ]
    told = hunted(*rows, row("2021-03-03 04:50:00", "/aspnet_client/page.aspx", status=404), path=f"{folder}/{name}")
    assert (told.use["requests"], told.use["answered"], told.use["clients"]) == (len(logged), len(logged), [INTRUDER])


def gone_page(*, is_there: bool) -> dict[str, Any]:
    rows = [
        row(f"2021-03-0{day} 04:00:00", "/aspnet_client/supp0rt.aspx", client=INTRUDER, method="POST") for day in (3, 5)
    ]
    rows += [row(f"2021-03-0{day} 04:00:00", "/aspnet_client/supp0rt.aspx", status=404) for day in (6, 7)]
    plot = Plot()
    page = "C/inetpub/wwwroot/aspnet_client/supp0rt.aspx"
    if is_there:
        plot.add(page, plot.bodies[SHELL], at(4))
    plot.files[LOG] = text_log(LogKind.IIS, *rows)
    with plot.told().source() as source:
        report = wsh.hunt(source)
    told = [json.loads(line) for line in str(wsh.render(report, "jsonl")).splitlines()]
    (verdict,) = [each for each in told if each["kind"] == "verdict" and each["path"] == on_server(page)]
    use: dict[str, Any] = verdict["use"]
    text = " ".join(str(wsh.render(report, "text")).split())
    said = "removed between 2021-03-05T04:00:00Z (u_ex210303.log, line 6) and "
    said += "2021-03-06T04:00:00Z (404, u_ex210303.log, line 7)"
    assert (said in text) is not is_there
    return use


def test_a_page_that_is_gone_was_removed_before_the_first_404_after_its_last_answer() -> None:
    use = gone_page(is_there=False)
    assert (use["gone_utc"], use["gone_line"]) == ("2021-03-06T04:00:00Z", 7)
    assert gone_page(is_there=True)["gone_utc"] is None
