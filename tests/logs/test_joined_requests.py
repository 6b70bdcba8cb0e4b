"""Joined requests: one act for the rows of several logs, and never one for two rows of one log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.logs.joined_requests import APART, Row, join_rows
from webshellhunt.model.exploitation import Grade, Sighting
from webshellhunt.model.traffic import LogKind

PATTERN = next(each for exploit in load_patterns().exploits for each in exploit.patterns)
WHEN = datetime(2021, 3, 3, 4, 10, tzinfo=UTC)
IIS, PROXY = ("logs/W3SVC1/a.log", LogKind.IIS), ("logs/HttpProxy/a.log", LogKind.HTTP_PROXY)


def row(
    log: tuple[str, LogKind],
    line: int,
    second: float | None = 0,
    *,
    client: str | None = "192.0.2.7",
    request: str = "/ecp/y.js",
    request_id: str = "",
) -> Row:
    when = None if second is None else WHEN + timedelta(seconds=second)
    sighting = Sighting(
        Grade.POSSIBLE, "", Grade.SUCCEEDED, when, log[0], line, client=client, request=request, kind=log[1],
        request_id=request_id,
    )  # fmt: skip
    return Row(PATTERN, sighting, Grade.POSSIBLE)


def acts(*rows: Row) -> list[int]:
    return sorted(len(act) for act in join_rows(rows, lambda client: client == "10.0.0.4"))


def test_rows_of_two_logs_at_one_time_are_one_act() -> None:
    assert acts(row(IIS, 1), row(PROXY, 1, 0.6)) == [2]
    assert acts(row(IIS, 1), row(IIS, 2)) == [1, 1]
    assert acts(row(IIS, 1), row(PROXY, 1, APART.total_seconds() + 1)) == [1, 1]
    assert acts(row(IIS, 1, None), row(PROXY, 1, None)) == [1, 1]


def test_another_client_or_address_is_another_act() -> None:
    assert acts(row(IIS, 1), row(PROXY, 1, client="192.0.2.8")) == [1, 1]
    assert acts(row(IIS, 1), row(PROXY, 1, request="/owa/x.js")) == [1, 1]


def test_the_server_itself_and_a_row_without_a_client_fit_each_client() -> None:
    assert acts(row(IIS, 1), row(PROXY, 1, client="10.0.0.4")) == [2]
    assert acts(row(IIS, 1), row(PROXY, 1, client=None, request="")) == [2]


def test_an_identifier_joins_whatever_the_client_is() -> None:
    rows = [row(IIS, 1, client="10.9.9.9", request_id="a"), row(PROXY, 1, client="192.0.2.8", request_id="a")]
    assert acts(*rows) == [2]


def test_a_row_with_the_address_of_both_joins_the_front_end_and_the_back_end() -> None:
    back = row(("logs/W3SVC2/a.log", LogKind.IIS), 1, client="10.0.0.4", request="/ecp/ddi/x.svc")
    both = row(PROXY, 1, 0.5, request="/ecp/y.js as ServerInfo~a]@e:444/ecp/ddi/x.svc?a")
    assert acts(row(IIS, 1), back, both) == [3]


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from([IIS, PROXY]),
        st.integers(1, 9),
        st.sampled_from([0, 1, 4, 20, None]),
        client=st.sampled_from(["192.0.2.7", "10.0.0.4", None]),
        request=st.sampled_from(["/a", "/b", ""]),
    ),
    max_size=12,
    unique_by=lambda each: (each.sighting.log, each.sighting.line),
)


@given(ROWS)
def test_each_row_is_in_one_act_and_no_log_is_twice_in_one(rows: list[Row]) -> None:
    found = join_rows(rows, lambda client: client == "10.0.0.4")
    assert sorted(each.sighting.line for act in found for each in act) == sorted(each.sighting.line for each in rows)
    assert all(len({each.sighting.log for each in act}) == len(act) for act in found)
