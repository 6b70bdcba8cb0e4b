"""The scripts of a page as trees, and places in their text."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.browser.source import LONGEST_STATEMENT, is_long, piece_of, source_of
from webshellhunt.lang.tree import Name, walk

TEXTS = ["a(b)", "function c() { return d }"]
PIECES = [piece_of(each) for each in TEXTS]


def test_places_lead_to_the_whole_text() -> None:
    source = source_of(PIECES)
    nodes = [node for script in source.scripts for node in walk(script.top)]
    names = {node.text: source.span(node.start) for node in nodes if isinstance(node, Name)}
    assert {name: TEXTS[span[0]][slice(*span[1:])] for name, span in names.items()} == {"a": "a", "b": "b", "d": "d"}
    assert [source.text_of(each) for each in source.scripts[0].top.statements] == ["a(b)"]


def test_a_broken_script_does_not_touch_the_next_one() -> None:
    source = source_of([piece_of("if (a) {"), piece_of("b()")])
    assert [source.text_of(each) for each in source.scripts[1].top.statements] == ["b()"]


def test_a_statement_mentions_a_field_by_its_range() -> None:
    source = source_of(PIECES, lambda piece: [piece.text.index("d }")] if "d }" in piece.text else [])
    (call,), (function,) = source.scripts[0].top.statements, source.scripts[1].top.statements
    assert (source.mentions(call), source.mentions(function)) == (False, True)
    assert source.mentioning == [function]


def test_functions_and_long_statements() -> None:
    source = source_of([piece_of("a(function () { return (b) => 1; });")])
    assert [source.text_of(each) for each in source.scripts[0].parsed.functions] == [
        "(b) => 1",
        "function () { return (b) => 1; }",
    ]
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
    assert source_of([piece_of(text)]).stops_submission is stops


def test_no_script_has_no_places() -> None:
    assert source_of([]).span(3) == (0, 0, 0)


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
    source = source_of([piece_of(text)])
    assert [source.text_of(each) for each in source.suspects] == found
