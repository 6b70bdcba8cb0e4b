"""One page that requests, remnants and events prove is one subject, and each witness adds to what the others say."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.builders.event_logs import Event, chunk, event_log
from tests.builders.logs import row, text_log
from tests.builders.servers import HOST_CONFIG, application_host
from tests.correlation.test_deleted_pages import TEMP, compiled
from tests.correlation.test_presence import CMDLET, DETECTED, EVENTS, FAILED, REMOVED, SITE
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

PATH = "/aspnet_client/x.aspx"
REMNANT = {f"{TEMP}/root/e22c2559/92c7e946/x.aspx.898219ba.compiled": compiled(PATH)}
SERVED = {f"C/{HOST_CONFIG}": application_host(("/", r"C:\inetpub\wwwroot"))}
USED, RAN = "WSH7101", "WSH5002"


def rows(path: str = PATH, site: int = 1) -> dict[str, bytes]:
    """Return the log of a site that answered a page three times."""
    times = ("05:00:00", "05:01:00", "05:02:00")
    log = text_log(LogKind.IIS, *(row(f"2021-03-03 {each}", path, method="POST") for each in times))
    return {f"C/inetpub/logs/LogFiles/W3SVC{site}/u_ex210303.log": log}


def event(told: Event) -> dict[str, bytes]:
    return {EVENTS: event_log(chunk([told]))}


def reported(files: Mapping[str, bytes], *, alone: bool = False) -> Report:
    pytest.importorskip("evtx", reason="the extra for event logs is not installed")
    return hunt(MemorySource(files), job=Job(logs=LogOptions(alone=alone)))


def the_page(report: Report) -> Verdict:
    (verdict,) = (each for each in report.verdicts if each.subject.path.lower().endswith("x.aspx"))
    assert verdict.subject.kind is SubjectKind.TRACE
    assert [each.rule.id for each in verdict.findings].count(USED) == 1
    assert (verdict.use is not None, verdict.use and verdict.use.answered) == (True, 3)
    return verdict


@pytest.mark.parametrize("around", [{}, SERVED, SITE], ids=["logs", "configuration", "the directory was collected"])
@pytest.mark.parametrize(
    "witness",
    [REMNANT, event(CMDLET), event(DETECTED), event(REMOVED), event(FAILED), {**REMNANT, **event(DETECTED)}],
    ids=["remnant", "cmdlet", "detected", "removed", "error", "remnant and detected"],
)
def test_no_witness_makes_a_page_less_accused(around: Mapping[str, bytes], witness: Mapping[str, bytes]) -> None:
    by_requests = the_page(reported({**around, **rows()}))
    assert by_requests.disposition is Disposition.SUSPICIOUS
    verdict = the_page(reported({**around, **rows(), **witness}))
    assert verdict.disposition >= by_requests.disposition
    added = {each.rule.id for each in verdict.findings} - {each.rule.id for each in by_requests.findings}
    assert added
    assert (RAN in added) is (REMNANT.items() <= witness.items())
    assert verdict.subject.presence is (Presence.DELETED if around is SITE else verdict.subject.presence)


@pytest.mark.parametrize("told", [CMDLET, DETECTED, FAILED], ids=["cmdlet", "detected", "error"])
def test_logs_alone_have_one_trace_of_a_page(told: Event) -> None:
    report = reported({**rows(), **event(told)}, alone=True)
    verdict = the_page(report)
    assert verdict.subject.path == (PATH if told is FAILED else r"C:\inetpub\wwwroot\aspnet_client\x.aspx")
    assert [each.kind.value for each in report.timeline].count("first_used") == 1


def test_a_remnant_and_an_event_without_any_configuration_are_one_page() -> None:
    remnant = {"Temporary ASP.NET Files/root/e22c2559/92c7e946/x.aspx.898219ba.compiled": compiled(PATH)}
    report = reported({**remnant, **event(DETECTED)})
    (verdict,) = (each for each in report.verdicts if each.subject.path.lower().endswith("x.aspx"))
    assert {RAN, "WSH6046"} <= {each.rule.id for each in verdict.findings}
    assert verdict.subject.path == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def test_a_remnant_of_the_back_end_is_the_page_of_its_requests() -> None:
    exchange = r"C:\Program Files\Microsoft\Exchange Server\V15"
    front, back = (
        application_host(("/ecp", rf"{exchange}\{each}\ecp")) for each in (r"FrontEnd\HttpProxy", "ClientAccess")
    )
    site = back[back.index(b"<site ") : back.index(b"</sites>")].replace(b'"Default Web Site" id="1"', b'"Back" id="2"')
    configuration = {f"C/{HOST_CONFIG}": front.replace(b"</sites>", site + b"</sites>")}
    remnant = {f"{TEMP}/ecp/8f3a1c52/1b6de0aa/x.aspx.cdcab7d2.compiled": compiled("/ecp/x.aspx")}
    the_page(reported({**configuration, **remnant, **rows("/ecp/x.aspx", site=2)}))


def test_a_collection_of_remnants_alone_says_that_no_page_was_examined(tmp_path: Path) -> None:
    remnant = {f"{TEMP}/owa/8f3a1c52/1b6de0aa/logon.aspx.f5dba9b9.compiled": compiled("/owa/auth/logon.aspx")}
    with zipfile.ZipFile(tmp_path / "Collection-EXCH01.zip", "w") as archive:
        archive.writestr("uploads.json", b"")
        for path, data in {**SERVED, **remnant}.items():
            archive.writestr(path.replace("C/", "uploads/auto/C%3A/", 1), data)
    report = hunt(tmp_path / "Collection-EXCH01.zip")
    assert report.counts["files"] > 0
    assert "the hunt is incomplete: no page was examined and 2 important" in report.assessment.sentence
