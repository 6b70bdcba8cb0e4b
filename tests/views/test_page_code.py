"""The code of a page, by language."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.views.test_sample import SHELL, sample
from webshellhunt.views.page_code import between_delimiters

OPEN, CLOSE = "<" + "%", "%" + ">"


def test_only_code_with_a_word_that_matters_is_read() -> None:
    page = sample(SHELL).layers[0]
    assert [code.unit.language for code in page.codes] == ["jscript"]
    assert page.codes[0].access_check is None
    assert sample(f"{OPEN}= DateTime.Now {CLOSE}").layers[0].codes == ()


def test_a_page_that_checks_a_role_has_an_access_check() -> None:
    code = 'if (!User.IsInRole("a")) { Response.End(); } File.Write·AllText(Req·uest["k"], "a");'
    text = f'{OPEN}@ Page Language="C#" {CLOSE}{OPEN} {code} {CLOSE}'
    (found,) = sample(live(text)).layers[0].codes
    assert found.works
    assert found.access_check == "User.IsInRole"


def test_what_stands_outside_of_delimiters_is_left_out() -> None:
    kept = between_delimiters(f"outside {OPEN} inside {CLOSE} outside")
    assert "inside" in kept
    assert "outside" not in kept


@pytest.mark.parametrize(("tag", "is_filled"), [("TextBox", True), ("HiddenField", True), ("Label", False)])
def test_only_a_control_that_a_visitor_fills_in_has_request_data(tag: str, *, is_filled: bool) -> None:
    code = "Proc·ess.Start(Line.Text);"
    text = f'{OPEN}@ Page Language="C#" {CLOSE}<asp:{tag} id="Line" runat="server" />{OPEN} {code} {CLOSE}'
    flows = [flow for code in sample(live(text)).layers[0].codes for flow in code.analysis.flows]
    assert [flow.kind for flow in flows if flow.from_visitor] == ["process"] * is_filled
