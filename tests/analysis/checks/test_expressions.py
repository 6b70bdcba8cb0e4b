"""The words, constants and keys of parts of the tree."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.checks.expressions import (
    arguments_at,
    assigned_to,
    constant_of,
    fixed_text,
    key_of,
    names_in,
    whole_of,
    words_in,
)
from webshellhunt.lang.tree import Assign


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('x = Session("a")', "a"),
        ('x = Session.Contents("a")', "a"),
        ("x = Session(a)", ""),
        ('x = Session("a" & "b")', "ab"),
        ("x = Session", ""),
        ('x = Session("a", "b")', ""),
    ],
)
def test_keys(text: str, key: str) -> None:
    analysis = analyse(text, "vbscript")
    (dotted,) = analysis.index.find({"session"})
    assert key_of(analysis.index, analysis.constants, dotted.nodes) == key


@pytest.mark.parametrize(
    ("value", "language", "constant", "fixed"),
    [
        ('"A"', "c#", "A", "a"),
        ('(("A"))', "c#", "A", "a"),
        ('("A" + "b")', "c#", "Ab", "ab"),
        ('"A" & "b"', "vb", "Ab", "ab"),
        ('"A" & b', "vb", None, None),
        ('"4" * "2"', "c#", None, None),
        ("1", "c#", None, "1"),
        ("-1", "vb", None, "-1"),
        ("true", "c#", None, "true"),
        ("null", "c#", None, ""),
        ("Nothing", "vb", None, ""),
        ("Empty", "vbscript", None, ""),
        ("String.Empty", "c#", None, ""),
        ("ok", "c#", None, None),
    ],
)
def test_fixed_values(value: str, language: str, constant: str | None, fixed: str | None) -> None:
    analysis = analyse(f"x = {value}" + (";" if language == "c#" else ""), language)
    (node,) = (each.value for each in analysis.index.nodes if isinstance(each, Assign))
    found = constant_of(analysis.index, analysis.constants, node)
    assert (None if found is None else found.value) == constant
    assert fixed_text(analysis.index, analysis.constants, node) == fixed


def test_words_are_names_and_operators() -> None:
    index = analyse("if (!a.B(c) && d is string || e == 1) x();", "c#").index
    (branch,) = iter_branches(index)
    assert {"!", "a", "b", "c", "&&", "is", "||", "=="} <= words_in(index, branch.test)
    assert [dotted.names for dotted in names_in(index, branch.test)] == [("a", "b"), ("c",), ("d",), ("e",)]


def test_the_whole_of_a_name_has_its_calls_and_members() -> None:
    index = analyse('a["k"].b(1).c = d(2);', "c#").index
    first = next(index.find({"a"}))
    whole = whole_of(index, first.nodes[0])
    assert (whole.start, whole.end) == (0, first.place + 1)
    value = assigned_to(index, first)
    assert value is not None
    assert index.tokens.values[value.start] == "d"
    assert assigned_to(index, next(index.find({"d"}))) is None
    assert len(arguments_at(index, first.nodes[0])) == 1
