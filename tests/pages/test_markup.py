"""Tags and directives, as the runtime reads them."""

from __future__ import annotations

import pytest

from webshellhunt.model.settings import PageKind
from webshellhunt.pages.markup import (
    Allowance,
    bases_of,
    directive_attributes,
    directive_end,
    fold,
    kind_of_directive,
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


OPENING = "<" + "%@ "


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (OPENING + 'WebHandler Language="C#" Class="H" %' + ">", PageKind.WEB_HANDLER),
        ("\ufeff\n" + OPENING + "webservice class=H %" + ">", PageKind.WEB_HANDLER),
        ("GIF89a" + OPENING + "ServiceHost Service=H %" + ">", PageKind.WEB_HANDLER),
        ("<!-- a comment -->\n" + OPENING + "WebHandler Class=H %" + ">", PageKind.WEB_HANDLER),
        (OPENING + 'Page Language="C#" %' + ">", PageKind.WEB_FORM),
        (OPENING + "Control AutoEventWireup=true language=vb %" + ">", PageKind.WEB_FORM),
        (OPENING + 'Page Language="VBScript" %' + ">", None),
        (OPENING + 'Language="VBScript" %' + ">", None),
        (OPENING + "WebHandlers Class=H %" + ">", None),
        ("<p>A handler begins with " + OPENING + "WebHandler Class=H %" + ">", None),
        ("x" * 100 + OPENING + "WebHandler Class=H %" + ">", None),
        ("", None),
    ],
)
def test_the_kind_that_a_main_directive_declares(text: str, kind: PageKind | None) -> None:
    assert kind_of_directive(text, is_classic=True) is kind
    other = None if kind is PageKind.WEB_FORM else kind
    assert kind_of_directive(text, is_classic=False) is other


@pytest.mark.parametrize("part", ["<!--", "<" + "%--", OPENING, OPENING + "Page a=", "<!-- -->" * 9])
def test_hostile_openings_end(part: str) -> None:
    assert kind_of_directive(part * 20_000, is_classic=True) is None


def test_the_bases_of_a_file_begin_with_the_class_of_its_code_file() -> None:
    text = '<%@ Control CodeFileBaseClass="Shop.Base" Inherits=Shop.Menu %>\n<p inherits="no"><%@ Page Inherits="A" %>'
    assert bases_of(text) == ["Shop.Menu", "Shop.Base", "A"]
    assert bases_of("<%@ Page Language='C#' %>") == []
