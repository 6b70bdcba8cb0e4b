"""The texts with which a condition compares something."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks import comparisons
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.checks.comparisons import iter_compared


def compared(condition: str) -> list[str]:
    unit = unit_of(f"if ({condition}) x();", "c#")
    (branch,) = iter_branches(unit.index)
    return [" ".join(unit.tokens.values[node.start : node.end]) for node in iter_compared(branch.test)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('a == "b"', ["a", "b"]),
        ('a.Equals("b") && c', ["b"]),
        ('string.Compare(a, "b") != 0', ["string . Compare ( a , b )", "0", "a", "b"]),
        ('a is "b" or "c"', ["b", "c"]),
        ('a > "b"', []),
        ('a.StartsWith("b")', []),
    ],
)
def test_operands_and_arguments(condition: str, expected: list[str]) -> None:
    assert compared(condition) == expected


def test_the_nodes_that_are_looked_at_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "_MOST_NODES", 1)
    assert compared('a == "b" && c == "d"') == []
