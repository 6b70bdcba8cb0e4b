"""One request in several logs is one act with several witnesses; what proves first is cited first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.event_logs import chunk, cmdlet_event, event_log
from tests.builders.inert import live
from tests.builders.log_rows import Request, ServerLogs
from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource

START = datetime(2021, 3, 3, 4, 10, tzinfo=UTC)
CLIENT, SERVICE = "203.0.113.77", "/ecp/DDI/DDIService.svc/SetObject"
RESET = "&schema=ResetOABVirtualDirectory"
PAGE = live('http://f/<scr·ipt lang·uage="JScript" run·at="server">function Page_Load(){ev·al(1);}</scr·ipt>')
EVENTS = "C/Windows/System32/winevt/Logs/MSExchange Management.evtx"


def forged(logs: ServerLogs, when: datetime, target: str, query: str = "", status: int = 200) -> None:
    """Add one forged request as the front end, its proxy and the back end log it."""
    front = Request(when, "POST", "/ecp/y.js", CLIENT, status)
    logs.request(front)
    logs.proxy("Ecp", front, anchor=f"ServerInfo~a]@exch01.example.com:444{target}?{query}#")
    back = front._replace(path=target, query=query, client="192.0.2.10", site=2, port=444, user="EXAMPLE\\EXCH01$")
    logs.request(back)


def hunted(logs: ServerLogs, **more: bytes) -> Report:
    return hunt(MemorySource({**logs.files(), **more}))


def success(report: Report) -> Finding:
    (found,) = [f for v in report.verdicts for f in v.findings if f.rule.id == "WSH7001"]
    return found


@pytest.mark.parametrize("number", [1, 2, 5])
@pytest.mark.parametrize("apart_s", [0, 1, 2, 30])
def test_the_front_end_its_proxy_the_back_end_and_the_control_panel_are_one(number: int, apart_s: int) -> None:
    logs = ServerLogs()
    for each in range(number):
        when = START + timedelta(seconds=each * apart_s)
        forged(logs, when, SERVICE, RESET)
        logs.ecp_server(when, f"Set-OabVirtualDirectory.ExternalUrl='{PAGE}'.Identity='1'", address=SERVICE)
    found = success(hunted(logs))
    assert (found.facts["requests"], found.facts["succeeded"]) == (number, number)
    noun = "request" if number == 1 else "requests"
    assert f"{number} such {noun}" in found.message or f"{number} such row" in found.message
    assert "of this exploit in all" not in found.message


def test_requests_of_two_clients_in_one_second_are_two() -> None:
    logs = ServerLogs()
    for client in (CLIENT, "203.0.113.5"):
        front = Request(START, "POST", "/ecp/y.js", client, 241)
        logs.request(front)
        logs.proxy("Ecp", front, anchor="ServerInfo~a]@exch01.example.com:444/ecp/proxyLogon.ecp?#")
    assert success(hunted(logs)).facts["requests"] == 2


def test_the_first_row_that_shows_a_success_is_cited_before_a_later_proof() -> None:
    logs = ServerLogs()
    forged(logs, START, "/ecp/proxyLogon.ecp", status=241)
    forged(logs, START + timedelta(days=1), SERVICE, RESET)
    report = hunted(logs)
    found = success(report)
    assert found.facts["result"] == "proven"
    assert found.facts["first_success"] == "2021-03-03T04:10:00Z"
    assert found.message.startswith("ProxyLogon was exploited: on 2021-03-03T04:10:00Z, ")
    assert "proven on 2021-03-04T04:10:00Z" in found.message
    (moment,) = [each for each in report.timeline if each.kind is MomentKind.EXPLOITED]
    assert moment.when_utc == START
    first = found.evidence[0]
    data = logs.files()[first.path.replace("C:\\", "C/").replace("\\", "/")].decode().splitlines()
    assert data[first.line - 1].startswith("2021-03-03")


def test_a_cmdlet_in_its_log_and_in_the_event_log_is_one_act_with_two_records() -> None:
    logs = ServerLogs()
    words = r'-Mailbox "anna" -FilePath "\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\rpt.aspx"'
    logs.proxy("Ecp", Request(START, "GET", "/ecp/", "198.51.100.7", user="anna"))
    logs.cmdlet(START, "EXAMPLE\\anna", "New-MailboxExportRequest", words)
    event = cmdlet_event("New-MailboxExportRequest", words, time="2021-03-03T04:10:01Z")
    report = hunted(logs, **{EVENTS: event_log(chunk([event]))})
    (found,) = [f for v in report.verdicts for f in v.findings if f.rule.id == "WSH7201"]
    assert found.facts["count"] == 1
    assert sorted(each.path.rpartition(".")[2] for each in found.evidence) == ["LOG", "evtx"]


def test_two_calls_in_one_log_are_two_acts() -> None:
    logs = ServerLogs()
    words = r'-Mailbox "anna" -FilePath "\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\rpt.aspx"'
    for seconds in (0, 1):
        logs.cmdlet(START + timedelta(seconds=seconds), "EXAMPLE\\anna", "New-MailboxExportRequest", words)
    (found,) = [f for v in hunted(logs).verdicts for f in v.findings if f.rule.id == "WSH7201"]
    assert found.facts["count"] == 2
