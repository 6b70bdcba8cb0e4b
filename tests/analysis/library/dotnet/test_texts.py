"""Texts, characters and numbers of .NET, with known arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import method
from webshellhunt.analysis.domain.values import Char, Opaque

IGNORING = Opaque("stringcomparison", ("stringcomparison", "ordinalignorecase"))
NO_EMPTY = Opaque("stringsplitoptions", ("stringsplitoptions", "removeemptyentries"))
CASES: list[tuple[Any, str, list[Any], Any]] = [
    ("abc", "tostring", [], "abc"),
    (255, "tostring", ["X4"], "00FF"),
    (255, "tostring", ["x"], "ff"),
    (7, "tostring", ["D3"], "007"),
    (7, "tostring", ["000"], "007"),
    (1234.5, "tostring", ["N1"], "1,234.5"),
    (7, "tostring", ["Q"], "<unsolved>"),
    ("aBc", "tolower", [], "abc"),
    ("aBc", "toupperinvariant", [], "ABC"),
    (" a ", "trim", [], "a"),
    ("xaxy", "trim", [["x", "y"]], "a"),
    ("xax", "trimstart", [Char("x")], "ax"),
    ("xax", "trimend", [Char("x")], "xa"),
    ("a.b.c", "replace", [".", "-"], "a-b-c"),
    ("abc", "replace", ["", "-"], "<unsolved>"),
    ("abcdef", "substring", [2], "cdef"),
    ("abcdef", "substring", [2, 3], "cde"),
    ("abc", "substring", [2, 3], "<unsolved>"),
    ("a,b;c", "split", [Char(","), Char(";")], ["a", "b", "c"]),
    ("a,b;c", "split", [[",", ";"], NO_EMPTY], ["a", "b", "c"]),
    ("a,,c", "split", [Char(",")], ["a", "", "c"]),
    ("a,,c", "split", [[","], NO_EMPTY], ["a", "c"]),
    ("a,b,c", "split", [[","], 2], ["a", "b,c"]),
    ("a b", "split", [], ["a", "b"]),
    ("abc", "tochararray", [], ["a", "b", "c"]),
    ("abc", "tochararray", [1, 2], ["b", "c"]),
    ("abcb", "indexof", ["b"], 1),
    ("abcb", "indexof", ["b", 2], 3),
    ("ABC", "indexof", ["b", IGNORING], 1),
    ("abcb", "lastindexof", ["b"], 3),
    ("abcb", "lastindexof", ["b", 2], 1),
    ("abc", "indexofany", [["c", "b"]], 1),
    ("abc", "startswith", ["ab"], True),
    ("abc", "startswith", ["AB", IGNORING], True),
    ("abc", "endswith", ["ab"], False),
    ("abc", "contains", ["b"], True),
    ("abc", "equals", ["ABC"], False),
    ("abc", "equals", ["ABC", IGNORING], True),
    ("a", "compareto", ["b"], -1),
    (2, "compareto", [1], 1),
    ("abc", "insert", [1, "-"], "a-bc"),
    ("abc", "remove", [1], "a"),
    ("abc", "remove", [1, 1], "ac"),
    ("7", "padleft", [3, Char("0")], "007"),
    ("7", "padright", [3], "7  "),
    ("abc", "chars", [1], "b"),
    ("abc", "first", [], "a"),
    ("abc", "reverse", [], ["c", "b", "a"]),
    ("abc", "gethashcode", [], "<number>"),
    ("abc", "clone", [], "abc"),
    ("abc", "nothing", [], "<unsolved>"),
]


@pytest.mark.parametrize(("subject", "name", "arguments", "result"), CASES)
def test_a_method_returns_what_it_does_at_run_time(subject: Any, name: str, arguments: list[Any], result: Any) -> None:
    assert method(subject, name, *arguments) == result


@given(st.text(max_size=30), st.integers(0, 30))
def test_insert_is_the_opposite_of_remove(text: str, at: int) -> None:
    at = min(at, len(text))

    assert method(method(text, "insert", at, "abc"), "remove", at, 3) == text
