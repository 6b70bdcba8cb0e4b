"""Setup is told by many stock pages that are there, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.witnesses.setup_times import HOUR, _Event, _is_in, _spans

START = datetime(2021, 3, 3, tzinfo=UTC)
_EVENTS = st.lists(st.tuples(st.integers(0, 900), st.sampled_from("abcdef")), max_size=40)


@given(_EVENTS, st.integers(0, 900))
def test_spans_are_the_hours_with_enough_pages(drawn: list[tuple[int, str]], asked: int) -> None:
    events = [_Event(START + timedelta(minutes=minute), (name,)) for minute, name in drawn]
    hours = [[each for each in events if first.when_utc <= each.when_utc <= first.when_utc + HOUR] for first in events]
    busy = {each.when_utc for hour in hours if len({each.names for each in hour}) >= 3 for each in hour}
    when = START + timedelta(minutes=asked)
    spans = _spans(events, 3)
    if any(abs(each - when) <= HOUR for each in busy):
        assert _is_in(spans, when)
    elif all(abs(each - when) > 2 * HOUR for each in busy):
        assert not _is_in(spans, when)
    assert [end for _, end in spans] == sorted(end for _, end in spans)


def test_one_page_many_times_is_no_setup() -> None:
    assert _spans([_Event(START + timedelta(seconds=at), ("a",)) for at in range(99)], 3) == []
