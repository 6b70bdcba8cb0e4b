"""The password fields that scripts know."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.fields import Fields


@pytest.mark.parametrize(("name", "known"), [("pw", True), ("user", False)])
def test_a_field_of_the_page_is_known_by_its_name(name: str, known: bool) -> None:
    assert Fields({"pw"}, asks_password=True).is_named(name) is known


def test_without_fields_of_its_own_a_script_has_the_usual_ones() -> None:
    assert Fields(set(), asks_password=False).is_named("password")
    assert not Fields(set(), asks_password=False).is_named("city")
