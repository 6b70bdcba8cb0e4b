"""Regular expressions: what is compiled, and that what they cost is bounded."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.builders.interpreted import seen
from tests.builders.library_runs import Counting
from webshellhunt.analysis.library.arguments import UnsolvedError
from webshellhunt.analysis.library.patterns import matches, regex_of, regexp


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("b", "abcb", ["b", "b"]),
        ("[0-9a-f]{2}", "0a1b", ["0a", "1b"]),
        (r"\d+", "12 3", ["12", "3"]),
        ("(a)(b)", "abab", ["ab", "ab"]),
        ("a|b", "ab", ["a", "b"]),
        (r"^\s+|\s+$", "  a ", ["  ", " "]),
        (r"%u([0-9a-f]{4})", "%u0041", ["%u0041"]),
        ("a.c", "abc", ["abc"]),
        (r"\+", "a+b", ["+"]),
        ("a*b", "aab", ["aab"]),
        ("(?:ab)c", "abc", ["abc"]),
    ],
)
def test_a_plain_pattern_is_followed(source: str, text: str, found: list[str]) -> None:
    assert [match[0] for match in matches(Counting(), regex_of(source), text)] == found


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('SINK(VISITOR.replace(/^[\\s\\S]*$/, "1"));', ["<string>"]),
        ('SINK(VISITOR.replace(/[\\s\\S]/g, ""));', ["<string>"]),
        ('SINK(VISITOR.replace(/./g, "1"));', ["<string>"]),
        ('SINK(VISITOR.replace(/./, "1"));', ["<tainted>"]),
        ('SINK(VISITOR.replace(/^.*$/, "1"));', ["<tainted>"]),
        ('SINK(VISITOR.replace(/[\\s\\S]*/, "$&"));', ["<tainted>"]),
        ('SINK("1".replace(/[\\s\\S]*/, VISITOR));', ["<tainted>"]),
        ("SINK(VISITOR.replace(/[\\s\\S]+/, function (m) { return m; }));", ["<tainted>"]),
        ('SINK(VISITOR.replace(/[\\s\\S]+/, function (m) { return "1"; }));', ["<string>"]),
        ("var m = /(a|b)(.)/.exec(VISITOR); if (m) SINK(m[1]);", [{"a", "b"}]),
        ("var m = /(a|b)(.)/i.exec(VISITOR); if (m) SINK(m[1]);", ["<string>"]),
        ("var m = /(a|b)(.)/.exec(VISITOR); if (m) SINK(m[2]);", ["<tainted>"]),
        ("var m = /(\\d+|a)/.exec(VISITOR); if (m) SINK(m[0]);", [{"<number>", "a"}]),
    ],
)
def test_what_a_pattern_leaves_of_a_text_that_is_not_known(code: str, arrives: list[Any]) -> None:
    assert seen(code, "jscript") == arrives


@pytest.mark.parametrize(
    "source", ["(a+)+b", "(a|a)*b", "a{1,50}{2}", "(", "[", r"(a)\1", r"\p{L}", "x" * 500, "[[a]b"]
)
def test_a_pattern_that_may_cost_much_is_not_followed(source: str) -> None:
    with pytest.raises(UnsolvedError):
        regex_of(source)


@pytest.mark.parametrize(
    "source", ["a+a+a+b", "a*a*a*a*b", r"a+$", "a?a?a?a?a?a?b", ".*.*x", "(a+|b)c", "a{1,99}a{1,99}b"]
)
def test_what_is_tried_is_bounded(source: str) -> None:
    start = time.perf_counter()
    for size in (30, 300, 3000, 30_000):
        try:
            matches(Counting(), regex_of(source), "a" * size)
        except UnsolvedError:
            continue

    assert time.perf_counter() - start < 2


def test_flags_come_from_the_text_or_from_properties() -> None:
    assert regex_of(regexp("a", "gi")).is_global
    assert not regex_of(regexp("a", "i")).is_global
    thing = regexp("")
    thing.fields.update({"pattern": "a", "global": True, "ignorecase": True})
    assert [match[0] for match in matches(Counting(), regex_of(thing), "aA")] == ["a", "A"]
