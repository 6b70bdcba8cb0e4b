"""The places that make texts from pieces."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.checks.hidden_texts import HiddenTexts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If a = Chr(97) Then x", True),
        ('If a = "b" & "c" Then x', True),
        ('If a = "b" & c Then x', False),
        ('If a = "b" Then x', False),
        ("b = Chr(97) & Chr(98)\nIf a = b Then x", True),
        ("b = Chr(97) & c\nIf a = b Then x", False),
        ('b = "x"\nIf a = b Then x', False),
    ],
)
def test_hidden_texts(text: str, expected: bool) -> None:
    index = unit_of(text, "vbscript").index
    (branch,) = iter_branches(index)
    assert HiddenTexts(index).may_be_in(branch.test) == expected
