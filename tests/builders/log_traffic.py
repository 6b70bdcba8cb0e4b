"""The traffic of a server to which nothing happened: users, monitoring, scanners, an update, routes without files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from tests.builders.log_rows import ADDRESS, Request, ServerLogs

BALANCER, MONITOR, SCANNER = "192.0.2.250", "192.0.2.7", "198.51.100.200"
SHELL_HOST: Final = "10.0.0.5"
"""The administrator's machine, in the local network."""

SCANNED: Final = 5_000
_OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.5122; Pro)"
_SHELL = "Microsoft WinRM Client"
_PHONE = "Apple-iPhone12C1/1803.82"


class Route(NamedTuple):
    """An address that an application serves; most have no file of this name on the disk."""

    method: str
    path: str
    status: int = 200
    site: int = 1
    query: str = ""


ROUTES: Final = (
    Route("GET", "/owa/healthcheck.htm"), Route("GET", "/ecp/healthcheck.htm"), Route("GET", "/EWS/healthcheck.htm"),
    Route("POST", "/owa/service.svc", query="action=GetFolder&app=Mail"), Route("POST", "/owa/ev.owa2"),
    Route("POST", "/owa/auth.owa", 302), Route("GET", "/owa/lang.owa", 302), Route("POST", "/owa/sessiondata.ashx"),
    Route("POST", "/owa/preloadsessiondata.ashx"), Route("POST", "/owa/plt1.ashx"),
    Route("GET", "/owa/attachment.ashx"),
    Route("GET", "/owa/userbootsettings.ashx"), Route("GET", "/owa/MeetingPollHandler.ashx"),
    Route("GET", "/owa/remotenotification.ashx"), Route("GET", "/owa/processInvitation.aspx"),
    Route("GET", "/ecp/Download.aspx"), Route("GET", "/ecp/GoHelp.aspx"),
    Route("GET", "/owa/default.aspx"), Route("GET", "/owa/prem/15.2.659.3/scripts/boot.js"),
    Route("GET", "/owa/prem/15.2.792.3/resources/styles/0/boot.css"), Route("GET", "/ecp/default.aspx"),
    Route("GET", "/ecp/15.2.792.3/scripts/microsoftajax.js"), Route("POST", "/ecp/DDI/DDIService.svc/GetList"),
    Route("GET", "/ecp/WebResource.axd", query="d=Ad2p"), Route("GET", "/ecp/ScriptResource.axd", query="d=uXk1"),
    Route("POST", "/EWS/Exchange.asmx"), Route("POST", "/Autodiscover/Autodiscover.xml"),
    Route("GET", "/autodiscover/autodiscover.json/v1.0/anna@example.com", query="Protocol=Ews"),
    Route("POST", "/mapi/emsmdb/", query="MailboxId=5d3a0a62@example.com"), Route("POST", "/mapi/nspi/"),
    Route("POST", "/Microsoft-Server-ActiveSync/default.eas", query="Cmd=Ping&User=anna&DeviceType=iPhone"),
    Route("GET", "/OAB/1d0c5a5e-6a0b-4b0e-9a58-2f6a5f3b7c11/oab.xml"), Route("POST", "/PowerShell"),
    Route("GET", "/api/orders/17"), Route("GET", "/home/index"), Route("GET", "/reports/2021/03"),
    Route("GET", "/trace.axd", 404), Route("GET", "/.well-known/acme-challenge/q81aJz", 404), Route("GET", "/"),
    Route("POST", "/owa/service.svc", site=2), Route("POST", "/EWS/Exchange.asmx", site=2),
    Route("POST", "/ecp/DDI/DDIService.svc/GetList", site=2), Route("POST", "/mapi/emsmdb/", site=2),
    Route("POST", "/powershell", site=2), Route("GET", "/owa/proxylogon.owa", 241, site=2),
)  # fmt: skip
"""Addresses that handlers, services, modules and routing serve, on the front end (site 1) and the back end (site 2)."""

