from __future__ import annotations

from datetime import date

from webshellhunt.correlation.address_tally import AddressTally, is_answered
from webshellhunt.model.traffic import LogKind, Record


def _taken(*statuses: int, day: str = "2021-03-03") -> AddressTally:
    tally = AddressTally()
    for hour, status in enumerate(statuses):
        fields = {"date": day, "time": f"{hour:02d}:00:00", "cs-method": "post", "sc-status": str(status), "c-ip": "a"}
        tally.take(Record("log", hour + 5, LogKind.IIS, fields))
    return tally


def test_requests_are_counted_by_their_answers() -> None:
    tally = _taken(404, 200, 404, 500)
    assert (tally.requests, tally.answered, tally.posted, tally.missed_before) == (4, 1, 1, 1)
    assert (tally.line, tally.answered_first_to, tally.methods["POST"]) == (6, "a", 4)


def test_the_days_are_those_of_the_first_and_the_last_request() -> None:
    assert _taken(200, 200).days == (date(2021, 3, 3), date(2021, 3, 3))
    assert _taken(200, day="no day").days is None


def test_options_ask_for_no_page() -> None:
    for method in ("OPTIONS", "trace"):
        assert not is_answered(Record("log", 1, LogKind.IIS, {"cs-method": method, "sc-status": "200"}))
    assert is_answered(Record("log", 1, LogKind.IIS, {"cs-method": "PUT", "sc-status": "201"}))
