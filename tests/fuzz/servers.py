"""Servers by grammar: logs with a known number of requests for a page, and configurations that run a page or don't.

The generator knows the answer, and the report of a hunt is compared with it.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from tests.builders.inert import live
from tests.builders.log_rows import IIS_FOLDER
from tests.builders.logs import gzipped
from tests.builders.servers import HOST_CONFIG, application_host
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

SHELL = live('<\x25@ Page Language="C#" \x25><\x25 System.Diagn·ostics.Pro·cess.Start(Req·uest["k"]); \x25>').encode()
SITE = "C/inetpub/wwwroot"
PAGE = "aspnet_client/health.aspx"

_FIELDS = (
    "s-sitename", "s-computername", "s-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "s-port", "cs-username",
    "c-ip", "cs-version", "cs(User-Agent)", "cs(Cookie)", "cs(Referer)", "cs-host", "sc-status", "sc-substatus",
    "sc-win32-status", "sc-bytes", "cs-bytes", "time-taken", "X-Forwarded-For",
)  # fmt: skip
_NEEDED = ("cs-method", "cs-uri-stem", "c-ip", "sc-status")
_USUAL = {
    "s-sitename": "W3SVC1", "s-computername": "EX01", "s-ip": "192.0.2.1", "cs-uri-query": "-", "s-port": "443",
    "cs-username": "-", "cs-version": "HTTP/1.1", "cs(User-Agent)": "Mozilla/5.0+(Windows+NT+10.0)",
    "cs(Cookie)": "-", "cs(Referer)": "-", "cs-host": "ex01", "sc-substatus": "0", "sc-win32-status": "0",
    "sc-bytes": "100", "cs-bytes": "90", "time-taken": "15", "X-Forwarded-For": "-",
}  # fmt: skip
_OTHERS = ("/owa/auth/logon.aspx", "/aspnet_client/healthy.aspx", "/health.aspx", "/aspnet_client/health.aspx.bak",
           "/x#y", "/aspnet_client/", "/ecp/default.aspx", "/aspnet_clients/health.aspx")  # fmt: skip


class Logged(NamedTuple):
    """The logs of a server, by path, and the number of requests for the page in them."""

    files: dict[str, bytes]
    requests: int


def logs_drawn(chance: random.Random) -> Logged:
    """Return logs of some days: any columns in any order, headers in the middle, zeros, broken rows, other pages."""
    files, requests = dict[str, bytes](), 0
    for day in chance.sample(range(1, 28), chance.randint(1, 3)):
        lines, end = list[str](), chance.choice(("\r\n", "\r\n", "\n"))
        columns = _columns(chance)
        lines += _header(columns, day)
        for number in range(chance.randint(0, 60)):
            if chance.random() < 0.05:
                columns = _columns(chance) if chance.random() < 0.5 else columns
                lines += _header(columns, day)
            is_asked = chance.random() < 0.4
            address = f"/{PAGE}" if is_asked else chance.choice(_OTHERS)
            if chance.random() < 0.3:
                address = "".join(chance.choice((each.upper(), each.lower())) for each in address)
            requests += is_asked
            lines.append(_row(columns, day, number, address, chance))
            if chance.random() < 0.03:
                lines.append(chance.choice(("2021-03-03", "garbage", "\0" * 40, "", " ", "#Remark: stopped")))
        data = (end.join(lines) + chance.choice((end, ""))).encode()
        path = f"{IIS_FOLDER}/W3SVC1/u_ex2103{day:02}.log"
        is_packed = chance.random() < 0.2
        files[path + ".gz" * is_packed] = gzipped(data) if is_packed else data
    return Logged(files, requests)


def _columns(chance: random.Random) -> list[str]:
    more = [each for each in _FIELDS if each not in _NEEDED and chance.random() < 0.6]
    found = [*_NEEDED, *more]
    chance.shuffle(found)
    return ["date", "time", *found]


def _header(columns: list[str], day: int) -> list[str]:
    first = ["#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0"]
    return [*first, f"#Date: 2021-03-{day:02} 00:00:00", "#Fields: " + " ".join(columns)]


def _row(columns: list[str], day: int, number: int, address: str, chance: random.Random) -> str:
    values = {
        **_USUAL, "date": f"2021-03-{day:02}", "time": f"{number // 60 + 4:02}:{number % 60:02}:07",
        "cs-method": chance.choice(("GET", "POST")), "cs-uri-stem": address, "sc-status": "200",
        "c-ip": f"198.51.100.{chance.randint(1, 9)}",
    }  # fmt: skip
    if chance.random() < 0.3:
        values["cs-uri-query"] = chance.choice(("a=/aspnet_client/health.aspx", "k=%20%22,b", "x"))
    return " ".join(values[each] for each in columns)


def requests_reported(logged: Logged) -> int:
    """Return how many requests the report of a hunt counts for the page."""
    files = {
        f"{SITE}/{PAGE}": SHELL,
        f"C/{HOST_CONFIG}": application_host(("/", "C:\\inetpub\\wwwroot")),
        **logged.files,
    }
    verdict = _verdict_of(files, PAGE)
    return verdict.use.requests if verdict is not None and verdict.use is not None else 0


def _verdict_of(files: dict[str, bytes], path: str) -> Verdict | None:
    report = hunt(MemorySource(files), job=Job())
    name = path.replace("/", "\\")
    return next((each for each in report.verdicts if (each.subject.path or "").endswith(name)), None)


class Configured(NamedTuple):
    """A site with its configurations, the picture whose text is a page, and whether the server runs it."""

    files: dict[str, bytes]
    path: str
    is_run: bool


_PAGE_HANDLER = 'type="System.Web.UI.PageHandler·Factory"'
_STATIC_HANDLER = 'modules="StaticFile·Module" resourceType="File"'


def site_drawn(chance: random.Random) -> Configured:
    """Return a site whose configurations map the picture to the handler of pages, or another name, or not any more."""
    name = chance.choice(("logo.png", "a.b.png", "pic.jpg", "readme.txt"))
    extension = name.rpartition(".")[2]
    path = f"pics/deep/{name}"
    spelled = chance.choice((extension, extension.upper()))
    covering = chance.choice((f"*.{spelled}", name, f"*.{spelled}"))
    other = chance.choice(("*.gifx", f"*.{extension}x", f"x{name}", f"other.{extension}", "*.gifx"))
    is_run, entries = chance.random() < 0.6, list[str]()
    if is_run:
        entries.append(_add("p", covering))
    else:
        way = chance.choice(("other", "removed", "cleared", "comment", "elsewhere", "section"))
        entries += {
            "other": [_add("p", other)],
            "removed": [_add("p", covering), '<remove name="p"/>'],
            "cleared": [_add("p", covering), "<clear/>"],
            "comment": [f"<!-- {_add('p', covering)} -->"],
            "elsewhere": [],
            "section": [],
        }[way]
        if way == "elsewhere":
            there = chance.choice(("other", "pics/deeper", "pics/deep/x"))
            body = f'<location path="{there}">{_handlers([_add("p", covering)])}</location>'
            return _site(body, "pics", chance, path, is_run=False)
        if way == "section":
            return _site(f"<appSettings>{_add('p', covering)}</appSettings>", "", chance, path, is_run=False)
    for _ in range(chance.randint(0, 3)):
        entries.insert(
            chance.randint(0, len(entries)) if is_run else 0, _add(f"n{len(entries)}", chance.choice((other, "*.zzz")))
        )
    body = _handlers(entries)
    folder = chance.choice(("", "pics", "pics/deep"))
    if chance.random() < 0.4:
        below = path.rpartition("/")[0].removeprefix(folder).strip("/")
        target = chance.choice(
            [each for each in (below, f"{below}/{name}".strip("/"), below.partition("/")[0]) if each]
        )
        body = f'<location path="{target}">{body}</location>'
    return _site(body, folder, chance, path, is_run=is_run)


def _add(name: str, pattern: str) -> str:
    return f'<add name="{name}" path="{pattern}" verb="*" {_PAGE_HANDLER}/>'


def _handlers(entries: list[str]) -> str:
    return f"<system.webServer><handlers>{''.join(entries)}</handlers></system.webServer>"


def _site(body: str, folder: str, chance: random.Random, path: str, *, is_run: bool) -> Configured:
    text = live(f"<configuration>{body}</configuration>")
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16"))
    config = f"{SITE}/{folder}/web.config".replace("//", "/")
    files = {
        f"{SITE}/{path}": SHELL,
        config: text.encode(encoding),
        f"C/{HOST_CONFIG}": application_host(("/", "C:\\inetpub\\wwwroot")),
    }
    return Configured(files, path, is_run)


def is_found_run(site: Configured) -> bool:
    """Return True if the report of a hunt says that the picture is a malicious page."""
    verdict = _verdict_of(site.files, site.path)
    return verdict is not None and verdict.disposition is Disposition.MALICIOUS
