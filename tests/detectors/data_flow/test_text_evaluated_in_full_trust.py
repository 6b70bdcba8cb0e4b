"""The second argument of JScript.NET's evaluator."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

PAGE = "text_evaluated_in_full_trust/jscript-net-function"


def test_the_word_is_read_whatever_pieces_it_is_in() -> None:
    assert finding(PAGE, "WSH1023").severity is Severity.CRITICAL


def test_a_mode_that_nothing_tells_is_less_sure() -> None:
    assert finding(changed(PAGE, ("var mode = first", "mode = other")), "WSH1023").severity is Severity.HIGH


@pytest.mark.parametrize(("old", "new"), [("(text, mode)", "(text)"), ("return eval", "return this.eval")])
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(PAGE, (old, new)), "WSH1023") == []


def test_classic_pages_know_no_such_argument() -> None:
    page = changed(PAGE, path="inetpub/wwwroot/page.asp")
    assert findings(page, "WSH1023") == []
