"""Texts of known and unknown parts: whatever the unknown ones are, the result is covered by what is known of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.core import text as over
from webshellhunt.core.letters import is_letter, letters_of
from webshellhunt.core.operators import OPERATORS, compared
from webshellhunt.core.values import (
    MISSING,
    Label,
    Measure,
    Parts,
    Sign,
    Some,
    Truth,
    concat,
    labels_of,
    options,
    text_of_parts,
)

VISITOR = Some("text", frozenset({Label("visitor", "request", "k")}))
OTHER = Some("text", frozenset({Label("database", "recordset", "f")}))
KNOWN_PIECES = st.text(alphabet='ab ."', max_size=4)
CHOSEN = st.text(alphabet='xyab ."', max_size=4)
"""What the unknown parts turn out to be."""
PIECES = st.lists(st.one_of(KNOWN_PIECES.map(lambda t: (t, False)), CHOSEN.map(lambda t: (t, True))), max_size=5)


def partly(pieces: list[tuple[str, bool]]) -> tuple[str, Any]:
    """Return a text, and what is known of it if some of its pieces are not known."""
    return "".join(t for t, _ in pieces), text_of_parts([VISITOR if unknown else t for t, unknown in pieces])


def letters(part: Some) -> str:
    """Return the pattern of the texts that have a form; doubled quotation marks are allowed in any."""
    return f'[{re.escape("".join(letters_of(part.form)))}"]{"?" if is_letter(part.form) else "*"}'


def covers(value: Any, text: str) -> bool:
    """True if a text may be what a value stands for."""
    for each in options(value):
        parts = each.parts if each.__class__ is Parts else (each,)
        pattern = "".join(re.escape(p) if isinstance(p, str) else letters(p) for p in parts)
        if re.fullmatch(pattern, text, re.DOTALL):
            return True
    return False


def check(value: Any, text: str) -> None:
    if value is not MISSING:
        assert covers(value, text), (value, text)
        assert labels_of(value) or not set(text) & set("xy"), "the labels of an unknown part are lost"


@given(PIECES, st.integers(1, 12), st.none() | st.integers(0, 12))
def test_mid(pieces: list[tuple[str, bool]], start: int, count: int | None) -> None:
    text, value = partly(pieces)
    end = len(text) if count is None else start - 1 + count
    check(over.mid(value, start) if count is None else over.mid(value, start, count), text[start - 1 : end])


@given(PIECES, st.integers(0, 12))
def test_left_and_right(pieces: list[tuple[str, bool]], count: int) -> None:
    text, value = partly(pieces)
    check(over.left(value, count), text[:count])
    check(over.right(value, count), text[max(len(text) - count, 0) :])


@given(PIECES, st.integers(1, 9), st.integers(0, 9))
def test_cut_by_the_length(pieces: list[tuple[str, bool]], start: int, less: int) -> None:
    text, value = partly(pieces)
    if value.__class__ is str:
        return
    size = over.moved(over.length(value), -less)
    check(over.mid(value, start, over.length(value)), text[start - 1 :])
    if len(text) >= less:
        check(over.left(value, size), text[: len(text) - less])
        check(over.right(value, size), text[less:])
        check(over.mid(value, start, size), text[start - 1 : start - 1 + len(text) - less])


@given(PIECES, st.sampled_from([".", "ab", " ", '"']), st.integers(-1, 2), st.booleans())
def test_cut_at_what_is_found(pieces: list[tuple[str, bool]], what: str, by: int, last: bool) -> None:
    text, value = partly(pieces)
    if value.__class__ is str:
        return
    number = (over.instrrev if last else over.instr)(value, what)
    place = (text.rfind(what) if last else text.find(what)) + 1 + by
    moved = over.moved(number, by)
    if place >= 1:
        check(over.mid(value, moved), text[place - 1 :])
    if place >= 0:
        check(over.left(value, moved), text[:place])


@given(PIECES, st.integers(-6, 9), st.integers(-6, 9))
def test_cut_as_scripts_do(pieces: list[tuple[str, bool]], start: int, stop: int) -> None:
    text, value = partly(pieces)
    check(over.slice_(value, start, stop), text[start:stop] if start >= -len(text) else text[:stop])
    low, high = sorted((max(start, 0), max(stop, 0)))
    check(over.substring(value, start, stop), text[low:high])
    if stop >= 0 and start >= -len(text):
        first = start if start >= 0 else len(text) + start
        check(over.substr(value, start, stop), text[first : first + stop])


@given(PIECES, st.sampled_from(["a", "b ", '"']), st.sampled_from(["", "c", '""', "ab"]))
def test_replace(pieces: list[tuple[str, bool]], old: str, new: str) -> None:
    text, value = partly(pieces)
    known = [t.replace(old, new) for t, unknown in pieces if not unknown]
    found = over.replace(value, old, new)
    assert labels_of(found) == labels_of(value)
    if all(len(old) == 1 for _ in known):  # none lies across the end of a piece
        check(found, text.replace(old, new))


@given(PIECES)
def test_changes(pieces: list[tuple[str, bool]]) -> None:
    text, value = partly(pieces)
    check(over.reverse(value), text[::-1])
    check(over.lower(value), text.lower())
    check(over.stripped(" ")(value), text.strip(" "))


@given(PIECES, st.integers(-1, 3))
def test_split(pieces: list[tuple[str, bool]], most: int) -> None:
    text, value = partly(pieces)
    found = over.split(value, " ", most)
    assert found is not None
    items, rest = found
    expected = text.split(" ", most - 1) if most > 0 else text.split(" ")
    assert len(items) <= len(expected)
    assert rest is not MISSING or len(items) == len(expected)
    for index, each in enumerate(expected):
        check(items[index] if index < len(items) else rest, each)


@given(PIECES, st.integers(0, 8), st.sampled_from(["eq", "ne", "lt", "gt", "le", "ge"]))
def test_comparisons_of_lengths_and_places(pieces: list[tuple[str, bool]], number: int, relation: str) -> None:
    text, value = partly(pieces)
    if value.__class__ is str:
        return
    measured = ((over.length(value), len(text)), (over.instr(value, "."), text.find(".") + 1))
    for found, true in (*measured, (over.instrrev(value, "ab"), text.rfind("ab") + 1)):
        operator = OPERATORS[f"{relation}-vb"]
        known, answer = operator.known(true, number), compared(operator)(found, number)
        assert answer.__class__ is Truth or answer is known
        for _, now, then in (answer.yes if known else answer.no) if answer.__class__ is Truth else ():
            assert now == value
            check(then, text)


@given(PIECES, PIECES)
def test_texts_that_differ_are_never_equal(a: list[tuple[str, bool]], b: list[tuple[str, bool]]) -> None:
    (text, value), (other, known) = partly(a), partly(b)
    answer = compared(OPERATORS["eq-vb"])(value, known)
    assert answer in (text == other, Truth())


@given(PIECES, PIECES, PIECES)
def test_joining_is_associative(
    a: list[tuple[str, bool]], b: list[tuple[str, bool]], c: list[tuple[str, bool]]
) -> None:
    (_, x), (_, y), (_, z) = map(partly, (a, b, c))
    assert (
        concat(concat(x, y), z)
        == concat(x, concat(y, z))
        == text_of_parts([*over.parts_of(x), *over.parts_of(y), *over.parts_of(z)])
    )


# What stays known -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (over.mid(Parts(("xcmd /c ", VISITOR)), 2), Parts(("cmd /c ", VISITOR))),
        (
            over.mid(Parts(("x", VISITOR, ".txt")), 2, over.length(Parts(("x", VISITOR, ".txt")))),
            Parts((VISITOR, ".txt")),
        ),
        (over.right(Parts((VISITOR, ".asp")), 4), ".asp"),
        (over.left(Parts(("cmd ", VISITOR)), over.instr(Parts(("cmd ", VISITOR)), " ")), "cmd "),
        (over.mid(Parts((VISITOR, ".jpg")), over.moved(over.instrrev(Parts((VISITOR, ".jpg")), "."), 1)), "jpg"),
        (over.replace("cmd /c %1", "%1", VISITOR), Parts(("cmd /c ", VISITOR))),
        (over.replace(Parts(('"', VISITOR)), '"', ""), Some("text", VISITOR.labels, form="escaped")),
        (over.replace(Parts(("a", VISITOR)), "a", OTHER), Parts((OTHER, Some("text", VISITOR.labels | OTHER.labels)))),
        (over.replace(OTHER, "a", VISITOR), Parts((OTHER, Some("text", VISITOR.labels | OTHER.labels)))),
        (over.replace("select {k}", Parts(("{", VISITOR, "}")), VISITOR), Parts(("select ", VISITOR))),
        (over.replace("select", Parts(("{", VISITOR)), VISITOR), "select"),
        (over.split(Parts(("a,b,", VISITOR)), ","), (["a", "b", VISITOR], VISITOR)),
    ],
)
def test_what_stays_known(value: Any, expected: Any) -> None:
    assert value == expected


def test_a_place_in_a_known_text_says_that_the_text_is_a_piece_of_it() -> None:
    found = over.instr("list,show", VISITOR)
    answer = compared(OPERATORS["gt-vb"])(found, 0)
    assert [then for _, now, then in answer.yes if now is VISITOR] == [Some("text", form="found")]
    assert compared(OPERATORS["eq-vb"])(found, 0).no == answer.yes


def test_equal_texts_by_their_order() -> None:
    found = over.strcomp(VISITOR, "dir")
    assert isinstance(found, Sign)
    assert compared(OPERATORS["eq-vb"])(found, 0).yes[0][2] == "dir"
    assert compared(OPERATORS["ne-vb"])(found, 0).no[0][2] == "dir"


def test_the_length_of_one_text_says_nothing_of_another() -> None:
    assert over.left(Parts(("ab", VISITOR)), Measure(OTHER)) == Some("text", VISITOR.labels)
