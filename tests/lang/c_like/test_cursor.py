from __future__ import annotations

from webshellhunt.lang.c_like.cursor import DIGITS, TEXT, Cursor, cursor_of
from webshellhunt.lang.c_like.words import C_SHARP
from webshellhunt.lang.tokens import tokenize, tokenize_ranges


def cursor(code: str) -> Cursor:
    return cursor_of(tokenize(code, "c#"), C_SHARP)


def test_words_of_literals_are_no_operators() -> None:
    assert cursor('f("(", 1, @if)').words[:7] == ["f", "(", TEXT, ",", DIGITS, ",", "@if"]


def test_brackets_find_their_partners() -> None:
    assert cursor("a(b[c)d]").partners == {1: 5}
    assert cursor("(()").partners == {1: 2}


def test_angles_are_those_of_types() -> None:
    assert cursor("A<B<C>, D[]> e").angles == {3: 5, 1: 10}
    assert cursor("a < b && c > d").angles == {}


def test_a_line_starts_behind_a_line_end() -> None:
    here = cursor("a b\nc")
    assert [here.starts_line(at) for at in range(4)] == [True, False, True, True]


def test_a_boundary_is_no_character() -> None:
    here = cursor_of(tokenize_ranges("a b", "c#", [(0, 1), (2, 3)]), C_SHARP)
    assert [here.is_boundary(at) for at in range(3)] == [False, True, False]


def test_what_is_too_deep_ends_with_its_brackets() -> None:
    here = cursor("a(b; c) + d, e")
    assert here.skip_expression().end == 8
    here = cursor("a(b; c) + d; e")
    assert here.skip_statement().end == 9
