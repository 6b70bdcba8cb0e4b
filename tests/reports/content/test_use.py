"""The use of a subject and its presence in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.reports.cases import verdict
from webshellhunt.model.traffic import Count, Use
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.reports.content.subjects import is_logged, presence_words, use_sentence

NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)


def test_the_presence_of_a_subject() -> None:
    subject = verdict(presence=Presence.DELETED).subject
    assert presence_words(subject) == "deleted"
    trace = replace(subject, kind=SubjectKind.TRACE, presence=Presence.PRESENT)
    assert (presence_words(trace), is_logged(trace), is_logged(subject)) == ("in the logs", True, False)


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (Use(0, 0, 0, None, None), "not requested in the logs that are here; that does not make it harmless"),
        (
            Use(2, 0, 0, NOON, NOON, statuses=(Count("404", 2),)),
            "requested 2 times (status 404), never with success",
        ),
        (
            Use(3, 0, 0, NOON, NOON, statuses=(Count("404", 2), Count("500", 1))),
            "requested 3 times (status 404: 2, 500: 1), never with success; "
            "a page may run and still send such a status",
        ),
        (
            Use(1, 1, 0, NOON, NOON, clients=("203.0.113.7",), client_count=1, sent_bytes=1234),
            "used once, 2021-03-03T12:00:00Z, by 203.0.113.7, 1,234 bytes sent",
        ),
        (
            Use(9, 8, 0, NOON, NOON + timedelta(days=1), clients=("a", "b", "c"), client_count=5),
            "used 8 times (of 9 requests), 2021-03-03T12:00:00Z until 2021-03-04T12:00:00Z, by a, b, c and 2 more",
        ),
        (
            Use(
                901,
                901,
                900,
                NOON,
                NOON,
                methods=(Count("POST", 900), Count("GET", 1)),
                statuses=(Count("200", 901),),
                clients=("a",),
                client_count=1,
            ),
            "used 901 times (900 POST, 1 GET; status 200), 2021-03-03T12:00:00Z, by a",
        ),
        (
            Use(0, 0, 0, None, None, in_period=True),
            "not requested in the period that was read; that does not make it harmless",
        ),
    ],
)
def test_the_use_of_a_file_is_one_sentence(use: Use, words: str) -> None:
    assert use_sentence(use) == words


def test_a_client_cannot_write_to_the_terminal() -> None:
    use = Use(1, 1, 0, NOON, NOON, clients=("\x1b[2J\n",), client_count=1)
    assert "\x1b" not in use_sentence(use)
    assert "\n" not in use_sentence(use)
