"""A password that is stored in the browser and entered into its field again is remembered, not stolen."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import analysed

_KEPT = 'document.cookie = "p=" + document.getElementById("pw").value;'


@pytest.mark.parametrize(
    "script",
    [
        'document.getElementById("pw").value = localStorage.getItem("p");',
        'document.getElementById("pw").value = getCookie("p");',
        'var known = getCookie("p"); document.getElementById("pw").value = known;',
        '$("#pw").val(localStorage.p);',
        'document.getElementById("pw").value = document.cookie.split("=")[1];',
    ],
)
def test_a_stored_password_that_is_entered_again_is_remembered(script: str) -> None:
    assert analysed(_KEPT + script).remembers


@pytest.mark.parametrize(
    "script",
    [
        "",
        'document.getElementById("pw").value = "";',
        'document.getElementById("user").value = getCookie("p");',
        'var known = getCookie("p"); document.getElementById("pw").value = other;',
        'if (document.getElementById("pw").value == getCookie("p")) { go(); }',
        'x = $("#pw").val(); y = getCookie("p");',
    ],
)
def test_a_password_that_is_only_stored_is_not_remembered(script: str) -> None:
    assert not analysed(_KEPT + script).remembers


def test_a_page_that_stores_nothing_is_not_asked() -> None:
    assert not analysed('document.getElementById("pw").value = getCookie("p");').remembers
