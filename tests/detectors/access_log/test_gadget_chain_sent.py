"""A gadget chain without a right signature, and its benign twins."""

from __future__ import annotations

import pytest

from tests.builders.view_states import PLAIN, event, forged, object_of, request, signed, state_of
from tests.detectors.access_log.cases import HOST_KEY, sent
from webshellhunt.detectors.access_log.gadget_chain_sent import RULE, find
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import Record

UNKNOWN = "ff" * 20


@pytest.mark.parametrize(
    ("record", "severity", "words"),
    [
        (request(forged(UNKNOWN)), Severity.MEDIUM, "its signature fits none of the known keys"),
        (request(forged()[:-20]), Severity.MEDIUM, "its signature fits none of the known keys"),
        (request(forged()[:-40]), Severity.MEDIUM, "its signature fits none of the known keys"),
        (request(forged(UNKNOWN), status=401), Severity.LOW, "no answer shows that the page read it"),
        (request(forged(), status=404), Severity.LOW, "no answer shows that the page read it"),
        (event(forged(UNKNOWN)), Severity.LOW, "the server refused its signature"),
    ],
    ids=["unknown key", "no signature", "cut off", "not let in", "no page", "refused"],
)
def test_an_attempt(record: Record, severity: Severity, words: str) -> None:
    (found,) = find(sent(record, HOST_KEY))
    assert (found.rule, found.severity, found.confidence) == (RULE, severity, Confidence.HIGH)
    assert found.message.endswith(f"; {words}")
    assert found.facts["gadget_chain"] == "TextFormattingRunProperties"


@pytest.mark.parametrize(
    "record",
    [
        request(forged()),
        request(PLAIN),
        request(signed(PLAIN, UNKNOWN)),
        request(state_of(object_of("System.Data.DataSet", {"Tables": bytes(40)}))),
        event(forged(UNKNOWN), detail="50204"),
    ],
    ids=["told as forged", "plain", "signed", "honest object", "accepted"],
)
def test_no_attempt(record: Record) -> None:
    assert list(find(sent(record, HOST_KEY))) == []
