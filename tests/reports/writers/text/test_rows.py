"""Many verdicts as few lines."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import finding, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.rows import EXAMPLES, GROUPS, grouped_rows

VERDICTS = [verdict(f"C:/{number}.aspx", Disposition.UNEXPLAINED, finding()) for number in range(EXAMPLES + 2)]


def test_verdicts_of_one_rule_are_one_group_with_a_path_a_line() -> None:
    assert list(grouped_rows(VERDICTS, Options())) == [
        f"  {EXAMPLES + 2} x What a visitor sends is evaluated as code (WSH1001):",
        *(f"      C:/{number}.aspx" for number in range(EXAMPLES)),
        "      and 2 more",
    ]


def test_a_verdict_without_a_rule_and_rare_rules() -> None:
    (title, _) = grouped_rows([replace(VERDICTS[0], findings=())], Options())
    assert title == "  1 x no rule:"
    rules = [replace(finding().rule, id=f"WSH1{number:03}") for number in range(GROUPS + 3)]
    rare = [verdict("x", Disposition.UNEXPLAINED, replace(finding(), rule=rule)) for rule in rules]
    assert list(grouped_rows(rare, Options()))[-1] == "  3 x other rules"
