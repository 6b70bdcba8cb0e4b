"""A sent view state: its facts, the commands in it, and its programs."""

from __future__ import annotations

import hashlib

from tests.builders.assemblies import dotnet_library
from tests.builders.view_states import CHAIN, KEY, PLAIN, forged, object_of, small_program, state_of
from webshellhunt.decoding.view_state.signing import MachineKey, Signature
from webshellhunt.decoding.view_state.structure import read_view_state
from webshellhunt.logs.payloads import Payload
from webshellhunt.model.traffic import LogKind
from webshellhunt.views.sent_view_state import Program, SentViewState, shown_texts

HOST_KEY = MachineKey(bytes.fromhex(KEY), origin=r"C:\inetpub\wwwroot\web.config", of_host=True)


def _sent(
    *,
    status: int = 500,
    chains: tuple[str, ...] = ("X",),
    key: MachineKey | None = None,
    passed: bool | None = None,
    kind: LogKind = LogKind.IIS,
) -> SentViewState:
    payload = Payload("", "/a.aspx", statuses={status: 1}, mac_passed=passed, kind=kind, log="u.log", line=3)
    signature = None if key is None else Signature(key, "SHA1")
    return SentViewState(payload, read_view_state(forged()), chains, signature, "0123456789ab" if key else None)


def test_forged_is_a_chain_with_a_right_signature() -> None:
    assert _sent(key=HOST_KEY).is_forged
    assert _sent(key=HOST_KEY).is_proof
    assert _sent(passed=True, kind=LogKind.EVENTS).is_proof
    public = HOST_KEY._replace(of_host=False, is_public=True)
    assert _sent(key=public).is_forged
    assert not _sent(key=public).is_proof


def test_not_forged() -> None:
    assert not _sent().is_forged
    assert not _sent(key=HOST_KEY, chains=()).is_forged
    assert not _sent(key=HOST_KEY, status=401).is_forged
    assert not _sent(key=HOST_KEY, passed=False, kind=LogKind.EVENTS).is_forged


def test_facts_have_no_key() -> None:
    facts = _sent(key=HOST_KEY).facts
    assert facts["key_fingerprint"] == "0123456789ab"
    assert KEY.lower() not in repr(facts).lower()
    assert facts["key_from"] == HOST_KEY.origin
    assert facts["statuses"] == ("500: 1",)


def test_the_evidence_is_a_line() -> None:
    evidence = _sent().evidence
    assert (evidence.path, evidence.line, evidence.excerpt) == ("u.log", 3, "")


def test_the_target_in_words() -> None:
    assert _sent().target == "/a.aspx"
    assert _sent()._replace(page="/ecp/default.aspx").target == "/ecp/default.aspx"
    assert _sent()._replace(payload=Payload("", "")).target == "an unknown page"


def test_the_sender_in_words() -> None:
    assert _sent().sender == ""
    payload = Payload("", "", clients={"203.0.113.7": None})
    assert _sent()._replace(payload=payload).sender == " from 203.0.113.7"
    payload.clients["203.0.113.8"] = None
    assert _sent()._replace(payload=payload).sender == " from 203.0.113.7 and 1 more"


def test_commands_are_shown_and_names_of_classes_not() -> None:
    texts = [
        "/c whoami",
        "cmd",
        "System.Diagnostics.Process",
        "Compare",
        "System.Diagnostics.Process Start(System.String, System.String)",
        "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
        "",
    ]
    assert shown_texts(texts) == ("/c whoami", "cmd")
    assert shown_texts(['<a FileName="cmd" Arguments="/c &quot;x&quot;"/>']) == ("cmd", '/c "x"')
    assert shown_texts(["&lt;s:String&gt;cmd&lt;/s:String&gt;"]) == ("cmd",)
    assert shown_texts(["<Root/>"]) == ()
    assert shown_texts([f"a {number}" for number in range(9)]) == ("a 0", "a 1", "a 2", "a 3")


def test_a_program_is_named_by_its_digest() -> None:
    data = small_program()
    assert Program.of(data) == Program(hashlib.sha256(data).hexdigest(), len(data), None)


def test_an_assembly_is_named() -> None:
    data = dotnet_library("public class A { }", "Inside")
    state = read_view_state(state_of(object_of(CHAIN, {"bytes": data})))
    (program,) = (Program.of(each) for each in state.contents.programs)
    assert (program.assembly, program.size_bytes) == ("Inside", len(data))


def test_what_is_read() -> None:
    assert _sent().is_read
    assert not _sent()._replace(state=read_view_state(PLAIN[:-1])).is_read
