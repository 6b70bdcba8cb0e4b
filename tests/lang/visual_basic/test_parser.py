"""Whole pages of Visual Basic."""

from __future__ import annotations

from tests.builders.trees import show
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize, tokenize_ranges
from webshellhunt.lang.visual_basic.parser import parse_vb


def test_code_goes_on_over_the_blocks_of_a_page() -> None:
    page = "<\x25 If a Then \x25><\x25= b & c \x25><\x25 Else \x25><\x25=d\x25><\x25 End If \x25>"
    ranges, place = [], 0
    while (start := page.find("<\x25", place)) >= 0:
        place = page.index("\x25>", start)
        ranges.append((start + 2 + (page[start + 2] == "="), place))
    tree = parse(tokenize_ranges(page, "vbscript", ranges))
    assert [show(each) for each in tree.top.statements] == ["If(a, {Binary([b c], [&])}, {d})"]


def test_a_shown_expression_is_no_call_without_brackets() -> None:
    page = "<\x25= f(a) & b \x25>"
    assert show(parse(tokenize_ranges(page, "vbscript", [(3, 12)])).top) == "{Binary([f(a) b], [&])}"


def test_steps_are_counted() -> None:
    assert parse_vb(tokenize("x = a & b", "vbscript"))[1] == 4
