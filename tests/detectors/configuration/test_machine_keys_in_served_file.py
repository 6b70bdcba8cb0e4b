"""Machine keys in files that the server only sends."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.knowledge.machine_keys import key_digest, published_keys
from webshellhunt.model.rules import Severity

DUMP = "machine_keys_in_served_file/dump"
EXCHANGE_KEY = "CB2721ABDAF8E9DC516D621D8B8BF13A2C9E8689A25303BF"


def test_both_keys_are_facts_and_secrets_of_the_excerpt() -> None:
    found = finding(DUMP, "WSH4091")
    assert set(found.facts) == {"validation_key", "decryption_key", "undo"}
    (evidence,) = found.evidence
    assert evidence.line == 1
    assert evidence.secrets
    shown = evidence.excerpt
    for secret in reversed(evidence.secrets):
        shown = shown[: secret.start] + shown[secret.end :]
    assert not any(str(key)[:16].lower() in shown.lower() for key in found.facts.values())


@pytest.mark.parametrize("name", ["dump", "element"])
def test_the_harmless_twins_are_left_alone(name: str) -> None:
    assert finding(f"machine_keys_in_served_file/{name}", "WSH4091")
    assert findings(f"machine_keys_in_served_file/{name}-twin", "WSH4091") == []


def test_a_public_key_is_an_example() -> None:
    key = str(finding(DUMP, "WSH4091").facts["validation_key"])
    assert key_digest(EXCHANGE_KEY) in published_keys()
    assert findings(changed(DUMP, (key, EXCHANGE_KEY)), "WSH4091") == []


@pytest.mark.parametrize("name", ["web.config.bak", "sample.txt", "README.txt", "appsettings.json"])
def test_samples_and_settings_are_left_to_other_rules(name: str) -> None:
    assert findings(changed(DUMP, path=f"inetpub/wwwroot/{name}"), "WSH4091") == []


@pytest.mark.parametrize("name", ["Components/SecurityAdvisor.cs", "App_Data/keys.txt", "app_code/keys.js"])
def test_what_the_server_refuses_to_send_nobody_fetches(name: str) -> None:
    assert findings(changed(DUMP, path="inetpub/wwwroot/Components/keys.txt"), "WSH4091")
    assert findings(changed(DUMP, path=f"inetpub/wwwroot/{name}"), "WSH4091") == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_keys_of_another_encoding_are_secrets_of_the_excerpt(encoding: str) -> None:
    fixture = read(DUMP)
    found = finding(fixture._replace(data=fixture.data.decode().encode(encoding)), "WSH4091")
    assert found.facts == finding(DUMP, "WSH4091").facts
    (evidence,) = found.evidence
    assert "\0" not in evidence.excerpt
    assert len(evidence.secrets or ()) == 2


def test_two_bare_keys_and_a_copy_of_a_configuration_are_questions() -> None:
    keys = [str(key).lower() for key in finding(DUMP, "WSH4091").facts.values()]
    alone = read(DUMP)._replace(data="\r\n".join([keys[0].ljust(128, "a")[:128], keys[1][:48]]).encode())
    copy = changed(DUMP, path="inetpub/wwwroot/web.config.txt")
    assert {finding(each, "WSH4091").severity for each in (alone, copy)} == {Severity.LOW}
    assert findings(alone._replace(data=keys[0].encode()), "WSH4091") == []
