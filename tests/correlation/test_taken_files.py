"""Downloads, large files and the services of Exchange as leads, and their twins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.server_traffic import FIRST, MB, ServerTraffic, days, ordinary_weeks
from webshellhunt.correlation.taken_files import BULK_REQUESTS, SCRIPT_REQUESTS
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.verdict.judge import judge

DAY = FIRST + timedelta(days=30)
THIEF = "203.0.113.7"
SCRIPT = "python-requests/2.25.1"


def findings(traffic: ServerTraffic, rule: str) -> list[Finding]:
    return [each for each in traffic.findings() if each.rule.id == rule]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("/aspnet_client/a.7z.001", Severity.MEDIUM),
        ("/owa/auth/current/x.zip", Severity.MEDIUM),
        ("/ecp/auth/users.csv", Severity.MEDIUM),
        ("/files/boss.pst", Severity.MEDIUM),
        ("/lsass.dmp", Severity.MEDIUM),
        ("/backup/site.bak", Severity.LOW),
        ("/dl/data.part01.rar", Severity.LOW),
        ("/dl/data.z01", Severity.LOW),
        ("/dl/product.zip", Severity.INFO),
    ],
)
def test_a_download_weighs_by_its_name_and_its_place(path: str, severity: Severity) -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, 700 * MB, path=path, agent=SCRIPT)
    (found,) = findings(traffic, "WSH7502")
    assert found.severity is severity
    assert f"{THIEF} downloaded {path} (" in found.message
    assert "1 request, 700 MB" in found.message
    assert found.evidence[0].path.endswith("u_ex210224.log")


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/aspnet_client/a.zip", {"status": 404}),
        ("/aspnet_client/a.zip", {"status": 302}),
        ("/aspnet_client/a.zip", {"method": "HEAD"}),
        ("/aspnet_client/a.zip", {"size_bytes": 300}),
        ("/aspnet_client/zip", {}),
        ("/aspnet_client/a.zip.js", {}),
        ("/reports/month.csv", {}),
        ("/owa/auth/logon.aspx", {}),
    ],
)
def test_what_is_no_download(path: str, values: dict[str, object]) -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, path=path, **values)  # type: ignore[arg-type]
    assert findings(traffic, "WSH7502") == []


def test_a_published_file_weighs_less() -> None:
    traffic = ServerTraffic()
    for number in range(8):
        traffic.request(DAY, f"198.51.100.{number}", 30 * MB, path="/support/tool.pst")
    (found,) = findings(traffic, "WSH7502")
    assert found.severity is Severity.LOW
    assert "as a published file" in found.message


@pytest.mark.parametrize("with_bytes", [True, False])
def test_a_site_that_answers_any_name_is_for_information(with_bytes: bool) -> None:
    traffic = ServerTraffic(with_bytes=with_bytes)
    for name in ("a.zip", "b.rar", "www.7z", "db.sql", "site.bak", "x.tar", "y.gz", "z.pst", "q.zip"):
        traffic.request(DAY, "198.51.100.9", 4000, path=f"/{name}")
    found = findings(traffic, "WSH7502")
    assert {each.severity for each in found} == {Severity.INFO}
    assert all("the site seems to answer any name" in each.message for each in found)


@pytest.mark.parametrize("with_bytes", [True, False])
def test_nine_parts_of_one_archive_are_no_sweep(with_bytes: bool) -> None:
    traffic = ServerTraffic(with_bytes=with_bytes)
    for number in range(1, 10):
        traffic.request(DAY, THIEF, 100 * MB, path=f"/aspnet_client/a.7z.{number:03}")
    assert {each.severity for each in findings(traffic, "WSH7502")} == {Severity.MEDIUM}


def test_the_server_itself_is_for_information() -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, "127.0.0.1", 30 * MB, path="/aspnet_client/a.zip")
    (found,) = findings(traffic, "WSH7502")
    assert found.severity is Severity.INFO


def test_the_front_end_logs_the_same_download_once() -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, 30 * MB, path="/owa/auth/a.zip")
    traffic.proxied(DAY, 9, 1, client=THIEF, path="/owa/auth/a.zip", sent_bytes=30 * MB)
    (found,) = findings(traffic, "WSH7502")
    assert "1 request" in found.message


def test_a_large_picture_in_a_directory_of_exchange() -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, 512 * MB, path="/owa/auth/current/themes/logo.png")
    (found,) = findings(traffic, "WSH7503")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)
    assert "512 MB, too large for its name" in found.message


def test_a_large_installer_of_a_site_is_for_information_or_nothing() -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, 512 * MB, path="/dl/setup.exe")
    assert [each.severity for each in findings(traffic, "WSH7503")] == [Severity.INFO]
    for number in range(5):
        traffic.request(DAY, f"198.51.100.{number}", 512 * MB, path="/dl/setup.exe")
    assert findings(traffic, "WSH7503") == []


@pytest.mark.parametrize("path", ["/oab/1/data.lzx", "/owa/service.svc/s/GetFileAttachment", "/owa/x.aspx"])
def test_a_large_answer_of_an_application_is_no_file(path: str) -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, 512 * MB, path=path, agent="Outlook")
    assert findings(traffic, "WSH7503") == []


def test_a_script_reads_mail_in_bulk() -> None:
    traffic = ServerTraffic()
    traffic.requests(
        DAY, THIEF, SCRIPT_REQUESTS, path="/EWS/Exchange.asmx", agent=SCRIPT, user="D\\boss", method="POST"
    )
    (found,) = findings(traffic, "WSH7504")
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.LOW)
    assert f"{THIEF} sent 500 answered requests to EWS on {DAY} as D\\boss with the agent {SCRIPT}" in found.message


def test_an_integration_that_comes_each_week_is_quiet() -> None:
    traffic = ServerTraffic()
    for day in days(28)[::7]:
        traffic.requests(day, "10.5.0.1", 900, path="/EWS/Exchange.asmx", agent="Java/1.8.0_281")
    assert findings(traffic, "WSH7504") == []


def test_bulk_by_a_mail_program_is_compared_with_the_other_days() -> None:
    traffic = ServerTraffic(with_bytes=False)
    agent = "ExchangeServicesClient/15.00.0913.015"
    for day in days(20):
        traffic.requests(day, "10.5.0.1", 40, path="/EWS/Exchange.asmx", agent="MacOutlook/16.46")
    traffic.requests(days(20)[11], THIEF, BULK_REQUESTS, path="/EWS/Exchange.asmx", agent=agent)
    (found,) = findings(traffic, "WSH7504")
    assert found.confidence is Confidence.LOW
    assert "250 times the median of the busiest client of 19 other days (40)" in found.message


def test_failed_requests_do_not_count() -> None:
    traffic = ServerTraffic()
    traffic.requests(DAY, THIEF, 5000, path="/EWS/Exchange.asmx", agent=SCRIPT, status=401)
    traffic.requests(DAY, THIEF, 5000, path="/oab/", agent=SCRIPT, status=401)
    traffic.requests(DAY, THIEF, 5000, path="/powershell", agent=SCRIPT, status=401)
    assert traffic.findings() == []


@pytest.mark.parametrize(
    ("agent", "severity"),
    [
        ("curl/7.68.0", Severity.LOW),
        (None, Severity.LOW),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/88.0", Severity.INFO),
        ("Microsoft BITS/7.8", None),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.4266)", None),
        ("MacOutlook/16.46.21021202 (Intel Mac OS X)", None),
    ],
)
def test_the_address_book_is_for_mail_programs(agent: str | None, severity: Severity | None) -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, THIEF, path="/OAB/9e1e7ac2/oab.xml", agent=agent)
    found = findings(traffic, "WSH7505")
    assert [each.severity for each in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("client", "agent", "severity"),
    [
        (THIEF, SCRIPT, Severity.MEDIUM),
        (THIEF, "Microsoft WinRM Client", Severity.LOW),
        ("10.1.0.9", SCRIPT, Severity.MEDIUM),
        ("10.1.0.9", "Microsoft WinRM Client", None),
        ("127.0.0.1", "Exchange BackEnd Probes", None),
        ("::1", None, None),
        ("10.0.0.5", SCRIPT, None),
    ],
)
def test_powershell_from_outside(client: str, agent: str | None, severity: Severity | None) -> None:
    traffic = ServerTraffic()
    traffic.request(DAY, client, path="/powershell", agent=agent, method="POST")
    found = findings(traffic, "WSH7506")
    assert [each.severity for each in found] == ([] if severity is None else [severity])


def test_leads_about_one_client_are_one_subject_and_accuse_nobody() -> None:
    traffic = ordinary_weeks()
    traffic.request(DAY, THIEF, 4100 * MB, path="/aspnet_client/a.zip", agent=SCRIPT)
    traffic.request(DAY, THIEF, path="/powershell", agent=SCRIPT, method="POST")
    (examined,) = traffic.read().examinations()
    assert examined.subject.path.endswith(f"W3SVC1 (client {THIEF})")
    assert {each.rule.id for each in examined.findings} == {"WSH7501", "WSH7502", "WSH7506"}
    assert judge(examined).disposition is Disposition.UNEXPLAINED


def test_the_monitoring_of_exchange_is_quiet() -> None:
    traffic = ServerTraffic()
    user = "D\\HealthMailbox5e58f5e"
    traffic.request(DAY, THIEF, path="/powershell", agent="Microsoft WinRM Client", user=user, method="POST")
    assert findings(traffic, "WSH7506") == []
    traffic.request(DAY, THIEF, path="/powershell", agent=SCRIPT, user=user, method="POST")
    assert len(findings(traffic, "WSH7506")) == 1
