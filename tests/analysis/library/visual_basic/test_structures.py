"""Functions of Visual Basic that build, choose and take apart values which need not be known."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, function
from webshellhunt.analysis.domain.arrays import sized
from webshellhunt.analysis.domain.values import REST, UNKNOWN, Thing

ANY = Thing("array", fields={REST: TAINTED})


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("array", ["a", TAINTED], ["a", "<tainted>"]),
        ("ubound", [["a", TAINTED]], 1),
        ("ubound", [ANY], "<number>"),
        ("ubound", [["a"], 2], "<number>"),
        ("ubound", [sized(Thing("array"), [2, 5]), 2], 4),
        ("ubound", [sized(Thing("array"), [2, None]), 2], "<number>"),
        ("lbound", [ANY], 0),
        ("isarray", [ANY], True),
        ("isarray", [TAINTED], "<boolean>"),
        ("isobject", [Thing("object")], True),
        ("isobject", ["a"], False),
        ("isnothing", [None], True),
        ("isnothing", [TAINTED], "<boolean>"),
        ("isempty", [Thing("array")], False),
        ("iif", [UNKNOWN, "a", TAINTED], {"a", "<tainted>"}),
        ("choose", [UNKNOWN, "a", "b"], {"a", "b"}),
        ("choose", [9, "a"], None),
        ("switch", [UNKNOWN, "a", True, "b"], {"a", "b"}),
        ("filter", [["ab", TAINTED, "cd"], "a"], {"rest": {"ab", "<tainted>"}}),
        ("join", [["a", TAINTED], ""], ["a", "<tainted>"]),
        ("join", [ANY, ""], "<unsolved>"),
    ],
)
def test_a_function_keeps_what_is_known(name: str, arguments: list[Any], result: Any) -> None:
    assert partial(function, language="vbscript")(name, *arguments) == result
