"""View states that can't be read, and those that can."""

from __future__ import annotations

import hashlib

import pytest

from tests.builders.view_states import PLAIN, event, forged, number, request, signed
from tests.detectors.access_log.cases import HOST_KEY, sent
from webshellhunt.detectors.access_log.unread_view_state import RULE, find
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import Record

LONG = b"".join(hashlib.sha256(bytes([part])).digest() for part in range(60))
LONG_PLAIN = b"\xff\x01\x05" + number(2_000) + b"a" * 2_000


@pytest.mark.parametrize(
    ("record", "severity", "words"),
    [
        (
            request(LONG),
            Severity.INFO,
            "an encrypted view state was sent to /ecp/default.aspx from 203.0.113.7 (2,560 characters)",
        ),
        (request(LONG_PLAIN[:-40]), Severity.INFO, "a view state that is cut off or of an unknown format"),
        (event(LONG), Severity.INFO, "an encrypted view state was sent to /owa/auth/errorFE.aspx"),
        (event(LONG, detail="50204"), Severity.LOW, "its signature was right, and the server could not use it"),
    ],
)
def test_context(record: Record, severity: Severity, words: str) -> None:
    (found,) = find(sent(record, HOST_KEY))
    assert (found.rule, found.severity) == (RULE, severity)
    assert words in found.message


@pytest.mark.parametrize(
    "record",
    [request(LONG[:64]), request(LONG_PLAIN), request(forged()), request(signed(PLAIN)), event(signed(PLAIN))],
    ids=["short", "long and plain", "a chain", "signed", "an event about a plain one"],
)
def test_nothing_to_note(record: Record) -> None:
    assert list(find(sent(record, HOST_KEY))) == []
