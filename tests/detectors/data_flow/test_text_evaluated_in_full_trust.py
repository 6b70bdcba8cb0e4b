"""The second argument of JScript.NET's evaluator."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

PAGE = "text_evaluated_in_full_trust/jscript-net-function"


def test_the_word_is_folded_from_pieces() -> None:
    assert finding(PAGE, "WSH1023").severity is Severity.CRITICAL


def test_an_unknown_argument_lowers_the_confidence() -> None:
    assert finding(changed(PAGE, ("var mode = first", "mode = other")), "WSH1023").severity is Severity.HIGH


@pytest.mark.parametrize(
    ("old", "new"), [("(text, mode)", "(text)"), ("return eval", "return this.eval"), ("(text, mode)", '("1", mode)')]
)
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(PAGE, (old, new)), "WSH1023") == []


def test_classic_pages_are_no_finding() -> None:
    page = changed(PAGE, path="inetpub/wwwroot/page.asp")
    assert findings(page, "WSH1023") == []
