"""Roles and addresses."""

from __future__ import annotations

from webshellhunt.model.places import EXCHANGE_ROLES, SIGN_IN_ROLES, Role, Url, Volume, WebPlaces


def test_sign_in_roles_are_roles_of_exchange() -> None:
    assert SIGN_IN_ROLES < EXCHANGE_ROLES < set(Role)


def test_nothing_is_assumed_unless_it_is_said() -> None:
    assert not Volume("C", "C").assumed
    assert not Url("https://*/a").assumed
    assert WebPlaces() == WebPlaces((), (), ())
