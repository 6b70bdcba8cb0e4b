"""Servers with logs in which something happened, each with the reading that is expected of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tests.builders.inert import live
from tests.builders.log_plot import DAY, INTRUDER, Plot, Reading, Story, at, nights, on_server
from tests.builders.log_rows import Request
from tests.builders.log_traffic import TWINS, everyday, iter_days, scan, sign_ins
from webshellhunt.model.verdict import Presence

SECOND, CHECKER, ADMIN = "203.0.113.5", "203.0.113.140", "198.51.100.2"
SCRIPT: Final = "python-requests/2.25.1"
USED, CHECKED, DELETED, WITHOUT_FILE = "WSH7101", "WSH7102", "WSH5002", "WSH7103"
SUCCEEDED, POSSIBLE, ATTEMPTED, PLANTED, GRANTED = "WSH7001", "WSH7002", "WSH7003", "WSH7201", "WSH7202"
DOWNLOADED: Final = "WSH7502"

_EX: Final = "C/Program Files/Microsoft/Exchange Server/V15"
_FRONT, _BACK, _SITE = f"{_EX}/FrontEnd/HttpProxy", f"{_EX}/ClientAccess", "C/inetpub/wwwroot"
_COMPILED: Final = "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files"
_DUMP, _EVALUATOR = f"{_SITE}/aspnet_client/offline.aspx", f"{_SITE}/aspnet_client/system_web/health.aspx"
_COMMANDS = f"{_FRONT}/owa/auth/Current/themes/resources/view.aspx"
_AS_SERVER: Final[dict[str, Any]] = {"site": 2, "port": 444, "user": "EXAMPLE\\EXCH01$"}
"""What the back end logs of a request that the front end passes on as itself."""
_KERNEL: Final = {"C/Windows/System32/ntoskrnl.exe": b"stands for the kernel"}
"""With it, the whole drive counts as collected, so that what is not there was deleted."""


def proxylogon(noise: int = 200) -> Story:
    """A day of ProxyLogon: probes, the plant, the first slow answer, six nights of commands, one page that is gone."""
    plot = Plot()
    page, gone = f"{_FRONT}/owa/auth/RedirSuiteHelper.aspx", f"{_SITE}/aspnet_client/discover.aspx"
    for day in iter_days(DAY, 7):
        everyday(plot.logs, day, noise)
    _forged_requests(plot)
    plot.plant(page, at(6, 59, 20), _DUMP)
    first = at(6, 59, 31)
    plot.call("GET", "/owa/auth/RedirSuiteHelper.aspx", [first], taken_ms=2_345)
    commands = nights(6, 150)
    plot.call("POST", "/owa/auth/RedirSuiteHelper.aspx", commands, taken_ms=170)
    plot.call("POST", "/aspnet_client/discover.aspx", nights(1, 12), taken_ms=90)
    plot.files |= _KERNEL
    plot.add(f"{_COMPILED}/root/e22c2559/92c7e946/discover.aspx.898219ba.compiled", _remnant("discover"), at(1, day=1))
    return plot.told(
        Reading(on_server(page), 901, 900, (INTRUDER,), first, commands[-1], rules=frozenset({USED})),
        Reading(on_server(gone), 12, 12, (INTRUDER,), nights(1, 12)[0], nights(1, 12)[-1],
                rules=frozenset({DELETED, USED, WITHOUT_FILE}), presence=Presence.DELETED),
        operators={INTRUDER: ("/aspnet_client/discover.aspx", "/owa/auth/redirsuitehelper.aspx")},
        traces=(SUCCEEDED, PLANTED),
    )  # fmt: skip


def _forged_requests(plot: Plot, when: datetime | None = None, client: str = INTRUDER) -> None:
    """Add the traces of the four steps, as the logs of a real day have them: proxy, back end, control panel."""
    start = at(6, 59, 10) if when is None else when
    canary, service = "msExchEcpCanary=8BeqYd1L8.", "/ecp/DDI/DDIService.svc"
    steps = (
        (0, "/autodiscover/autodiscover.xml", "", 200),
        (1, "/mapi/emsmdb/", "", 200),
        (3, "/ecp/proxyLogon.ecp", "", 241),
        (4, f"{service}/GetObject", f"{canary}&schema=OABVirtualDirectory", 200),
        (8, f"{service}/SetObject", f"{canary}&schema=OABVirtualDirectory", 200),
        (10, f"{service}/SetObject", f"{canary}&schema=ResetOABVirtualDirectory", 200),
    )
    for seconds, path, query, status in steps:
        front = Request(start + timedelta(seconds=seconds), "POST", "/ecp/y.js", client, status, agent=SCRIPT)
        plot.logs.request(front)
        anchor = f"ServerInfo~a]@exch01.example.com:444{path}?{query}#"
        plot.logs.proxy("Ecp", front, anchor=anchor, hint="X-BEResource-Cookie")
        plot.logs.request(front._replace(path=path, client="192.0.2.10", query=query, **_AS_SERVER))
    page = live('<scr·ipt lang·uage="JScript" run·at="server">function Page_Load(){ev·al(1);}</scr·ipt>')
    commands = (
        (4, "Get-OabVirtualDirectory.ADPropertiesOnly=$true"),
        (8, f"Set-OabVirtualDirectory.ExternalUrl='http://f/{page}'"),
    )
    for seconds, command in commands:
        plot.logs.ecp_server(start + timedelta(seconds=seconds), command, address=f"{service}/SetObject")


def _remnant(name: str, folder: str = "aspnet_client") -> bytes:
    """Return what ASP.NET keeps of a page that it compiled."""
    address = f"/{folder}/{name}.aspx"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<preserve resultType="3" virtualPath="{address}" hash="5b2c94e18" '
        f'filehash="ffffd1c7a20b6e45" flags="110000" assembly="App_Web_{name}.aspx.898219ba.r0ze-k1t" '
        f'type="ASP.{folder}_{name}_aspx">\n<filedeps>\n<filedep name="{address}" />\n</filedeps>\n</preserve>\n'
    ).encode()


def proxyshell(noise: int = 200) -> Story:
    """ProxyShell: forged addresses of autodiscover, the export of a mailbox into a page, and the use of the page."""
    plot = Plot()
    page, day = f"{_SITE}/aspnet_client/rpt.aspx", at(0)
    everyday(plot.logs, day, noise)
    forged_address = "/autodiscover/autodiscover.json"
    forged = "@a.example/{}&Email=autodiscover/autodiscover.json%3F@a.example"
    steps = (
        (0, "autodiscover/autodiscover.xml?", "/autodiscover/autodiscover.xml", 200),
        (1, "mapi/nspi/?", "/mapi/nspi/", 200),
        (3, "mapi/emsmdb/?", "/mapi/emsmdb/", 200),
        (5, "powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dz", "/powershell/", 200),
        (9, "powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dz", "/powershell/", 200),
    )
    for seconds, query, back, status in steps:
        forged_query = forged.format(query)
        front = Request(at(9, 14, seconds), "POST", forged_address, INTRUDER, status, forged_query, agent=SCRIPT)
        plot.logs.request(front)
        plot.logs.proxy("Autodiscover", front, query=front.query)
        plot.logs.request(front._replace(path=back, client="192.0.2.10", query="", **_AS_SERVER))
    target = r"\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\rpt.aspx"
    cmdlets = (
        (6, "New-ManagementRoleAssignment", '-Role "Mailbox Import Export" -User "anna"'),
        (10, "New-MailboxExportRequest", f'-Mailbox "anna" -FilePath "{target}"'),
        (40, "Remove-MailboxExportRequest", '-Confirm "False"'),
    )
    for seconds, cmdlet, words in cmdlets:
        plot.logs.cmdlet(at(9, 14, seconds), "EXAMPLE\\anna", cmdlet, words)
    plot.plant(page, at(9, 14, 22), _EVALUATOR)
    commands = [at(9, 15, 4 * number) for number in range(15)]
    plot.call("POST", "/aspnet_client/rpt.aspx", commands, taken_ms=120, agent=SCRIPT)
    return plot.told(
        Reading(on_server(page), 15, 15, (INTRUDER,), commands[0], commands[-1], rules=frozenset({USED})),
        operators={INTRUDER: ("/aspnet_client/rpt.aspx",)},
        traces=(SUCCEEDED, PLANTED, GRANTED),
    )


def never_called(noise: int = 200) -> Story:
    """A page that was planted, and that nobody called until the end of the logs."""
    plot = Plot()
    page = f"{_SITE}/aspnet_client/system_web/health.aspx"
    for day in iter_days(DAY, 3):
        everyday(plot.logs, day, noise)
        sign_ins(plot.logs, day)
    plot.plant(page, at(4), _EVALUATOR)
    return plot.told(Reading(on_server(page), never=frozenset({USED, CHECKED})))


def checked_first(noise: int = 200) -> Story:
    """A page whose address was asked for before it was there: three answers of 404, then the plant, then 200."""
    plot = Plot()
    page, address = f"{_FRONT}/owa/auth/outlookFR.aspx", "/owa/auth/outlookFR.aspx"
    everyday(plot.logs, DAY, noise)
    plot.call("GET", address, [at(4, minute) for minute in (10, 11, 13)], CHECKER, status=404, win32=2)
    plot.plant(page, at(4, 13, 30), _COMMANDS)
    whens = [at(4, 14 + number) for number in range(5)]
    plot.call("GET", address, whens[:1], CHECKER, taken_ms=1_870)
    plot.call("POST", address, whens[1:], CHECKER)
    return plot.told(
        Reading(on_server(page), 5, 4, (CHECKER,), whens[0], whens[-1], 3, rules=frozenset({USED, CHECKED}))
    )


def logs_alone(noise: int = 200) -> Story:
    """A page of which nothing is left but the requests for it, among pages of Exchange that are there."""
    plot = Plot()
    everyday(plot.logs, DAY, noise)
    calls = [at(2, number) for number in range(8)]
    plot.call("POST", "/owa/auth/errorEE.aspx", calls, agent=SCRIPT)
    gone = on_server(f"{_FRONT}/owa/auth/errorEE.aspx")
    return plot.told(
        Reading(
            gone, 8, 8, (INTRUDER,), calls[0], calls[-1], rules=frozenset({WITHOUT_FILE}), presence=Presence.DELETED
        )
    )


def operator(noise: int = 200) -> Story:
    """An intruder who forged requests, then used two pages; another client uses one of them; a scanner finds none."""
    plot = Plot()
    one, two = f"{_SITE}/aspnet_client/system_web/one.aspx", f"{_FRONT}/owa/auth/two.aspx"
    for day in iter_days(DAY, 3):
        everyday(plot.logs, day, noise)
    _forged_requests(plot, at(2))
    plot.plant(one, at(2, 0, 30), _EVALUATOR)
    plot.plant(two, at(2, 30), _COMMANDS)
    calls = [at(3, number) for number in range(20)]
    later = [at(3, number, day=1) for number in range(20)]
    plot.call("POST", "/aspnet_client/system_web/one.aspx", calls)
    plot.call("POST", "/owa/auth/two.aspx", later)
    other = [at(22, number, day=1) for number in range(3)]
    plot.call("POST", "/aspnet_client/system_web/one.aspx", other, SECOND)
    scan(plot.logs, at(12), 400)
    return plot.told(
        Reading(on_server(one), 23, 23, (INTRUDER, SECOND), calls[0], other[-1], rules=frozenset({USED})),
        Reading(on_server(two), 20, 20, (INTRUDER,), later[0], later[-1], rules=frozenset({USED})),
        operators={
            INTRUDER: ("/aspnet_client/system_web/one.aspx", "/owa/auth/two.aspx"),
            SECOND: ("/aspnet_client/system_web/one.aspx",),
        },
        traces=(SUCCEEDED, PLANTED, ATTEMPTED),
    )


def mapped_extension(noise: int = 200) -> Story:
    """A page that is called like a style sheet, and that a configuration beside it has compiled."""
    plot = Plot()
    folder = f"{_FRONT}/owa/auth/Current/themes/resources"
    everyday(plot.logs, DAY, noise)
    plot.plant(f"{folder}/x.css", at(4), "C/inetpub/wwwroot/banner.png")
    png = plot.bodies[f"{_SITE}/web.config"].decode()
    plot.add(f"{folder}/web.config", png.replace(".png", ".css").replace('"png"', '"css"').encode(), at(4))
    calls = [at(5, number) for number in range(9)]
    plot.call("POST", "/owa/auth/Current/themes/resources/x.css", calls)
    plot.call("GET", "/owa/auth/Current/themes/resources/logon.css", [at(8, number) for number in range(40)], ADMIN)
    reading = Reading(on_server(f"{folder}/x.css"), 9, 9, (INTRUDER,), calls[0], calls[-1], rules=frozenset({USED}))
    return plot.told(reading, traces=(POSSIBLE,))


def back_end_only(noise: int = 200) -> Story:
    """A page of the back end, called at port 444; the same address of the front end leads to no file."""
    plot = Plot()
    page, address = f"{_BACK}/Owa/auth/errorBE.aspx", "/owa/auth/errorBE.aspx"
    everyday(plot.logs, DAY, noise)
    plot.plant(page, at(4), _COMMANDS)
    calls = [at(5, number) for number in range(7)]
    plot.call("POST", address, calls, "192.0.2.66", site=2, port=444, agent=SCRIPT)
    plot.call("GET", address, [at(3, number) for number in range(4)], CHECKER, status=404, win32=2)
    return plot.told(Reading(on_server(page), 7, 7, ("192.0.2.66",), calls[0], calls[-1], rules=frozenset({USED})))


def archive_taken(noise: int = 200) -> Story:
    """A client that uses a page, and then downloads an archive from the same folder, 700 MB of it."""
    plot = Plot(with_bytes=True)
    page = f"{_SITE}/aspnet_client/system_web/health.aspx"
    for day in iter_days(DAY, 4):
        everyday(plot.logs, day, noise)
    plot.plant(page, at(1, day=3), _EVALUATOR)
    calls = [at(2, number, day=3) for number in range(6)]
    plot.call("POST", "/aspnet_client/system_web/health.aspx", calls)
    plot.call("GET", "/aspnet_client/system_web/logo.7z", [at(2, 20, day=3)], sent=734_003_200, taken_ms=412_000)
    reading = Reading(on_server(page), 6, 6, (INTRUDER,), calls[0], calls[-1], rules=frozenset({USED}))
    return plot.told(reading, traces=(DOWNLOADED,))


STORIES: Final[Mapping[str, Callable[[int], Story]]] = {
    "proxylogon": proxylogon,
    "proxyshell": proxyshell,
    "never called": never_called,
    "checked first": checked_first,
    "logs alone": logs_alone,
    "operator": operator,
    "mapped extension": mapped_extension,
    "back end only": back_end_only,
    "archive taken": archive_taken,
}


def twin(name: str) -> Story:
    """Return the clean server with traffic of a kind (`TWINS`) on two days; nothing happened to it."""
    plot = Plot()
    plot.add(
        f"{_SITE}/contact-us.aspx",
        b'<%@ Page Language="C#" %>\n<html><body>Write to us.</body></html>\n',
        at(0, day=-30),
    )
    plot.add(
        f"{_SITE}/shop/default.aspx", b'<%@ Page Language="C#" %>\n<html><body>Shop</body></html>\n', at(0, day=-30)
    )
    for day in iter_days(DAY, 2):
        everyday(plot.logs, day, 200)
        TWINS[name](plot.logs, day)
    return plot.told(traces=(ATTEMPTED,) if name == "vulnerability scanner" else ())
