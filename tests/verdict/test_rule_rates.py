"""The measured rates of the rules, and which rules they take the word from."""

from __future__ import annotations

from webshellhunt.reports.rule_list import iter_rules
from webshellhunt.verdict.rule_rates import Measured, Rate, frequent_rules, read_table


def test_a_rule_is_frequent_from_one_page_in_a_thousand_on() -> None:
    rates = {"WSH1001": Rate(9, 2, 0), "WSH1002": Rate(9, 3, 0), "WSH1003": Rate(9, 0, 0)}
    assert Measured(9_000, 2_000, rates).frequent == {"WSH1002"}


def test_no_rule_accuses_one_honest_page_in_a_thousand_alone() -> None:
    honest, _ = read_table()
    assert {rule: rate for rule, rate in honest.rates.items() if rate.alone * 1000 > honest.pages} == {}


def test_the_table_has_both_kinds_of_files_and_rules_that_exist() -> None:
    honest, shells = read_table()
    assert honest.pages > 5_000
    assert shells.pages > 500
    assert shells.rates["WSH1001"].found > honest.rates["WSH1001"].found
    assert honest.rates.keys() == shells.rates.keys() <= {rule.id for rule in iter_rules()}
    assert all(rate.found >= rate.accusing for measured in (honest, shells) for rate in measured.rates.values())
    assert frequent_rules() == honest.frequent
