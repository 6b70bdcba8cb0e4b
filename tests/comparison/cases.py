"""A compromised server before and after a clean-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.saved_reports import parse_file
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources.memory import MemorySource

AUTH = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"
OFFLINE = "C/inetpub/wwwroot/aspnet_client/offline.aspx"
HEALTH = "C/inetpub/wwwroot/aspnet_client/system_web/health.aspx"
VIEW = f"{AUTH}/Current/themes/resources/view.aspx"
START = f"{AUTH}/15.2.659/scripts/start.aspx"
IMAGES = f"{AUTH}/images.ashx"
CONFIG = "C/inetpub/wwwroot/web.config"
NEXT = "C/inetpub/wwwroot/aspnet_client/next.aspx"
FIRST_HUNT = datetime(2021, 9, 1, tzinfo=UTC)
SECOND_HUNT = datetime(2021, 9, 3, tzinfo=UTC)


def server_path(path: str) -> str:
    r"""Return a path of the described server as reports spell it."""
    return "C:\\" + path.removeprefix("C/").replace("/", "\\")


@lru_cache(maxsize=1)
def files() -> tuple[Mapping[str, bytes], Mapping[str, Timestamps]]:
    """Return the files of the compromised server, and their times."""
    found: dict[str, bytes] = {}
    times: dict[str, Timestamps] = {}
    with demo_source() as source:
        waiting = [""]
        while waiting:
            for entry in source.list(waiting.pop()):
                if entry.kind == "directory":
                    waiting.append(entry.path)
                else:
                    found[entry.path] = source.read(entry.path, entry.size_bytes)
                    times[entry.path] = entry.times
    return found, times


def hunted(
    change: Mapping[str, bytes | None] | None = None,
    *,
    unreadable: tuple[str, ...] = (),
    when: datetime = SECOND_HUNT,
    logs: LogOptions | None = None,
) -> Report:
    """Return the report of the server with other files; ``None`` deletes one."""
    before, times = files()
    after = {path: data for path, data in {**before, **(change or {})}.items() if data is not None}
    kept = {path: each for path, each in times.items() if path in after}
    source = MemorySource(after, times=kept, location="EXCH01", unreadable=unreadable)
    report = hunt(source, job=Job(logs=logs or LogOptions()))
    return replace(report, run=replace(report.run, started_utc=when))


@lru_cache(maxsize=1)
def before() -> Report:
    """Return the report before the clean-up."""
    return hunted(when=FIRST_HUNT)


@lru_cache(maxsize=1)
def after() -> Report:
    """Return the report after a clean-up that deleted two, changed one, let one come and left one unreadable."""
    data = files()[0]
    changed = data[HEALTH] + b"<p>changed</p>"
    change: dict[str, bytes | None] = {OFFLINE: None, START: None, HEALTH: changed, NEXT: data[IMAGES] + b" "}
    return hunted(change, unreadable=(VIEW,))


def saved(report: Report, *, show_all: bool = False, show_secrets: bool = False, raw_excerpts: bool = False) -> Report:
    """Return the report as a file has it."""
    text = render(report, "json", show_all=show_all, show_secrets=show_secrets, raw_excerpts=raw_excerpts)
    return parse_file(text.encode()).reports[0]
