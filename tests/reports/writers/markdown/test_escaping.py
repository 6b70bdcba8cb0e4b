"""Markdown: hostile texts are shown, and do nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile
from tests.reports.writers.markdown.reading import check, parsed
from webshellhunt.reports.printable import decodable, verbatim
from webshellhunt.reports.writers.markdown.escaping import cell, code, fenced, prose, table

_MARKS = st.text("`|<>[]()!\\*_~#-+=.:@&;$ \n\t{}^1a0'\"/", max_size=30)
_LINKS = st.sampled_from(
    [
        *("[x](http://evil.example/)", "<script>alert(1)</script>", "http://evil.example", "www.evil.example"),
        *("a@evil.example", "@everyone", "#12", "GH-7", "![x](y)", "<http://evil.example>", "| a | b |", "```", "~~~"),
        *("# x", "1. x", "- x", "> x", "---", "===", "&lt;b&gt;", "&#64;x", "[x]: http://evil.example", "$x$"),
        *("https://evil.example/#12", "[ ] x", "    x", "mailto:a@b.example", "x\\|y", "\\`", "www.a|b", "]]>"),
        *("[code]<b>x</b>[/code]", "{html}x{html}", "[~admin]", "<!-- x"),
    ]
)
texts = st.lists(_MARKS | _LINKS | hostile, max_size=4).map("".join)


@given(texts, texts, texts)
def test_hostile_texts_do_nothing(first: str, second: str, third: str) -> None:
    items = [f"- {prose(first)}", f"- x: {code(third)}", f"- [ ] x {prose(third)}"]
    rows = [(cell(first), prose(second)), (cell(third), cell(second))]
    lines = [f"# x {code(first)}", "", f"> {prose(second)}", "", *items, ""]
    lines += [*table(("A", "B"), rows), "", *fenced(first), "", "### end"]
    text = "\n".join(lines)
    check(text)
    tokens = list(parsed(text))
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    assert headings == ["h1", "h3"]
    assert sum(token.type == "tr_open" for token in tokens) == 3
    assert sum(token.type == "fence" for token in tokens) == 1
    assert sum(token.type == "list_item_open" for token in tokens) == 3


@given(texts)
def test_a_code_span_shows_the_text_as_it_is(text: str) -> None:
    [shown] = [token.content for token in parsed(f"x {code(f'C:{text}')} y") if token.type == "code_inline"]
    assert shown == verbatim(decodable(f"C:{text}"), 600)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see http://a.example/x", r"see http\[:\]//a.example/x"),
        ("mail @admin", r"mail \[@\]admin"),
        ("www.a.example", r"www\[.\]a.example"),
        ("a|b", "a&#124;b"),
        ("1. first", r"1\. first"),
        ("- x", r"\- x"),
        (r"C:\x_y", r"C:\\x\_y"),
        ("", "(empty)"),
        ("a\u202eb\n  c", r"a\\u202eb c"),
    ],
)
def test_a_sentence_is_broken_up_where_a_ticket_would_act(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_a_fence_is_longer_than_any_run_of_backticks() -> None:
    assert fenced("a\n````\nb") == ["`````text", "a", "````", "b", "`````"]
    assert code("a``b`") == "``` a``b` ```"
    assert cell("a|b") == "a&#124;b"


def test_a_name_keeps_the_blanks_that_a_page_would_hide() -> None:
    for shown in (code("C:\\a  b.aspx "), cell("C:\\a  b.aspx ")):
        assert shown == "`C:\\a \\x20b.aspx\\x20`"
