"""Whether a condition holds for what it compares with, or for everything else."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.checks.conditions import has_turn, is_turned, iter_clauses, iter_conjuncts


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('e == ".a"', "c#", [False]),
        ('e != ".a" && e != ".b"', "c#", [True, True]),
        ('!(e == ".a" || e == ".b")', "c#", [True, True]),
        ('!(e != ".a")', "c#", [False]),
        ('x.Contains(e) == false || e == ".a"', "c#", [True, False]),
        ("s.IndexOf(e) < 0", "c#", [True]),
        ("s.IndexOf(e) >= 0", "c#", [False]),
        ("s.IndexOf(e) > -1", "c#", [False]),
        ("s.IndexOf(e) == -1", "c#", [True]),
        ("s.IndexOf(e) != -1", "c#", [False]),
        ("s.IndexOf(e) < 1", "c#", [True]),
        ('e.CompareTo(".a") == 0', "c#", [False]),
        ('Not e = ".a" And e <> ".b"', "vbscript", [True, True]),
        ('Not (e = ".a" Or e = ".b") Or c', "vbscript", [True, True, False]),
        ('InStr(".a", e) = 0', "vbscript", [True]),
        ('InStr(".a", e) > 0', "vbscript", [False]),
        ("r!e = 1", "vbscript", [False]),
    ],
)
def test_a_clause_is_turned_where_it_asks_that_a_comparison_fails(
    text: str, language: str, expected: list[bool]
) -> None:
    code = f"If {text} Then x" if language == "vbscript" else f"if ({text}) x;"
    ((_, test, _, _),) = iter_branches(unit_of(code, language).index)
    assert [is_turned(clause, is_negated=negated) for clause, negated in iter_clauses(test)] == expected
    assert has_turn(test) or not any(expected)


@pytest.mark.parametrize(
    ("text", "count"), [("a and b and c", 3), ("a or b", 1), ("not (a and b)", 2), ("a and (b or c)", 2), ("a", 1)]
)
def test_conjuncts(text: str, count: int) -> None:
    (branch,) = iter_branches(unit_of(f"If {text} Then x", "vb").index)
    assert len([*iter_conjuncts(branch.test)]) == count
