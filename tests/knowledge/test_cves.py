"""The table of vulnerabilities."""

from __future__ import annotations

from datetime import date

from webshellhunt.knowledge.cves import FURTHER_REQUIREMENTS, fix_public, load_cves


def test_proxylogon_was_fixed_in_march_2021() -> None:
    # Two weeks later the fix was public for older cumulative updates as well.
    found = fix_public("CVE-2021-26855")
    assert found is not None
    assert date(2021, 3, 2) <= found <= date(2021, 4, 1)
    assert fix_public("CVE-1999-0001") is None


def test_what_needs_more_than_a_build_is_in_the_table() -> None:
    known = {cve for affected in load_cves().values() for cve in affected}
    assert len(FURTHER_REQUIREMENTS.keys() & known) > 3
