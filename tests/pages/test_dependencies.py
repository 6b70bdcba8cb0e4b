"""What directives name is found without the parser, and never less than it finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.dependencies import find_directive_dependencies
from webshellhunt.pages.parser import parse

_WORDS = [
    "<%",
    "@",
    "%>",
    " Page",
    " Inherits=",
    '"A.B"',
    " Src='x.cs'",
    "<%--",
    "--%>",
    "<script runat=server>",
    " ",
    "\n",
]


def test_a_plain_directive_needs_no_parser() -> None:
    dependencies = find_directive_dependencies(
        '<html><%@ Page Inherits="A.B" CodeFile="a.cs" %><%@ Register Src="c.ascx" %>'
    )
    assert dependencies is not None
    assert [dependency.target for dependency in dependencies] == ["A.B", "a.cs", "c.ascx"]


@pytest.mark.parametrize("text", ['<%@ Page Inherits="A.B" <%@ x', '<%@ Page Inherits="A.B"', "<%@ Page x %>" * 21])
def test_where_only_the_parser_can_tell_nothing_is_said(text: str) -> None:
    assert find_directive_dependencies(text) is None


@given(st.lists(st.sampled_from(_WORDS), max_size=30), st.sampled_from([PageKind.WEB_FORM, PageKind.WEB_HANDLER]))
def test_nothing_that_the_parser_finds_is_missed(words: list[str], kind: PageKind) -> None:
    text = "".join(words)
    found = find_directive_dependencies(text)
    parsed = {
        dependency
        for dependency in parse(text, kind, PageSettings()).dependencies
        if not dependency.kind.startswith("script")
    }
    assert found is None or parsed <= set(found)
