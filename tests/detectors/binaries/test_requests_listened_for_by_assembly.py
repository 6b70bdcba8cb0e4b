"""Listeners of a library."""

from __future__ import annotations

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import module

LISTENS = 'var l = new System.Net.HttpLis·tener(); l.Prefixes.Add("https://*:443/ews/x/"); l.Start();'


def test_the_address_is_said_once() -> None:
    (finding,) = findings_of("WSH5010", module(LISTENS))
    assert "listens for requests itself https://*:443/ews/x/" in finding.message


def test_a_listener_of_no_entry_point_is_left_in_peace() -> None:
    own = LISTENS.replace("*:443/ews", "*:8443/status")
    assert findings_of("WSH5010", "public class Host { public void Run() { " + own + " } }") == []


def test_one_at_an_address_of_exchange_is_reported_whoever_starts_it() -> None:
    assert len(findings_of("WSH5010", "public class Host { public void Run() { " + LISTENS + " } }")) == 1
