"""What is kept of Visual Basic that no rule fits, or that is nested too deeply."""

from __future__ import annotations

from tests.builders.trees import parsed, show, unparsed
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Name, walk
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH, VbCursor


def test_literals_and_names_in_square_brackets_are_no_keywords() -> None:
    cursor = VbCursor(tokenize('if "if" [if] 1', "vbscript"))
    assert cursor.words == ["if", "", "", "", "\n", "\n", "\n", "\n"]


def test_what_is_nested_too_deeply_keeps_its_names() -> None:
    _, tree = parsed("x = " + "(" * MAX_DEPTH * 2 + "a & b" + ")" * MAX_DEPTH * 2 + "\nc = d", "vbscript")
    assert [node.text for node in walk(tree.top) if isinstance(node, Name)] == ["x", "a", "b", "c", "d"]
    assert len(tree.top.statements) == 2


def test_recovery_is_at_the_end_of_the_statement() -> None:
    _, tree = parsed("f a ) b(c) , d\nx = 1", "vbscript")
    assert [show(each) for each in tree.top.statements] == [
        "f! a",
        "Unparsed([b(c) d])",
        "x = 1",
    ]
    assert len(unparsed(tree.top)) == 1
