"""Listeners of a library."""

from __future__ import annotations

from tests.builders.compiled import findings_of
from tests.persistence.rows_il import module

LISTENS = 'var l = new System.Net.HttpLis·tener(); l.Prefixes.Add("https://*:443/ews/x/"); l.Start();'


def test_the_address_is_said_once() -> None:
    (finding,) = findings_of("WSH5010", module(LISTENS))
    assert "listens for requests itself https://*:443/ews/x/" in finding.message


def test_a_listener_of_no_entry_point_is_left_in_peace() -> None:
    assert findings_of("WSH5010", "public class Host { public void Run() { " + LISTENS + " } }") == []
