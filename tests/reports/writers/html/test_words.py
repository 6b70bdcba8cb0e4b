"""Each value of the model has its words."""

from __future__ import annotations

from tests.reports.cases import WHEN
from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.traffic import Count, Use
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.writers.html import words


def test_each_value_of_the_model_has_its_words() -> None:
    assert set(words.STATES) == set(AssessmentState)
    assert set(words.SHAPES) == set(Disposition)
    assert set(words.MOMENTS) == set(MomentKind)


def test_no_state_is_called_clean() -> None:
    assert not any("clean" in name.lower() for _, name in words.STATES.values())


def test_the_use_of_a_page() -> None:
    assert "does not make it harmless" in words.use_words(Use(0, 0, 0, None, None))
    refused = words.use_words(Use(3, 0, 0, WHEN, WHEN, statuses=(Count("404", 3),)))
    assert refused == "Requested 3 times (status 404), never with success."
    once = words.use_words(Use(1, 1, 0, WHEN, WHEN, clients=("a",), client_count=1, sent_bytes=1))
    assert once == "Used once, 2021-03-03T04:05:06Z, by a, 1 byte sent."


def test_a_place_is_a_line_of_a_file_or_a_record_of_a_log() -> None:
    assert words.place_words("x.aspx", 1_000, 2, is_log=False) == "line 1,000, column 2"
    assert words.place_words("C:\\logs\\u_ex.log", 5, 1, is_log=True) == "u_ex.log, line 5"
    assert words.place_words("C:/logs/a.evtx", 5, 1, is_log=True) == "a.evtx, record 5"


def test_a_disposition_in_words() -> None:
    assert words.disposition_words(Disposition.KNOWN_GOOD) == "known good"
