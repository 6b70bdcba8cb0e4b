"""Surroundings: nothing is known of a page without markup."""

from __future__ import annotations

from tests.builders.inert import analyse, roads
from webshellhunt.analysis.surroundings import Surroundings


def test_a_page_may_have_none() -> None:
    empty = Surroundings()
    assert not any((empty.controls, empty.objects, empty.declared))


def test_a_control_is_filled_in_by_the_visitor() -> None:
    code = "Pro·cess.Start(box.Text);"
    assert [kind for _, kind, _ in roads(analyse(code, "c#", controls=frozenset({"box"})))] == ["visitor"]
    assert roads(analyse(code, "c#")) == []
    assert roads(analyse("Pro·cess.Start(box.Visible);", "c#", controls=frozenset({"box"}))) == []
    upload = analyse('File.Write·AllBytes("a", box.FileBytes);', "c#", controls=frozenset({"box"}))
    assert [kind for _, kind, _ in roads(upload)] == ["upload"]


def test_an_object_of_the_markup_has_its_type() -> None:
    code = 'sh.Run Req·uest("k")'
    assert roads(analyse(code, "vbscript", objects={"sh": "wscr·ipt.shell".replace("·", "")}))
    assert not roads(analyse(code, "vbscript"))
