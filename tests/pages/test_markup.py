"""Tags and directives, as the runtime reads them."""

from __future__ import annotations

from webshellhunt.pages.markup import (
    Allowance,
    directive_attributes,
    directive_end,
    fold,
    says_runat,
    tag_attributes,
    tag_end,
    tag_name,
)


def test_a_tag_has_a_name_and_attributes_with_references_decoded() -> None:
    text = '<INPUT a="1&amp;2" b=c d>'
    end = tag_end(text, 0, Allowance(100))
    assert end == len(text)
    assert tag_name(text, 0) == "input"
    assert [(each.name, each.value) for each in tag_attributes(text, 0, end)][:2] == [("a", "1&2"), ("b", "c")]


def test_a_directive_ends_behind_its_attributes() -> None:
    text = "<" + "%@ Page Language='C#' %" + "> text"
    end = directive_end(text, 0, Allowance(100))
    assert end == text.index("> text") + 1
    name, attributes = directive_attributes(text, 0, end)
    assert (name, [(each.name, each.value) for each in attributes]) == ("page", [("Language", "C#")])


def test_an_allowance_is_spent_once() -> None:
    allowance = Allowance(10)
    allowance.spend(8)
    assert not allowance.spent
    allowance.spend(8)
    assert allowance.spent


def test_a_word_is_found_in_whatever_case() -> None:
    assert says_runat(fold("<a RunAt=server>"))
    assert not says_runat(fold("<a run at=server>"))
