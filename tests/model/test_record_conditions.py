"""Conditions on a record of a log."""

from __future__ import annotations

import pickle
import re
from ipaddress import ip_network

import pytest

from webshellhunt.model.record_conditions import (
    ADDRESS,
    AllOf,
    AnyOf,
    Compares,
    Condition,
    InNetwork,
    Matches,
    NotThis,
    Order,
    Present,
    words_of,
)
from webshellhunt.model.traffic import LogKind, Record

FIELDS = {
    "cs-method": "POST",
    "cs-uri-stem": "/owa/x",
    "cs-uri-query": "a=b",
    "c-ip": "192.0.2.7",
    "cs(user-agent)": "python-requests/2.25+test",
    "sc-status": "200",
}
RECORD = Record("C:\\x.log", 7, LogKind.IIS, FIELDS)
POST = Matches("method", re.compile(r"\Apost\Z", re.IGNORECASE), "post")
GET = Matches("method", re.compile(r"\AGET\Z"), "get")
OWA = Matches("path", re.compile("/owa/"), "/owa/")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (POST, True),
        (GET, False),
        (AllOf((POST, OWA)), True),
        (AllOf((POST, GET)), False),
        (AnyOf((GET, OWA)), True),
        (AnyOf(()), False),
        (NotThis(GET), True),
        (Matches(ADDRESS, re.compile(r"\A/owa/x\?a=b\Z")), True),
        (Matches("query", re.compile(r"\Aa=b\Z")), True),
        (Matches("query", re.compile("/owa/x")), True),
        (Matches("agent", re.compile("2.25 test")), True),
        (Matches("referer", re.compile(".*")), False),
        (Matches(None, re.compile("POST /owa")), True),
        (Matches(None, re.compile("nowhere")), False),
        (Present("client"), True),
        (Present("referer"), False),
        (Compares("status", Order.EQUAL, 200), True),
        (Compares("status", Order.GREATER_OR_EQUAL, 200), True),
        (Compares("status", Order.LESS, 200), False),
        (Compares("taken_ms", Order.GREATER, 0), False),
        (InNetwork("client", ip_network("192.0.2.0/24")), True),
        (InNetwork("client", ip_network("2001:db8::/32")), False),
        (InNetwork("agent", ip_network("192.0.2.0/24")), False),
    ],
)
def test_conditions(condition: Condition, holds: bool) -> None:
    assert condition.holds(RECORD) is holds
    assert pickle.loads(pickle.dumps(condition)) == condition


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (OWA, {"/owa/"}),
        (GET, None),
        (AllOf((GET, OWA)), {"/owa/"}),
        (AnyOf((GET, OWA)), None),
        (AnyOf((POST, OWA)), {"post", "/owa/"}),
        (AllOf((AnyOf((POST, OWA)), OWA)), {"/owa/"}),
        (NotThis(OWA), None),
        (Compares("status", Order.EQUAL, 200), None),
        (AnyOf(()), None),
    ],
)
def test_words_of_a_condition(condition: Condition, words: set[str] | None) -> None:
    assert words_of(condition, 4) == words