_PAGES = ("/owa/auth/logon.aspx", "/owa/auth/errorFE.aspx", "/owa/auth/signout.aspx", "/ecp/auth/TimeoutLogout.aspx")
_TRIED = (
    "/owa/auth/{}.aspx", "/aspnet_client/{}.aspx", "/ecp/auth/{}.aspx", "/{}.php", "/wp-content/{}.php", "/cgi-bin/{}",
    "/_layouts/15/{}.aspx", "/owa/auth/Current/themes/resources/{}.ashx", "/api/{}", "/.git/{}",
)  # fmt: skip
_PROBES = (
    (
        "GET",
        "/autodiscover/autodiscover.json",
        "@a.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@a.example",
    ),
    ("POST", "/autodiscover/autodiscover.json", "@a.example/powershell/?X-Rps-CAT=VgEAVAdX"),
    ("GET", "/ecp/y.js", ""),
    ("GET", "/_layouts/15/spinstall0.aspx", ""),
    ("POST", "/_layouts/15/ToolPane.aspx", "DisplayMode=Edit&a=/ToolPane.aspx"),
    ("GET", "/owa/auth/x.js", ""),
)


def everyday(logs: ServerLogs, day: datetime, rows: int, seed: int = 7) -> None:
    """Add so many requests of users during a day, on both sites."""
    chance = Random(f"{seed} {day:%y%m%d}")
    weights = [1 if route.path.endswith((".aspx", ".ashx")) else 10 for route in ROUTES]
    for route in chance.choices(ROUTES, weights, k=rows):
        when = day + timedelta(seconds=chance.randrange(86_400))
        request = _of_user(route, when, chance.randrange(60))
        logs.request(request._replace(taken_ms=chance.randrange(8, 900), sent=chance.randrange(200, 60_000)))


def _of_user(route: Route, when: datetime, number: int) -> Request:
    """Return a request of a user; the back end sees the front end as its client, and PowerShell is local."""
    agent, client, port = _OUTLOOK, f"198.51.100.{1 + number}", 443
    if "powershell" in route.path.lower():
        agent, client = _SHELL, SHELL_HOST
    elif "ActiveSync" in route.path:
        agent = _PHONE
    if route.site == 2:
        client, port = ADDRESS, 444
    user = f"EXAMPLE\\user{number}"
    return Request(when, route.method, route.path, client, route.status, route.query, route.site, port, user, agent)


def sign_ins(logs: ServerLogs, day: datetime) -> None:
    """Add users who open the sign-in pages that setup installed; each address is a file."""
    for number in range(24):
        when = day + timedelta(hours=7, minutes=17 * number)
        for page in _PAGES:
            logs.request(Request(when, "GET", page, f"198.51.100.{1 + number}", taken_ms=22))


def health_checks(logs: ServerLogs, day: datetime) -> None:
    """Add the probes of a load balancer, each 30 seconds, of SCOM, and those of Exchange's own monitoring."""
    for number in range(2_880):
        when = day + timedelta(seconds=30 * number)
        path = ("/owa/healthcheck.htm", "/ecp/healthcheck.htm", "/EWS/healthcheck.htm")[number % 3]
        logs.request(Request(when, "GET", path, BALANCER, agent="", taken_ms=1))
        if number % 10 == 0:
            scom = "System Center Operations Manager 2019"
            logs.request(Request(when, "POST", "/owa/auth/logon.aspx", MONITOR, agent=scom, taken_ms=12))
            probe = "AMProbe/Local/ClientAccess"
            logs.request(Request(when, "GET", "/owa/exhealth.check", "::1", agent=probe, site=2, port=444, taken_ms=3))


