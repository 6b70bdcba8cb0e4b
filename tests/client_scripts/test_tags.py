"""Tags are read as leniently as a browser reads them, and in one pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.client_scripts.tags import iter_tags

PIECES = st.sampled_from(
    ["<", ">", "<a ", "b=", '"', "'", "<%", "%>", "<!--", "-->", "<script>", "</script>", "/", " x "]
)


def test_attributes_of_any_quoting_are_read() -> None:
    (tag,) = iter_tags("""<INPUT id=pw Name='a&amp;b' type="password" disabled/>""")
    assert (tag.name, tag.get("ID"), tag.get("name"), tag.get("type"), tag.get("disabled")) == (
        "input",
        "pw",
        "a&b",
        "password",
        "",
    )


def test_a_server_block_in_a_value_is_part_of_it() -> None:
    (tag,) = iter_tags('<input value="<%= Text("x") %>" type="password">')
    assert tag.get("value") == '<%= Text("x") %>'
    assert tag.get("type") == "password"


@pytest.mark.parametrize("text", ["<!-- <a> -->", "<%-- <a> --%>", '<% x = "<a>" %>', "<style><a></style>"])
def test_what_is_no_markup_is_passed_over(text: str) -> None:
    assert "a" not in [tag.name for tag in iter_tags(text)]


def test_a_script_has_its_text() -> None:
    text = '<script type="x">if (a < b) "<a>"</SCRIPT><b>'
    script, end, bold = iter_tags(text)
    assert text[slice(*script.body)] == 'if (a < b) "<a>"'
    assert (end.name, bold.name) == ("/script", "b")


def test_a_quote_that_nothing_closes_loses_nothing_behind_it() -> None:
    assert [tag.name for tag in iter_tags("<a b='c><i>")] == ["a", "i"]


@given(st.lists(PIECES).map("".join))
def test_any_text_is_read_in_order(text: str) -> None:
    at = 0
    for tag in iter_tags(text):
        assert at <= tag.start < tag.end <= len(text)
        at = tag.end


@pytest.mark.parametrize("piece", ['<a "', "<a b='\" ", "<a <% ", '<a b="<% ', "<!--", "<script>", "<"])
def test_hostile_markup_is_read_once(piece: str) -> None:
    with at_most(2_400_000):
        list(iter_tags(piece * (100_000 // len(piece))))
