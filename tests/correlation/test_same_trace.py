"""Traces of one page from several witnesses are one trace."""

from __future__ import annotations

from dataclasses import replace

from webshellhunt.correlation.same_trace import join_traces, merge_traces
from webshellhunt.detectors.placement import recorded_deletion
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind

FINDING = Finding(recorded_deletion.RULE, "it was deleted", Severity.HIGH, Confidence.HIGH)
OTHER = replace(FINDING, message="it ran")
TRACE = Examination(Subject(SubjectKind.TRACE, r"C:\x.aspx", presence=Presence.NOT_COLLECTED), (FINDING,))
SECOND = Examination(
    Subject(SubjectKind.TRACE, r"C:\X.ASPX", presence=Presence.DELETED, sha256="ab" * 32, executable=True),
    (FINDING, OTHER),
)


def test_one_trace_has_what_both_know() -> None:
    found = join_traces(TRACE, SECOND)
    assert found.findings == (FINDING, OTHER)
    assert found.subject == replace(TRACE.subject, presence=Presence.DELETED, sha256="ab" * 32, executable=True)


def test_files_are_left_as_they_are() -> None:
    file = Examination(Subject(SubjectKind.FILE, r"C:\x.aspx"), (FINDING,))
    assert merge_traces([file, TRACE, file, SECOND]) == [file, join_traces(TRACE, SECOND), file]