def scan(logs: ServerLogs, start: datetime, addresses: int = SCANNED, client: str = SCANNER) -> None:
    """Add a vulnerability scanner that tries addresses which are not there; what is there, it gets as anybody does."""
    chance = Random(client)
    agent = "Mozilla/5.0 (compatible; Nessus)"
    for number in range(addresses):
        when = start + timedelta(seconds=number // 4)
        path = chance.choice(_TRIED).format(f"{chance.randrange(1 << 24):06x}")
        status = 302 if path.startswith(("/owa", "/ecp")) else chance.choice((401, 403, 404, 404, 404))
        logs.request(Request(when, "GET", path, client, status, agent=agent, win32=2 if status == 404 else 0))
    for number, (method, path, query) in enumerate(_PROBES * 2):
        when = start + timedelta(seconds=addresses // 4 + number)
        logs.request(Request(when, method, path, client, 404 if "layouts" in path else 401, query, agent=agent))
    for number, page in enumerate((*_PAGES, "/", "/iisstart.htm")):
        when = start + timedelta(seconds=addresses // 4 + 60 + number)
        logs.request(Request(when, "GET", page, client, 200, agent=agent))


def update_night(logs: ServerLogs, start: datetime) -> None:
    """Add a night of an update: refused connections, restarts, pages that are missing for a while, slow answers."""
    for number in range(120):
        when = start + timedelta(seconds=20 * number)
        client = f"198.51.100.{1 + number % 60}"
        logs.refused(when, client, "AppOffline", "/owa/auth/logon.aspx", 503)
        logs.request(Request(when, "GET", "/owa/", client, 503))
        page = _PAGES[number % len(_PAGES)]
        logs.request(
            Request(when, "GET", page, client, 404 if number < 90 else 200, taken_ms=9_400 if number == 90 else 40)
        )
    for minutes in (11, 25, 40):
        logs.restart(start + timedelta(minutes=minutes))


def outlook_anywhere(logs: ServerLogs, day: datetime, clients: int = 40) -> None:
    """Add the long connections and the volume of Outlook Anywhere."""
    for number in range(clients):
        for hour in range(8, 18):
            when, client = day + timedelta(hours=hour, minutes=number), f"198.51.100.{1 + number}"
            common = Request(
                when, "RPC_IN_DATA", "/rpc/rpcproxy.dll", client, query="exch01.example.com:6001",
                user=f"EXAMPLE\\user{number}", agent="MSRPC", taken_ms=3_599_000, sent=900, received=31_000_000,
            )  # fmt: skip
            logs.request(common)
            logs.request(common._replace(method="RPC_OUT_DATA", sent=480_000_000, received=700))


def routes(logs: ServerLogs, day: datetime) -> None:
    """Add requests for each address that an application serves without a file."""
    for number, route in enumerate(ROUTES * 6):
        logs.request(_of_user(route, day + timedelta(minutes=3 * number), 8))


def rewritten(logs: ServerLogs, day: datetime) -> None:
    """Add the pages of an application that rewrites addresses: many names of pages, and none is a file."""
    for number in range(60):
        path = f"/shop/{('boots', 'hats', 'gloves')[number % 3]}-{number % 12}.aspx"
        when = day + timedelta(minutes=4 * number)
        logs.request(Request(when, "GET", path, f"198.51.100.{1 + number}", taken_ms=70))


def old_page(logs: ServerLogs, day: datetime) -> None:
    """Add a page of the site that visitors read for weeks, until the administrator renamed it."""
    for number in range(40):
        when = day + timedelta(hours=6 * number)
        status = 200 if number < 30 else 404
        logs.request(Request(when, "GET", "/contact.aspx", f"198.51.100.{1 + number}", status, taken_ms=20))
        if status == 404:
            logs.request(Request(when, "GET", "/contact-us.aspx", f"198.51.100.{1 + number}"))


def _night(logs: ServerLogs, day: datetime) -> None:
    update_night(logs, day + timedelta(hours=1))


def _scanned(logs: ServerLogs, day: datetime) -> None:
    scan(logs, day + timedelta(hours=3))


TWINS: Final[Mapping[str, Callable[[ServerLogs, datetime], None]]] = {
    "sign-ins": sign_ins,
    "health checks": health_checks,
    "vulnerability scanner": _scanned,
    "update night": _night,
    "routes without files": routes,
    "rewritten addresses": rewritten,
    "page that was renamed": old_page,
    "Outlook Anywhere": outlook_anywhere,
}
"""Traffic without an intruder, by name: nothing in it may be told as use of a back door or as a success."""


def iter_days(first: datetime, count: int) -> Iterator[datetime]:
    """Yield so many days from a midnight on."""
    return (first + timedelta(days=number) for number in range(count))
