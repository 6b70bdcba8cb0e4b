"""What is true of the trees of all languages, whatever the code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from tests.builders.tables import each_row
from tests.builders.trees import check_ranges, parsed
from webshellhunt.lang.parser import parse, parse_c, read_double_bytes
from webshellhunt.lang.tokens import STRING, tokenize
from webshellhunt.lang.tree import Block, Node, walk

LANGUAGES = ("vb", "vbscript")
_WORDS = (
    "if then else elseif end sub function property get set let class select case for each next do loop while wend "
    "until with dim redim preserve public const call exit on error resume new not is and or mod ( ) , . : = < > & "
    "+ - * ! { } a b 1 &17 me to step in as of := ?. byval namespace enum interface imports try catch finally "
    "using throw return from where order by group join into ctype typeof addressof async inherits handles declare "
    "event delegate operator <x> nothing gettype switch default foreach var => ; [ ] ? ++ async lambda yield"
)
CODE = st.lists(st.sampled_from([*_WORDS.split(), '"s"', "\n"]), max_size=60).map(" ".join)
C_LIKE = ("c#", "jscript")
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
@given(code=CODE)
def test_any_words_have_a_tree_of_all_tokens(language: str, code: str) -> None:
    tokens, tree = parsed(code, language)
    check_ranges(tokens, tree.top)
    assert not tree.is_cut


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=st.text(max_size=200))
def test_any_text_has_a_tree_of_all_tokens(language: str, code: str) -> None:
    tokens, tree = parsed(code, language)
    check_ranges(tokens, tree.top)


BOMBS = (
    "(",
    ")",
    "{",
    "a(",
    "f(a).",
    "(1)",
    "not ",
    "- ",
    "a + ",
    "a & b * c = ",
    "if a then ",
    "if a then\n",
    "else if a then\n",
    "elseif a then\n",
    "else ",
    "case 1\n",
    "select case a\n",
    "for i = 1 to 2\n",
    "next\n",
    "loop\n",
    "end if\n",
    "end sub\n",
    "sub a()\n",
    "class a\n",
    "with a\n",
    "while a\n",
    "new ",
    "typeof ",
    "x = sub()\n",
    "f(sub() f(",
    "from a in b ",
    "if(",
    "ctype(",
    "a(of ",
    "try\n",
    "catch\n",
    "property a\nget\n",
    "x = sub() else =",
    "x = <a>",
    "x = <a\n",
    "<a ",
    ",",
    "a,",
    "dim a,",
    ".",
    "a.",
    "!",
    "a!b",
    "a?.b",
)


@each_row("language", LANGUAGES)
@each_row("bomb", BOMBS)
def test_nesting_is_bounded_and_work_is_linear(bomb: str, language: str) -> None:
    """The stack of Python is no deeper for more of it, and each token costs the same."""
    tokens = tokenize(bomb * 3_000, language)
    with at_most(250 * len(tokens)):
        tree = parse(tokens)
    assert tree.steps <= 4 * len(tokens) + 100


@each_row("language", LANGUAGES)
@each_row("bomb", BOMBS)
def test_trees_are_not_deep(bomb: str, language: str) -> None:
    """Whoever walks down a tree by recursion has enough of Python's stack."""
    _, tree = parsed(bomb * 3_000, language)
    assert depth_of(tree.top) < 450


NESTED = (
    ("a(", ")" + "(1)" * 99),
    ("(", ")" + ".b" * 99),
    ("not " * 99 + "(", ")"),
    ("1 imp 1 eqv 1 xor 1 or 1 and not 1 = 1 & 1 + 1 mod 1 \\ 1 * -1 ^ (", ")"),
    ("new t(", ")" + ".b" * 50),
    ("f(sub() if a then if b then g(", "))"),
    ("if(a, b, ctype(", ", t))"),
)


@each_row("language", LANGUAGES)
@each_row(("before", "after"), NESTED)
def test_mixed_nesting_is_not_deep_either(before: str, after: str, language: str) -> None:
    _, tree = parsed("if a then\n" * 200 + "x = " + before * 200 + "a" + after * 200, language)
    assert depth_of(tree.top) < 650


def depth_of(top: Node) -> int:
    """Return how many nodes stand below each other at most."""
    depths: dict[int, int] = {id(top): 1}
    for node in walk(top):
        for child in node.children():
            depths[id(child)] = depths[id(node)] + 1
    return max(depths.values())


def test_a_long_expression_is_one_node() -> None:
    _, tree = parsed("x = 1" + " & 1" * 50_000, "vbscript")
    (statement,) = tree.top.statements
    assert isinstance(statement, Node)
    assert sum(1 for _ in walk(statement)) == 50_004


def strings(code: str) -> list[str]:
    tokens = tokenize(code, "vbscript")
    read_double_bytes(tokens)
    return [value for kind, value in zip(tokens.kinds, tokens.values, strict=True) if kind == STRING]


@each_row("word", ["\u4f1f", "\u5e38\u5f00 a", "\u221a\u00d7", "\u4e02"])
def test_gbk_is_read(word: str) -> None:
    shown = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in word.encode("gbk"))
    assert strings(f'a = "{shown}" & "b"') == [word, "b"]


@each_row("word", ["caf\xe9", "\u4f1f", "\xc3"])
def test_what_is_no_gbk_stays(word: str) -> None:
    assert strings(f'a = "{word}"') == [word]


def test_one_that_is_no_gbk_keeps_all() -> None:
    assert strings('a = "\xce\xb0" & "caf\xe9"') == ["\xce\xb0", "caf\xe9"]


@pytest.mark.parametrize("language", C_LIKE)
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


@pytest.mark.parametrize("language", C_LIKE)
@given(text=st.text(max_size=200))
def test_any_text_has_a_tree(language: str, text: str) -> None:
    """Parsing is total on any characters."""
    top, _, _ = parse_c(tokenize(text, language))
    assert isinstance(top, Block)


@each_row("language", C_LIKE)
@each_row("row", ROWS)
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
    monkeypatch.setattr("webshellhunt.lang.parser.MAX_STEPS", 10)
    top, _, is_cut = parse_c(tokenize("a();" * 100, "c#"))
    assert is_cut
    assert top.statements[-1].end == 400
