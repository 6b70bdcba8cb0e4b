"""Witnesses are heard in turn; each knows what the earlier ones said, and a crash is one gap."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from webshellhunt import testimony
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.sources import MemorySource

PAGE = Examination(Subject(SubjectKind.FILE, r"C:\x.aspx", sha256="ab" * 32))
TRACE = Examination(Subject(SubjectKind.TRACE, r"C:\gone.aspx", presence=Presence.DELETED))
GAP = Gap("unreadable", "witnesses", "log", "it is locked")


def _first(_: ExaminedHost) -> Iterator[Examination | Gap]:
    yield TRACE
    yield GAP


def _second(host: ExaminedHost) -> Iterator[Examination | Gap]:
    assert TRACE in host.examinations
    yield Examination(PAGE.subject, gaps=(GAP,))


def _broken(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Crash at the call, before anything is yielded."""
    raise KeyError(host.source.location)


def test_none_is_heard_where_rules_alone_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testimony, "WITNESSES", (("first", _first),))
    source = MemorySource({"x.aspx": b""})
    host = ExaminedHost(source, survey(source, Limits()), [PAGE], Job(detectors=False))
    assert testimony.hear_witnesses(host) == ([PAGE], [])


def test_each_witness_adds_or_replaces(monkeypatch: pytest.MonkeyPatch) -> None:
    witnesses = (("first", _first), ("broken", _broken), ("second", _second))
    monkeypatch.setattr(testimony, "WITNESSES", witnesses)
    source = MemorySource({"x.aspx": b""})
    examinations, gaps = testimony.hear_witnesses(ExaminedHost(source, survey(source, Limits()), [PAGE], Job()))
    assert examinations == [Examination(PAGE.subject, gaps=(GAP,)), TRACE]
    assert gaps[0] == GAP
    assert "KeyError" in gaps[1].reason
