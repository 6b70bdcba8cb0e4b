"""Signatures over a sample and its layers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.inert import live
from webshellhunt.defang import load_fixture
from webshellhunt.model.limits import Job
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine, hunt
from webshellhunt.sources import open_source

RULE = 'rule a_word { strings: $a = "xyzzy" condition: $a }'


def test_a_rule_is_told_once_with_the_place_of_its_match(tmp_path: Path) -> None:
    (tmp_path / "a.yar").write_text(RULE)
    job = Job(signature_paths=(str(tmp_path / "a.yar"),), own_signatures=False, detectors=False)
    (found,) = examine(b"\n xyzzy xyzzy", path="a.txt", job=job).findings
    assert found.evidence[0].span.start == 2
    assert examine(b"nothing", path="a.txt", job=job).findings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        '<·%ev·al req·uest("x")%·>',
        'é<·% a = 1\r\nDim b\r\nex·ecute(req·uest("x"))\r\nc = 2 %·>',
        '<·%@ Language="JScript" %·>\n<·% b(); ev·al(\n Req·uest.Item["k"],\n "uns·afe"); c() %·>',
        '<·% ex·ecute _\r\n req·uest("x") %·>',
    ],
)
def test_a_signature_and_a_flow_in_one_statement_are_one_act(text: str, encoding: str) -> None:
    findings = examine(live(text).encode(encoding), path="x.asp").findings
    flow = next(found for found in findings if found.rule.id == "WSH1001")
    others = [found for found in findings if found.rule.id.startswith("WSH9")]
    assert others
    assert all(flow.shares_act(found) for found in others)


def test_a_signature_in_another_statement_is_another_act() -> None:
    text = '<·% Set s = CreateObject("Scr·ipting.FileSystemObject")\r\ns.DeleteFile x\r\n Ex·ecute(Req·uest("a")) %·>'
    findings = examine(live(text).encode(), path="x.asp").findings
    (flow,) = (found for found in findings if found.rule.id == "WSH1001")
    assert flow.acts
    assert all(act.span.start > text.index("Delete") - 20 for act in flow.acts)


@pytest.mark.parametrize("between", [" + ", "); Response.Write("])
def test_two_calls_beside_each_other_are_two_acts(between: str) -> None:
    read, loaded = (
        'System.IO.File.Read·AllText(Req·uest["f"])',
        'new System.Net.WebClient().Down·loadString(Req·uest["u"])',
    )
    page = '<·%@ Page Language="C#"%·><script runat="ser·ver">void Page_Load() { Response.Write(@); }</script>'
    verdict = examine(live(page.replace("@); }", f"{read}{between}{loaded}); }}")).encode(), path="x.aspx")
    assert verdict.disposition is Disposition.MALICIOUS


_SHELL = Path(__file__).parents[2] / "fixtures" / "native_function_called_by_page" / "csharp-memory.defanged"


@pytest.mark.parametrize("name", ["x.cs1", "x.aspx.cs.bak"])
def test_signatures_run_on_source_that_nothing_compiles(name: str) -> None:
    found = {finding.rule.id for finding in examine(b"using System;\n" + load_fixture(_SHELL).data, path=name).findings}
    assert found == {"WSH9113"}
    assert not examine(b"using System;\nclass A {}", path=name).findings


LIBRARY = """<·%
Function PingOf(host)
  Set shell = CreateObject("WScr·ipt.Sh·ell")
  PingOf = shell.Ex·ec("c·md /c ping " & host).StdO·ut.ReadAll
End Function
%·>"""


def test_words_that_no_file_has_alone_are_information(tmp_path: Path) -> None:
    """A page with all its includes has the words of a whole site."""
    page = '<!--#include file="lib.asp"-->\n<·%\nResp·onse.Write Req·uest("name")\n%·>'
    (tmp_path / "lib.asp").write_text(live(LIBRARY))
    (tmp_path / "page.asp").write_text(live(page))
    (tmp_path / "whole.asp").write_text(live(LIBRARY + page.partition("\n")[2]))
    with open_source(str(tmp_path)) as source:
        found = {verdict.subject.path: verdict for verdict in hunt(source).verdicts}
    matches = {
        path: [each for each in verdict.findings if each.rule.id == "WSH9301"] for path, verdict in found.items()
    }
    assert found["page.asp"].disposition is Disposition.BENIGN
    assert [each.severity for each in matches["page.asp"]] == [Severity.INFO]
    assert "scattered" in matches["page.asp"][0].facts
    assert [each.severity for each in matches["whole.asp"]] == [Severity.CRITICAL]
