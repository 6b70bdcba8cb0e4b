"""Traces of one page from several witnesses are one trace."""

from __future__ import annotations

from dataclasses import replace

from webshellhunt.detectors.placement import recorded_deletion
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.witnesses.known_traces import join_traces, with_known_traces

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


def test_a_later_witness_replaces_the_trace_of_an_earlier_one() -> None:
    file = Examination(Subject(SubjectKind.FILE, r"C:\x.aspx"), (FINDING,))
    new = Examination(Subject(SubjectKind.TRACE, r"C:\y.aspx"), (FINDING,))
    found = list(with_known_traces([file, TRACE], [SECOND, new]))
    assert found == [join_traces(TRACE, SECOND), new]
    assert found[0].subject.path == TRACE.subject.path  # the key by which it is replaced
