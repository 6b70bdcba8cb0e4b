"""The texts in the arguments of a call, by constants and by variables that get nothing else."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from tests.builders.steps import at_most
from webshellhunt.analysis.marks.argument_marks import (
    OnlyGiven,
    arguments_at,
    first_arguments,
    is_called,
    mark_texts,
    marks_given,
    marks_of_owner,
    owner_at,
)
from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Node


def text(index: SyntaxIndex, node: Node | None) -> str:
    return "" if node is None else " ".join(index.tokens.values[node.start : node.end])


def place_of(index: SyntaxIndex, word: str) -> int:
    return min(index.places_of({word}))


def test_marks_go_through_names_to_arguments_and_owners() -> None:
    analysis = analyse('a = "one:x"\nSet b = Open(a)\nb.Use a, 2', "vbscript")
    marks = Marks(analysis.index, mark_texts(analysis.constants, {"one:": "first"}))
    used = place_of(analysis.index, "use")
    assert marks_given(marks, used) == {"first"}
    assert marks_of_owner(marks, used) == {"first"}


@pytest.mark.parametrize(
    ("language", "code", "arguments", "owner"),
    [
        ("vbscript", "b.Use a, 2\nc = 1", ["a", "2"], "b"),
        ("vbscript", "x = b.Use(a) & c", ["a"], "b"),
        ("vbscript", "b(1).Use = c", ["c"], "b ( 1 )"),
        ("vbscript", "With b\n.Use a\nEnd With", ["a"], "b"),
        ("c#", "b.Use[a];", ["a"], "b"),
        ("c#", "new b.Use(a, 1);", ["a", "1"], "b . Use"),
        ("c#", "b.Use;", [], "b"),
        ("c#", "Use(a);", ["a"], ""),
        ("c#", "b.c(d).Use(a);", ["a"], "b . c ( d )"),
    ],
)
def test_arguments_and_owner(language: str, code: str, arguments: list[str], owner: str) -> None:
    index = analyse(code, language).index
    place = place_of(index, "use")
    assert [text(index, each) for each in arguments_at(index, place)] == arguments
    assert text(index, owner_at(index, place)) == owner


def test_calls_and_first_arguments() -> None:
    index = analyse("f(a, b); c[d]; e; new T(g);", "c#").index
    values = index.tokens.values
    assert [values[place] for place in sorted(first_arguments(index))] == ["a", "d", "g"]
    assert [name for name in ("f", "c", "e", "t") if is_called(index, place_of(index, name))] == ["f", "t"]
    assert not is_called(index, 1)
    assert first_arguments(analyse("a.b 1", "vbscript").index) == frozenset()


def test_a_place_without_a_name_has_none() -> None:
    index = analyse("a + b;", "c#").index
    assert not arguments_at(index, 1)
    assert owner_at(index, 1) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("var a = ME_; Use(a);", True),
        ("var a = ME_; a = other; Use(a);", False),
        ("void F(string a) { a = ME_; Use(a); }", False),
        ("var a = b; var b = a; Use(a);", False),
        ("var a = ME_; a.Name = other; Use(a);", True),
        ("var a = ME_; a[1] = other; Use(a);", True),
        ("string F() { return ME_; } Use(F());", True),
        ("string F() { if (x) return other; return ME_; } Use(F());", False),
        ("foreach (var a in ME_) Use(a);", False),
        ("this.a = ME_; Use(this.a);", False),
    ],
)
def test_a_variable_has_to_get_nothing_else(code: str, expected: bool) -> None:
    index = analyse(code, "c#").index
    own = OnlyGiven(index, index.places_of({"me_"}))
    assert own.has(arguments_at(index, place_of(index, "use"))[0]) is expected
    assert not own.has(None)


def test_many_values_of_many_names_end() -> None:
    names = [f"a{number}" for number in range(40)]
    code = "".join(f"{name} = {' + '.join(names)};" for name in names) * 10 + "Use(a0);"
    index = analyse(code, "c#").index
    own = OnlyGiven(index, ())
    with at_most(3_000_000):
        assert not own.has(arguments_at(index, place_of(index, "use"))[0])
