"""ATT&CK: each technique that a rule names exists in the version that we follow."""

from __future__ import annotations

import re

import pytest

from webshellhunt.knowledge.attack_techniques import load_techniques, technique_words
from webshellhunt.model.rules import Rule
from webshellhunt.reports.rule_list import iter_rules

RULES = list(iter_rules())
REVOKED = ("T1562", "T1070.001", "T1070.002", "T1574.002", "T1656", "T1672")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_names_techniques_of_this_version(rule: Rule) -> None:
    assert set(rule.techniques) <= load_techniques().keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_page_links_to_a_revoked_technique(rule: Rule) -> None:
    links = re.findall(r"attack\.mitre\.org/techniques/(T\d{4})(?:/(\d{3}))?", rule.page or "")
    linked = {f"{number}.{part}" if part else number for number, part in links}
    assert linked <= load_techniques().keys()


def test_nothing_revoked_is_listed() -> None:
    assert not [technique for technique in load_techniques() if technique.startswith(REVOKED)]
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in load_techniques())


def test_a_technique_is_told_with_its_name() -> None:
    assert technique_words("T1685.001") == "T1685.001 Disable or Modify Tools: Disable or Modify Windows Event Log"
    assert technique_words("T9999") == "T9999"
