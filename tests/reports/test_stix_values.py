"""Values of STIX: times and patterns, which the library of OASIS parses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from tests.reports.strategies import hostile
from webshellhunt.reports import stix_values
from webshellhunt.reports.stix_values import address_pattern, path_pattern, stix_time

stix2 = pytest.importorskip("stix2", reason="stix2 is not installed")


def test_a_time_is_in_utc_with_milliseconds() -> None:
    when = datetime(2021, 3, 3, 4, 5, 6, 789_999, tzinfo=UTC)
    assert stix_time(when) == stix_time(when.replace(tzinfo=None)) == "2021-03-03T04:05:06.789Z"
    assert stix_time(when.astimezone(timezone(timedelta(hours=2)))) == "2021-03-03T04:05:06.789Z"


def test_a_path_needs_a_folder_and_a_name() -> None:
    assert path_pattern("C:\\a\\x.aspx") == "[file:name = 'x.aspx' AND file:parent_directory_ref.path = 'C:\\\\a']"
    assert path_pattern("a/x.aspx") == "[file:name = 'x.aspx' AND file:parent_directory_ref.path = 'a']"
    assert path_pattern("x.aspx") is path_pattern("a/") is None


def test_an_address_has_its_version() -> None:
    assert address_pattern("203.0.113.7") == "[ipv4-addr:value = '203.0.113.7']"
    assert address_pattern("2001:db8::1") == "[ipv6-addr:value = '2001:db8::1']"


@given(hostile)
def test_patterns_of_hostile_texts_are_parsed(text: str) -> None:
    for name in ("content_pattern", "path_pattern", "name_pattern", "request_pattern", "agent_pattern"):
        pattern = getattr(stix_values, name)(text)
        if pattern is not None and name != "content_pattern":
            stix2.pattern_visitor.create_pattern_object(pattern, version="2.1")
