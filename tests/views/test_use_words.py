"""The use of a page in words: each sentence says what the logs prove, and what they don't."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.model.traffic import Count, Use
from webshellhunt.views.use_words import answers_in_words, may_have_run, times_in_words, use_in_brief, use_sentence

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
ONCE = Use(1, 1, 0, WHEN, WHEN, clients=("203.0.113.7",), client_count=1)
HIDDEN = Use(3, 3, 3, WHEN, WHEN, hidden=3, proxies=("10.0.0.5",))


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (
            ONCE._replace(claimed=("203.0.113.7",), proxies=("10.0.0.5",)),
            "used once, 2021-03-03T04:05:06Z, by 203.0.113.7 (claimed by X-Forwarded-For, through the proxy 10.0.0.5)",
        ),
        (HIDDEN, "used 3 times, 2021-03-03T04:05:06Z, by unknown clients: the proxy 10.0.0.5 hides them"),
        (
            Use(1, 1, 0, None, None, hidden=1),
            "used once, at an unknown time, by unknown clients: the log does not name them (c-ip)",
        ),
        (
            ONCE._replace(by_server=2, tried=("198.51.100.9",), tried_count=1, probes=12),
            "used once, 2021-03-03T04:05:06Z, by 203.0.113.7 and the server itself; tried in vain by 198.51.100.9; "
            "12 requests of monitoring not counted",
        ),
        (
            Use(2, 2, 2, WHEN, WHEN, failed=2, clients=("a",), client_count=1, statuses=(Count("500", 2),)),
            "answered with an error 2 times (status 500), 2021-03-03T04:05:06Z, to a; each time it ran and failed, "
            "or it does not compile",
        ),
        (
            Use(2, 0, 0, WHEN, WHEN, unknown=2, tried=("203.0.113.7",), tried_count=1),
            "requested 2 times, 2021-03-03T04:05:06Z, by 203.0.113.7; whether it was answered is unknown: "
            "the log has no status (sc-status)",
        ),
        (
            Use(0, 0, 0, None, None, doubts=("the logs lack 2021-03-01 to 2021-03-05",)),
            "not requested on the days that the logs cover; that does not make it harmless; "
            "the logs lack 2021-03-01 to 2021-03-05",
        ),
        (
            Use(0, 0, 0, None, None, probes=2),
            "requested by monitoring alone, 2 times; that does not make it harmless",
        ),
    ],
)
def test_a_use_is_one_sentence(use: Use, words: str) -> None:
    assert use_sentence(use) == words


def test_a_page_with_visitors_says_why_they_are_not_named_as_intruders() -> None:
    said = use_sentence(ONCE._replace(visited=True))
    assert said.endswith("; all users request such a page, and its visitors are not the intruder")


def test_few_words_for_a_table() -> None:
    assert use_in_brief(ONCE) == "once, on 2021-03-03"
    assert use_in_brief(Use(2, 0, 0, WHEN, WHEN, unknown=2)) == "requested 2 times, answer unknown"
    assert use_in_brief(Use(2, 0, 0, WHEN, WHEN)) == "never answered"
    assert use_in_brief(Use(0, 0, 0, None, None, doubts=("x",))) == "not in these logs"
    assert use_in_brief(Use(0, 0, 0, None, None)) == "not requested"


def test_answers_in_a_clause() -> None:
    assert answers_in_words(ONCE) == "the server answered once on 2021-03-03, to client 203.0.113.7"
    assert answers_in_words(HIDDEN).endswith("to unknown clients: the proxy 10.0.0.5 hides them, 3 of them with POST")


def test_counts_in_words() -> None:
    assert (times_in_words(1), times_in_words(2_000)) == ("once", "2,000 times")


def test_a_refused_request_starts_no_page() -> None:
    refused = Use(3, 0, 0, WHEN, WHEN, statuses=(Count("404", 3),))
    assert not may_have_run(refused)
    assert may_have_run(refused._replace(statuses=(Count("404", 2), Count("302", 1))))
    assert not may_have_run(refused._replace(statuses=(Count("200", 3),), methods=(Count("HEAD", 3),)))


def test_methods_that_are_not_named_are_said() -> None:
    methods = tuple(Count(name, 1) for name in ("GET", "POST", "HEAD", "OPTIONS", "PUT"))
    assert "(1 GET, 1 POST, 1 HEAD, 1 OPTIONS)" in use_sentence(Use(4, 0, 0, None, None, methods=methods[:4]))
    assert "(1 GET, 1 POST, 1 HEAD, 2 other)" in use_sentence(Use(5, 0, 0, None, None, methods=methods))
