"""Hosts of a fleet: the clean described server many times, with differences, and reports made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from tests.reports.cases import report as case
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.places import Role
from webshellhunt.model.report import Assessment, AssessmentState, ExchangeInstall, Host, Report
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host
from webshellhunt.sources.memory import MemorySource

WWWROOT = "C/inetpub/wwwroot"
AUTH = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"
SHELL = f"{WWWROOT}/aspnet_client/system_web/health.aspx"
INSTALL = r"C:\Program Files\Microsoft\Exchange Server\V15"

Plants = Mapping[str, tuple[bytes, datetime | None]]


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    """Return a time in the spring of 2021."""
    return datetime(2021, month, day, hour, tzinfo=UTC)


@cache
def shell() -> bytes:
    """Return the one-liner of the compromised described server, refanged in memory."""
    return demo_host(COMPROMISED).source().read(SHELL, 10**6)


def stock_server(name: str, plants: Plants | None = None) -> MemorySource:
    """Return the clean described server under another name, with further or changed files and their times."""
    plants = plants or {}
    files, times = _stock()
    more = {path: content for path, (content, _) in plants.items()}
    original = {path: Timestamps(modified_utc=when, original=True) for path, (_, when) in plants.items() if when}
    return MemorySource({**files, **more}, times={**times, **original}, location=name)


def hunted(hosts: Mapping[str, Plants]) -> list[Report]:
    """Return the reports of real hunts through stock servers with plants."""
    return [hunt(stock_server(name, plants)) for name, plants in hosts.items()]


def names(count: int) -> list[str]:
    """Return the names of so many hosts."""
    return [f"EXCH{number:02}" for number in range(1, count + 1)]


def page(
    path: str,
    content: object = "same",
    disposition: Disposition = Disposition.BENIGN,
    role: Role = Role.OWA_AUTH,
) -> Verdict:
    """Return the verdict on a page whose digest follows from any value."""
    digest = hashlib.sha256(repr(content).encode()).hexdigest()
    subject = Subject(SubjectKind.FILE, path, role=role, sha256=digest, size_bytes=10, executable=True)
    return Verdict(subject, disposition)


def server(name: str, verdicts: Iterable[Verdict] = (), *, build: str | None = "15.2.1118.7") -> Report:
    """Return the report of an Exchange server with these verdicts, made by hand."""
    made = case(*verdicts, location=name)
    host = Host(made.host.volumes, (ExchangeInstall(INSTALL, build),), iis=True, name=name)
    is_backdoored = any(verdict.disposition is Disposition.MALICIOUS for verdict in made.verdicts)
    state = AssessmentState.BACKDOORED if is_backdoored else AssessmentState.NOTHING_FOUND
    return replace(made, host=host, assessment=Assessment(state, "A sentence."))


@cache
def _stock() -> tuple[Mapping[str, bytes], Mapping[str, Timestamps]]:
    """Return the files and times of the clean described server."""
    source = demo_host(CLEAN).source()
    files: dict[str, bytes] = {}
    times: dict[str, Timestamps] = {}
    waiting = [""]
    while waiting:
        for entry in source.list(waiting.pop()):
            if entry.kind == "directory":
                waiting.append(entry.path)
            else:
                files[entry.path] = source.read(entry.path, entry.size_bytes)
                times[entry.path] = entry.times
    return files, times
