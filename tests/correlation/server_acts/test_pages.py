"""The requests of events about pages."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, event_record
from webshellhunt.correlation.server_acts.records import (
    FailedRequest,
    iter_failed_page,
    iter_refused_object,
    iter_refused_view_state,
    read_request,
)

ASPNET = "ASP.NET 4.0.30319.0"


def test_the_address_the_path_and_the_client_follow_each_other() -> None:
    values = ["3005", "x", "https://m/owa/a.aspx?b", "/owa/a.aspx", "2001:db8::1", "user"]
    request = read_request(event_record(Event(1309, ASPNET, values)))
    assert request == FailedRequest("https://m/owa/a.aspx?b", "/owa/a.aspx", "2001:db8::1")


def test_a_message_has_them_too() -> None:
    text = "Request URL: https://m/owa/a.aspx \r\nUser host address: 203.0.113.9 \r\nUser:  \r\n"
    request = read_request(event_record(Event(1309, ASPNET, {"message": text})))
    assert request == FailedRequest("https://m/owa/a.aspx", "/owa/a.aspx", "203.0.113.9")


@pytest.mark.parametrize("values", [[], ["https://["], ["https://[::", "x", "y"], ["https://m"]])
def test_an_event_without_them_has_none(values: list[str]) -> None:
    record = event_record(Event(1309, ASPNET, values))
    assert read_request(record).client == ""
    assert list(iter_failed_page(record)) == []


def test_the_code_of_a_view_state_in_a_message() -> None:
    text = "Ereigniscode: 4009\r\nEreignismeldung: Viewstate\r\nURL: https://m/a.aspx\r\nAdresse: 203.0.113.9"
    (act,) = iter_refused_view_state(event_record(Event(1316, ASPNET, {"message": text})))
    assert (act.shown, act.who) == ("view state of /a.aspx refused", "203.0.113.9")


def test_the_line_of_the_error_is_shown() -> None:
    record = event_record(Event(9, "MSExchange Common", ["first\nat BinaryFormatter.Deserialize(Stream)\nlast"]))
    (act,) = iter_refused_object(record, "msexchange common")
    assert act.shown == "at BinaryFormatter.Deserialize(Stream)"
