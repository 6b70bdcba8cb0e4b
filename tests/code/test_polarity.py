"""Whether a condition holds for what it compares with, or for everything else."""

from __future__ import annotations

import pytest

from webshellhunt.code.cutting import build_unit
from webshellhunt.code.polarity import has_turn, is_turned, iter_clauses, iter_endings


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
    unit = build_unit(text, language, [(0, len(text))])
    lower = [value.lower() for value in unit.tokens.values]
    whole = (0, len(lower))
    assert [is_turned(unit, lower, clause, whole) for clause in iter_clauses(lower, *whole)] == expected
    assert has_turn(unit, lower, *whole) or not any(expected)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("If a Then\nEnd If\nResponse.End\nExit For\nExit Sub\nEnd", "vbscript", ["end", "for", "exit", "end"]),
        ("if (a) break; else return;", "c#", ["break", "return"]),
    ],
)
def test_the_end_of_a_block_ends_nothing(text: str, language: str, expected: list[str]) -> None:
    lower = [value.lower() for value in build_unit(text, language, [(0, len(text))]).tokens.values]
    assert list(iter_endings(lower, 0, len(lower))) == expected
