"""The model as dictionaries and lists, by the names of its fields."""

from __future__ import annotations

from datetime import UTC, date, datetime

from webshellhunt.model.fleet import OnHost, TimeOf
from webshellhunt.model.traffic import Count
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.records.plain import plain, plain_record

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)


def test_each_kind_of_value_has_its_form() -> None:
    assert plain(("a\udcff", 1, True, None, WHEN, date(2021, 3, 3))) == [
        r"a\xff", 1, True, None, "2021-03-03T04:05:06Z", "2021-03-03",
    ]  # fmt: skip
    assert plain({"b": Disposition.KNOWN_GOOD, "a": TimeOf.FIRST_USE}) == {"b": "known_good", "a": "first_use"}
    assert plain(Count("POST", 2)) == {"value": "POST", "requests": 2}


def test_a_record_leaves_out_and_replaces_fields() -> None:
    on_host = OnHost("A", WHEN, TimeOf.SEEN, "w", ("x.aspx",), 2)
    record = plain_record(on_host, "witness", "paths", subjects=3, when=on_host.when_utc)
    assert record == {
        "host": "A", "when_utc": "2021-03-03T04:05:06Z", "time_of": "seen", "subjects": 3,
        "when": "2021-03-03T04:05:06Z",
    }  # fmt: skip
