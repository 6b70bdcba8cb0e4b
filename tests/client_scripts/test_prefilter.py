"""Nearly no file is read, and none that matters is left out."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.prefilter import may_ask_password, may_take_password
from webshellhunt.pages.markup import fold


@pytest.mark.parametrize(
    "text", ["<input type=password>", "<INPUT TYPE = 'PASSWORD'>", '<asp:TextBox TextMode="Password"/>']
)
def test_a_password_field_is_a_prospect(text: str) -> None:
    assert may_ask_password(fold(text))


@pytest.mark.parametrize("text", ["", "<a>Forgot your password?</a>", "<input type=text name=password>"])
def test_other_markup_is_none(text: str) -> None:
    assert not may_ask_password(fold(text))


@pytest.mark.parametrize(
    "taken",
    [
        'gbid("passwordText").value',
        "document.forms[0].password.value",
        '$("#txtPassword").val()',
        'f["password"].value',
    ],
)
def test_a_script_that_takes_a_password_is_a_prospect(taken: str) -> None:
    assert may_take_password(fold(f"document.cookie = {taken}"))
    assert not may_take_password(fold(f"alert({taken})"))


@pytest.mark.parametrize("text", ['e.type == "password"', 'add("password", f)', "/text|password/.test(t)"])
def test_other_scripts_are_none(text: str) -> None:
    assert not may_take_password(fold(f"document.cookie; {text}"))
