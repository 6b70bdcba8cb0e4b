"""The jumps and calls that end something."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks.endings import Endings


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("If a Then\nEnd If\nResponse.End\nExit For\nExit Sub\nEnd", "vbscript", ["end", "for", "exit", "end"]),
        ("if (a) break; else return;", "c#", ["break", "return"]),
        ("foreach (var a in b) { continue; } throw x; Response.Redirect(y);", "c#", ["continue", "throw", "redirect"]),
        ("Sub A()\nx = list.end\nServer.Transfer y\nEnd Sub", "vbscript", ["transfer"]),
    ],
)
def test_the_end_of_a_block_ends_nothing(text: str, language: str, expected: list[str]) -> None:
    unit = unit_of(text, language)
    assert list(Endings(unit.index).within(0, len(unit.tokens))) == expected


def test_only_a_range_is_looked_at() -> None:
    unit = unit_of("return; throw x; break;", "c#")
    assert list(Endings(unit.index).within(2, 5)) == ["throw"]
