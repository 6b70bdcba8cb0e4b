"""Versions of components of web applications."""

from __future__ import annotations

import pytest

from webshellhunt.knowledge.component_versions import load_component_fixes, open_holes

TELERIK, SHAREPOINT = "Telerik.Web.UI.dll", "Microsoft.SharePoint.dll"


@pytest.mark.parametrize(
    ("file", "version", "cve", "is_open"),
    [
        (TELERIK, "2019.3.1023.45", "CVE-2019-18935", True),
        (TELERIK, "2020.1.114.45", "CVE-2019-18935", False),
        (TELERIK, "2026.2.519.462", "CVE-2026-13181", True),
        (TELERIK, "2026.2.708.462", "CVE-2026-13181", False),
        (TELERIK, "2026.3.812.462", "CVE-2026-18672", False),
        (SHAREPOINT, "16.0.5561.1000", "CVE-2026-55040", True),
        (SHAREPOINT, "16.0.5561.1001", "CVE-2026-55040", False),
        (SHAREPOINT, "16.0.10417.20175", "CVE-2026-65660", True),
        (SHAREPOINT, "16.0.10417.20198", "CVE-2026-65660", False),
        (SHAREPOINT, "16.0.19725.20521", "CVE-2026-65660", True),
        (SHAREPOINT, "15.0.5545.1000", "CVE-2026-65660", False),
        ("other.dll", "1.0", "CVE-2026-65660", False),
    ],
)
def test_a_hole_is_open_below_the_fixed_version_of_its_branch(file: str, version: str, cve: str, is_open: bool) -> None:
    assert any(cve in row.cves for row in open_holes(file, version)) is is_open


def test_each_row_is_complete() -> None:
    rows = [row for rows in load_component_fixes().values() for row in rows]
    assert rows
    for row in rows:
        assert row.first < row.fixed
        assert row.file == row.file.lower()
        assert all(cve.startswith("CVE-") for cve in row.cves)
        assert row.source.startswith("https://")


def test_branches_of_one_product_do_not_overlap() -> None:
    for version in ("16.0.5000.1000", "16.0.10300.1", "16.0.15000.1"):
        assert len({row.product for row in open_holes(SHAREPOINT, version)}) == 1
