"""Collections without web directories: the hunt is incomplete, in each form; with them, it is not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.builders import triage
from tests.builders.hive import HiveTree, build_hive, software_hive
from tests.builders.inert import live
from webshellhunt.cli import main
from webshellhunt.comparison import compare
from webshellhunt.model.comparison import ComparisonState
from webshellhunt.model.report import AssessmentState, InputState, Report
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource
from webshellhunt.sources.source import Source

COMPILED = "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/root/e22c2559/92c7e946"
REMNANT = f"{COMPILED}/default.aspx.cdcab7d2.compiled"
HIVES = "C/Windows/System32/config"
PAGE = "C/inetpub/wwwroot/default.aspx"
SYSTEM: HiveTree = {"ControlSet001": {"Control": {"ComputerName": {"ComputerName": {"ComputerName": "EX01"}}}}}
V15 = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"


def remnant() -> bytes:
    return (
        b'<?xml version="1.0" encoding="utf-8"?>\r\n<preserve resultType="3" virtualPath="/default.aspx" '
        b'hash="5b2c94e18" filehash="ffffd1c7a20b6e45" flags="110000" assembly="App_Web_default.aspx.cdcab7d2.r0ze" '
        b'type="ASP.default_aspx">\r\n<filedeps>\r\n<filedep name="/default.aspx" />\r\n</filedeps>\r\n</preserve>\r\n'
    )


def loose(host: Source) -> triage.Collection:
    files = {path: host.read(path, 1 << 20) for path in (REMNANT, PAGE) if host.stat(path) is not None}
    return triage.Collection(files, {})


FORMS = {"loose": loose, "kape": triage.kape, "velociraptor": triage.velociraptor, "acquire": triage.acquire}


def hunted(tmp_path: Path, form: str, files: dict[str, bytes], *, zipped: bool) -> tuple[Report, int]:
    """Return the report of a collection, and the exit status of the command line."""
    collection = FORMS[form](MemorySource(files))
    place = collection.write_zip(tmp_path / "x.zip") if zipped else collection.write_folder(tmp_path / "x")
    status = main(["hunt", str(place), "--jobs", "1", "--output", str(tmp_path / "report.txt")])
    return hunt(str(place)), status


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("form", FORMS)
def test_remnants_without_pages_are_an_incomplete_hunt(tmp_path: Path, form: str, *, zipped: bool) -> None:
    if sys.platform == "win32" and not zipped and form != "kape":
        pytest.skip("Windows has no such names")
    report, status = hunted(tmp_path, form, {REMNANT: remnant()}, zipped=zipped)
    assert report.assessment.state is AssessmentState.INCOMPLETE
    assert "no web directory is in the evidence, so no page was examined" in report.assessment.sentence
    assert (report.coverage.pages, report.coverage.compiled) == (InputState.MISSING, InputState.HELD)
    assert [(gap.code, gap.matters) for gap in report.gaps if gap.matters] == [("pages-not-collected", True)]
    assert status == 3
    text = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "Nothing was found, but the hunt is incomplete: no web directory is in the evidence" in text
    assert "Collect the folders with web pages" in text


@pytest.mark.parametrize("form", FORMS)
def test_remnants_with_their_pages_are_not(tmp_path: Path, form: str) -> None:
    report, status = hunted(tmp_path, form, {REMNANT: remnant(), PAGE: b"<p>Welcome</p>"}, zipped=True)
    assert (report.assessment.state, report.coverage.pages) == (AssessmentState.NOTHING_FOUND, InputState.HELD)
    assert status == 0


def test_pages_outside_of_known_web_directories_are_a_part() -> None:
    report = hunt(MemorySource({REMNANT: remnant(), "C/sites/shop/a.aspx": b"<p>Hello</p>"}))
    assert report.coverage.pages is InputState.PARTIAL


def test_a_folder_of_pages_without_a_server_is_complete() -> None:
    report = hunt(MemorySource({"a.aspx": b"<p>Hello</p>", "notes.txt": b"x"}))
    assert (report.assessment.state, report.coverage.pages) == (AssessmentState.NOTHING_FOUND, InputState.HELD)


def test_exchange_of_the_registry_whose_directories_were_not_collected_is_told() -> None:
    report = hunt(MemorySource({f"{HIVES}/SOFTWARE": software_hive(exchange={"v15": V15}), PAGE: b"<p>Hello</p>"}))
    assert [each.path for each in report.host.exchange] == [V15.rstrip("\\")]
    assert report.coverage.pages is InputState.PARTIAL
    assert report.assessment.state is AssessmentState.INCOMPLETE
    assert "most web directories were not collected" in report.assessment.sentence


@pytest.mark.parametrize(
    ("hives", "state"),
    [
        ({"SYSTEM": build_hive(SYSTEM)}, InputState.PARTIAL),
        ({"SOFTWARE": software_hive()}, InputState.HELD),
        ({"SYSTEM": build_hive(SYSTEM), "SOFTWARE": software_hive()}, InputState.HELD),
    ],
)
def test_a_hive_that_was_read_is_no_gap(hives: dict[str, bytes], state: InputState) -> None:
    files = {f"{HIVES}/{name}": data for name, data in hives.items()}
    report = hunt(MemorySource({**files, PAGE: b"<p>Hello</p>"}))
    assert report.coverage.registry is state
    assert "hive-not-read" not in {gap.code for gap in report.gaps}


def test_a_hive_that_nothing_reads_is_one() -> None:
    report = hunt(MemorySource({f"{HIVES}/COMPONENTS": build_hive({}), PAGE: b"<p>Hello</p>"}))
    assert [gap.path for gap in report.gaps if gap.code == "hive-not-read"] == [
        "C:\\Windows\\System32\\config\\COMPONENTS"
    ]


@pytest.mark.parametrize("path", ["SYSTEM", f"{HIVES}/SYSTEM"])
def test_a_truncated_hive_is_one_gap_that_matters(path: str) -> None:
    report = hunt(MemorySource({path: build_hive(SYSTEM)[:4200], "x.htm": b"<p>Hello</p>"}))
    (gap,) = [gap for gap in report.gaps if gap.path.endswith("SYSTEM")]
    assert (gap.code, gap.matters) == ("broken-registry", True)
    assert report.assessment.state is AssessmentState.INCOMPLETE


def served_exchange() -> dict[str, bytes]:
    """Return the configuration of a server whose IIS serves Exchange, without any of its directories."""
    owa = rf"{V15}FrontEnd\HttpProxy\owa"
    config = (
        '<configuration><system.applicationHost><sites><site name="Default Web Site" id="1"><application path="/owa">'
        f'<virtualDirectory path="/" physicalPath="{owa}"/></application></site></sites></system.applicationHost>'
        "</configuration>"
    )
    return {f"{HIVES.replace('config', 'inetsrv/config')}/applicationHost.config": config.encode()}


def test_exchange_that_iis_serves_is_told_though_its_directories_were_not_collected() -> None:
    report = hunt(MemorySource(served_exchange()))
    assert [each.path for each in report.host.exchange] == [V15.rstrip("\\")]
    assert report.assessment.state is AssessmentState.INCOMPLETE


def test_evidence_without_pages_shows_nothing_gone() -> None:
    shell = live('<·%@ Page Language="Jscript"%·><·%ev·al(Req·uest.Item["k"],"uns·afe");%·>').encode()
    door = PAGE.replace("default", "aspnet_client/x")
    old = hunt(MemorySource({**served_exchange(), PAGE: b"<p>Hello</p>", door: shell}))
    made = compare(old, hunt(MemorySource(served_exchange())))
    assert made.state is ComparisonState.UNKNOWN
    assert made.sentence.startswith("It is unknown whether the back door is gone; 1 uncertain; ")
    assert [each.reason for each in made.changes()] == [
        "no web directory is in the new evidence, so no page was examined"
    ]
    cleaned = compare(old, hunt(MemorySource({**served_exchange(), PAGE: b"<p>Hello</p>"})))
    assert cleaned.sentence.startswith("The back door is gone")
