"""Whole servers: what an intrusion left beside its pages is told, and each clean twin stays silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.test_described_host import server_path
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text import lines
from webshellhunt.selftest.demo import demo_host
from webshellhunt.sources.described import parse_described

HOSTS = Path(__file__).parents[2] / "fixtures/hosts"
TWINS = sorted(path.name for path in HOSTS.glob("*-twin.host"))


def hunted(name: str) -> Report:
    return hunt(demo_host(f"exchange2019-{name}.host").source())


def told(report: Report) -> list[Verdict]:
    return [verdict for verdict in report.verdicts if verdict.disposition > Disposition.BENIGN]


@pytest.mark.parametrize("name", ["published-key", "staged-mail", "neighbours"])
def test_what_was_left_is_told_and_nothing_else(name: str) -> None:
    expected = demo_host(f"exchange2019-{name}.host").expectations
    found = {verdict.subject.path: verdict for verdict in told(hunted(name))}
    assert set(found) == {server_path(path) for path in expected}
    for path, expectation in expected.items():
        verdict = found[server_path(path)]
        assert verdict.disposition is expectation.disposition
        assert set(expectation.rules) <= {finding.rule.id for finding in verdict.findings}


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_is_silent(name: str) -> None:
    assert (HOSTS / name.replace("-twin", "")).is_file()
    report = hunt(demo_host(name).source())
    assert [(verdict.subject.path, verdict.reasons) for verdict in told(report)] == []
    assert [str(gap) for gap in report.gaps if gap.matters] == []


def test_a_module_is_told_with_the_time_between_two_copies() -> None:
    (verdict,) = told(hunted("module"))
    assert verdict.subject.kind is SubjectKind.REGISTRATION
    assert verdict.subject.path.endswith(r"\applicationHost.config (native module HttpHealthModule)")
    assert verdict.disposition is Disposition.SUSPICIOUS
    by_rule = {finding.rule.id: finding for finding in verdict.findings}
    assert set(by_rule) == {"WSH4015", "WSH4020"}
    finding = by_rule["WSH4015"]
    assert (finding.facts["absent_at"], finding.facts["present_at"]) == ("2021-06-12T21:00:00Z", "2021-06-14T03:20:41Z")
    assert str(finding.facts["last_without"]).endswith(r"\CFGHISTORY_0000000042\applicationHost.config")
    (evidence,) = finding.evidence
    assert evidence.excerpt == r'<add name="HttpHealthModule" image="%windir%\System32\inetsrv\hhealth.dll" />'


def test_third_parties_of_a_sound_server_are_three_questions_at_most() -> None:
    verdicts = told(hunted("third-parties"))
    assert {verdict.disposition for verdict in verdicts} == {Disposition.UNEXPLAINED}
    assert len(verdicts) <= 3


def test_registrations_are_not_counted_as_files() -> None:
    assert hunted("module").counts["files"] == hunted("module-twin").counts["files"]


def test_findings_tell_where_antivirus_is_told_not_to_look() -> None:
    (verdict,) = told(hunted("published-key"))
    assert {finding.facts["av_excluded"] for finding in verdict.findings} == {"*.config files"}
    assert all("av_excluded" not in f.facts for v in told(hunted("staged-mail")) for f in v.findings)


def test_a_switch_that_the_server_locks_is_an_attempt() -> None:
    text = (
        "webshellhunt-host: 1\nbase: exchange2019.host\n\n"
        "file: C:/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/OAB/web.config\n"
        '| <configuration><system.webServer><httpLogging dontLog="true" /><modules>\n'
        '| <remove name="HttpRequestFilteringModule" /></modules></system.webServer></configuration>\n'
    )
    host = parse_described(text, read_base=lambda name: (HOSTS / name).read_text(encoding="utf-8"))
    (verdict,) = told(hunt(host.source()))
    severities = {finding.rule.id: finding.severity for finding in verdict.findings}
    assert severities == {"WSH4011": Severity.LOW, "WSH4012": Severity.MEDIUM}


def test_the_report_for_people_says_it_too() -> None:
    text = "".join(lines([hunted("published-key")], Options()))
    assert "antivirus exclusion that Microsoft recommends: *.config files" in text
    assert "CB2721AB" not in text
