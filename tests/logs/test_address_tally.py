from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.logs.address_tally import OF_PAGES, AddressTally, Outcome, outcome_of
from webshellhunt.model.traffic import LogKind, Record


def _taken(*statuses: int) -> AddressTally:
    tally = AddressTally()
    for hour, status in enumerate(statuses):
        fields = {"date": "2021-03-03", "time": f"{hour:02d}:00:00", "cs-method": "post", "sc-status": str(status)}
        tally.take(Record("log", hour + 5, LogKind.IIS, {**fields, "c-ip": "a"}))
    return tally


def test_requests_are_counted_by_their_answers() -> None:
    tally = _taken(404, 200, 404, 500)
    assert (tally.requests, tally.answered, tally.posted, tally.missed_before) == (4, 1, 1, 1)
    assert (tally.first_answered, tally.answered_first_to, tally.methods["POST"]) == (
        (datetime(2021, 3, 3, 1, tzinfo=UTC), 6), "a", 4,
    )  # fmt: skip


def _outcome(method: str = "GET", **fields: str) -> Outcome:
    return outcome_of(Record("log", 1, LogKind.IIS, {"cs-method": method, **fields}), OF_PAGES)


def test_head_and_options_are_no_use() -> None:
    for method in ("OPTIONS", "trace", "HEAD"):
        assert _outcome(method, **{"sc-status": "200"}) is Outcome.REFUSED
    assert _outcome("PUT", **{"sc-status": "201"}) is Outcome.ANSWERED


def test_a_page_that_fails_ran_unless_another_module_failed() -> None:
    assert _outcome(**{"sc-status": "500", "sc-substatus": "0"}) is Outcome.ANSWERED
    assert _outcome(**{"sc-status": "500"}) is Outcome.ANSWERED
    assert _outcome(**{"sc-status": "500", "sc-substatus": "19"}) is Outcome.REFUSED
    assert _outcome(**{"sc-status": "302"}) is Outcome.REFUSED
    assert _outcome(**{"sc-status": "503"}) is Outcome.REFUSED
    assert _outcome() is Outcome.UNKNOWN


def test_the_line_is_that_of_the_first_time_and_not_of_the_first_row() -> None:
    tally = AddressTally()
    for line, minute in ((5, 30), (6, 10), (7, 20)):
        fields = {"date": "2021-03-03", "time": f"04:{minute}:00", "sc-status": "200", "c-ip": "a"}
        tally.take(Record("log", line, LogKind.IIS, fields))
    assert tally.first_answered == (datetime(2021, 3, 3, 4, 10, tzinfo=UTC), 6)
    assert tally.last_answered == (datetime(2021, 3, 3, 4, 30, tzinfo=UTC), 5)


def test_a_filter_that_answers_404_is_no_witness_of_absence() -> None:
    tally = AddressTally()
    for line, substatus in ((5, "0"), (6, "7")):
        fields = {"date": "2021-03-03", "time": f"04:0{line}:00", "sc-status": "404", "sc-substatus": substatus}
        tally.take(Record("log", line, LogKind.IIS, fields))
    assert tally.missed_before == 1
    assert tally.missed == (datetime(2021, 3, 3, 4, 5, tzinfo=UTC), 5)
