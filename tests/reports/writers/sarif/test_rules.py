"""Rules of SARIF: levels and pages from this installation, and messages that are no markup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import EVAL, PUBLIC, finding
from webshellhunt.model.rules import Severity
from webshellhunt.reports.rule_list import rules_by_id
from webshellhunt.reports.writers.sarif import message_text, rule_descriptor, taxonomy


def test_a_rule_of_ours_has_its_page_and_severity() -> None:
    made = rule_descriptor(replace(finding(), severity=Severity.INFO), ("T1190", "T1505.003"))
    assert made["help"]["text"] == message_text(rules_by_id()["WSH1001"].page)
    assert made["fullDescription"]["text"].startswith("Text of the request")
    assert made["defaultConfiguration"] == {"level": "error"}
    assert made["properties"] == {
        "tags": ["security", "attack.t1505.003"], "precision": "high", "security-severity": "9.5",
    }  # fmt: skip
    assert made["relationships"][0]["target"]["index"] == 1
    assert made["name"] == "RequestReachesEval"
    assert made["helpUri"].startswith("https://attack.mitre.org/")


def test_a_rule_of_others_has_what_its_finding_says() -> None:
    made = rule_descriptor(finding(PUBLIC), ())
    assert made["defaultConfiguration"] == {"level": "warning"}
    assert made["properties"]["security-severity"] == "5.5"
    assert "help" not in made
    information = rule_descriptor(replace(finding(PUBLIC), severity=Severity.INFO), ())
    assert "security-severity" not in information["properties"]


def test_many_techniques_make_few_tags() -> None:
    techniques = tuple(f"T10{n}" for n in range(10, 40))
    made = rule_descriptor(finding(replace(EVAL, techniques=techniques)), techniques)
    assert len(made["properties"]["tags"]) == 10
    assert len(made["relationships"]) == 30


def test_a_technique_has_its_name_and_tactics() -> None:
    [taxon, unknown] = taxonomy(("T1505.003", "T9999"))["taxa"]
    assert taxon["name"] == "Server Software Component: Web Shell"
    assert taxon["helpUri"] == "https://attack.mitre.org/techniques/T1505/003"
    assert taxon["properties"] == {"tactics": ["Persistence"]}
    assert unknown == {"id": "T9999"}


@pytest.mark.parametrize(
    ("text", "message"), [("{0} is {", "{{0}} is {{"), ("[x](http://a)", "[x] (http://a)"), ("plain", "plain")]
)
def test_a_message_is_no_markup(text: str, message: str) -> None:
    assert message_text(text) == message
