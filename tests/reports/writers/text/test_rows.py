"""Many verdicts or gaps as few lines."""

from __future__ import annotations

from tests.reports.cases import finding, verdict
from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.rows import EXAMPLES, gap_rows, grouped_rows

VERDICTS = [verdict(f"C:/{number}.aspx", Disposition.UNEXPLAINED, finding()) for number in range(EXAMPLES + 2)]
GAPS = [Gap("unreadable", "examine", f"{number}.txt", "denied") for number in range(3)]


def test_verdicts_of_one_rule_are_one_row() -> None:
    (row,) = grouped_rows(VERDICTS)
    assert row.startswith(f"  {EXAMPLES + 2} x WSH1001")
    assert row.endswith("and 2 more")


def test_gaps_that_matter_come_first() -> None:
    rows = list(gap_rows([*GAPS, Gap("too-large", "examine", "a.aspx", "cut", matters=True)], Options()))
    assert rows[0].startswith("too-large (matters): a.aspx: cut")
    assert rows[1].startswith("3 x unreadable: 0.txt")
    assert len(list(gap_rows(GAPS, Options(show_all=True)))) == len(GAPS)
