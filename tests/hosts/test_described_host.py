"""End to end on a whole server: every plant is found, nothing else is accused, and the clean twin is silent."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import open_executor
from webshellhunt.sources import open_source
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.source import Source

CONFIGURATION = {
    r"C:\inetpub\wwwroot\web.config",
    r"C:\Windows\System32\inetsrv\config\applicationHost.config",
    r"HKLM\SYSTEM\CurrentControlSet\Services\SupportHelper",
}
DELETED = {r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\discover.aspx"}
TOP = Path(__file__).parents[2]


def server_path(path: str) -> str:
    """Turn a path inside a described host into the server's own name for it."""
    drive, _, rest = path.replace("/", "\\").partition("\\")
    return f"{drive}:\\{rest}"


def plants(host: DescribedHost) -> set[str]:
    return {server_path(p) for p, e in host.expectations.items() if e.disposition is Disposition.MALICIOUS}


def is_logged(verdict: Verdict) -> bool:
    """Return True for a trace that is in a log, and of no page."""
    return verdict.subject.path.endswith("(requests in the logs)")


def of_disposition(report: Report, disposition: Disposition) -> set[str]:
    return {v.subject.path for v in report.verdicts if v.disposition is disposition and not is_logged(v)}


def hunted(source: Source, jobs: int = 1) -> Report:
    with source, open_executor(jobs) as executor:
        return hunt(source, executor=executor)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "webshellhunt", *map(str, arguments)]
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, encoding="utf-8", check=False)


def records(lines: str, kind: str) -> list[dict[str, Any]]:
    return [record for record in map(json.loads, lines.splitlines()) if record["kind"] == kind]


def assert_plants_and_nothing_else(report: Report, host: DescribedHost) -> None:
    assert of_disposition(report, Disposition.MALICIOUS) == plants(host)
    assert of_disposition(report, Disposition.SUSPICIOUS) - DELETED <= CONFIGURATION
    assert all(verdict.reasons for verdict in report.verdicts if verdict.disposition > Disposition.BENIGN)
    by_path = {verdict.subject.path: verdict for verdict in report.verdicts}
    for path, expectation in host.expectations.items():
        verdict = by_path[server_path(path)]
        assert verdict.disposition is expectation.disposition, path
        assert set(expectation.rules) <= {finding.rule.id for finding in verdict.findings}, path


def assert_silent(report: Report) -> None:
    accused = {v.subject.path: v.reasons for v in report.verdicts if v.disposition > Disposition.BENIGN}
    assert accused == {}
    assert [str(gap) for gap in report.gaps if gap.matters] == []
    assert report.counts["files"] > 40


def test_every_plant_in_a_folder_is_found(compromised_folder: Path, compromised_host: DescribedHost) -> None:
    report = hunted(open_source(compromised_folder))
    assert len(plants(compromised_host)) == 8
    assert_plants_and_nothing_else(report, compromised_host)
    assert [(volume.letter, volume.assumed) for volume in report.host.volumes] == [("C", False)]


def test_a_drive_by_itself_is_taken_for_the_system_drive(
    compromised_folder: Path, compromised_host: DescribedHost
) -> None:
    report = hunted(open_source(compromised_folder / "C"))
    assert_plants_and_nothing_else(report, compromised_host)
    assert [(volume.letter, volume.assumed) for volume in report.host.volumes] == [("C", True)]


def test_the_same_host_in_memory_is_judged_the_same(compromised_host: DescribedHost) -> None:
    assert_plants_and_nothing_else(hunted(compromised_host.source()), compromised_host)


def test_the_clean_twin_is_silent(clean_folder: Path, clean_host: DescribedHost) -> None:
    assert_silent(hunted(open_source(clean_folder)))
    assert_silent(hunted(clean_host.source()))


def test_the_dump_says_when_and_where_it_was_planted(compromised_host: DescribedHost) -> None:
    report = hunted(compromised_host.source())
    (dump,) = [v for v in report.verdicts if v.subject.path.endswith("offline.aspx")]
    facts = {name: value for finding in dump.findings for name, value in finding.facts.items()}
    assert facts["planted_at"] == "2021-02-28T19:41:22Z"
    assert facts["server"] == "EXCH01"
    assert facts["request_key"] == "key1"


