"""Pages that are known only by what ASP.NET kept of them: deleted, not collected, or answering without a source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders.assemblies import page_assembly
from webshellhunt.binaries.compiled_pages import directory_hash
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.reports.records.report_records import verdict_record
from webshellhunt.scan.executors import open_executor
from webshellhunt.sources.described import DescribedHost, open_described
from webshellhunt.sources.memory import MemorySource

HOSTS = Path(__file__).parents[2] / "fixtures" / "hosts"
TEMP = "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files"
OWA = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa"
SHOWN = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa"
PAGE = b"<html></html>"
FIRST = datetime(2021, 3, 3, 4, 20, 2, tzinfo=UTC)


def compiled(virtual_path: str, assembly: str = "App_Web_q3xk0v_d") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<preserve resultType="3" virtualPath="{virtual_path}" '
        f'assembly="{assembly}" type="ASP.x_aspx"><filedeps><filedep name="{virtual_path}" /></filedeps></preserve>'
    ).encode()


def hunted(files: Mapping[str, bytes], unreadable: tuple[str, ...] = ()) -> Report:
    times = {path: Timestamps(modified_utc=FIRST, original=True) for path in files}
    return hunt(MemorySource(files, times=times, unreadable=unreadable))


def traces(report: Report) -> list[Verdict]:
    found = [verdict for verdict in report.verdicts if verdict.subject.kind is SubjectKind.TRACE]
    return [verdict for verdict in found if not verdict.findings[0].rule.id.startswith("WSH7")]


def accused(report: Report) -> dict[str, Disposition]:
    return {v.subject.path: v.disposition for v in report.verdicts if v.disposition > Disposition.BENIGN}


@pytest.fixture(scope="module")
def tidied() -> DescribedHost:
    return open_described(HOSTS / "compiled-remnants.host")


def test_deleted_pages_are_traces_with_their_first_time(tidied: DescribedHost) -> None:
    report = hunt(tidied.source())
    found = {trace.subject.path: trace for trace in traces(report)}
    assert set(found) == {r"C:\inetpub\wwwroot\aspnet_client\offline.aspx", SHOWN + r"\auth\session.aspx"}
    for trace in found.values():
        assert (trace.subject.presence, trace.disposition) == (Presence.DELETED, Disposition.SUSPICIOUS)
        assert [finding.rule.id for finding in trace.findings] == ["WSH5002"]
    facts = found[r"C:\inetpub\wwwroot\aspnet_client\offline.aspx"].findings[0].facts
    assert facts["first_ran"] == "2021-02-28T19:44:51Z"
    assert facts["virtual_path"] == "/aspnet_client/offline.aspx"
    record = verdict_record(found[r"C:\inetpub\wwwroot\aspnet_client\offline.aspx"])
    assert (record["subject_kind"], record["presence"], record["source_path"]) == ("trace", "deleted", None)


def test_pages_that_answer_without_a_source_are_found(tidied: DescribedHost) -> None:
    report = hunt(tidied.source())
    files = {
        path: word for path, word in accused(report).items() if path not in {t.subject.path for t in traces(report)}
    }
    assert files == {
        SHOWN + r"\bin\load.aspx.cdcab7d2.compiled": Disposition.SUSPICIOUS,
        SHOWN + r"\PrecompiledApp.config": Disposition.SUSPICIOUS,
        r"C:\inetpub\wwwroot\bin\load.aspx.cdcab7d2.compiled": Disposition.SUSPICIOUS,
    }
    for path, expected in tidied.expectations.items():
        (verdict,) = [v for v in report.verdicts if v.subject.path == path.replace("C/", "C:/", 1).replace("/", "\\")]
        assert verdict.disposition is expected.disposition
        assert set(expected.rules) <= {finding.rule.id for finding in verdict.findings}


def test_the_clean_twin_is_silent() -> None:
    report = hunt(open_described(HOSTS / "compiled-remnants-twin.host").source())
    assert accused(report) == {}
    assert traces(report) == []
    assert [gap for gap in report.gaps if gap.matters] == []


def test_processes_find_the_same_traces(tidied: DescribedHost) -> None:
    with open_executor(2) as executor:
        report = hunt(tidied.source(), executor=executor)
    assert [(t.subject, t.reasons) for t in traces(report)] == [
        (t.subject, t.reasons) for t in traces(hunt(tidied.source()))
    ]


def test_a_collection_of_remnants_and_configuration_calls_nothing_deleted() -> None:
    report = hunted(
        {
            f"{TEMP}/owa/8f3a1c52/1b6de0aa/session.aspx.f5dba9b9.compiled": compiled("/owa/auth/session.aspx"),
            f"{TEMP}/owa/8f3a1c52/1b6de0aa/logon.aspx.f5dba9b9.compiled": compiled("/owa/auth/logon.aspx"),
            f"{TEMP}/root/e22c2559/92c7e946/x.aspx.898219ba.compiled": compiled("/aspnet_client/x.aspx"),
            f"{OWA}/web.config": b"<configuration />",
            f"{OWA}/auth/web.config": b"<configuration />",
            "C/inetpub/wwwroot/web.config": b"<configuration />",
            "C/inetpub/wwwroot/aspnet_client/web.config": b"<configuration />",
        }
    )
    found = traces(report)
    assert {trace.subject.presence for trace in found} == {Presence.NOT_COLLECTED}
    assert {trace.subject.path for trace in found} == {
        SHOWN + r"\auth\session.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx",
    }
    assert max(trace.disposition for trace in found) <= Disposition.UNEXPLAINED
    assert all("not collected" in trace.findings[0].message for trace in found)


def test_remnants_alone_are_of_pages_that_were_not_collected() -> None:
    (trace,) = traces(
        hunted({"Temporary ASP.NET Files/root/e22c2559/92c7e946/x.aspx.cdcab7d2.compiled": compiled("/x.aspx")})
    )
    assert (trace.subject.presence, trace.subject.path) == (Presence.NOT_COLLECTED, "/x.aspx")
    assert trace.disposition is Disposition.BENIGN


def test_a_copy_that_holds_the_other_pages_of_the_directory_shows_what_was_deleted() -> None:
    files = {
        f"{TEMP}/owa/8f3a1c52/1b6de0aa/session.aspx.f5dba9b9.compiled": compiled("/owa/auth/session.aspx"),
        f"{OWA}/auth/logon.aspx": PAGE,
    }
    (trace,) = traces(hunted(files))
    assert trace.subject.presence is Presence.DELETED
    assert traces(hunted({**files, f"{OWA}/auth/Session.ASPX": PAGE})) == []
    locked = traces(hunted(files, unreadable=(f"{OWA}/auth",)))
    assert [each.subject.presence for each in locked] == [Presence.NOT_READABLE]


def test_a_page_of_an_ordinary_site_that_is_gone_is_no_accusation() -> None:
    (trace,) = traces(
        hunted(
            {
                f"{TEMP}/root/e22c2559/92c7e946/old.aspx.cdcab7d2.compiled": compiled("/old.aspx"),
                "C/inetpub/wwwroot/new.aspx": PAGE,
            }
        )
    )
    assert (trace.subject.presence, trace.disposition) == (Presence.DELETED, Disposition.UNEXPLAINED)


def test_a_service_may_live_in_the_configuration_alone() -> None:
    files = {
        f"{TEMP}/owa/8f3a1c52/1b6de0aa/push.svc.f5dba9b9.compiled": compiled("/owa/auth/push.svc"),
        f"{OWA}/auth/logon.aspx": PAGE,
    }
    (trace,) = traces(hunted(files))
    assert trace.disposition is Disposition.UNEXPLAINED


def test_a_time_of_a_copy_is_told_as_such() -> None:
    path = f"{TEMP}/owa/8f3a1c52/1b6de0aa/session.aspx.f5dba9b9.compiled"
    source = MemorySource({path: compiled("/owa/auth/session.aspx")}, times={path: Timestamps(modified_utc=FIRST)})
    (finding,) = traces(hunt(source))[0].findings
    assert finding.facts["first_ran_if_times_are_kept"] == "2021-03-03T04:20:02Z"
    assert "first on" not in finding.message


def test_the_text_says_when_it_ran_and_what_tells_so(tidied: DescribedHost) -> None:
    report = hunt(tidied.source())
    text = str(render(report, "text"))
    assert "the page /owa/auth/session.aspx ran (first on 2021-03-03T04:20:02Z) and was deleted" in text
    assert "session.aspx.f5dba9b9.compiled" in text


def test_an_assembly_alone_names_its_page_by_the_hash() -> None:
    name = "App_Web_session.aspx.f5dba9b9.w2mmn_ab.dll"
    folder = f"{TEMP}/owa/8f3a1c52/1b6de0aa"
    (trace,) = traces(hunted({f"{folder}/{name}.delete": b"", f"{OWA}/auth/logon.aspx": PAGE}))
    assert trace.subject.path == SHOWN + r"\auth\session.aspx"
    assert trace.findings[0].facts["marked_for_deletion"] is True


def test_what_the_assembly_did_is_told_with_the_page() -> None:
    body = (
        'void Page_Load(object s, EventArgs e) { var c = Request.Form["key1"]; '
        'var r = Sys·tem.Diagno·stics.Proc·ess.St·art("tool.exe", c); }'
    )
    folder, assembly = f"{TEMP}/owa/8f3a1c52/1b6de0aa", "App_Web_q3xk0v_d"
    report = hunted(
        {
            f"{folder}/logon.aspx.f5dba9b9.compiled": compiled("/owa/auth/logon.aspx", assembly),
            f"{folder}/{assembly}.dll": page_assembly(body),
            f"{OWA}/auth/logoff.aspx": PAGE,
        }
    )
    (trace,) = traces(report)
    assert trace.disposition is Disposition.SUSPICIOUS
    assert trace.findings[0].facts["assembly_rules"] == ("WSH5001",)
    assert "run as a command" in trace.findings[0].message


@pytest.mark.parametrize("data", [b"", b"<preserve", compiled("/" + "a" * 400), compiled("not/an/address")])
def test_broken_remnants_end_no_hunt(data: bytes) -> None:
    report = hunted({f"{TEMP}/owa/8f3a1c52/1b6de0aa/x.aspx.f5dba9b9.compiled": data})
    assert traces(report) == []


def test_a_page_of_a_folder_that_never_was_is_not_called_uncollected() -> None:
    hashed = directory_hash("~/auth/lang")
    report = hunted(
        {
            f"{TEMP}/owa/8f3a1c52/1b6de0aa/x.aspx.{hashed}.compiled": compiled("/owa/auth/lang/x.aspx"),
            f"{OWA}/web.config": b"<configuration />",
        }
    )
    (trace,) = traces(report)
    assert trace.findings[0].message.endswith("lies in no folder of Exchange: perhaps it was never a file")
