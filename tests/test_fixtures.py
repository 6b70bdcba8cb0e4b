"""Every fixture says what must be found in it, and exactly that is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.defang import Fixture, FixtureClass, load_fixture, read_fixture, write_fixture
from webshellhunt.detectors import load_detectors
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.model.verdict import Disposition
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.verdict.judge import judge
from webshellhunt.views.sample import Code, Layer, Sample

TOP = Path(__file__).parents[1] / "fixtures"
PATHS = sorted(TOP.glob("*/*.defanged"))
NAMES = [path.relative_to(TOP).as_posix() for path in PATHS]
FOLDERS = sorted({path.parent.name for path in PATHS})


def _artifact(fixture: Fixture) -> Artifact:
    """Place a fixture where its path says, under the mapping that its header names."""
    mappings = []
    if fixture.mapping:
        pattern, kind = fixture.mapping.split()
        mappings.append(HandlerMapping(pattern, PageKind(kind), "web.config"))
    settings = PageSettings(mappings=tuple(mappings))
    role = role_at(fixture.path.split("/")[:-1])
    return Artifact(fixture.path, fixture.path, role, len(fixture.data), settings=settings)


def _is_signature(rule_id: str) -> bool:
    return rule_id.startswith("WSH9")


def _told(fixture: Fixture) -> object:
    """Return what is said of a fixture where that is not what it says itself."""
    examination = examine_bytes(fixture.data, _artifact(fixture), Job())
    if examination.gaps:
        return examination.gaps
    verdict = judge(examination)
    fired, expected = {finding.rule.id for finding in verdict.findings}, {*fixture.expect}
    wrong = {rule for rule in fired ^ expected if not _is_signature(rule) or rule in expected}
    is_benign = fixture.fixture_class is FixtureClass.BENIGN
    most, least = Disposition.UNEXPLAINED, Disposition.SUSPICIOUS
    is_right = verdict.disposition <= most if is_benign else verdict.disposition >= least
    return () if is_right and not wrong else (wrong, verdict.disposition.label, verdict.reasons)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_fixture_is_judged_as_it_says_and_what_is_missed_is_not(folder: str) -> None:
    fixtures = {path.stem: load_fixture(path) for path in PATHS if path.parent.name == folder}
    told = {name: _told(fixture) for name, fixture in fixtures.items()}
    missed = {name for name, fixture in fixtures.items() if fixture.fixture_class is FixtureClass.MISSED}
    assert {name: said for name, said in told.items() if said and name not in missed} == {}
    assert [name for name in missed if not told[name]] == [], "no longer missed"


def test_each_fixture_is_written_in_one_way() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in PATHS}
    assert [str(path) for path, text in texts.items() if write_fixture(read_fixture(text)) != text] == []


def _lacks(path: Path) -> str:
    """Return what a fixture lacks: a benign one is explained, a malicious one has a benign twin."""
    fixture = load_fixture(path)
    if fixture.fixture_class is FixtureClass.BENIGN:
        return "" if fixture.about else f"{path}: about"
    twin = path.with_name(f"{path.stem}-twin.defanged")
    is_there = twin.is_file() and load_fixture(twin).fixture_class is FixtureClass.BENIGN
    return "" if is_there else f"{path}: a benign twin"


def test_each_malicious_fixture_has_a_benign_twin() -> None:
    assert [*filter(None, map(_lacks, PATHS))] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_detector_finds_nothing_in_a_file_that_its_prefilter_excludes(folder: str) -> None:
    found = []
    for path in (each for each in PATHS if each.parent.name == folder):
        fixture = load_fixture(path)
        sample = Sample(_artifact(fixture), fixture.data)
        layers: list[tuple[object, ...]] = [(layer,) for layer in sample.layers]
        codes: list[tuple[object, ...]] = [(code, layer) for layer in sample.layers for code in layer.codes]
        for each in load_detectors():
            if each.prefilter is not None and not each.prefilter(sample):
                views = {Layer: layers, Code: codes}.get(each.on, [(sample,)])
                found += [(path.name, finding.rule.slug) for view in views for finding in each(*view)]
    assert found == []


def test_there_are_fixtures() -> None:
    assert any(name.startswith("request_reaches_eval/") for name in NAMES)
