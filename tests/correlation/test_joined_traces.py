"""Two witnesses of one missing file."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import finding
from webshellhunt.correlation.joined_traces import join_traces
from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind

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


def test_a_known_content_needs_all_witnesses() -> None:
    known = replace(_trace(), known_good="Exchange 15.2")
    assert join_traces([known, known])[0].known_good == "Exchange 15.2"
    assert join_traces([known, _trace()])[0].known_good is None
