"""Trees of expressions of .NET: compiled they do what they say."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from tests.builders.steps import at_most
from tests.core.test_remembering_net import shown_of

E = "System.Linq.Expressions.Expression"
P = f"var p = {E}.Parameter(typeof(string)); "


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f'var f = {E}.Lambda({E}.Constant("a")).Compile(); Run(f());', ["a"]),
        (P + f'var f = {E}.Lambda<Func<string, string>>(p, p).Compile(); Run(f("a"));', ["a"]),
        (P + f'var f = {E}.Lambda({E}.Call(p, "Trim", null), p).Compile(); Run(f(" a "));', ["a"]),
        (
            P + f'var m = typeof(string).GetMethod("ToUpper"); var f = {E}.Lambda({E}.Call(p, m), p).Compile();'
            ' Run(f("a"));',
            ["A"],
        ),
        (
            P
            + f"var q = {E}.Parameter(typeof(string)); var f = {E}.Lambda({E}.Block(p, {E}.Convert(q, typeof(string)))"
            ', p, q).Compile(); Run(f("a", "b"));',
            ["b"],
        ),
        (P + f'var g = {E}.Lambda(p, p); Run({E}.Lambda({E}.Invoke(g, {E}.Constant("a"))).Compile()());', ["a"]),
        (P + f'Run({E}.Lambda({E}.Property(p, "Length"), p).Compile()("abc"));', ["3"]),
    ],
)
def test_a_compiled_tree_is_a_function(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected


@pytest.mark.parametrize(
    "tree",
    ["Invoke()", "Block()", f"Block(new {E}[0])", "Property()", "Call()", "Call(null, null)", "Lambda()", "Constant()"],
)
def test_a_tree_without_parts_does_nothing(tree: str) -> None:
    found = analyse(f'{P}{E}.Lambda({E}.{tree}, p).Compile()(Requ·est["k"]);', "c#")
    assert (found.exhausted, [*found.flows]) == (False, [])


def test_a_tree_that_doubles_itself_ends_within_its_steps() -> None:
    twice = f"{E}.Lambda({E}.Block({E}.Invoke(e), {E}.Invoke(e)))"
    code = f"var e = {E}.Lambda(p, p); for (int i = 0; i < 60; i++) e = {twice};"
    with at_most(60_000_000):
        assert analyse(f"{P}{code} e.Compile()();", "c#").exhausted
