"""The code of one language in one page."""

from __future__ import annotations

import pytest

from webshellhunt.lang import unit as unit_module
from webshellhunt.lang.unit import build_unit


def test_ranges_are_one_code_with_one_tree() -> None:
    text = "a(1); <html> b(2);"
    unit = build_unit(text, "c#", [(0, 5), (13, 18)])
    assert [text[slice(*unit.span(node.start, node.end))] for node in unit.parsed.top.statements] == ["a(1)", "b(2)"]
    assert unit.index.top is unit.parsed.top
    assert not unit.is_cut


def test_code_beyond_the_limits_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_module, "MAX_TOKENS", 6)
    unit = build_unit("a(1); b(2);", "c#", [(0, 11)])
    assert unit.is_cut
    assert len(unit.tokens) == 6
    monkeypatch.setattr(unit_module, "MAX_RANGE", 4)
    assert build_unit("a(1); b(2);", "c#", [(0, 11)]).is_cut


@pytest.mark.parametrize(("language", "is_vb"), [("c#", False), ("jscript", False), ("vb", True), ("vbscript", True)])
def test_words_are_names_in_lower_case(language: str, is_vb: bool) -> None:
    unit = build_unit('One("Two")', language, [(0, 10)])
    assert unit.is_vb is is_vb
    assert unit.words == {"one"}
