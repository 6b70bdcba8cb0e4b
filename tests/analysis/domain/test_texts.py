"""Texts keep their known parts, and are bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.texts import MAX_PARTS, MAX_TEXT, concatenated, iter_texts
from webshellhunt.analysis.domain.values import EMPTY, NUMBER, UNKNOWN, Char, Tainted, Text, Value, is_known
from webshellhunt.analysis.traces import Trace

A, B = Trace("visitor", "Request", 1, "a"), Trace("visitor", "Request", 2, "b")
OF_A, OF_B = Tainted((A,)), Tainted((B,))
PLAIN = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 2.5, "", "x", "y", b"z", EMPTY, Char("c"), UNKNOWN, NUMBER, OF_A, OF_B]),
    st.just(Text(("x", OF_A))),
)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], ""),
        (["a", "b"], "ab"),
        (["a", "", "b"], "ab"),
        (["a", OF_A, "b", "c"], Text(("a", OF_A, "bc"))),
        ([Text(("a", UNKNOWN, "b")), "c"], Text(("a", UNKNOWN, "bc"))),
        ([OF_A], Text((OF_A,))),
        ([EMPTY, Char("a")], "a"),
    ],
)
def test_known_parts_join(parts: list[Value], text: Value) -> None:
    assert concatenated(parts) == text


@given(st.lists(PLAIN, max_size=8), st.lists(PLAIN, max_size=8))
def test_a_concatenation_may_be_made_in_steps(left: list[Value], right: list[Value]) -> None:
    texts = [each for each in (*left, *right) if isinstance(each, str) or not is_known(each)]
    left, right = texts[: len(left)], texts[len(left) :]
    assert concatenated([concatenated(left), concatenated(right)]) == concatenated(texts)
    assert set(traces_of(concatenated(texts))) == {trace for each in texts for trace in traces_of(each)}


def test_a_text_is_bounded() -> None:
    text = concatenated([part for number in range(MAX_PARTS * 2) for part in (f"p{number}", UNKNOWN)] + [OF_A, "end"])
    assert isinstance(text, Text)
    assert len(text.parts) <= MAX_PARTS
    assert text.parts[0] == "p0"
    assert text.parts[-1] == "end"
    assert traces_of(text) == (A,)
    assert concatenated(["x" * MAX_TEXT, "x"]) == UNKNOWN


def test_the_texts_that_a_value_may_be() -> None:
    assert [*iter_texts(choice(["x", 1, OF_A, "y"]))] == ["x", "y"]
    assert [*iter_texts("x")] == ["x"]
