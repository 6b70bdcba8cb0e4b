from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from tests.reports.cases import SECRET, finding, verdict
from webshellhunt.model.findings import FactValue, Secret
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.redaction import VICTIM_SECRETS, Redaction, fingerprint, replaced

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


def test_a_fingerprint_is_its_own() -> None:
    assert fingerprint(PRINT) == PRINT
    assert fingerprint(f"{PRINT}0") != f"{PRINT}0"
    assert redaction({"password": PRINT}).facts({"password": PRINT}) == {"password": PRINT}


def test_what_has_no_secrets_any_more_stays_as_it_is() -> None:
    text = f'validationKey="{PRINT}{SECRET}'
    made = verdict("web.config", Disposition.MALICIOUS, finding(excerpt=text, facts={"password": PRINT}))
    shown = Redaction(replace(made, secrets_hidden=True), show_secrets=False)
    assert shown.text(text) == shown.excerpt(made.findings[0].evidence[0]) == text
    assert SECRET not in Redaction(made, show_secrets=False).text(text)


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
        (f"<machineKey DECRYPTIONKEY = '{SECRET}'/>", f"<machineKey DECRYPTIONKEY = '{PRINT}'/>"),
        (f'connectionString="{SECRET}', f'connectionString="{PRINT}'),
        (f'<identity password="{SECRET}"/>', f'<identity password="{PRINT}"/>'),
        ('<identity password=""/>', '<identity password=""/>'),
        ('<add key="a" value="b"/>', '<add key="a" value="b"/>'),
    ],
)
def test_settings_that_are_secrets_where_nobody_looked_around(excerpt: str, shown: str) -> None:
    [evidence] = finding(excerpt=excerpt, path=r"C:\x\Web.Config").evidence
    assert redaction({}).excerpt(evidence) == shown
    assert redaction({}, show_secrets=True).excerpt(evidence) == excerpt


@pytest.mark.parametrize("excerpt", [f'password="{SECRET}"', f'<input name="pwd" value="{SECRET}"/>'])
def test_in_a_page_the_same_word_is_the_attackers(excerpt: str) -> None:
    [evidence] = finding(excerpt=excerpt, path=r"C:\x\page.aspx").evidence
    assert redaction({}).excerpt(evidence) == excerpt


def test_what_was_looked_up_around_an_excerpt_decides() -> None:
    [evidence] = finding(excerpt=f'{SECRET[8:]}" password="orange"', path="web.config").evidence
    evidence = replace(evidence, secrets=(Secret(0, len(SECRET) - 8, SECRET),))
    assert redaction({}).excerpt(evidence) == f'{PRINT}" password="orange"'
    assert redaction({}).excerpt(replace(evidence, secrets=())) == evidence.excerpt
    assert redaction({}, show_secrets=True).excerpt(evidence) == evidence.excerpt


def test_what_an_excerpt_holds_is_not_said_in_words_either() -> None:
    made = finding(excerpt=f"...{SECRET[:9]}")
    [evidence] = made.evidence
    made = replace(made, evidence=(replace(evidence, secrets=(Secret(3, 12, SECRET), Secret(0, 1, "database"))),))
    shown = Redaction(verdict("x", Disposition.MALICIOUS, made), show_secrets=False)
    assert shown.text(f"{SECRET} of the database") == f"{PRINT} of the database"
    assert shown.facts({"note": SECRET}) == {"note": PRINT}
    assert SECRET not in repr(evidence.secrets)


def test_words_that_were_cut_off_in_a_secret() -> None:
    shown = redaction({"machine_key": SECRET})
    assert shown.text(f"the key {SECRET[:20]}…") == f"the key {PRINT}…"
    assert shown.text(f"the key {SECRET[:7]}…") == f"the key {SECRET[:7]}…"
    assert shown.text("the key…") == "the key…"


def test_a_fingerprint_is_not_replaced_again() -> None:
    print_of = fingerprint("one one")
    assert redaction({"passwords": ("one one", print_of[7:11])}).text("one one") == print_of


def test_a_sentence_that_names_a_secret() -> None:
    assert redaction({}).text(f'its validationKey="{SECRET}" is fixed') == f'its validationKey="{PRINT}" is fixed'


def test_line_ends_stay_where_they_were() -> None:
    assert replaced("a\nb\nc\nd", (Secret(2, 5, "b\nc"),)) == f"a\n{fingerprint('b' + chr(10) + 'c')}\n\nd"


def test_a_known_secret_keeps_one_fingerprint_everywhere() -> None:
    [evidence] = finding(excerpt=f'validationKey="{SECRET}"', path="web.config").evidence
    assert redaction({"machine_key": SECRET}).excerpt(evidence) == f'validationKey="{PRINT}"'


def test_facts_are_in_the_order_of_their_names_as_reports_show_them() -> None:
    made = verdict("a.aspx", Disposition.MALICIOUS, finding(facts={"\ud800": None, "request_key": None}))
    facts = Redaction(made, show_secrets=False).facts(made.findings[0].facts)
    assert list(facts) == ["\ud800", "request_key"]
