from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.c_like.parser import parse_c
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Block, Node, walk

LANGUAGES = ("c#", "jscript")
WORDS = (
    *("(", ")", "[", "]", "{", "}", ";", ",", ".", ":", "=>", "=", "<", ">", "?", "?.", "!", "+", "-", "*", "..", "::"),
    *("a", "b", '"s"', "1", "int", "var", "new", "if", "else", "for", "foreach", "in", "is", "as", "switch", "case"),
    *("default", "try", "catch", "return", "class", "function", "public", "static", "async", "await", "from", "where"),
    *("select", "out", "ref", "typeof", "delegate", "using", "this", "operator", "get", "set", "with", "and", "not"),
    *("yield", "goto", "throw", "event", "record", "namespace", "enum", "while", "do", "\n", "x => y", "$", "@if"),
)
ROWS = (
    *("(", "[", "{", "f(", "a => ", "(a) => ", "if (a) ", "if (a) b(); else ", "new ", "new T {a = {", "class A { "),
    *(
        "a ? ",
        "a ? b : ",
        "a = ",
        "a is b ",
        " is b",
        " and b",
        "[a]",
        "async ",
        "typeof(",
        "(T[])",
        "-",
        "..",
        "public ",
    ),
    *(
        "from a in b ",
        "x switch { a => ",
        "function f() { ",
        "(function () { ",
        "case 1: ",
        "a < ",
        "List<",
        ".a",
        "(a)",
    ),
    *("a is {b: ", "try { ", "delegate { ", "let c = d ", "new T(", "int this[", "[{", "{ a: ", "try { } catch { } "),
)


@pytest.mark.parametrize("language", LANGUAGES)
@given(words=st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_words_have_a_tree(language: str, words: list[str]) -> None:
    """Parsing is total, and a node's tokens are among those of the node above it."""
    tokens = tokenize(" ".join(words), language)
    top, steps, is_cut = parse_c(tokens)
    assert (top.start, top.end, is_cut) == (0, len(tokens), False)
    assert steps <= 20 * len(tokens) + 20
    for node in walk(top):
        assert 0 <= node.start <= node.end <= len(tokens)
        if "from" not in words:  # a query is written out as calls
            assert all(node.start <= child.start <= child.end <= node.end for child in node.children())


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(max_size=200))
def test_any_text_has_a_tree(language: str, text: str) -> None:
    """Parsing is total on any characters."""
    top, _, _ = parse_c(tokenize(text, language))
    assert isinstance(top, Block)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS)
def test_a_long_row_is_linear_and_flat(language: str, row: str) -> None:
    """Steps grow with the tokens, whatever is repeated, and the tree is not deep."""
    tokens = tokenize(row * 3_000, language)
    top, steps, _ = parse_c(tokens)
    assert steps < 12 * len(tokens)
    assert _depth(top) < 450


def _depth(top: Node) -> int:
    deepest, stack = 0, [(top, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in node.children())
    return deepest


def test_too_many_steps_end_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not parsed for its steps stays there as tokens."""
    monkeypatch.setattr("webshellhunt.lang.c_like.parser.MAX_STEPS", 10)
    top, _, is_cut = parse_c(tokenize("a();" * 100, "c#"))
    assert is_cut
    assert top.statements[-1].end == 400
