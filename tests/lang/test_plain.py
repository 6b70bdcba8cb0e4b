"""Plain code: what is disguised is written the common way, and what is written that way is left alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.rewrite import rewrite
from webshellhunt.lang.plain import joined_strings, plain_replacements
from webshellhunt.lang.tokens import tokenize


def plain(code: str, language: str) -> str:
    tokens = tokenize(code, language)
    found = [*plain_replacements(tokens), *joined_strings(tokens)]
    return rewrite(code, sorted(found, key=lambda each: (each.start, -each.end))).text


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "a/* x */./**/b /* y */ (c)", "a.b(c)"),
        ("c#", "a // so\r\n\t.b( // so\r\n\t1)", "a.b(1)"),
        ("c#", "a \t  .  b", "a.b"),
        ("c#", "x = \\u0061b + @c;", "x = ab + c;"),
        ("c#", 'f("a" + "b\\"c")', 'f("ab\\"c")'),
        ("c#", 'f("\\u0061b")', 'f("ab")'),
        ("c#", "a(); /* x */ b();", "a(); b();"),
        ("jscript", "f/*x*/('a' + 'b')", 'f("ab")'),
        ("jscript", "a\u200db(1)", "ab(1)"),
        ("vbscript", 'a _\r\n (b  ,  "c" & "d")', 'a(b, "cd")'),
        ("c#", 'f("a" + b + "c" + "d" + "e")', 'f("a" + b + "cde")'),
        ("vbscript", "Server.[Word] (1)", "Server.word (1)"),
        ("vb", "x = \u201cab\u201d", 'x = "ab"'),
    ],
)
def test_a_disguise_is_taken_off(language: str, code: str, expected: str) -> None:
    assert plain(code, language) == expected


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", 'if (a == "b")\n{\n    c.D(e, f); // so\n\n    /* and */\n    g(h,\n      i);\n}'),
        ("jscript", "var a = [1, 2], b = /x/;"),
        ("vbscript", 'Dim A\nA = B("c") & D \' so\nIf A Then E'),
    ],
)
def test_plain_code_is_left_alone(language: str, code: str) -> None:
    assert plain_replacements(tokenize(code, language)) == []


def test_strings_in_pieces_are_joined_only_where_that_is_asked_for() -> None:
    tokens = tokenize('f("a"  +  "b")', "c#")
    assert [each.text for each in plain_replacements(tokens)] == [" ", " "]
    assert [each.text for each in joined_strings(tokens)] == ['"ab"']


def test_a_string_of_a_bracket_is_no_bracket() -> None:
    assert plain('a  +  "("  +  b', "c#") == 'a + "(" + b'


@given(st.text(alphabet="ab1.,;(){}[]+&\"'/*_ \t\r\n\\u0061@", max_size=60), st.sampled_from(["c#", "jscript", "vb"]))
def test_replacements_lie_apart(code: str, language: str) -> None:
    tokens = tokenize(code, language)
    for found in (
        sorted(plain_replacements(tokens), key=lambda each: (each.start, each.end)),
        list(joined_strings(tokens)),
    ):
        assert all(before.end <= each.start for before, each in pairwise(found))
        assert all(0 <= each.start <= each.end <= len(code) for each in found)
