"""A program that a page starts without request data."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt import Disposition, examine
from webshellhunt.model.rules import Severity

OUTPUT = "program_started_by_page/csharp-output"
SILENT = "program_started_by_page/csharp-silent"
ACCOUNT = "program_started_by_page/vbscript-account"
CSHARP = "program_started_by_page/csharp-interpreter"


def test_a_program_that_a_file_names_is_below_suspicion_with_and_without_its_output() -> None:
    assert finding(OUTPUT, "WSH1030").severity is Severity.MEDIUM
    page = read(OUTPUT)
    assert examine(page.data, path=page.path).disposition is Disposition.UNEXPLAINED
    silent = changed(
        OUTPUT, ("started.StartInfo.RedirectStandardOutput = true;", ""), ("StandardOutput.ReadToEnd", "WaitForExit")
    )
    assert finding(silent, "WSH1030").severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("program", "severity"),
    [
        ("C:\\\\Tools\\\\convert.exe", Severity.MEDIUM),
        ("git", Severity.MEDIUM),
        ("C:\\\\Windows\\\\Temp\\\\a.exe", Severity.HIGH),
        ("%TEMP%\\\\a.exe", Severity.HIGH),
        ("net.exe user a b /add", Severity.CRITICAL),
        ("certutil.exe", Severity.CRITICAL),
    ],
)
def test_the_name_of_the_program_weighs(program: str, severity: Severity) -> None:
    fixture = changed(SILENT, ("C:\\\\ProgramData\\\\sync\\\\agent.exe", program))
    assert finding(fixture, "WSH1030").severity is severity


def test_a_command_in_classic_asp_is_high_and_a_tool_below_suspicion() -> None:
    assert finding(ACCOUNT, "WSH1030").severity is Severity.HIGH
    assert finding(f"{ACCOUNT}-twin", "WSH1030").severity is Severity.MEDIUM


def test_commands_of_which_the_visitor_chooses_one_are_below_suspicion() -> None:
    page = live("""<·%
    Select Case LCase(Req·uest("what"))
      Case "ping": line = "ping -n 3 10.1.0.1"
      Case "route": line = "tracert -d 10.1.0.1"
      Case Else: $
    End Select
    Response.Write CreateObject("WScr·ipt.Sh·ell").Ex·ec(line).StdO·ut.ReadAll
    %·>""")
    for other, disposition in (
        ('line = "fsutil volume diskfree c:"', Disposition.UNEXPLAINED),
        ('line = Application("line")', Disposition.SUSPICIOUS),
    ):
        assert examine(page.replace("$", other).encode(), path=r"C:\inetpub\wwwroot\a.asp").disposition is disposition


def test_an_object_that_starts_nothing_is_no_program() -> None:
    assert findings(changed(ACCOUNT, ("WScript.Shell", "Shop.Mailer")), "WSH1030") == []


def test_a_page_with_request_data_in_the_command_is_another_rule() -> None:
    assert findings(changed(ACCOUNT, ('"net user', 'Request("a") & " net user')), "WSH1030") == []


def test_scripts_of_a_control_are_no_programs() -> None:
    page = changed(SILENT, ("System.Diagnostics.Process.Start(", "box.AddScript("), (', "-q"', ""))
    assert findings(page, "WSH1030") == []


@pytest.mark.parametrize("name", ["csharp-interpreter", "vb-net-interpreter"])
def test_an_interpreter_convicts_only_with_a_grave_command(name: str) -> None:
    page = f"program_started_by_page/{name}"
    assert finding(page, "WSH1030").severity is Severity.CRITICAL
    for harmless in ("/c ver", "/c ipconfig", "/c whoami"):
        command = ("/c net user helper secret /add", "-c net localgroup Administrators helper /add")["vb" in name]
        assert finding(changed(page, (command, harmless)), "WSH1030").severity is Severity.MEDIUM


def test_the_output_is_not_needed() -> None:
    fixture = changed(CSHARP, ("StandardOutput.ReadToEnd", "WaitForExit"))
    assert finding(fixture, "WSH1030").severity is Severity.CRITICAL


def test_a_start_with_request_data_is_another_rule() -> None:
    fixture = changed(CSHARP, ('"/c net user helper secret /add"', 'Request["key"]'))
    assert findings(fixture, "WSH1030") == []


def test_without_a_start_a_name_is_only_a_word() -> None:
    fixture = changed(CSHARP, ("System.Diagnostics.Process", "Shop.Job"), ("StartInfo", "Line"))
    assert findings(fixture, "WSH1030") == []


def test_a_method_that_nobody_calls_is_below_suspicion() -> None:
    called = 'started.StartInfo.Arguments = "/c net user helper secret /add";'
    fixture = changed(CSHARP, ("Page_Load(object sender, EventArgs e)", "Launch(string s)"), (called, 's = "/c " + s;'))
    assert finding(fixture, "WSH1030").severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("stem", "severity"),
    [("vbscript-interpreter", Severity.HIGH), ("vbscript-interpreter-twin", Severity.MEDIUM)],
)
def test_a_grave_command_of_a_classic_page_is_high(stem: str, severity: Severity) -> None:
    assert finding(f"program_started_by_page/{stem}", "WSH1030").severity is severity
