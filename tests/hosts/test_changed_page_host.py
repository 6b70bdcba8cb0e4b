"""End to end: a server with one shipped page changed, and its clean twin, hunted with a list of the clean one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.baselines import lay_baseline
from tests.builders.trusted import baseline_of
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import open_executor
from webshellhunt.selftest.demo import demo_host
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

LOGON = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\logon.aspx"


@pytest.fixture(scope="module")
def changed_host() -> DescribedHost:
    return demo_host("exchange2019-changed-page.host")


@pytest.fixture(scope="module")
def clean_list(clean_host: DescribedHost, tmp_path_factory: pytest.TempPathFactory) -> str:
    return baseline_of(clean_host.source(), tmp_path_factory.mktemp("clean") / "list", with_text=True)


def hunted(host: DescribedHost, *baselines: str, jobs: int = 1) -> Report:
    with host.source() as source, open_executor(jobs) as executor:
        return hunt(source, job=Job(baseline_paths=baselines), executor=executor)


def accused(report: Report) -> dict[str, set[str]]:
    return {
        v.subject.path: {finding.rule.id for finding in v.findings}
        for v in report.verdicts
        if v.disposition > Disposition.BENIGN
    }


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_changed_page_is_found_and_nothing_else(changed_host: DescribedHost, clean_list: str, jobs: int) -> None:
    report = hunted(changed_host, clean_list, jobs=jobs)
    assert accused(report) == {LOGON: {"WSH2014", "WSH6007", "WSH7101"}}
    (verdict,) = [v for v in report.verdicts if v.subject.path == LOGON]
    (expectation,) = changed_host.expectations.values()
    assert verdict.disposition is expectation.disposition is Disposition.SUSPICIOUS
    assert report.counts["known_good"] == report.counts["files"] - 1


def test_its_clean_twin_is_silent(clean_host: DescribedHost, clean_list: str) -> None:
    report = hunted(clean_host, clean_list)
    assert accused(report) == {}
    assert report.counts["known_good"] == report.counts["files"]
    assert [gap.code for gap in report.gaps if "build" in gap.code] == []


def test_without_a_list_of_its_build_its_foreign_script_is_told(changed_host: DescribedHost) -> None:
    report = hunted(changed_host)
    assert accused(report) == {LOGON: {"WSH2014", "WSH7101"}}
    assert [gap.code for gap in report.gaps if "build" in gap.code] == ["build-not-covered"]


def test_a_list_of_another_server_accuses_nobody(
    changed_host: DescribedHost, tmp_path: Path, clean_host: DescribedHost
) -> None:
    other = {
        file.path: file.data + b" " for file in clean_host.files if file.path.endswith((".aspx", ".config", ".asax"))
    }
    report = hunted(changed_host, lay_baseline(tmp_path / "other", {f"C:/{p[2:]}": d for p, d in other.items()}))
    suspicious = [v for v in report.verdicts if v.disposition > Disposition.UNEXPLAINED]
    assert {v.subject.path for v in suspicious} == {LOGON}  # by the script that it loads, not by the list
    assert all(f.rule.id != "WSH6007" for v in suspicious for f in v.findings)
    assert "baseline-does-not-fit" in {gap.code for gap in report.gaps}


@pytest.mark.parametrize(
    ("build", "rules"),
    [
        ("15.2.792.3", {"logon.aspx": {"WSH6007"}, "status.aspx": {"WSH6008"}}),
        ("15.2.1544.4", {"status.aspx": {"WSH6002"}}),
    ],
)
def test_the_installed_build_decides_whether_the_shipped_list_speaks(
    build: str, rules: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webshellhunt.host.walk.survey.file_version", lambda _: build)
    top = "Program Files/Microsoft/Exchange Server/V15"
    page = b'<%@ Page Language="C#" %><p>text</p>'
    auth = f"{top}/FrontEnd/HttpProxy/owa/auth"
    files = {f"{auth}/logon.aspx": page, f"{auth}/status.aspx": page, f"{top}/Bin/ExSetup.exe": b"MZ"}
    report = hunt(MemorySource({f"C/{name}": content for name, content in files.items()}))
    assert report.host.builds == (build,)
    assert {path.rpartition("\\")[2]: found for path, found in accused(report).items()} == rules
