"""Libraries of components with known vulnerabilities."""

from __future__ import annotations

import pytest

from webshellhunt.detectors.placement import component_open_to_attack
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine

BIN = r"C:\inetpub\wwwroot\shop\bin"


def judged(monkeypatch: pytest.MonkeyPatch, name: str, version: str | None) -> Verdict:
    monkeypatch.setattr(component_open_to_attack, "file_version", lambda data: version)
    return examine(b"MZ" + bytes(600), path=rf"{BIN}\{name}")


def test_an_old_library_is_named_with_its_holes_and_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = judged(monkeypatch, "Telerik.Web.UI.dll", "2019.3.1023.45")
    (finding,) = [each for each in verdict.findings if each.rule.id == "WSH2012"]
    assert (verdict.disposition, finding.facts["fixed_in"]) == (Disposition.UNEXPLAINED, "2026.3.812")
    assert "CVE-2019-18935" in finding.message


@pytest.mark.parametrize(
    ("name", "version"),
    [("Telerik.Web.UI.dll", "2026.3.812.1"), ("Telerik.Web.UI.dll", None), ("Shop.dll", "1.0.0.0")],
)
def test_a_fixed_or_unknown_library_is_nothing(monkeypatch: pytest.MonkeyPatch, name: str, version: str | None) -> None:
    assert judged(monkeypatch, name, version).findings == ()
