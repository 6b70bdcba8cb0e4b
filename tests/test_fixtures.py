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


def _case(path: Path) -> object:
    missed = load_fixture(path).fixture_class is FixtureClass.MISSED
    marks = [pytest.mark.xfail(strict=True, reason="not seen yet")] if missed else []
    return pytest.param(path, id=path.relative_to(TOP).as_posix(), marks=marks)


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


@pytest.mark.parametrize("path", [_case(path) for path in PATHS])
def test_a_fixture_is_judged_as_it_says(path: Path) -> None:
    fixture = load_fixture(path)
    examination = examine_bytes(fixture.data, _artifact(fixture), Job())
    assert examination.gaps == ()
    verdict = judge(examination)
    fired = {finding.rule.id for finding in verdict.findings}
    expected = set(fixture.expect)
    assert {rule for rule in fired if not _is_signature(rule)} == {rule for rule in expected if not _is_signature(rule)}
    assert {rule for rule in expected if _is_signature(rule)} <= fired
    if fixture.fixture_class is FixtureClass.BENIGN:
        assert verdict.disposition <= Disposition.UNEXPLAINED, verdict.reasons
    else:
        assert verdict.disposition >= Disposition.SUSPICIOUS, verdict.reasons


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


@pytest.mark.parametrize("folder", sorted({path.parent.name for path in PATHS}))
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
