"""Denied claims: a signature claims a flow where the code of a whole page has none."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, live
from webshellhunt.model.limits import Job
from webshellhunt.model.rules import Confidence
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine
from webshellhunt.scan.denied_claims import denies
from webshellhunt.views.sample import Code

SITE = r"C:\inetpub\wwwroot\site\page"
DEAD = '<·% If False Then\r\nExec·ute Req·uest("k")\r\nEnd If %·>'
PAGE = '<·%@ Page Language="VB" %·>\n<script language="VB" runat="ser·ver">\n@\n</script>'

CONSOLE = """<·%
what = Req·uest("what")
Select Case what
  Case "ping"
    line = "ping -n 3 10.1.0.1"
  Case "disk"
    line = "c·md /c vol c:"
  Case Else
    $
End Select
Set run = CreateObject("WScr·ipt.Sh·ell").Ex·ec(line)
Resp·onse.Write run.StdO·ut.ReadAll
%·>"""
HANDLER = r"""<·%@ WebHandler Language="C#" Class="Site.Receive" %·>
using System.Diagnostics;
using System.Linq;
using System.Web;
namespace Site {
public class Receive : IHttpHandler {
    public bool IsReusable { get { return false; } }
    public void ProcessRequest(HttpContext context) {
        string number = context.Req·uest["number"] ?? "";
        if (number.Length == 0 || !number.$(char.IsDigit)) return;
        var start = new Proc·essStartInfo("c·md.exe", "/c C:\\a.c·md " + number) { RedirectStandardO·utput = true };
        using (var run = Proc·ess.Start(start)) context.Response.Write(run.StandardO·utput.ReadToEnd());
    }
} }"""
TABLE = """<·%@ Page Language="JScr·ipt" %·>
<·%@ Import Namespace="System.Diagnostics" %·>
<·%
var commands = { gw: "ping -n 1 10.0.0.1", dns: "nslookup example.org" };
var key = Req·uest.QueryString["k"];
var line = commands[key];
if (line == undefined) line = $;
var start = new Proc·essStartInfo("c·md.exe", "/c " + line);
start.RedirectStandardO·utput = true;
Resp·onse.Write(Proc·ess.Start(start).StandardO·utput.ReadToEnd());
%·>"""


def _examined(text: str, extension: str = ".asp", *, encoding: str = "utf-8", job: Job | None = None) -> Verdict:
    return examine(live(text).encode(encoding), path=SITE + extension, job=job)


def _claims(verdict: Verdict) -> list[tuple[str, Confidence]]:
    return [(f.rule.id, f.confidence) for f in verdict.findings if f.rule.id.startswith("WSH9")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("text", "extension", "rule"),
    [
        (DEAD, ".asp", "WSH9306"),
        ('<·% Session("a") = "b = 1"\r\nExec·ute Session("a") %·>', ".asp", "WSH9310"),
        (DEAD.replace("If", 'a = "b" & "c"\r\nIf', 1), ".asp", "WSH9306"),
        (
            PAGE.replace("@", 'Sub Page_Load()\nPro·cess.Start("C:\\a.exe")\nResponse.Write(Req·uest("k"))\nEnd Sub'),
            ".aspx",
            "WSH9116",
        ),
        (CONSOLE.replace("$", 'Resp·onse.Redirect "a.asp"'), ".asp", "WSH9112"),
        (CONSOLE.replace("$", 'Resp·onse.Redirect "a.asp"'), ".asp", "WSH9301"),
        (HANDLER.replace("$", "All"), ".ashx", "WSH9111"),
        (TABLE.replace("$", 'commands["gw"]'), ".aspx", "WSH9111"),
    ],
)
def test_a_claim_that_the_code_denies_has_low_confidence(text: str, extension: str, rule: str, encoding: str) -> None:
    verdict = _examined(text, extension, encoding=encoding)
    assert (rule, Confidence.LOW) in _claims(verdict)
    assert verdict.disposition < Disposition.MALICIOUS
    (facts,) = (f.facts for f in verdict.findings if f.rule.id == rule)
    assert facts["denied"] == "the analysis of the code saw no such flow"


@pytest.mark.parametrize(
    ("text", "extension", "rule"),
    [
        ('<·% Exec·ute Session("a") %·>', ".asp", "WSH9310"),
        (f'{DEAD}<·!--#include file="b.inc"-->', ".asp", "WSH9306"),
        (DEAD, ".inc", "WSH9306"),
        (CONSOLE.replace("$", "line = what"), ".asp", "WSH9301"),
        (CONSOLE.replace("$", "line = what"), ".asp", "WSH9112"),
        (HANDLER.replace("$", "Any"), ".ashx", "WSH9111"),
        (HANDLER.replace("$", "All").replace("Site.Receive", "Site.Other"), ".ashx", "WSH9111"),
        (TABLE.replace("$", "key"), ".aspx", "WSH9111"),
    ],
)
def test_a_claim_about_code_that_is_not_known_whole_keeps_its_confidence(text: str, extension: str, rule: str) -> None:
    assert (rule, Confidence.HIGH) in _claims(_examined(text, extension))


def test_signatures_alone_are_not_denied() -> None:
    assert _claims(_examined(DEAD, job=Job(detectors=False))) == [("WSH9306", Confidence.HIGH)]


def test_a_rule_with_very_many_matches_is_not_denied() -> None:
    many = '\r\nExec·ute Req·uest("k")' * 80
    assert ("WSH9306", Confidence.HIGH) in _claims(_examined(f"<·% If False Then{many}\r\nEnd If %·>"))


FIRST = live("Exec·ute")


def _denied(code: str, part: str, language: str = "vbscript") -> bool:
    text, part = live(code), live(part)
    start = text.index(part)
    return denies(_code(text, language), [(start, start + len(part))])


def _code(text: str, language: str) -> Code:
    analysis = analyse(text, language)
    return Code(analysis.unit, analysis)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ('If False Then\nExec·ute Req·uest("k")\nEnd If', 'Exec·ute Req·uest("'),
        ('Session("a") = "x"\nExec·ute Session("a")', "Exec·ute Session("),
        ('\' Exec·ute Req·uest("k")\nExec·ute "a = 1"', 'Exec·ute Req·uest("'),
        ('Response.Write "Exec·ute Req·uest(1)"', "Exec·ute Req·uest("),
    ],
)
def test_code_that_never_runs_or_runs_what_is_known_is_denied(code: str, part: str) -> None:
    assert _denied(code, part)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ('Exec·ute Req·uest("k")', 'Exec·ute Req·uest("'),
        ('If False Then\nExec·ute Req·uest("k")\nEnd If\nExec·ute Req·uest("k")', 'Exec·ute Req·uest("'),
        ('Exec·ute Session("a")', "Exec·ute Session("),
        ('Session("b") = "x"\nExec·ute Session("a")', "Exec·ute Session("),
        ('Exec·ute "a = 1"\nf.Write "Exec·ute Req·uest(1)"', "Exec·ute Req·uest("),
        ('a = "no sink at all"', "a ="),
        ('If False Then\nExec·ute Req·uest("k") )) then (\nEnd If', 'Exec·ute Req·uest("k") )) then'),
    ],
)
def test_a_flow_what_others_stored_and_what_is_not_understood_deny_nothing(code: str, part: str) -> None:
    assert not _denied(code, part)


def test_a_run_that_stops_early_denies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = live('Do\na = a & "x"\nLoop\nIf False Then\nExec·ute Req·uest("k")\nEnd If')
    code = _code(text, "vbscript")
    monkeypatch.setattr(type(code.analysis), "doubtful", None)
    assert not denies(code, [(text.index(FIRST), len(text) - 8)])
