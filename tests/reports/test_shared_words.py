"""The words that formats for people share."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import verdict
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.reports.shared_words import LOG_NAMES, is_logged, many, presence_words


def test_each_log_has_a_name() -> None:
    assert set(LOG_NAMES) == set(LogKind)


def test_counts() -> None:
    assert (many(1, "gap"), many(2_000, "gap")) == ("1 gap", "2,000 gaps")


def test_the_presence_of_a_subject() -> None:
    subject = verdict(presence=Presence.DELETED).subject
    assert presence_words(subject) == "deleted"
    trace = replace(subject, kind=SubjectKind.TRACE, presence=Presence.PRESENT)
    assert (presence_words(trace), is_logged(trace), is_logged(subject)) == ("in the logs", True, False)