def test_each_plant_has_its_addresses(compromised_host: DescribedHost) -> None:
    report = hunted(compromised_host.source())
    urls = {v.subject.path.rpartition("\\")[2]: [u.address for u in v.subject.urls] for v in report.verdicts}
    assert urls["images.ashx"][:2] == ["https://*/owa/auth/images.ashx", "http://*/owa/auth/images.ashx"]
    assert "https://*/owa/Calendar/auth/images.ashx" in urls["images.ashx"]
    assert urls["support.aspx"] == ["https://*/support/support.aspx", "http://*/support/support.aspx"]
    assert urls["banner.png"] == ["https://*/banner.png", "http://*/banner.png"]
    accused = [v for v in report.verdicts if v.disposition is Disposition.MALICIOUS and not is_logged(v)]
    assert all(v.subject.urls for v in accused)
    assert {url.assumed for v in accused for url in v.subject.urls} == {False}


def test_each_accused_setting_has_a_step_that_names_its_element(compromised_host: DescribedHost) -> None:
    steps = hunted(compromised_host.source()).assessment.next_steps
    (mapping,) = [step for step in steps if step.text.startswith("Undo the mapping of *.png:")]
    assert mapping.items == (
        r'C:\inetpub\wwwroot\web.config, line 13: <add name="png" …>',
        r'C:\inetpub\wwwroot\web.config, line 6: <add extension=".png" …>',
    )
    (directory,) = [step for step in steps if step.text.startswith("Remove the virtual directory /support of Default")]
    assert directory.items[1] == r'%windir%\System32\inetsrv\appcmd.exe delete vdir "Default Web Site/support"'
    assert not any(item.endswith(".config") for step in steps for item in step.items)


def test_the_report_says_that_the_server_is_backdoored(compromised_host: DescribedHost) -> None:
    assert hunted(compromised_host.source()).assessment.state in {
        AssessmentState.BACKDOORED,
        AssessmentState.BACKDOORED_AND_VULNERABLE,
        AssessmentState.BACKDOORED_DESPITE_PATCH,
    }


def test_the_command_line_finds_the_same_with_one_job_and_two(
    compromised_folder: Path, compromised_host: DescribedHost
) -> None:
    runs = [run("hunt", compromised_folder, "--format", "jsonl", "--jobs", jobs) for jobs in ("1", "2")]
    assert [done.returncode for done in runs] == [1, 1], runs[0].stderr
    assert _without_time(runs[0].stdout) == _without_time(runs[1].stdout)
    verdicts = [
        each for each in records(runs[0].stdout, "verdict") if not each["path"].endswith("(requests in the logs)")
    ]
    assert _paths(verdicts, "malicious") == plants(compromised_host)
    assert _paths(verdicts, "suspicious") - DELETED <= CONFIGURATION
    assert {verdict["path"] for verdict in verdicts if verdict["source_path"] is None} == DELETED
    assert all(Path(path).is_file() for verdict in verdicts if (path := verdict["source_path"]) is not None)
    assert runs[0].stdout.splitlines()[-1] == json.dumps(records(runs[0].stdout, "summary")[0])


def test_the_command_line_is_silent_on_the_clean_twin(clean_folder: Path) -> None:
    done = run("hunt", clean_folder, "--format", "jsonl")
    assert records(done.stdout, "verdict") == []
    assert [gap for gap in records(done.stdout, "gap") if gap["matters"]] == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [["demo"], ["selftest"]], ids=" ".join)
def test_a_newcomer_sees_something_at_once(arguments: list[str], compromised_host: DescribedHost) -> None:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    if arguments == ["demo"]:
        assert all(path.rpartition("\\")[2] in done.stdout for path in plants(compromised_host))


def _without_time(lines: str) -> str:
    """Return the records without the one field that differs between two runs."""
    return re.sub(r'"started_utc": "[0-9TZ:-]+"', "", lines)


def _paths(verdicts: Iterable[dict[str, Any]], disposition: str) -> set[str]:
    return {verdict["path"] for verdict in verdicts if verdict["disposition"] == disposition}
