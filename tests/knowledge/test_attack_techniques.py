"""ATT&CK: each technique that a rule names exists in the version that we follow."""

from __future__ import annotations

import re

from tests.builders.tables import each_row
from webshellhunt.knowledge.attack_techniques import Tactic, load_tactics, load_techniques, tactics_of, technique_words
from webshellhunt.model.rules import Rule
from webshellhunt.reports.rule_list import iter_rules

RULES = list(iter_rules())
REVOKED = ("T1562", "T1070.001", "T1070.002", "T1574.002", "T1656", "T1672")


@each_row("rule", RULES)
def test_each_rule_names_techniques_of_this_version(rule: Rule) -> None:
    assert set(rule.techniques) <= load_techniques().keys()


@each_row("rule", RULES)
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


def test_each_technique_has_tactics_in_the_order_of_the_matrix() -> None:
    order = load_tactics()
    for technique in load_techniques():
        tactics = tactics_of(technique)
        assert tactics
        assert [order.index(tactic) for tactic in tactics] == sorted(order.index(tactic) for tactic in tactics)


def test_the_tactics_are_those_of_this_version() -> None:
    tactics = load_tactics()
    assert len(tactics) == len({tactic.id for tactic in tactics}) == len({each.short_name for each in tactics}) == 15
    assert all(re.fullmatch(r"TA\d{4}", tactic.id) for tactic in tactics)
    assert all(tactic.short_name == tactic.name.lower().replace(" ", "-") for tactic in tactics)
    assert "Defense Evasion" not in {tactic.name for tactic in tactics}


def test_a_tactic_has_its_id_and_names() -> None:
    assert tactics_of("T1505.003") == (Tactic("TA0003", "persistence", "Persistence"),)
    assert [tactic.name for tactic in tactics_of("T1112")] == ["Persistence", "Defense Impairment"]
    assert [tactic.id for tactic in tactics_of("T1027")] == ["TA0005"]
    assert tactics_of("T9999") == ()
