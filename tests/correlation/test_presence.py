"""The presence of a page that only a remnant, a request or an event proves."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders.event_logs import CMDLETS, Event, chunk, event_log
from tests.correlation.test_deleted_pages import OWA, PAGE, TEMP, compiled, hunted, traces
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

EVENTS = "C/Windows/System32/winevt/Logs/Application.evtx"
CLIENT = "C/inetpub/wwwroot/aspnet_client"
GONE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def test_a_page_below_an_unreadable_folder_could_not_be_read() -> None:
    files = {
        f"{TEMP}/owa/8f3a1c52/1b6de0aa/session.aspx.f5dba9b9.compiled": compiled("/owa/auth/session.aspx"),
        f"{OWA}/auth/logon.aspx": PAGE,
    }
    (trace,) = traces(hunted(files, unreadable=(f"{OWA}/auth",)))
    assert trace.subject.presence is Presence.NOT_READABLE
    assert "could not be read, so whether it is still there is not known" in trace.findings[0].message
    (other,) = traces(hunted(files, unreadable=(f"{OWA}/scripts",)))
    assert other.subject.presence is Presence.DELETED


EXPORT = r'-Mailbox "anna" -FilePath "\\127.0.0.1\C$\inetpub\wwwroot\aspnet_client\x.aspx"'
CMDLET = Event(1, CMDLETS, ["New-MailboxExportRequest", EXPORT], "MSExchange Management")
REFUSED = Event(6, CMDLETS, [*CMDLET.values, "", "", "", "", "", "", "", "", "An.Exception"], "MSExchange Management")
DETECTED = Event(
    1116,
    "Microsoft-Windows-Windows Defender",
    {"Threat Name": "Backdoor:ASP/Chopper", "Path": f"file:_{GONE}", "Action Name": "Not Applicable"},
)
REMOVED = DETECTED._replace(number=1117, values={**DETECTED.values, "Action Name": "Quarantine"})  # type: ignore[dict-item]
FAILED = Event(
    1309,
    "ASP.NET 4.0.30319.0",
    ["3005", *["x"] * 16, "https://mail.example.com/aspnet_client/x.aspx", "/aspnet_client/x.aspx", "203.0.113.7"],
)
SITE = {f"{CLIENT}/system_web/a.js": b"", "C/inetpub/wwwroot/iisstart.htm": b"<html></html>"}
CONFIGURATION = {"C/inetpub/wwwroot/web.config": b"<configuration/>"}


def presences(event: Event, files: Mapping[str, bytes]) -> list[tuple[str, Presence]]:
    pytest.importorskip("evtx", reason="the extra for event logs is not installed")
    report = hunt(MemorySource({**files, EVENTS: event_log(chunk([event]))}))
    found = [each.subject for each in report.verdicts if each.subject.path.endswith("x.aspx")]
    assert {each.kind for each in found} <= {SubjectKind.TRACE, SubjectKind.FILE}
    return [(each.path, each.presence) for each in found]


@pytest.mark.parametrize("event", [CMDLET, DETECTED, FAILED, REMOVED], ids=["cmdlet", "detected", "error", "removed"])
def test_a_page_that_an_event_names_is_deleted_where_its_directory_was_collected(event: Event) -> None:
    assert presences(event, SITE) == [(GONE, Presence.DELETED)]
    expected = Presence.DELETED if event is REMOVED else Presence.NOT_COLLECTED
    assert presences(event, CONFIGURATION) == [(GONE, expected)]
    (alone,) = presences(event, {})
    assert alone[1] is expected


def test_a_page_that_is_there_is_a_file() -> None:
    files = {**SITE, f"{CLIENT}/x.aspx": PAGE}
    assert presences(CMDLET, files) == [(GONE, Presence.PRESENT)]
    assert presences(DETECTED, files) == [(GONE, Presence.PRESENT)]


def test_what_was_refused_was_never_there() -> None:
    ((path, presence),) = presences(REFUSED, SITE)
    assert (path, presence) == (GONE, Presence.PRESENT)
