from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import finding
from webshellhunt.correlation.host_traffic import DATA_TAKEN, with_data_taken
from webshellhunt.detectors.access_log import archive_downloaded, large_file_downloaded
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.log_results import Client
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind
from webshellhunt.verdict.judge import judge

INTRUDER = Client("203.0.113.77", 7, None, None, ("/aspnet_client/system_web/health.aspx",))


def download(rule: Rule = archive_downloaded.RULE, client: str = "203.0.113.77", **more: str) -> Finding:
    facts: dict[str, FactValue] = {"path": "/aspnet_client/logo.7z", "clients": (client,), "bytes": 734_003_200, **more}
    return replace(finding(), rule=rule, severity=Severity.MEDIUM, confidence=Confidence.LOW, facts=facts)


def examined(*findings: Finding, kind: SubjectKind = SubjectKind.TRACE) -> Examination:
    return Examination(Subject(kind, r"C:\inetpub\logs\LogFiles\W3SVC1 (client 203.0.113.77)"), findings)


@pytest.mark.parametrize(
    ("found", "taken_at"),
    [
        (download(first="2021-03-06T02:20:00Z"), "2021-03-06T02:20:00Z"),
        (download(large_file_downloaded.RULE, day="2021-03-06"), "2021-03-06T00:00:00Z"),
    ],
)
def test_a_download_by_the_client_of_a_shell_is_suspicious(found: Finding, taken_at: str) -> None:
    (raised,) = with_data_taken([examined(found)], [INTRUDER])
    verdict = judge(raised)
    assert verdict.disposition is Disposition.SUSPICIOUS
    (told,) = verdict.findings
    assert told.message.startswith("data left: logo.7z, 734 MB, to 203.0.113.77, the client of health.aspx")
    assert (told.facts[DATA_TAKEN], told.facts["taken_at"]) == ("/aspnet_client/logo.7z", taken_at)


@pytest.mark.parametrize(
    "client",
    [
        INTRUDER._replace(address="203.0.113.5"),
        INTRUDER._replace(is_proxy=True),
        INTRUDER._replace(pages=()),
    ],
)
def test_a_download_by_anybody_else_stays_a_lead(client: Client) -> None:
    given = examined(download())
    assert with_data_taken([given], [client]) == [given]


@pytest.mark.parametrize(
    "facts", [{"sweeping": True}, {"clients": ("203.0.113.77", "192.0.2.1", "192.0.2.2", "192.0.2.3")}, {"path": None}]
)
def test_a_published_file_stays_a_lead(facts: dict[str, FactValue]) -> None:
    found = download()
    given = examined(replace(found, facts={**found.facts, **facts}))
    assert with_data_taken([given], [INTRUDER]) == [given]


def test_a_client_of_an_exploit_counts_too_and_other_findings_are_unchanged() -> None:
    client = INTRUDER._replace(pages=(), exploits=("ProxyLogon",))
    other = finding()
    (raised,) = with_data_taken([examined(other, download())], [client])
    assert raised.findings[0] == other
    assert "the client that exploited ProxyLogon" in raised.findings[1].message
    given = examined(download(), kind=SubjectKind.FILE)
    assert with_data_taken([given], [client]) == [given]
