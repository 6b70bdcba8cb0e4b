"""The severity of a connection from the request depends on the statement and the table."""

from __future__ import annotations

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pipeline import examine

CONSOLE = "request_names_database/csharp-console"
DUMP = "request_names_database/csharp-dump"


def test_connection_and_statement_together_are_critical() -> None:
    found = finding(CONSOLE, "WSH1012")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert len(found.evidence) == 2


def test_a_connection_alone_has_a_lower_severity() -> None:
    assert finding(changed(CONSOLE, ('Request["s"]', '"SELECT 1"')), "WSH1012").severity is Severity.MEDIUM


def test_a_table_from_the_request_raises_the_severity() -> None:
    assert finding(DUMP, "WSH1012").severity is Severity.HIGH
    assert (
        finding(changed(DUMP, ("select * from ", "select * from a where b = ")), "WSH1012").severity is Severity.MEDIUM
    )


def test_a_statement_over_the_connection_of_the_site_is_no_finding() -> None:
    assert findings(changed(CONSOLE, ('Request["c"]', '"server=a"')), "WSH1012") == []


def test_a_connection_in_classic_asp_that_is_whole_from_the_request() -> None:
    name = "request_names_database/vbscript-whole"
    assert finding(name, "WSH1012").severity is Severity.CRITICAL
    assert findings(changed(name, ("link.Open where", 'link.Open Application("x")')), "WSH1012") == []


def test_a_database_below_the_site_is_not_the_visitors_choice_alone() -> None:
    page = """<·%
    Set c = CreateObject("ADODB.Connection")
    c.Open "Provider=Microsoft.Jet.OLEDB.4.0;Data Source=" & PATH
    c.Execute "update skins set used = 1"
    %·>"""
    free, below = 'Req·uest("f")', 'Server.MapPath(Req·uest("f"))'
    found = [examine(live(page.replace("PATH", each)).encode(), path="inetpub/wwwroot/s.asp") for each in (free, below)]
    assert ["WSH1012" in {each.rule.id for each in verdict.findings} for verdict in found] == [True, False]
