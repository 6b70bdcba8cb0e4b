"""The rules of the installation, each id once."""

from __future__ import annotations

from webshellhunt.reports.rule_list import iter_rules, rules_by_id


def test_each_id_is_there_once() -> None:
    ids = [rule.id for rule in iter_rules()]
    assert len(ids) == len(set(ids))
    assert {"WSH1001", "WSH9107"} <= set(ids)


def test_a_rule_of_a_detector_has_its_page() -> None:
    assert rules_by_id()["WSH1001"].page
    assert "WSH9107" not in rules_by_id()
