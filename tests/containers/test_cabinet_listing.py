"""The names in a cabinet."""

from __future__ import annotations

from tests.builders.containers import cabinet
from webshellhunt.containers.cabinet_listing import list_cabinet
from webshellhunt.containers.window import window_of


def test_the_names_are_listed() -> None:
    assert set(list_cabinet(window_of(cabinet(["x.aspx", "b.png"]))).first_names) == {"x.aspx", "b.png"}


def test_a_cabinet_that_is_cut_off_lists_what_is_left() -> None:
    whole = cabinet(["x.aspx", "b.png"])
    assert len(list_cabinet(window_of(whole[:-8])).first_names) < 2
