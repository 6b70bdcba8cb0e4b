"""Runs of blanks that are too long, with code after them."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import finding, findings, read
from webshellhunt.detectors.hiding.code_far_behind_padding import FEWEST_BLANKS, RULE

BLANKS = "code_far_behind_padding/blanks"
CODE = "<% Response.Write(1); %>"


def count(page: str, path: str = "site/page.aspx") -> int:
    return len(findings(read(BLANKS)._replace(data=page.encode(), path=path), RULE.id))


def test_the_evidence_is_the_code_and_the_message_counts_the_blanks() -> None:
    found = finding(BLANKS, RULE.id)
    assert found.facts == {"blanks": 4100}
    assert found.message == "code follows a run of 4,100 blanks"
    assert "Response.Write" in found.evidence[0].excerpt


@pytest.mark.parametrize("blank", [" ", "\n", "\r\n", "\t", "\u3000", "\xa0"])
def test_any_blank_counts(blank: str) -> None:
    padding = blank * (FEWEST_BLANKS // len(blank))
    assert count(f"{padding}{CODE}") == 1
    assert count(f"{padding[: -len(blank)]}{CODE}") == 0


def test_blanks_inside_code_count_if_code_follows() -> None:
    padding = " " * FEWEST_BLANKS
    assert count(f"<% a();{padding}b(); %>") == 1
    assert count(f"<% a();{padding}%>") == 0
    assert count(f"{CODE}{padding}<p>text</p>") == 0
    assert count(f"{CODE}{padding}<p>text</p>{CODE}") == 1


def test_visible_padding_is_no_finding() -> None:
    assert count(f"{'<p>words</p> ' * FEWEST_BLANKS}{CODE}") == 0
    assert count(f"{'.' * FEWEST_BLANKS}{CODE}") == 0


def test_only_executable_files_count() -> None:
    assert count(f"{' ' * FEWEST_BLANKS}{CODE}", "site/page.html") == 0
    assert count(f"{' ' * FEWEST_BLANKS}<p>text</p>") == 0


def test_many_runs_that_are_too_short_cost_little() -> None:
    assert count(f"{(' ' * (FEWEST_BLANKS - 1) + '.') * 500}{CODE}") == 0
