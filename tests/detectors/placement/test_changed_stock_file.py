"""A stock page with another content: loud where a list covers the build, quiet everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.baselines import sha256
from tests.detectors.baseline_cases import AUTH, PAGE, V15, rules, verdict
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.model.verdict import Disposition

LOGON = rf"{AUTH}\logon.aspx"


def test_a_changed_page_is_suspicious_whatever_it_does(tmp_path: Path) -> None:
    found = verdict(tmp_path, LOGON, PAGE + b"<!-- -->")
    assert found.disposition is Disposition.SUSPICIOUS
    (finding,) = found.findings
    assert finding.rule.id == "WSH6007"
    assert finding.facts == {"baseline": "a small list", "expected_sha256": (sha256(PAGE)[:32],)}


def test_the_page_as_shipped_is_known_good(tmp_path: Path) -> None:
    found = verdict(tmp_path, LOGON, PAGE)
    assert found.disposition is Disposition.KNOWN_GOOD
    assert found.findings == ()
    assert found.subject.sha256 == sha256(PAGE)
    assert "a baseline has this content at this path (a small list)" in found.reasons[0]


def test_neither_a_mapping_nor_the_spelling_matters_to_a_known_file(tmp_path: Path) -> None:
    mapped = PageSettings(mappings=(HandlerMapping("*.png", PageKind.WEB_FORM, "web.config"),))
    logo = rf"{AUTH}\CURRENT2\Themes\LOGO.png"
    assert verdict(tmp_path, logo, b"PNG", settings=mapped).disposition is Disposition.KNOWN_GOOD


@pytest.mark.parametrize("builds", [(), ("15.2.1544.8",), ("15.2.2562.43",)])
def test_another_build_or_none_is_no_reason(tmp_path: Path, builds: tuple[str, ...]) -> None:
    assert "WSH6007" not in rules(verdict(tmp_path, LOGON, PAGE + b"<!-- -->", builds))


def test_a_changed_script_weighs_less(tmp_path: Path) -> None:
    found = verdict(tmp_path, rf"{AUTH}\Current\scripts\flogon.js", b"function g() {}")
    assert found.disposition is Disposition.UNEXPLAINED
    assert [(f.severity, f.confidence) for f in found.findings] == [(Severity.LOW, Confidence.MEDIUM)]


@pytest.mark.parametrize("path", [rf"{V15}\FrontEnd\HttpProxy\owa\web.config", rf"{AUTH}\Current\themes\logo.png"])
def test_what_administrators_customise_is_never_reported(path: str, tmp_path: Path) -> None:
    assert verdict(tmp_path, path, b"<configuration></configuration>").disposition is Disposition.BENIGN
