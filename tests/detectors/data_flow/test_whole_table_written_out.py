"""The parts that make a page a dump of a database."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

CSHARP = "whole_table_written_out/csharp"


def test_the_evidence_is_the_statement_and_the_limit() -> None:
    statement, limit = finding(CSHARP, "WSH1022").evidence
    assert "SELECT" in statement.excerpt
    assert "ScriptTimeout" in limit.excerpt


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2147483647", "3600"),
        ("Pwd=example", "Integrated Security=SSPI"),
        ("SELECT * FROM", "SELECT name FROM"),
        ("ColumnName", "Caption"),
        ('"SELECT', 'Request["a"] + "SELECT'),
    ],
)
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(CSHARP, (old, new)), "WSH1022") == []
