from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from tests.reports.cases import SECRET, finding, verdict
from webshellhunt.model.findings import FactValue
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.redaction import VICTIM_SECRETS, Redaction, fingerprint

PRINT = "sha256:" + hashlib.sha256(SECRET.encode()).hexdigest()[:12]


def redaction(facts: dict[str, FactValue], *, show_secrets: bool = False) -> Redaction:
    return Redaction(verdict("x", Disposition.MALICIOUS, finding(facts=facts)), show_secrets=show_secrets)


@pytest.mark.parametrize("name", sorted(VICTIM_SECRETS))
def test_a_secret_of_the_victim_is_a_fingerprint(name: str) -> None:
    facts: dict[str, FactValue] = {name: SECRET}
    assert redaction(facts).facts(facts) == {name: PRINT}
    assert redaction(facts, show_secrets=True).facts(facts) == facts


@pytest.mark.parametrize("name", ["request_key", "planted_at", "shell_password"])
def test_what_the_attacker_chose_is_shown(name: str) -> None:
    facts: dict[str, FactValue] = {name: "orange"}
    assert redaction(facts).facts(facts) == facts


def test_several_secrets_and_values_that_are_none() -> None:
    facts: dict[str, FactValue] = {"passwords": ("one one", "two two"), "password": None, "machine_key": True}
    shown = redaction(facts).facts(facts)
    assert shown == {
        "machine_key": True,
        "password": None,
        "passwords": (fingerprint("one one"), fingerprint("two two")),
    }


def test_a_number_that_is_a_secret_is_a_fingerprint() -> None:
    facts: dict[str, FactValue] = {"password": 12345}
    assert redaction(facts).facts(facts) == {"password": fingerprint("12345")}


def test_a_secret_is_taken_out_of_sentences_and_other_facts() -> None:
    facts: dict[str, FactValue] = {"machine_key": SECRET, "note": f"uses {SECRET}", "more": (SECRET, "x")}
    shown = redaction(facts)
    assert shown.text(f"the key {SECRET} is fixed") == f"the key {PRINT} is fixed"
    assert shown.facts(facts)["note"] == f"uses {PRINT}"
    assert shown.facts(facts)["more"] == (PRINT, "x")


def test_the_longer_secret_is_taken_out_whole() -> None:
    shown = redaction({"passwords": ("abcd", "abcdefgh")})
    assert shown.text("abcdefgh abcd") == f"{fingerprint('abcdefgh')} {fingerprint('abcd')}"


def test_a_short_secret_does_not_blot_out_words() -> None:
    assert redaction({"password": "a"}).text("a page") == "a page"


@pytest.mark.parametrize(
    ("excerpt", "shown"),
    [
        (f'<machineKey validationKey="{SECRET}"/>', f'<machineKey validationKey="{PRINT}"/>'),
        (f"<machineKey DECRYPTIONKEY = '{SECRET}'/>", f'<machineKey DECRYPTIONKEY = "{PRINT}"/>'),
        (f'connectionString="{SECRET}', f'connectionString="{PRINT}"'),
        ('<identity password=""/>', f'<identity password="{fingerprint("")}"/>'),
        ('<add key="a" value="b"/>', '<add key="a" value="b"/>'),
    ],
)
def test_attributes_of_a_configuration_that_are_secrets(excerpt: str, shown: str) -> None:
    [evidence] = finding(excerpt=excerpt, path=r"C:\x\Web.Config").evidence
    assert redaction({}).excerpt(evidence) == shown
    assert redaction({}, show_secrets=True).excerpt(evidence) == excerpt
    # In a page the same word is the attacker's: a shell's password is evidence.
    assert redaction({}).excerpt(replace(evidence, path=r"C:\x\page.aspx")) == excerpt


def test_a_known_secret_keeps_one_fingerprint_everywhere() -> None:
    [evidence] = finding(excerpt=f'validationKey="{SECRET}"', path="web.config").evidence
    assert redaction({"machine_key": SECRET}).excerpt(evidence) == f'validationKey="{PRINT}"'
