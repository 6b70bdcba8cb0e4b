"""Turns of loops: variables that functions keep."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

ADD = 'var all = new List<Func<string>>(); foreach (var s in new[] { "a", "b" }) '


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", ADD + "all.Add(() => s); SINK(all[0]());", ["a"]),
        ("c#", ADD + "{ var c = s; all.Add(() => c); c += \"!\"; } SINK(all[0]()); SINK(all[1]());", ["a!", "b!"]),
        ("c#", ADD + "{ var c = \"\"; Action go = () => c += s; go(); SINK(c); }", [{"a", "b"}]),
        ("c#", "var c = \"\"; " + ADD + "{ c = s; all.Add(() => c); } SINK(all[0]());", ["b"]),
        (
            "c#",
            ADD + "{ var c = s; foreach (var t in new[] { 1, 2 }) { var d = c + t; all.Add(() => d + c); } }"
            " SINK(all[0]()); SINK(all[3]());",
            ["a1a", "b2b"],
        ),
        (
            "vb",
            'Dim all As New List(Of Func(Of String))\nFor Each s In {"a", "b"}\nDim c = s\n'
            "all.Add(Function() c)\nNext\nSINK(all(0)())",
            ["a"],
        ),
    ],
)  # fmt: skip
def test_turns(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
