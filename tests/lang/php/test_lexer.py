"""Tokens of PHP."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.php.lexer import tokenize


def texts(code: str) -> list[str]:
    return [token.text for token in tokenize(f"<?php {code}")][1:]


@pytest.mark.parametrize("comment", ["/* $a */", "// $a\n", "# $a\n", "/** `$a` */", "/*", "// a"])
def test_a_comment_is_no_token(comment: str) -> None:
    assert texts(f"$x{comment}") == ["$x"]


def test_a_comment_ends_with_the_code() -> None:
    assert texts("// $a ?>text<?php $b") == ["?>", ";", "$b"]


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (r"'a\'b\n'", "string", r"a'b\n"),
        (r'"a\n$b"', "template", r"a\n$b"),
        ("`ls $a`", "tick", "ls $a"),
        ("<<<'X'\n$a\nX;", "string", "$a"),
        ("<<<X\n$a\n  X;", "template", "$a"),
        ("( string ) $a", "cast", "string"),
        ("#[A]", "op", "#"),
    ],
)
def test_each_kind(code: str, kind: str, text: str) -> None:
    token = tokenize(f"<?php {code}")[1]
    assert (token.kind, token.text) == (kind, text)


@pytest.mark.parametrize("opening", ["<?php ", "<?=", "<? ", "<?PHP\n", "<script language='php'>", "<?$a;"])
def test_each_opening(opening: str) -> None:
    assert any(token.text == "$b" for token in tokenize(f"text {opening}$b"))


def test_xml_is_no_code() -> None:
    assert tokenize('<?xml version="1.0"?><a>$b</a>') == []


@given(st.text(alphabet="<?php =$'\"`/*#\n\\{}()a;", max_size=60))
def test_tokens_are_in_order_and_inside_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert all(token.start <= token.end <= len(text) for token in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
