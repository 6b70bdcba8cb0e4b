"""``explain``: a rule by its id or slug, or near names."""

from __future__ import annotations

import pytest

from webshellhunt.cli import main


@pytest.mark.parametrize("name", ["WSH1001", "wsh1001", "request-reaches-eval"])
def test_a_rule_is_found_by_any_of_its_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    assert capsys.readouterr().out.startswith("WSH1001 request-reaches-eval (severity critical")


def test_a_letter_that_looks_like_a_digit_leads_to_the_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "WSHlOO1"]) == 2
    assert "WSH1001 (request-reaches-eval)" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["WSH1024", "interpreter-started-by-page"])
def test_a_merged_rule_leads_to_the_page_of_the_other(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    first, _, merged, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("WSH1030 program-started-by-page")
    assert merged == "Merged into it: WSH1024, interpreter-started-by-page"
