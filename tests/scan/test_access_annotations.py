"""A tool behind an access check of the application is suspicion; a road to execution convicts behind any."""

from __future__ import annotations

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, read
from webshellhunt.defang import Fixture
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine

VBSCRIPT = "tool_page/vbscript-own-password"
KEPT = 'If Request.Form("word") = "letmein" Then Session("in") = "yes"'
BEHIND = "the application checks access before this code runs"
ROAD = live('Exec·ute Req·uest("a")\nSet shell')


def judged(fixture: Fixture, path: str | None = None) -> Verdict:
    return examine(fixture.data, path=path or fixture.path)


def test_a_password_of_the_page_itself_excuses_nothing() -> None:
    verdict = judged(read(VBSCRIPT))
    assert BEHIND not in verdict.reasons
    assert all("access_check" not in finding.facts for finding in verdict.findings)


def test_what_another_page_set_makes_a_tool_suspicious_with_the_reason_said() -> None:
    verdict = judged(changed(VBSCRIPT, (KEPT, "")))
    assert verdict.disposition is Disposition.SUSPICIOUS
    assert verdict.reasons[-1] == BEHIND
    assert {f.facts["access_check"] for f in verdict.findings} == {"the session's 'in', which another page sets"}


def test_where_only_setup_should_write_it_convicts_all_the_same() -> None:
    path = "inetpub/wwwroot/aspnet_client/page.asp"
    assert judged(changed(VBSCRIPT, (KEPT, "")), path).disposition is Disposition.MALICIOUS


def test_a_road_to_execution_convicts_behind_the_check() -> None:
    verdict = judged(changed(VBSCRIPT, (KEPT, ""), ("Set shell", ROAD)))
    assert verdict.disposition is Disposition.MALICIOUS
    assert any(f.rule.id == "WSH1001" and "access_check" in f.facts for f in verdict.findings)


def test_work_in_a_second_language_without_the_check_is_not_guarded() -> None:
    opened = 'var f = Server.Create·Object("Scripting.FileSystem·Object"); f.GetFolder("c:");'
    script = live(f'\n<script runat="server" language="JScript">{opened} f.CreateText·File("x");</script>')
    last = 'Response.Write "net user"\n%>'
    assert BEHIND not in judged(changed(VBSCRIPT, (KEPT, ""), (last, last + script))).reasons
