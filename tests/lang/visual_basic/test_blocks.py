"""Blocks of Visual Basic that are open, stray or nested too deeply."""

from __future__ import annotations

import pytest

from tests.builders.trees import parsed, statements
from webshellhunt.lang.tree import Assign, walk
from webshellhunt.lang.visual_basic.blocks import MAX_BLOCKS


@pytest.mark.parametrize("opening", ["if a then\n", "for each i in a\n", "do\n", "with a\n", "while a\n"])
def test_statements_below_the_deepest_block_remain(opening: str) -> None:
    _, tree = parsed(opening * MAX_BLOCKS * 2 + "x = 1", "vbscript")
    assert sum(isinstance(node, Assign) for node in walk(tree.top)) == 1


def test_an_end_also_ends_what_is_left_open_in_it() -> None:
    assert statements("if a then\ndo\nb\nend if\nc", "vbscript") == [
        "If(a, {Loop({b!})})",
        "c!",
    ]


def test_an_end_does_not_reach_out_of_its_procedure() -> None:
    assert statements("if a then\nsub b\nend if\nend sub\nend if", "vbscript") == [
        "If(a, {Function(b, {Unparsed()}, sub)})"
    ]
