"""Texts that PHP pages decode or fetch, and execute."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

PACKED = "php_runs_hidden_text/packed"


def test_the_evidence_is_the_call() -> None:
    found = finding(PACKED, "WSH1051")
    assert found.evidence[0].line == 4
    assert "unpacks a text and executes it (eval)" in found.message


@pytest.mark.parametrize("call", ["eval('?>' . $code)", "assert($code)", "$f = create_function('', $code)"])
def test_each_evaluator_counts(call: str) -> None:
    assert findings(changed(PACKED, ("eval($code)", call)), "WSH1051")


@pytest.mark.parametrize("call", ["echo $code", "$code = eval('return 1;')", "include $code"])
def test_a_text_that_is_not_executed_is_no_finding(call: str) -> None:
    assert findings(changed(PACKED, ("eval($code)", call)), "WSH1051") == []


def test_code_of_another_server_is_fetched() -> None:
    fetched = ("gzinflate(", "file_get_contents('https://example.org/a.txt'); //")
    assert "fetches" in finding(changed(PACKED, fetched), "WSH1051").message
