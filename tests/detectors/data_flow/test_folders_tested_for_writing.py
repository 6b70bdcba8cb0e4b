"""A recursive walk that creates files only to delete them is a test for writable folders."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

CSHARP = "folders_tested_for_writing/csharp-recursion"
VBSCRIPT = "folders_tested_for_writing/vbscript-recursion"


@pytest.mark.parametrize("fixture", [CSHARP, VBSCRIPT])
def test_the_evidence_starts_with_the_created_file(fixture: str) -> None:
    found = finding(fixture, "WSH1014")
    assert found.severity is Severity.HIGH
    assert "Create" in found.evidence[0].excerpt


@pytest.mark.parametrize(
    ("fixture", "old", "new"),
    [
        (CSHARP, "Try(inner);", "Response.Write(inner);"),
        (CSHARP, "File.Delete", "File.Exists"),
        (CSHARP, ".Close();", ".Write(all, 0, 9);"),
        (VBSCRIPT, "  files.CreateTextFile", "  Set kept = files.CreateTextFile"),
        (VBSCRIPT, ".SubFolders", ".Files"),
    ],
)
def test_each_part_is_needed(fixture: str, old: str, new: str) -> None:
    assert findings(changed(fixture, (old, new)), "WSH1014") == []
