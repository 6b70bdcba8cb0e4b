"""The range of text of one act of the code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.structure.acts import act_around
from webshellhunt.lang.unit import build_unit

WORDS = [*"a b . ( ) [ ] { } , ; = new with if then end sub =>".split(), "\n", '"s"']  # noqa: SIM905


def act(text: str, inside: str, language: str) -> str | None:
    at = text.index(inside)
    found = act_around(build_unit(text, language, [(0, len(text))]), at, at + len(inside))
    return None if found is None else text[slice(*found)].strip()


@pytest.mark.parametrize(
    ("text", "inside", "language", "expected"),
    [
        ("if (a.Read(x)) { b.Run(y); }", "Read", "c#", "a.Read(x)"),
        ("if (a.Read(x)) { b.Run(y); }", "if", "c#", "if (a.Read(x))"),
        ("Sub f(a)\ng a\nEnd Sub", "f(a)", "vbscript", "Sub f(a)"),
        ("Sub f(a)\ng a\nEnd Sub", "End", "vbscript", "End"),
        ("With s\n.Open\n.Save x\nEnd With", "Save", "vbscript", ".Save x"),
        ("x = new A(b(c)).d;", "c", "c#", "b(c)"),
        ("x = new A(Request[c]).d;", "Request", "c#", "new A(Request[c]).d"),
        ("x = list.Select(a => b.Run(a)).First();", "Run", "c#", "b.Run(a)"),
        ("// nothing", "nothing", "c#", None),
    ],
)
def test_the_act_at_a_place(text: str, inside: str, language: str, expected: str | None) -> None:
    assert act(text, inside, language) == expected


def test_a_range_over_two_statements_has_both() -> None:
    assert act("a(); b(1); c();", "b(1); c", "c#") == "b(1); c()"


@given(
    st.lists(st.sampled_from(WORDS)),
    st.sampled_from(("c#", "jscript", "vb", "vbscript")),
    st.integers(0, 80),
    st.integers(0, 20),
)
def test_any_range_of_any_code_is_within_its_act(words: list[str], language: str, start: int, size: int) -> None:
    text = " ".join(words)
    found = act_around(build_unit(text, language, [(0, len(text))]), start, start + size)
    assert found is None or (found[0] <= start and start + size <= found[1])
