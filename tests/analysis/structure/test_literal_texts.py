"""The strings of a code, and those in pieces."""

from __future__ import annotations

from webshellhunt.analysis.structure.literal_texts import iter_joined, iter_literals
from webshellhunt.lang.unit import build_unit


def test_strings_alone_and_joined() -> None:
    code = 'x = "a" + "b" + \'c\'; y = "d" + z; w = /e/; v = 1;'
    index = build_unit(code, "jscript", [(0, len(code))]).index
    assert [each.text for each in iter_literals(index)] == ["a", "b", "c", "d"]
    assert [(each.place, each.text) for each in iter_joined(index)] == [(2, "abc")]
