"""What is said of whole servers: a patch that came after the planting, and a server that is open and clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.host_tree import tree_on_disk
from webshellhunt.cli import main
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition, Planting
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource
from webshellhunt.sources.described import open_described

HOSTS = Path(__file__).parents[2] / "fixtures" / "hosts"
NOTHING = "This is no proof of a clean server, and a patch does not remove a back door."
PLANTED = (
    "planted 2021-02-28 (last changed), two days before the fix was public, in the window of ProxyLogon; "
    "the fix was installed by 2021-03-20 (setup log); the patch did not remove it"
)


def hunted(name: str) -> Report:
    with open_described(HOSTS / f"{name}.host").source() as source:
        return hunt(source)


@pytest.mark.parametrize(
    ("name", "state", "sentence"),
    [
        (
            "patched-after-planting",
            AssessmentState.BACKDOORED_DESPITE_PATCH,
            "Fixed for ProxyLogon, yet 1 back door planted before the fix remains.",
        ),
        (
            "patched-after-planting-twin",
            AssessmentState.NOTHING_FOUND,
            f"Nothing was found in the examined files. {NOTHING}",
        ),
        (
            "vulnerable-and-clean",
            AssessmentState.VULNERABLE_NOTHING_FOUND,
            "Nothing was found in the examined files. "
            f"The server is open to ProxyLogon, ProxyShell, ProxyToken and 5 more waves. {NOTHING}",
        ),
        (
            "vulnerable-and-clean-twin",
            AssessmentState.NOTHING_FOUND,
            f"Nothing was found in the examined files. {NOTHING}",
        ),
    ],
)
def test_the_sentence_of_each_host(name: str, state: AssessmentState, sentence: str) -> None:
    report = hunted(name)
    assert (report.assessment.state, report.assessment.sentence) == (state, sentence)
    expected = open_described(HOSTS / f"{name}.host").expectations
    accused = [verdict for verdict in report.verdicts if verdict.disposition > Disposition.BENIGN]
    assert len(accused) == len(expected)
    for verdict in accused:
        assert verdict.planting is not None
        assert verdict.planting.sentence == PLANTED
        assert verdict.planting.before_fix is True
        assert verdict.planting.waves == ("ProxyLogon",)


def test_what_to_do_names_the_file_and_the_days() -> None:
    steps = "\n".join(map(str, hunted("patched-after-planting").assessment.next_steps))
    place = r"C:\inetpub\wwwroot\aspnet_client\system_web\status.aspx"
    assert f"Remove this file: it gives access to anyone who requests it. {place}" in steps
    assert "Check mail access since 2021-02-28" in steps
    assert "Update to" not in steps


def test_an_open_server_is_told_what_to_install() -> None:
    assert hunted("vulnerable-and-clean").assessment.next_steps[0].text.startswith("Update to 15.2.1748.46 or later")


def test_a_server_with_few_pages_left_in_the_copy_is_dated_by_them_alone() -> None:
    host = open_described(HOSTS / "patched-after-planting.host")
    copied = {f.path: Timestamps(f.modified_utc, original=False) for f in host.files if f.modified_utc}
    with MemorySource({f.path: f.data for f in host.files}, times=copied) as source:
        report = hunt(source)
    (door,) = [verdict for verdict in report.verdicts if verdict.disposition is Disposition.MALICIOUS]
    assert door.planting is None
    assert report.assessment.state is AssessmentState.BACKDOORED_DESPITE_PATCH
    assert report.assessment.sentence == "Fixed for every known wave, yet 1 back door remains."


def test_times_of_the_hour_of_copying_date_nothing_and_that_is_said() -> None:
    host = open_described(HOSTS / "patched-after-planting.host")
    when = next(f.modified_utc for f in host.files if f.path.endswith("status.aspx"))
    same = {f.path: Timestamps(when, original=True) for f in host.files}
    with MemorySource({f.path: f.data for f in host.files}, times=same) as source:
        report = hunt(source)
    (door,) = [verdict for verdict in report.verdicts if verdict.disposition is Disposition.MALICIOUS]
    assert door.planting == Planting(
        None, "", "planting time unknown: most files here have times within the same hour, as after a copy"
    )


@pytest.mark.parametrize(
    ("name", "level", "status"),
    [
        ("vulnerable-and-clean", "suspicious", 0),
        ("vulnerable-and-clean", "vulnerable", 1),
        ("vulnerable-and-clean-twin", "vulnerable", 0),
    ],
)
def test_the_exit_status_may_tell_of_an_open_server(
    name: str, level: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with tree_on_disk(open_described(HOSTS / f"{name}.host").source()) as folder:
        assert main(["hunt", str(folder), "--fail-on", level, "--jobs", "1", "--format", "jsonl"]) == status
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["patch_state"]["vulnerable"] == (name == "vulnerable-and-clean")
