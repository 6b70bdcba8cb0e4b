"""Names that have a password."""

from __future__ import annotations

from tests.client_scripts.test_browsed import TAKEN, roads


def test_a_password_is_followed_over_names() -> None:
    assert roads(TAKEN + 'a = p; b = "x" + a; fetch("//a.example", b);')
    assert not roads(TAKEN + 'a = p.length > 3; b = "x"; fetch("//a.example", b);')
