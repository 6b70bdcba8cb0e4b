"""The rules of the installation, each id once."""

from __future__ import annotations

from webshellhunt.reports.rule_list import iter_rules, rules_by_id


def test_each_id_is_there_once() -> None:
    ids = [rule.id for rule in iter_rules()]
    assert len(ids) == len(set(ids))
    assert {"WSH1001", "WSH9107"} <= set(ids)


def test_a_merged_rule_leads_to_the_one_that_it_is_a_part_of() -> None:
    ids = {rule.id for rule in iter_rules()}
    merged = [name for rule in iter_rules() for name in rule.merged]
    assert ids.isdisjoint(merged)
    assert len(merged) == len(set(merged))
    assert rules_by_id()["WSH1024"].id == "WSH1030"


def test_a_rule_of_a_detector_has_its_page() -> None:
    assert rules_by_id()["WSH1001"].page
    assert "WSH9107" not in rules_by_id()
