"""Two witnesses of one missing file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.logs import row, text_log
from tests.builders.recorded_server import AUTH, PLANTED, RecordedServer, rules_of, verdict_of
from tests.builders.servers import FRAMEWORK
from tests.reports.cases import finding
from webshellhunt.correlation.joined_traces import join_traces
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Examination, Presence, Subject, SubjectKind

PAGE = r"C:\inetpub\wwwroot\x.aspx"
GAP = Gap("deadline", "examine", PAGE, "it took too long")


def _trace(path: str = PAGE, message: str = "one", **changes: object) -> Examination:
    subject = replace(Subject(SubjectKind.TRACE, path, presence=Presence.DELETED), **changes)  # type: ignore[arg-type]
    return Examination(subject, (replace(finding(), message=message),), (GAP,))


def test_traces_of_one_file_are_joined() -> None:
    known = _trace(PAGE.upper(), "two", sha256="ab" * 32, executable=True, presence=Presence.NOT_COLLECTED)
    other = _trace(r"C:\other.aspx")
    joined, kept = join_traces([_trace(), other, known])
    assert [each.message for each in joined.findings] == ["one", "two"]
    assert (joined.subject.presence, joined.subject.executable) == (Presence.DELETED, True)
    assert (joined.subject.sha256, joined.gaps) == ("ab" * 32, (GAP,))
    assert kept == other


def test_a_file_and_a_trace_in_a_log_stay_apart() -> None:
    file = Examination(Subject(SubjectKind.FILE, PAGE))
    logged = _trace(presence=Presence.PRESENT)
    alone = [file, _trace(), logged, logged]
    assert join_traces(alone) == alone


def test_a_known_content_stays_known() -> None:
    known = replace(_trace(sha256="ab" * 32), known_good="Exchange 15.2")
    assert join_traces([known, known])[0].known_good == "Exchange 15.2"
    assert join_traces([_trace(), known])[0].known_good == "Exchange 15.2"
    changed = _trace(sha256="cd" * 32)
    assert [each.known_good for each in join_traces([known, changed])] == ["Exchange 15.2", None]
    assert join_traces([replace(_trace(), known_good="Exchange 15.2"), _trace()])[0].known_good is None


def test_two_contents_of_one_path_are_two_traces() -> None:
    first = _trace(message="first", sha256="ab" * 32)
    second = _trace(message="second", sha256="cd" * 32, presence=Presence.PRESENT)
    unknown = _trace(message="it ran", presence=Presence.NOT_COLLECTED)
    graver = replace(second, findings=tuple(replace(each, severity=Severity.CRITICAL) for each in second.findings))
    lesser = replace(first, findings=tuple(replace(each, severity=Severity.LOW) for each in first.findings))
    found = join_traces([unknown, lesser, graver, lesser])
    told = {each.subject.sha256: [finding.message for finding in each.findings] for each in found}
    assert told == {"ab" * 32: ["first"], "cd" * 32: ["it ran", "second"]}
    assert [each.subject.presence for each in found] == [Presence.PRESENT, Presence.DELETED]


def test_a_trace_has_what_any_witness_knows() -> None:
    times = Timestamps(created_utc=datetime(2021, 3, 1, tzinfo=UTC), original=True)
    content = _trace(PAGE.upper(), sha256="ab" * 32, size_bytes=9, role=Role.WWWROOT)
    (joined,) = join_traces([_trace(times=times), content, content])
    assert [each.message for each in joined.findings] == ["one"]
    assert (joined.subject.path, joined.subject.size_bytes) == (PAGE, 9)
    assert (joined.subject.times, joined.subject.role) == (times, Role.WWWROOT)


def test_a_page_that_was_collected_after_all_has_the_findings_of_its_trace() -> None:
    file = Examination(Subject(SubjectKind.FILE, PAGE.upper()))
    missing = _trace(presence=Presence.NOT_COLLECTED, executable=True)
    removed = _trace(sha256="ab" * 32, presence=Presence.PRESENT)
    assert join_traces([file, missing, removed]) == [replace(file, findings=missing.findings), removed]


REMNANT = f"C/{FRAMEWORK}/Temporary ASP.NET Files/owa/8f1b/a0/health.aspx.cdcab7d2.compiled"


@pytest.mark.parametrize("has_snapshot", [True, False])
def test_one_absence_with_many_witnesses_is_one_idea(*, has_snapshot: bool) -> None:
    server = RecordedServer()
    page = b"<html>OK</html>"
    server.files[REMNANT] = (
        b'<preserve resultType="3" virtualPath="/owa/auth/health.aspx" assembly="App_Web_q3xk0v_d" type="ASP.x" />'
    )
    server.table.file(f"{AUTH}/health.aspx", PLANTED, content=page, in_use=False)
    log = [row(f"2021-03-03 04:{n:02d}:00", "/owa/auth/health.aspx", method="GET") for n in range(9)]
    server.files["C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"] = text_log(LogKind.IIS, *log)
    if has_snapshot:
        server.snapshot("HarddiskVolumeShadowCopy1", PLANTED, {f"{AUTH}/health.aspx": page})
    found = verdict_of(server.hunt(), "health.aspx")
    assert found is not None
    assert {"WSH5002", "WSH6031"} | ({"WSH6036"} if has_snapshot else set()) <= rules_of(found)
    assert found.subject.executable
    assert found.disposition is Disposition.SUSPICIOUS


def test_one_absence_in_layouts_stays_unexplained() -> None:
    server = RecordedServer()
    layouts = "Program Files/Common Files/microsoft shared/Web Server Extensions/16/TEMPLATE/LAYOUTS"
    server.files[f"C/{layouts}/other.aspx"] = b"<html>"
    server.came_and_went(f"{layouts}/health.aspx", when=PLANTED, after=timedelta(days=9))
    server.snapshot("HarddiskVolumeShadowCopy1", PLANTED, {f"{layouts}/health.aspx": b"<html>OK</html>"})
    found = verdict_of(server.hunt(), "health.aspx")
    assert {"WSH6031", "WSH6036"} <= rules_of(found)
    assert found is not None
    assert found.disposition is Disposition.UNEXPLAINED
