"""A gadget chain with a right signature, and its benign twins."""

from __future__ import annotations

import hashlib

import pytest

from tests.builders.view_states import (
    CHAIN,
    KEY,
    PLAIN,
    event,
    forged,
    object_of,
    request,
    signed,
    small_program,
    state_of,
)
from tests.detectors.access_log.cases import HOST_KEY, sent
from webshellhunt.detectors.access_log.forged_view_state import RULE, find
from webshellhunt.knowledge.machine_keys import fingerprint, product_keys
from webshellhunt.model.rules import Confidence, Severity

EXCHANGE = product_keys()[0].validation.hex()


@pytest.mark.parametrize("status", [200, 500])
def test_signed_with_a_key_of_the_host(status: int) -> None:
    (found,) = find(sent(request(forged(), status=status), HOST_KEY))
    assert (found.rule, found.severity, found.confidence) == (RULE, Severity.CRITICAL, Confidence.HIGH)
    assert "/ecp/default.aspx from 203.0.113.7 has the gadget chain TextFormattingRunProperties" in found.message
    assert rf"C:\inetpub\wwwroot\web.config (fingerprint {fingerprint(HOST_KEY)})" in found.message
    assert KEY.upper() not in repr(found).upper()
    assert found.facts["page"] == "/ecp/default.aspx"
    assert found.facts["signed_with"] == "SHA1"


def test_signed_with_the_key_of_a_product() -> None:
    (found,) = find(sent(request(forged(EXCHANGE)), HOST_KEY))
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert "signed with the key of Exchange Server until February 2020 (CVE-2020-0688)" in found.message
    assert EXCHANGE not in repr(found).lower()


@pytest.mark.parametrize("named", [False, True])
def test_accepted_according_to_an_event(named: bool) -> None:
    state = signed(state_of(object_of(CHAIN)), "ff" * 20)
    (found,) = find(sent(event(state, detail="50204", named=named)))
    assert found.severity is Severity.CRITICAL
    assert found.message.endswith("the server accepted its signature: the sender has the machine key")


def test_a_program_inside_is_named_by_its_digest() -> None:
    program = small_program()
    state = signed(state_of(object_of(CHAIN, {"bytes": program})), KEY, "B97B4E27")
    (found,) = find(sent(request(state), HOST_KEY))
    assert found.facts["programs_sha256"] == (hashlib.sha256(program).hexdigest(),)


@pytest.mark.parametrize(
    "record",
    [
        request(signed(PLAIN, KEY, "B97B4E27")),
        request(signed(state_of(object_of("System.Data.DataSet")), KEY, "B97B4E27")),
        request(forged("ff" * 20)),
        request(forged(), status=401),
        request(forged(), status=404),
        event(forged(), detail="50203"),
        event(signed(PLAIN, "ff" * 20), detail="50204"),
        event(forged("ff" * 20), detail="50000", named=True),
    ],
    ids=["plain", "honest object", "other key", "not let in", "no page", "refused", "new session", "no reason"],
)
def test_no_forged_state(record: object) -> None:
    assert list(find(sent(record, HOST_KEY))) == []  # type: ignore[arg-type]
