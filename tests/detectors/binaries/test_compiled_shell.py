"""Compiled pages, made by a real compiler: what they do with a request."""

from __future__ import annotations

import pytest

from tests.builders.assemblies import dotnet_library, page_assembly
from tests.builders.inert import live
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.verdict.judge import judge

TEMP = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\8f3a1c52\1b6de0aa"
NAME = "App_Web_x.aspx.f5dba9b9.q3xk0v_d.dll"
EVALUATOR = """
namespace Mic·rosoft.JSc·ript { public class Eval {
    public static object JScr·iptEvaluate(object a, object b) { return a; }
} }
"""


def verdict(data: bytes, role: Role = Role.TEMP_ASPNET, name: str = NAME) -> Verdict:
    return judge(examine_bytes(data, Artifact(name, f"{TEMP}\\{name}", role, len(data)), Job()))


def found(body: str) -> list[Finding]:
    judged = verdict(page_assembly(body))
    assert judged.gaps == ()
    return [finding for finding in judged.findings if finding.rule.id == "WSH5001"]


STARTS = 'var r = Sys·tem.Diagno·stics.Proc·ess.St·art("tool.exe", {what});'


def test_a_command_of_the_request() -> None:
    (finding,) = found(
        'void Page_Load(object s, EventArgs e) { var c = Request.Form["key1"]; ' + STARTS.replace("{what}", "c") + " }"
    )
    assert (finding.severity, finding.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "run as a command" in finding.message
    assert finding.facts["request_key"] == "key1"
    assert finding.facts["member"] == live("System.Diagno·stics.Proc·ess.Start")
    assert finding.facts["method"] == "ASP.auth_x_aspx.Page_Load"
    assert finding.evidence[0].span.end > finding.evidence[0].span.start


def test_a_command_by_the_properties_of_what_starts_it() -> None:
    (finding,) = found(
        'void Go() { var i = new Sys·tem.Diagno·stics.Proc·essSta·rtInfo(); i.Argu·ments = Request["a"]; '
        "Sys·tem.Diagno·stics.Proc·ess.St·art(i); }"
    )
    assert "run as a command" in finding.message


def test_code_that_is_loaded_through_other_methods() -> None:
    (finding,) = found(
        """
        string Key { get { return HttpContext.Current.Request["first"]; } }
        void Page_Load(object s, EventArgs e) { Go(Key); }
        void Go(string text) { Load(Convert.FromBase64String(text)); }
        void Load(byte[] raw) { Sys·tem.Reflec·tion.Assem·bly.Lo·ad(raw); }
        """
    )
    assert finding.facts["entry"] == "ASP.auth_x_aspx.Page_Load"
    assert "loaded as code" in finding.message


def test_text_that_is_evaluated_is_held_with_high_confidence() -> None:
    evaluator = dotnet_library(EVALUATOR, "Microsoft.JScript")
    data = page_assembly(
        'void Page_Load(object s, EventArgs e) { Mic·rosoft.JSc·ript.Eval.JScr·iptEvaluate(Request["k"], "uns·afe"); }',
        reference=evaluator,
    )
    judged = verdict(data)
    (finding,) = [each for each in judged.findings if each.rule.id == "WSH5001"]
    assert finding.confidence is Confidence.HIGH
    assert finding.facts["request_key"] == "k"
    assert judged.disposition is Disposition.MALICIOUS


@pytest.mark.parametrize(
    "body",
    [
        'void Page_Load(object s, EventArgs e) { Response.Write(Request["q"]); }',
        "void Page_Load(object s, EventArgs e) { "
        + STARTS.replace("{what}", '"/fixed"')
        + ' Response.Write("done"); }',
        "void Page_Load(object s, EventArgs e) { " + STARTS.replace("{what}", '"/fixed"') + ' var c = Request["q"]; }'
        ' string Other() { return Request.Form["x"]; }',
    ],
    ids=["no power", "no request", "the request only afterwards"],
)
def test_honest_pages_stay_below_suspicion(body: str) -> None:
    judged = verdict(page_assembly(body))
    assert judged.disposition <= Disposition.UNEXPLAINED, judged.reasons


def test_an_assembly_in_bin_is_read_too_and_a_damaged_one_is_a_gap() -> None:
    data = page_assembly(
        'void Page_Load(object s, EventArgs e) { var c = Request.Form["key1"]; ' + STARTS.replace("{what}", "c") + " }"
    )
    assert "WSH5001" in {finding.rule.id for finding in verdict(data, Role.BIN, "Portal.dll").findings}
    cut = verdict(data[:1000])
    assert [gap.code for gap in cut.gaps] == ["input-refused"]
    assert "assembly could not be examined" in cut.gaps[0].reason


def test_a_page_inside_of_an_assembly_is_examined_as_a_page() -> None:
    inner = live('<·%@ Page Language=\\"C#\\" %·><·% Sys·tem.Diagno·stics.Proc·ess.St·art(Req·uest[\\"k\\"]); %·>')
    judged = verdict(page_assembly(f'string Text = "{inner}"; string Key {{ get {{ return Request["a"]; }} }}'))
    (finding,) = [each for each in judged.findings if each.rule.id == "WSH1002"]
    assert finding.dormant
    assert finding.evidence[0].layer.startswith("assembly: text in App_Web_x")
    assert judged.disposition is Disposition.SUSPICIOUS


def test_the_source_that_was_generated_of_a_page_is_read_as_code() -> None:
    source = live('class x { void Go() { Sys·tem.Diagno·stics.Proc·ess.St·art(Req·uest["k"]); } }').encode()
    judged = verdict(source, name="q3xk0v_d.0.cs")
    assert "WSH1002" in {finding.rule.id for finding in judged.findings}
    assert judged.disposition is Disposition.SUSPICIOUS
    assert verdict(source, Role.WWWROOT, "q3xk0v_d.0.cs").findings == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('r["k"]', Severity.HIGH),
        (
            'Encoding.UTF8.GetString(System.Web.Security.MachineKey.Unprotect(Encoding.UTF8.GetBytes(r["k"])))',
            Severity.MEDIUM,
        ),
        ('File.ReadAllText(r["k"])', None),
    ],
    ids=["as it is", "decrypted", "names a file"],
)
def test_a_value_that_is_deserialised(value: str, expected: Severity | None) -> None:
    source = (
        "using System.IO; using System.Text; public class M : System.Web.IHttpHandler {"
        " public bool IsReusable { get { return true; } } public void ProcessRequest(System.Web.HttpContext c) {"
        " var r = c.Request; new System.Web.UI.Los·Formatter().Deser·ialize({value}); } }"
    )
    data = dotnet_library(source.replace("{value}", value), "Portal")
    found = [each for each in verdict(data, Role.BIN, "Portal.dll").findings if each.rule.id == "WSH5001"]
    assert [each.severity for each in found] == ([] if expected is None else [expected])


def test_a_library_that_is_loaded_by_its_name_does_not_count() -> None:
    body = "void Page_Load(object s, EventArgs e) { Sys·tem.Reflec·tion.Assem·bly.Lo·ad({what}); }"
    assert found(body.replace("{what}", 'Request["a"]')) == []
    assert found(body.replace("{what}", 'Convert.FromBase64String(Request["a"])')) != []
