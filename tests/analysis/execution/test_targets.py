"""Targets: assignments to variables, several at once, and to variables that outlive a call."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "language", "arrives"),
    [
        ('var (a, b) = ("1", "2"); SINK(b);', "c#", ["2"]),
        ('string a = "1", b = "2"; (a, b) = (b, a); SINK(a);', "c#", ["2"]),
    ],
)
def test_several_targets(code: str, language: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_a_static_variable_is_kept_between_calls() -> None:
    code = 'Sub f(p)\nStatic x As String\nSINK(x)\nx = p\nEnd Sub\nf("a")\nf("b")'
    assert seen(code, "vb") != [""]
