"""Which keys are public, by whose list, and that the message never holds one."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.knowledge.machine_keys import key_digest, product_keys
from webshellhunt.model.limits import Job
from webshellhunt.pipeline import examine

HERE = "published_machine_key/exchange_pair"
OWN = "0123456789ABCDEF" * 3


def keys_of(name: str) -> list[str]:
    return [part for part in read(name).data.decode().split('"') if len(part) in (32, 48)]


def test_the_pair_of_exchange_is_known_and_not_repeated() -> None:
    found = finding(HERE, "WSH4004")
    assert found.facts["published_key"] == ("validationKey", "decryptionKey")
    assert "every Exchange server until" in found.message
    (evidence,) = found.evidence
    assert evidence.secrets is not None
    assert {secret.value for secret in evidence.secrets} <= set(keys_of(HERE))
    assert not any(key in found.message or key in str(found.facts) for key in keys_of(HERE))


def test_one_public_key_of_two_is_enough_in_any_case() -> None:
    validation, _ = keys_of(HERE)
    (found,) = findings(changed(HERE, (validation, OWN), ("E9D2", "e9d2")), "WSH4004")
    assert found.facts["published_key"] == ("decryptionKey",)


def test_what_follows_the_key_is_no_part_of_it() -> None:
    validation, decryption = keys_of(HERE)
    assert findings(changed(HERE, (validation, f"{validation},IsolateApps"), (decryption, OWN)), "WSH4004")


def test_a_key_of_the_users_list() -> None:
    validation, decryption = keys_of(HERE)
    fixture = changed(HERE, (validation, OWN), (decryption, "AutoGenerate"))
    assert findings(fixture, "WSH4004") == []
    job = Job(machine_keys=frozenset({key_digest(OWN)}))
    rules = {f.rule.id: f.message for f in examine(fixture.data, path=fixture.path, job=job).findings}
    assert "the list of --machine-keys" in rules["WSH4004"]


def test_the_key_of_another_product() -> None:
    validation, decryption = keys_of(HERE)
    key = product_keys()[1]
    fixture = changed(HERE, (validation, key.validation.hex()), (decryption, OWN))
    (found,) = findings(fixture, "WSH4004")
    assert "as the key of Gladinet CentreStack" in found.message
