"""Nothing in this repository is a live shell: our own rules and detectors find nothing in any tracked file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from webshellhunt.pipeline import examine
from webshellhunt.signatures.catalog import load_catalog

TOP = Path(__file__).parents[1]


def _tracked() -> list[str]:
    """List what a checkout holds, and what is about to be added to it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=TOP, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    names = {name for name in done.stdout.decode("utf-8").split("\0") if name and (TOP / name).is_file()}
    return sorted(name for name in names if not name.startswith("signatures/"))


def test_the_fixtures_are_among_the_tracked_files() -> None:
    assert {"fixtures/hosts/exchange2019-compromised.host", "tests/test_inert.py"} <= set(_tracked())


def test_no_signature_matches_a_tracked_file() -> None:
    catalog = load_catalog()
    matched = {name: [hit.rule for hit in catalog.scan((TOP / name).read_bytes(), path=name)] for name in _tracked()}
    assert {name: rules for name, rules in matched.items() if rules} == {}


@pytest.mark.parametrize("served_as", ["", ".aspx", ".asp"], ids=["as it is", "as aspx", "as asp"])
def test_no_detector_finds_anything_in_a_tracked_file(served_as: str) -> None:
    found = {}
    for name in _tracked():
        # Two extensions, the first of a harmless kind, are a finding by themselves.
        path = f"{name.replace('.', '_')}{served_as}" if served_as else name
        verdict = examine((TOP / name).read_bytes(), path=path)
        if verdict.findings:
            found[name] = [(finding.rule.id, finding.message) for finding in verdict.findings]
    assert found == {}
