"""Surroundings: nothing is known of a page without markup."""

from __future__ import annotations

from tests.builders.interpreted import seen
from webshellhunt.analysis.surroundings import Surroundings


def test_a_page_may_have_none() -> None:
    empty = Surroundings()
    assert not any((empty.controls, empty.objects, empty.declared))


def test_a_control_is_filled_in_by_the_visitor() -> None:
    assert seen("SINK(box.Text);", "c#", Surroundings(controls=frozenset({"box"}))) == ["<tainted>"]
    assert seen("SINK(box.Text);", "c#") == ["<>"]


def test_an_object_of_the_markup_has_its_type() -> None:
    declared = Surroundings(objects={"sh": "wscript.shell"})
    assert seen("sh.Run VISITOR", "vbscript", declared) == ["<tainted>"]
    assert seen("sh.Run VISITOR", "vbscript") == []
