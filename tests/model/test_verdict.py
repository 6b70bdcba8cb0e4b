"""Outcomes, subjects and verdicts."""

from __future__ import annotations

from tests.reports.cases import finding, verdict
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, WorkerResult


def test_dispositions_are_in_order_worst_last() -> None:
    assert max(Disposition) is Disposition.MALICIOUS
    assert Disposition.KNOWN_GOOD < Disposition.BENIGN < Disposition.UNEXPLAINED < Disposition.SUSPICIOUS


def test_an_outcome_becomes_the_examination_of_its_artifact() -> None:
    gap = Gap("a", "examine", "x", "b")
    examination = WorkerResult("00", executable=True, findings=(finding(),), gaps=(gap,)).of(
        Artifact("a/x.aspx", "C:\\a\\x.aspx", Role.OWA, 3)
    )
    subject = examination.subject
    assert (subject.kind, subject.presence) == (SubjectKind.FILE, Presence.PRESENT)
    assert (subject.role, subject.size_bytes, subject.sha256, subject.executable) == (Role.OWA, 3, "00", True)
    assert examination.gaps == (gap,)


def test_a_verdict_is_not_accepted_by_itself() -> None:
    assert not verdict("C:/a.aspx", Disposition.MALICIOUS, finding()).is_accepted
    assert len(verdict("C:/a.aspx", Disposition.MALICIOUS, finding()).counted) == 1
