"""View states of the logs, with the keys of the host: traces and their verdicts."""

from __future__ import annotations

import sys

import pytest

from tests.builders import published_states as published
from tests.builders.mutants import mutants
from tests.builders.view_states import KEY, PLAIN, event, forged, request, signed
from webshellhunt.correlation.view_states import (
    MOST_FINDINGS,
    MOST_TRACES,
    host_keys,
    read_payload,
    user_keys,
    view_state_traces,
)
from webshellhunt.decoding.view_state.signing import Budget, MachineKey
from webshellhunt.host.walk.survey import survey
from webshellhunt.knowledge.machine_keys import product_keys
from webshellhunt.logs.payloads import Payload, PayloadTally, read_text_payloads
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.traffic import Record
from webshellhunt.model.verdict import Disposition, Examination, SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource
from webshellhunt.verdict.judge import judge

HOST_KEY = MachineKey(bytes.fromhex(KEY), origin=r"C:\inetpub\wwwroot\web.config", of_host=True)
CONFIG = (
    f'<configuration><system.web><machineKey validationKey="{KEY}" decryptionKey="{KEY}"/></system.web></configuration>'
)


def _tally(*records: Record) -> PayloadTally:
    tally = PayloadTally()
    for record in records:
        tally.take(record)
    return tally


def _traces(*records: Record, keys: tuple[MachineKey, ...] = (HOST_KEY,)) -> list[Examination]:
    return list(view_state_traces([_tally(*records)], keys))


def test_a_forged_state_is_proof() -> None:
    (trace,) = _traces(request(forged()), request(forged(), status=302))
    assert (trace.subject.kind, trace.subject.path) == (SubjectKind.TRACE, "/ecp/default.aspx")
    verdict = judge(trace)
    assert verdict.disposition is Disposition.MALICIOUS
    assert [finding.rule.id for finding in verdict.findings] == ["WSH7301"]


def test_an_attempt_is_no_success() -> None:
    exchange = product_keys()[0].validation.hex()
    for record, disposition in (
        (request(forged(exchange)), Disposition.SUSPICIOUS),
        (request(forged("ff" * 20)), Disposition.SUSPICIOUS),
        (request(forged(exchange), status=401), Disposition.UNEXPLAINED),
        (event(forged("ff" * 20)), Disposition.UNEXPLAINED),
    ):
        (trace,) = _traces(record)
        assert not trace.subject.executable
        assert judge(trace).disposition is disposition


def test_honest_traffic_leaves_no_trace() -> None:
    assert _traces(request(PLAIN, status=200), request(signed(PLAIN, KEY, "B97B4E27"), status=200)) == []
    assert _traces() == []


def test_addresses_are_apart_and_the_gravest_comes_first() -> None:
    traces = _traces(request(forged("ff" * 20), path="/a.aspx"), request(forged(), path="/b.aspx"),
                     request(forged(), path="/B.aspx", status=200))  # fmt: skip
    assert [each.subject.path for each in traces] == ["/b.aspx", "/a.aspx"]


def test_the_number_of_traces_and_findings_is_bounded() -> None:
    many = [request(forged("ff" * 20) + number.to_bytes(2, "big"), path="/a.aspx") for number in range(60)]
    many += [request(forged("ff" * 20), path=f"/{number}.aspx") for number in range(MOST_TRACES + 40)]
    traces = _traces(*many)
    assert len(traces) == MOST_TRACES
    assert max(len(each.findings) for each in traces) == MOST_FINDINGS


def test_what_was_left_out_is_a_gap() -> None:
    budget = Budget(1_000)
    keys = tuple(MachineKey(bytes([number]) * 20) for number in range(50))
    tally = _tally(request(forged("ff" * 20)))
    tally.left_out = 7
    (trace,) = view_state_traces([tally], keys, budget)
    assert [gap.code for gap in trace.gaps] == ["view-states-left-out", "view-states-not-checked"]


def test_the_page_of_a_generator() -> None:
    for generator, page in (
        ("042A94E8", "/owa/auth/errorfe.aspx"),
        ("3FE2630A", "/portal/loginpage.aspx"),
        ("0" * 8, None),
    ):
        (trace,) = _traces(request(forged("ff" * 20), path="/x.aspx", generator=generator))
        assert trace.findings[0].facts.get("page") == page


@pytest.mark.parametrize("published_one", published.DERIVED.values(), ids=published.DERIVED)
def test_a_published_state_is_decrypted(published_one: str) -> None:
    pytest.importorskip("cryptography", reason="the extra for decryption is not installed")
    (payload,) = read_text_payloads(f"GET /form.aspx?__VIEWSTATE={published_one}".replace("+", "%2B").encode(), "x")
    sent = read_payload(payload, [published.KEY])
    assert sent.is_encrypted
    assert sent.is_read
    assert sent.signature is not None
    assert sent.signature.derived


def test_without_the_extra_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    payload = Payload(published.LEGACY["SHA1", "AES"], "/query.aspx")
    sent = read_payload(payload, [published.KEY])
    assert "webshellhunt[view-state]" in sent.note
    other = read_payload(payload, [HOST_KEY])
    assert (other.signature, other.note) == (None, "")


def test_another_decryption_key_is_noted() -> None:
    pytest.importorskip("cryptography", reason="the extra for decryption is not installed")
    (payload,) = read_text_payloads(f"__VIEWSTATE={published.LEGACY['SHA1', 'AES']}".replace("+", "%2B").encode(), "x")
    sent = read_payload(payload, [published.KEY._replace(decryption=b"")])
    assert sent.note == "its signature is right, and the decryption key is another one"


def test_the_keys_of_a_host_are_those_of_its_configuration() -> None:
    source = MemorySource({"C/inetpub/wwwroot/web.config": CONFIG.encode(), "C/inetpub/wwwroot/a.aspx": b"x"})
    surveyed = survey(source, Limits())
    examinations = [Examination(each.subject, each.findings) for each in hunt(source).verdicts]
    (key,) = host_keys(source, surveyed, examinations)
    assert (key.validation, key.decryption, key.of_host) == (bytes.fromhex(KEY), bytes.fromhex(KEY), True)
    assert key.origin.endswith("web.config")
    assert host_keys(MemorySource({}), surveyed, examinations) == ()
    assert host_keys(source, surveyed, []) == ()


def test_the_keys_of_the_user_come_after_those_of_the_host() -> None:
    named = user_keys(Job(signing_keys=((KEY, ""), ("ab" * 8, KEY), ("", ""))))
    assert [(key.validation.hex(), key.is_public, key.of_host) for key in named] == [
        (KEY, True, False),
        ("ab" * 8, True, False),
    ]
    (trace,) = _traces(request(forged()), keys=named)
    assert judge(trace).disposition is Disposition.SUSPICIOUS
    assert "a list of --machine-keys" in trace.findings[0].message
    (trace,) = _traces(request(forged()), keys=(HOST_KEY, *named))
    assert judge(trace).disposition is Disposition.MALICIOUS


@pytest.mark.parametrize("name", ["web.config", "sub/app.config"])
def test_a_configuration_without_a_known_drive_is_read(name: str) -> None:
    source = MemorySource({name: CONFIG.encode()})
    examinations = [Examination(each.subject, each.findings) for each in hunt(source).verdicts]
    assert len(host_keys(source, survey(source, Limits()), examinations)) == 1


def test_mutants_of_a_request_are_read() -> None:
    for mutant in mutants(forged(), 300):
        for trace in _traces(request(mutant)):
            judge(trace)
