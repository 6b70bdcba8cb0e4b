from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.exploitation_patterns import load_patterns
from webshellhunt.logs.required_words import required_words

_REQUESTS = sorted(
    {
        pattern.terms.request.pattern
        for exploit in load_patterns().exploits
        for pattern in exploit.patterns
        if pattern.terms.request is not None
    }
)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"\bsecuritytoken=", ("securitytoken=",)),
        ("__viewstate(?:generator)?=", ("__viewstate",)),
        ("@.{0,400}powershell|powershell.{0,400}@", ("powershell",)),
        (r"x\.aspx|Y", ("x.aspx", "y")),
        ("ab*c", ("a",)),
        ("abc+d", ("ab",)),
        ("ab?|x", ("a", "x")),
        ("xy{0,3}", ("x",)),
        ("xy{2}z", ("x",)),
        ("(?:a|b)", ()),
        ("x|", ()),
        ("[abc]*", ()),
        ("a(b|c", ("a",)),
        ("/", ()),
        ("(?=a)\\d", ()),
        ("", ()),
    ],
)
def test_each_match_has_one_of_the_words(expression: str, words: tuple[str, ...]) -> None:
    assert required_words(expression) == words


@given(st.sampled_from(_REQUESTS).flatmap(lambda text: st.tuples(st.just(text), st.from_regex(text))))
def test_no_match_of_a_shipped_pattern_is_without_one(pair: tuple[str, str]) -> None:
    words = required_words(pair[0])
    assert not words or any(word in pair[1].lower() for word in words)


@given(st.text("ab|()[]*+?{}.\\\\b1,", max_size=14))
def test_no_match_of_any_expression_is_without_one(expression: str) -> None:
    words = required_words(expression)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            compiled = re.compile(expression)
    except re.error:
        return
    for text in ("", "a", "b", "aa", "ab", "ba", "bb", "aab", "abb", "bab", "1", "a1", ".", "|", "{", "a{1,"):
        if compiled.search(text) is not None:
            assert not words or any(word in text for word in words), text
