"""Real servers: what their own setups wrote is left in peace, and one change to it is found.

The trees are real configuration of clean Exchange servers (test data of microsoft/CSS-Exchange, MIT). They are kept
beside the checkout and no part of it: ``WEBSHELLHUNT_REALITY`` names another folder. Without them all is skipped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.builders.inert import live
from tests.reality.planted import ATTEMPTS, BACK_END, OWA, PLANTED, Planted
from webshellhunt.cli import main
from webshellhunt.defang import load_fixture
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources import open_source

CHECKOUT = Path(__file__).parents[2]
TREES = Path(os.environ.get("WEBSHELLHUNT_REALITY") or CHECKOUT.parent / "shared" / "reality" / "trees")
SETS = ("e16", "e19", "only-e16-default", "only-e16-mixed", "only-e19-default")
SERVICE = "jscript-net-handler.defanged"
EXPLAINED: dict[str, str] = {
    "WSH4020": "only-e16-mixed names three modules in C:\\Temp on purpose",
}
"""Rules that may ask about one of these servers, with the reason why the question is a true one."""


def tree(name: str) -> Path:
    """Return one of the real servers, or skip."""
    path = TREES / name
    if not path.is_dir():
        pytest.skip(
            f"the real servers are not at hand: {TREES} has no {name} (WEBSHELLHUNT_REALITY names another folder)"
        )
    return path


def hunted(path: Path) -> Report:
    with open_source(str(path)) as source:
        return hunt(source)


def told(report: Report) -> list[Verdict]:
    return [verdict for verdict in report.verdicts if verdict.disposition > Disposition.BENIGN]


@pytest.mark.parametrize("name", SETS)
def test_a_real_clean_server_is_left_in_peace(name: str) -> None:
    report = hunted(tree(name))
    rows = told(report)
    assert report.counts["files"] > 0
    assert [(v.subject.path, v.reasons) for v in rows if v.disposition > Disposition.UNEXPLAINED] == []
    unexplained = [(v.subject.path, finding.rule.id) for v in rows for finding in v.findings]
    assert [each for each in unexplained if each[1] not in EXPLAINED] == []
    assert len(rows) <= 3
    assert name == "only-e16-mixed" or rows == []


@pytest.mark.parametrize("name", SETS)
def test_no_step_names_a_file_of_a_clean_server(name: str) -> None:
    root = tree(name)
    steps = "\n".join(map(str, hunted(root).assessment.next_steps)).lower()
    files = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    assert files
    assert [str(file) for file in files if str(file)[2:].replace("/", "\\").lower() in steps] == []
    assert "take back" not in steps


@pytest.mark.parametrize("name", SETS)
def test_the_command_line_finds_nothing_to_report(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(tree(name)), "--jobs", "1"]) in (0, 3)
    assert "SUSPICIOUS" not in capsys.readouterr().out


def lay(name: str, plant: Planted, folder: Path) -> Path:
    """Copy a real server and change one thing."""
    root = folder / name
    shutil.copytree(tree(name), root, copy_function=shutil.copyfile)
    file = root / plant.file
    text = plant.new
    if plant.old:
        before = file.read_bytes().decode("utf-8")
        assert live(plant.old) in before
        text = before.replace(live(plant.old), plant.new)
    elif plant.copied:
        text = (root / plant.copied).read_bytes().decode("utf-8")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(live(text).encode())
    return root


@pytest.mark.parametrize("what", PLANTED)
def test_one_change_is_found(what: str, tmp_path: Path) -> None:
    plant = PLANTED[what]
    root = lay("e19", plant, tmp_path)
    found = {Path(str(v.subject.source_path)): v for v in told(hunted(root)) if v.subject.source_path is not None}
    assert set(found) == {root / plant.file}
    (verdict,) = found.values()
    assert verdict.disposition >= Disposition.SUSPICIOUS, verdict.reasons
    assert {finding.rule.id for finding in verdict.findings} & set(plant.rules)


@pytest.mark.parametrize("what", ATTEMPTS)
def test_a_change_that_the_server_refuses_is_told_as_an_attempt(what: str, tmp_path: Path) -> None:
    plant = ATTEMPTS[what]
    (verdict,) = told(hunted(lay("e19", plant, tmp_path)))
    assert verdict.disposition is Disposition.UNEXPLAINED
    assert {finding.rule.id for finding in verdict.findings} == set(plant.rules)
    assert all("has no effect" in reason for reason in verdict.reasons)


def test_antivirus_that_is_no_longer_asked_is_a_question(tmp_path: Path) -> None:
    plant = Planted((), OWA, '<add name="HttpRequestFilteringModule" ', '<add name="Module" ')
    (verdict,) = told(hunted(lay("e16", plant, tmp_path)))
    assert verdict.disposition is Disposition.UNEXPLAINED
    assert "adds no module that shows requests to antivirus" in verdict.reasons[0]


def test_a_page_under_the_mapping_of_autodiscover_is_read_as_one(tmp_path: Path) -> None:
    shell = load_fixture(CHECKOUT / "fixtures/request_reaches_eval" / SERVICE).data
    root = tmp_path / "e19"
    shutil.copytree(tree("e19"), root, copy_function=shutil.copyfile)
    (root / BACK_END / "Autodiscover" / "health.xml").write_bytes(shell)
    report = hunted(root)
    (verdict,) = told(report)
    assert verdict.subject.path.endswith("health.xml")
    assert verdict.disposition is Disposition.MALICIOUS
    assert not any("web.config" in str(step) for step in report.assessment.next_steps)
