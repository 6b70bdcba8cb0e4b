"""Written credentials, and the directory of the page."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Confidence, Severity

TEXT = "sign_in_values_kept/appended-to-text"
CLASSIC = "sign_in_values_kept/classic-log"
ALL = "sign_in_values_kept/all-values"
PORTAL = "inetpub/wwwroot/portal/check.aspx"


def test_a_password_in_a_sign_in_directory_is_critical() -> None:
    found = finding(TEXT, "WSH1010")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    elsewhere = finding(changed(TEXT, path=PORTAL), "WSH1010")
    assert (elsewhere.severity, elsewhere.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_other_values_are_findings_in_a_sign_in_directory_only() -> None:
    assert finding(ALL, "WSH1010").severity is Severity.HIGH
    assert findings(changed(ALL, path=PORTAL), "WSH1010") == []


@pytest.mark.parametrize("key", ["passwd", "pwd", "txtPassword"])
def test_the_usual_names_of_passwords_are_recognised(key: str) -> None:
    assert findings(changed(CLASSIC, ("password", key)), "WSH1010")


def test_a_form_without_a_password_is_a_log() -> None:
    assert findings(changed(CLASSIC, ("password", "comment")), "WSH1010") == []


def test_a_file_that_the_request_names_is_a_finding_of_another_rule() -> None:
    named = changed(CLASSIC, ('Server.MapPath("log.txt")', 'Request.Form("file")'))
    assert findings(named, "WSH1010") == []
    assert findings(named, "WSH1004")


@pytest.mark.parametrize("key", ["MailServerPassword", "smtp_pwd", "db_password", "SqlPassword"])
def test_the_password_of_a_service_is_no_finding(key: str) -> None:
    assert findings(changed(CLASSIC, ("password", key)), "WSH1010") == []


def test_the_password_of_a_service_hides_no_other() -> None:
    both = changed(CLASSIC, ('Request.Form("password")', 'Request.Form("SqlPassword") & Request.Form("password")'))
    assert findings(both, "WSH1010")


FILLED = "sign_in_values_kept/script-fills-key"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id="pw"', 'id="pw" name="z9"'),
        ('"z9=" + encodeURIComponent(document.getElementById("pw").value)', '"{\\"z9\\":\\"" + pw.value'),
    ],
)
def test_a_key_that_the_page_fills_from_a_password_field(old: str, new: str) -> None:
    assert finding(changed(FILLED, (old, new)), "WSH1010").facts["request_key"] == "z9"


def test_another_key_is_none() -> None:
    assert findings(changed(FILLED, ('Request["z9"]', 'Request["z8"]')), "WSH1010") == []


SETTINGS = "sign_in_values_kept/collected-in-page-twin"


def test_settings_that_are_written_anew_as_a_page_are_below_suspicion() -> None:
    found = finding(SETTINGS, "WSH1010")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)


@pytest.mark.parametrize(
    "change",
    [
        ('"config.asp"', '"config.txt"'),
        ("kept.WriteText", 'kept.LoadFromFile Server.MapPath("config.asp")\nkept.WriteText'),
        ('"<" & "\x25"', '""'),
    ],
)
def test_passwords_in_a_text_or_behind_others_are_collected(change: tuple[str, str]) -> None:
    assert finding(changed(SETTINGS, change), "WSH1010").severity is Severity.HIGH


_SELECTED = 'rows.Source = "select * from users where word=" & Request.Form("password")'
_LOOKED_UP = _SELECTED + "\nrows.Open\nkept.WriteLine {}"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('rows("name")', False),
        ('Request.Form("password")', True),
        ('rows("name") & Request.Form("password")', True),
    ],
)
def test_a_column_that_a_password_selects_is_no_password(written: str, kept: bool) -> None:
    line = 'kept.WriteLine "<" & "\x25\'" & Request.Form("user") & ":" & Request.Form("password") & "\x25" & ">"'
    made = 'Set rows = Server.CreateObject("ADODB.Recordset")\n'
    page = changed("sign_in_values_kept/collected-in-page", (line, made + _LOOKED_UP.format(written)))
    assert bool(findings(page, "WSH1010")) is kept


def test_a_writer_on_a_connection_writes_no_file() -> None:
    page = """<\x25@ Page Language="C#" \x25>
<\x25 var c = new System.Net.Sockets.TcpClient("mail.example.com", 110); var s = c.GetStream();
var w = new System.IO.StreamWriter(s); w.WriteLine("PASS " + Request["password"]); \x25>"""
    fixture = changed(TEXT, path=PORTAL)
    assert findings(fixture._replace(data=page.encode()), "WSH1010") == []
    on_file = page.replace("StreamWriter(s)", 'StreamWriter(Server.MapPath("a.txt"))')
    assert findings(fixture._replace(data=on_file.encode()), "WSH1010")


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("a.asp", '<·%\nSub Note(line)\nSet f = CreateObject("Scripting.File·SystemObject").Open·TextFile('
         'Server.MapPath("a.txt"), 8)\nf.Write·Line line\nEnd Sub\n'
         'u = Req·uest("user") : p = Req·uest("password")\nNote u & ":" & {} %·>'),
        ("a.aspx", '<·%@ Page Language="C#" %·><script runat="server">void Go(object s, EventArgs e) {\n'
         'System.IO.File.AppendAll·Text(Server.MapPath("~/a.txt"), user.Text + {}); }</script>\n'
         '<form runat="server"><asp:TextBox ID="user" runat="server" />\n'
         '<asp:TextBox ID="p" runat="server" TextMode="Password" /><asp:Button runat="server" OnClick="Go" /></form>'),
    ],
    ids=["vbscript", "csharp"],
)  # fmt: skip
def test_a_password_behind_another_value_is_kept_too(path: str, page: str) -> None:
    def found(value: str) -> int:
        text = live(page.replace("{}", value))
        return len(findings(read(TEXT)._replace(data=text.encode(), path=path), "WSH1010"))

    assert found("p" if path == "a.asp" else "p.Text") == 1
    assert found('"in"') == 0
