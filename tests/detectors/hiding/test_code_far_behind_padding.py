"""How many blanks are too many, and what has to stand behind them."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.hiding.code_far_behind_padding import FEWEST_BLANKS, RULE

BLANKS = "code_far_behind_padding/blanks"
CODE = "<% Response.Write(1); %>"


def count(page: str, path: str = "site/page.aspx") -> int:
    return len(findings(read(BLANKS)._replace(data=page.encode(), path=path), RULE.id))


def test_the_code_is_shown_and_the_blanks_counted() -> None:
    found = finding(BLANKS, RULE.id)
    assert found.facts == {"blanks": 4100}
    assert found.message == "code stands behind 4,100 blanks in a row"
    assert "Response.Write" in found.evidence[0].excerpt


@pytest.mark.parametrize("blank", [" ", "\n", "\r\n", "\t", "\u3000", "\xa0"])
def test_any_blank_counts(blank: str) -> None:
    padding = blank * (FEWEST_BLANKS // len(blank))
    assert count(f"{padding}{CODE}") == 1
    assert count(f"{padding[: -len(blank)]}{CODE}") == 0


def test_blanks_inside_of_code_count_where_more_follows() -> None:
    padding = " " * FEWEST_BLANKS
    assert count(f"<% a();{padding}b(); %>") == 1
    assert count(f"<% a();{padding}%>") == 0
    assert count(f"{CODE}{padding}<p>text</p>") == 0
    assert count(f"{CODE}{padding}<p>text</p>{CODE}") == 1


def test_padding_that_is_seen_is_not_told() -> None:
    assert count(f"{'<p>words</p> ' * FEWEST_BLANKS}{CODE}") == 0
    assert count(f"{'.' * FEWEST_BLANKS}{CODE}") == 0


def test_only_what_the_server_runs_counts() -> None:
    assert count(f"{' ' * FEWEST_BLANKS}{CODE}", "site/page.html") == 0
    assert count(f"{' ' * FEWEST_BLANKS}<p>text</p>") == 0


def test_many_runs_that_are_too_short_cost_little() -> None:
    assert count(f"{(' ' * (FEWEST_BLANKS - 1) + '.') * 500}{CODE}") == 0
