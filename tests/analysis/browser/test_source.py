"""The scripts of a page as trees, and places in their text."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.browser.source import LONGEST_STATEMENT, Piece, is_long, source_of
from webshellhunt.lang.tree import Name, walk

TEXT = "a(b) ;; function c() { return d }"
PIECES = [Piece(0, 4), Piece(8, len(TEXT))]


def test_places_lead_to_the_whole_text() -> None:
    source = source_of(TEXT, PIECES)
    nodes = [node for script in source.scripts for node in walk(script.top)]
    names = {node.text: source.span(node.start) for node in nodes if isinstance(node, Name)}
    assert {name: TEXT[slice(*span)] for name, span in names.items()} == {"a": "a", "b": "b", "d": "d"}
    assert [source.text_of(each) for each in source.scripts[0].top.statements] == ["a(b)"]


def test_a_broken_script_does_not_touch_the_next_one() -> None:
    text = "if (a) { ;; b()"
    source = source_of(text, [Piece(0, 8), Piece(12, len(text))])
    assert [source.text_of(each) for each in source.scripts[1].top.statements] == ["b()"]


def test_a_statement_mentions_a_field_by_its_range() -> None:
    source = source_of(TEXT, PIECES, [TEXT.index("d }")])
    (call,), (function,) = source.scripts[0].top.statements, source.scripts[1].top.statements
    assert (source.mentions(call), source.mentions(function)) == (False, True)
    assert source.mentioning == [function]


def test_functions_and_long_statements() -> None:
    source = source_of("a(function () { return (b) => 1; });", [Piece(0, 36)])
    assert [source.text_of(each) for each in source.functions] == ["(b) => 1", "function () { return (b) => 1; }"]
    assert not is_long(source.scripts[0].top)
    assert is_long(Name(0, LONGEST_STATEMENT + 1, "a"))


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("function f() { return false; }", True),
        ("function f() { return (false); }", True),
        ("e.preventDefault()", True),
        ("function f() { return true; }", False),
        ("a = false", False),
    ],
)
def test_a_submission_that_may_be_stopped(text: str, stops: bool) -> None:
    assert source_of(text, [Piece(0, len(text))]).stops_submission is stops


def test_no_script_has_no_places() -> None:
    assert source_of("", []).span(3) == (0, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "(function () { a(function (e) { b('//c.example/' + e.key); }); })()",
            ["function (e) { b('//c.example/' + e.key); }"],
        ),
        ("(function () { a(function (e) { b('/c/' + e.key); }); })()", []),
        ("(function () { a('//c.example/'); })()", []),
        ("b('//c.example/' + e.key);", []),
    ],
)
def test_functions_that_name_a_host_and_read_values(text: str, found: list[str]) -> None:
    source = source_of(text, [Piece(0, len(text))])
    assert [source.text_of(each) for each in source.suspects] == found
