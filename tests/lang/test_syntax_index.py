"""Any tokens have an index; it knows the names, calls and assignments of the code."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.any_code import LANGUAGES, any_code
from tests.builders.steps import at_most
from tests.builders.trees import parsed
from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.dotted_names import PAGE_WORDS
from webshellhunt.lang.parser import parse
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import tokenize_ranges
from webshellhunt.lang.tree import Call, Function, If, Literal, Name, Node


def index_of(code: str, language: str = "c#") -> SyntaxIndex:
    tokens, tree = parsed(code, language)
    return SyntaxIndex(tokens, tree.top)


def names(code: str, language: str = "c#") -> list[str]:
    return [".".join(each.names) for each in index_of(code, language).dotted]


def shown(index: SyntaxIndex, assignments: list[Assignment] | tuple[Assignment, ...]) -> list[str]:
    return [f"{each.name} = {text(index, each.value)}" for each in assignments]


def text(index: SyntaxIndex, node: Node) -> str:
    return " ".join(index.tokens.values[node.start : node.end])


def ask_all(index: SyntaxIndex) -> None:
    """Ask all questions; none may fail, and all places are tokens."""
    count = len(index.tokens)
    for dotted in index.dotted:
        assert dotted.names
        assert len(dotted.names) == len(dotted.nodes) == len(dotted.places)
        assert all(0 <= place < count for place in dotted.places)
        assert dotted.names == tuple(name.lower() for name in dotted.names)
        assert isinstance(dotted.root, str)
        assert index.at(dotted.place) is not None
        assert index.words >= set(dotted.names)
    assert all(first.place <= second.place for first, second in pairwise(index.dotted))
    for kinds in ((Call,), (If, Literal), (Name, Call, Function)):
        assert index.of(*kinds) == [node for node in index.nodes if isinstance(node, kinds)]
    assert len([*index.find(index.words)]) == len(index.dotted)
    for node in index.nodes:
        index.function_of(node)
        index.arguments_of(node)
        assert len(index.within(node)) <= len(index.dotted)
    for each in (*index.assignments, *index.passed):
        assert each.name == each.name.lower()
    assert all(isinstance(each.value, str) for each in index.literals)


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=any_code())
def test_any_words_have_an_index(language: str, code: str) -> None:
    ask_all(index_of(code, language))


@pytest.mark.parametrize("language", LANGUAGES)
@given(code=st.text(max_size=100))
def test_any_text_has_an_index(language: str, code: str) -> None:
    ask_all(index_of(code, language))


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "a.b(c.d).e[f] = (T)g.h;", ["c.d", "a.b.e", "f", "t", "g.h"]),
        ("c#", "((Page)o).Request.Url;", ["page", "o.request.url"]),
        ("c#", "x = new N.T(a).B;", ["x", "a", "n.t.b"]),
        ("c#", "x = a.F<T>(b).C;", ["x", "b", "a.f.c"]),
        ("c#", "(await a.B()).C;", ["a.b.c"]),
        ("c#", '"s".A;', ["a"]),
        ("c#", "var a = 1;", []),
        ("jscript", "a['b'].c; new x.y(z);", ["a.c", "x.y", "z"]),
        ("vbscript", "a.b 1, c\nSet d = New E", ["a.b", "c", "d", "e"]),
        ("vbscript", "With a.b\n.c d\n.e = 1\nEnd With", ["a.b", "a.b.c", "d", "a.b.e"]),
        ("vbscript", "With a\nWith .b\n.c\nEnd With\nEnd With", ["a", "a.b", "a.b.c"]),
        ("vbscript", ".a = 1", ["a"]),
        ("vb", "Dim c As New T(h)", ["t", "h"]),
        ("vb", "Dim a, b As T", ["t"]),
        ("vb", "x = a!b", ["x", "a.b"]),
    ],
)
def test_dotted_names(language: str, code: str, expected: list[str]) -> None:
    assert names(code, language) == expected


def test_a_member_of_an_object_without_a_name() -> None:
    assert [(each.names, each.is_member) for each in index_of('"s".a; b.c;').dotted] == [
        (("a",), True),
        (("b", "c"), False),
    ]


def test_a_very_long_name_is_several() -> None:
    found = index_of(".".join(["a"] * 200)).dotted
    assert [(len(each.names), each.is_member) for each in found] == [(64, False), (64, True), (64, True), (8, True)]


def test_names_are_found_by_words_and_places() -> None:
    index = index_of("a.b(c); this.a.d(); x.a;")
    assert [each.names for each in index.find({"a"})] == [("a", "b"), ("this", "a", "d"), ("x", "a")]
    assert [each.names for each in index.named("a")] == [("a", "b"), ("this", "a", "d")]
    assert [*index.find({"y"})] == []
    place = index.tokens.values.index("c")
    found = index.at(place)
    assert found is not None
    assert found.names == ("c",)
    assert index.at(place + 1) is None
    assert [index.tokens.values[at] for at in index.places_of({"a", "d"})] == ["a", "a", "d", "a"]


def test_the_object_of_a_with_is_the_name_at_its_own_place() -> None:
    index = index_of("With a\n.b\nEnd With", "vbscript")
    assert [None if each is None else each.names for each in map(index.at, (1, 4))] == [("a",), ("a", "b")]


def test_the_names_within_a_node() -> None:
    index = index_of("a(b.c, d); e;")
    call = index.top.statements[0]
    assert [each.names for each in index.within(call)] == [("a",), ("b", "c"), ("d",)]


def test_the_names_that_start_in_a_node() -> None:
    index = index_of("a.b(c).d;")
    assert [each.names for each in index.starting_in(index.dotted[-1].nodes[1])] == [("a", "b", "d")]
    assert [*index.within(index.dotted[-1].nodes[1])] == []


def test_structure() -> None:
    index = index_of("int F() { if (a) { b(c, 1); } }")
    (call,) = (each for each in index.nodes if isinstance(each, Call))
    assert [type(each).__name__ for each in index.ancestors(call)] == ["Block", "If", "Block", "Function", "Block"]
    assert index.function_of(call) is index.functions["f"][0]
    assert index.function_of(index.top) is None
    assert isinstance(index.parents[index.parents[call]], If)


def test_spans_of_nodes() -> None:
    index = index_of("a (b); c;")
    assert [index.span_of(each) for each in index.top.statements] == [(0, 5), (7, 8)]
    assert index_of("").span_of(index_of("").top) == (0, 0)


def test_a_block_of_visual_basic_reaches_to_the_next_code() -> None:
    code = "<\x25 If a Then \x25>text<\x25 End If \x25>"
    tokens = tokenize_ranges(code, "vbscript", [(2, 13), (21, 29)])
    index = SyntaxIndex(tokens, parse(tokens).top)
    (branch,) = index.top.statements
    assert isinstance(branch, If)
    start, end = index.span_of(branch.yes)
    assert "text" in code[start:end]


def test_calls() -> None:
    index = index_of("a.b(c, 1); new T(d); e; f[1];")
    called = {text(index, each.node): index.arguments_of(each.node) for each in index.dotted}
    assert {name: [text(index, each) for each in given] for name, given in called.items()} == {
        "a . b": ["c", "1"],
        "c": [],
        "T": ["d"],
        "d": [],
        "e": [],
        "f": [],
    }


def test_literals_are_texts() -> None:
    assert [each.value for each in index_of("a = \"s\" + 1 + 't';", "jscript").literals] == ["s", "t"]
    assert all(isinstance(each, Literal) for each in index_of('"s"').literals)


def test_the_literals_in_a_node() -> None:
    index = index_of('a = "s" + "t"; b = "u";')
    first, second = index.top.statements
    assert [[each.value for each in index.literals_in(node)] for node in (first, second)] == [["s", "t"], ["u"]]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "int F(int p, int q) { } F(a, b); this.F(c); G(d);", ["p = a", "q = b", "p = c"]),
        ("c#", "int F(int p) { } int F(string q) { } F(a);", ["p = a", "q = a"]),
        ("c#", "int F(int p) { } a.F(b);", []),
        (
            "c#",
            "class C { int F(int p) { } } C.F(a); new C().F(b); var v = new C(); v.F(c);",
            ["p = a", "p = b", "p = c"],
        ),
        ("c#", "class C { int F(int p) { } int G(N.C v) { v.F(a); w.F(b); } }", ["p = a"]),
        ("jscript", "function F(p) { } new F(a); F(b, c);", ["p = a", "p = b"]),
        ("vbscript", "Sub F(p, q)\nEnd Sub\nF a, b\nCall F(c, d)", ["p = a", "q = b", "p = c", "q = d"]),
    ],
)
def test_arguments_of_own_functions(language: str, code: str, expected: list[str]) -> None:
    index = index_of(code, language)
    assert shown(index, [*index.passed]) == expected


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", "f(" * 3_000),
        ("c#", "a." * 3_000 + "b;"),
        ("c#", "a = " * 3_000 + "b;"),
        ("c#", "int F(int p) { } " * 700 + "F(a); " * 700),
        ("jscript", "function () { return " * 1_500),
        ("vbscript", "With a\n" * 1_000 + ".b\n" * 1_000),
        ("vbscript", "With .a\n" * 1_000 + ".b\n" * 1_000),
    ],
)
def test_the_work_is_bounded(language: str, code: str) -> None:
    index = index_of(code, language)
    with at_most(4_000_000):
        ask_all(index)
        assert len(index.passed) < 20_000


def test_the_innermost_node_of_a_token() -> None:
    index = index_of("f(a, g(b)); c;")
    words = index.tokens.values
    assert text(index, index.node_at(words.index("b"))) == "b"
    assert text(index, index.node_at(words.index("g") + 1)) == "g ( b )"
    assert index.node_at(10_000) is index.top


def test_own_objects_are_the_page_its_classes_and_their_variables() -> None:
    body = "Tool one; var two = new Tool(); Other three;"
    index = index_of(f"namespace N {{ class Tool {{ }} class Use {{ void F(Tool four) {{ {body} }} }} }}")
    assert index.own_objects - PAGE_WORDS == {"n", "tool", "use", "one", "two", "four"}
