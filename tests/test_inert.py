"""Nothing in this repository is a live shell: our own rules and detectors find nothing in any tracked file.

A run looks at what the last commit changed and at a share of the rest.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.shares import Share, changed_files
from webshellhunt.pipeline import examine
from webshellhunt.signatures.catalog import Catalog, load_catalog

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


def _found(catalog: Catalog, name: str, data: bytes) -> Iterator[str]:
    """Yield what is found in a file as it is and as served as a page of ASP.NET or classic ASP."""
    yield from (hit.rule for hit in catalog.scan(data, path=name))
    # Two extensions, the first of a harmless kind, are a finding by themselves.
    bare = name.replace(".", "_")
    for path in (name, f"{bare}.aspx", f"{bare}.asp"):
        yield from (f"{path}: {finding.rule.id} {finding.message}" for finding in examine(data, path=path).findings)


def test_nothing_is_found_in_a_tracked_file(share: Share) -> None:
    catalog, changed = load_catalog(), changed_files()
    names = [name for name in _tracked() if name in changed or share.has(name, "inert")]
    found = {name: [*_found(catalog, name, (TOP / name).read_bytes())] for name in names}
    assert {name: told for name, told in found.items() if told} == {}
