"""Each value of the model has its words."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import WHEN, verdict
from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import AssessmentState, Coverage, InputState
from webshellhunt.model.traffic import LogKind, Use
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind
from webshellhunt.reports.writers.html import words


def test_each_value_of_the_model_has_its_words() -> None:
    assert set(words.STATES) == set(AssessmentState)
    assert set(words.SHAPES) == set(Disposition)
    assert set(words.MOMENTS) == set(MomentKind)
    assert set(words.LOGS) == set(LogKind)
    assert set(words.INPUTS) == set(Coverage._fields)
    assert set(words.INPUT_STATES) == set(InputState)


def test_no_state_is_called_clean() -> None:
    assert not any("clean" in name.lower() for _, name in words.STATES.values())


def test_the_use_of_a_page() -> None:
    assert "does not make it harmless" in words.use_words(Use(0, 0, 0, None, None))
    assert "never with success" in words.use_words(Use(3, 0, 0, WHEN, WHEN))
    once = words.use_words(Use(1, 1, 0, WHEN, WHEN, sent_bytes=1))
    assert once == "Answered once, 2021-03-03 04:05:06 UTC; 1 byte sent."
    later = WHEN.replace(day=4)
    many = words.use_words(Use(5, 4, 0, WHEN, later))
    assert many == "Answered 4 times of 5 requests, 2021-03-03 04:05:06 to 2021-03-04 04:05:06 UTC."


def test_a_place_is_a_line_of_a_file_or_a_record_of_a_log() -> None:
    assert words.place_words("x.aspx", 1_000, 2, is_log=False) == "line 1,000, column 2"
    assert words.place_words("C:\\logs\\u_ex.log", 5, 1, is_log=True) == "u_ex.log, line 5"
    assert words.place_words("C:/logs/a.evtx", 5, 1, is_log=True) == "a.evtx, record 5"


def test_the_presence_of_a_subject() -> None:
    subject = verdict(presence=Presence.DELETED).subject
    assert words.presence_words(subject) == "deleted"
    trace = replace(subject, kind=SubjectKind.TRACE, presence=Presence.PRESENT)
    assert words.presence_words(trace) == "in the logs"


def test_counts() -> None:
    assert (words.many(1, "gap"), words.many(2_000, "gap")) == ("1 gap", "2,000 gaps")
    assert (words.times(1), words.times(2)) == ("once", "2 times")
    assert words.disposition_words(Disposition.KNOWN_GOOD) == "known good"
