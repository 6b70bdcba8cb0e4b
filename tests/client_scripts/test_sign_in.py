"""What a page says of signing in."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.sign_in import InlineCode, is_conventional, read_sign_in


@pytest.mark.parametrize(
    "field",
    [
        '<input type="password" id="Secret" name="s2">',
        "<INPUT TYPE=PassWord id=secret name=s2>",
        '<asp:TextBox runat="server" ID="secret" name="s2" TextMode="Password" />',
    ],
)
def test_a_password_field_is_known_by_id_and_name(field: str) -> None:
    found = read_sign_in(f'<form name=logon action="/x">{field}</form><form name=other></form>')
    assert found.asks_password
    assert found.fields == {"secret", "s2"}
    logon, other = found.forms
    assert (set(logon.names), logon.action, logon.asks_password) == ({"logon"}, "/x", True)
    assert (set(other.names), other.action, other.asks_password) == ({"other"}, "", False)


def test_codes_stand_in_the_order_of_the_page() -> None:
    text = """<script src="a.js?v=2"></script><script>one()</script>
<a onclick="two(&quot;x&quot;)" href="javascript:three()">
<script type="text/template">no()</script><script runat="server">no()</script><%= InlineJavascript("flogon.js") %>"""
    codes = [code.code if isinstance(code, InlineCode) else code[0] for code in read_sign_in(text).codes]
    assert codes == ["a.js", "one()", 'two("x")', "three()", "flogon.js"]


def test_the_fields_own_attribute_is_told() -> None:
    code = read_sign_in('<input type=password onkeyup="log(event)">').codes[0]
    assert isinstance(code, InlineCode)
    assert (code.event, code.at_field) == ("onkeyup", True)


@pytest.mark.parametrize("name", ["password", "passwordtext", "txtpassword", "j_password", "user-pwd", "passwd1"])
def test_usual_names(name: str) -> None:
    assert is_conventional(name)


@pytest.mark.parametrize("name", ["username", "passport", "forgotpasswordlink", "pass", "x" * 200 + "_password"])
def test_other_names(name: str) -> None:
    assert not is_conventional(name)
