"""Machine keys in files that the server only sends."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.knowledge.machine_keys import key_digest, published_keys

DUMP = "machine_keys_in_served_file/dump"
EXCHANGE_KEY = "CB2721ABDAF8E9DC516D621D8B8BF13A2C9E8689A25303BF"


def test_both_keys_are_facts_and_secrets_of_the_excerpt() -> None:
    found = finding(DUMP, "WSH4091")
    assert set(found.facts) == {"validation_key", "decryption_key"}
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
