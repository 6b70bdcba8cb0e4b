"""Whether a condition decides over a place in the code."""

from __future__ import annotations

from itertools import chain

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks.branches import iter_branches, iter_choices
from webshellhunt.analysis.checks.decisions import Decisions


def found(text: str, asks: bool | None) -> tuple[bool, bool]:
    """Return whether the first condition decides over ``sink``, and whether it sets a flag."""
    unit = unit_of(text, "c#")
    branch = next(chain(iter_choices(unit.index), iter_branches(unit.index)))
    decisions, place = Decisions(unit.index), unit.tokens.values.index("sink")
    return decisions.decides(branch, place, asks), decisions.sets_flag(branch, place, asks)


@pytest.mark.parametrize(
    ("text", "asks", "expected"),
    [
        ("if (a) sink();", True, (True, False)),
        ("if (a) sink();", False, (False, False)),
        ("if (a) { } else sink();", False, (True, False)),
        ("if (a) return; sink();", False, (True, False)),
        ("if (a) return; sink();", True, (False, False)),
        ("if (a) return; sink();", None, (True, False)),
        ("if (a) b = 1; sink();", True, (False, True)),
        ("if (a) { } sink();", True, (False, False)),
        ("foreach (var i in l) { if (a) break; } sink();", True, (False, False)),
        ("void F() { if (a) return; } void G() { sink(); }", True, (False, True)),
        ("switch (a) { case 1: sink(); break; }", True, (True, False)),
        ("switch (a) { case 1: return; default: sink(); break; }", True, (False, False)),
        ("switch (a) { case 1: b = 2; break; } sink();", True, (False, True)),
    ],
)
def test_decisions(text: str, asks: bool | None, expected: tuple[bool, bool]) -> None:
    assert found(text, asks) == expected
