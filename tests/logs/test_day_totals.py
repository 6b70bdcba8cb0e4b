"""Bounded counts of clients by day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs import day_totals
from webshellhunt.logs.day_totals import ClientDay, DayTotals, ServiceUse
from webshellhunt.logs.services import Service

DAY = "2021-03-05"


def test_bytes_go_to_the_kind_of_their_service() -> None:
    found = DayTotals()
    found.add_requests(DAY, "a", 3, answered=2)
    for service, size in (
        (Service.EWS, 1),
        (Service.SYNC, 10),
        (Service.ADDRESS_BOOK, 100),
        (Service.POWERSHELL, 1000),
    ):
        found.add_bytes(DAY, "a", service, size)
    assert found.days[DAY]["a"] == ClientDay(3, 2, 1000, 1, 110)
    assert found.days[DAY]["a"].all_bytes == found.bytes_of_day(DAY) == 1111
    assert found.answered_of_day(DAY) == 2
    assert found.has_bytes


def test_beyond_the_bound_the_smallest_clients_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_totals, "MOST_CLIENTS", 10)
    found = DayTotals()
    for number in range(100):
        found.add_bytes(DAY, f"c{number}", Service.OTHER, number)
    assert len(found.days[DAY]) <= 10
    assert "c98" in found.days[DAY]
    assert found.bytes_of_day(DAY) == sum(range(100))
    assert found.others[DAY].clients + len(found.days[DAY]) == 100


def test_all_days_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_totals, "MOST_ENTRIES", 50)
    found = DayTotals()
    for number in range(20):
        for client in range(10):
            found.add_bytes(f"2021-03-{number + 1:02}", str(client), Service.OTHER, client)
    assert sum(map(len, found.days.values())) <= 60
    assert sum(found.bytes_of_day(day) for day in found.days) == 20 * 45


def test_merged_totals_are_sums() -> None:
    one, two = DayTotals(), DayTotals()
    one.add_bytes(DAY, "a", Service.OTHER, 5)
    two.add_bytes(DAY, "a", Service.OTHER, 6)
    two.others[DAY] = ClientDay(requests=9, answered=8, clients=4)
    one.merge(two)
    assert one.days[DAY]["a"].other_bytes == 11
    assert one.others[DAY].clients == 4
    assert one.answered_of_day(DAY) == 8


def test_uses_are_kept_by_client_user_and_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_totals, "_MOST_USES", 4)
    found = ServiceUse()
    for number in range(20):
        found.add(DAY, Service.EWS, f"c{number}", None, "x", requests=number + 1, answered=number)
    found.add(DAY, Service.EWS, "c19", None, "x", requests=1, answered=1)
    kept = list(found)
    assert len(kept) <= 4
    assert max(each.answered for each in kept) == 20
    assert found.left_out + sum(each.requests for each in kept) == sum(range(1, 21)) + 1
    other = ServiceUse()
    other.merge(found)
    assert list(other) == kept


@given(st.lists(st.tuples(st.sampled_from(["1", "2"]), st.sampled_from("abc"), st.integers(0, 9)), max_size=30))
def test_merging_is_counting(rows: list[tuple[str, str, int]]) -> None:
    whole, one, two = DayTotals(), DayTotals(), DayTotals()
    for number, (day, client, size) in enumerate(rows):
        for each in (whole, (one, two)[number % 2]):
            each.add_requests(day, client, 1)
            each.add_bytes(day, client, Service.OTHER, size)
    one.merge(two)
    assert one.days == whole.days


def test_the_days_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_totals, "MOST_DAYS", 3)
    found = DayTotals()
    for number in range(9):
        found.add_bytes(f"2021-03-0{number + 1}", "a", Service.OTHER, 1)
    assert len(found.days) == 3
