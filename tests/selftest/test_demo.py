"""The host of the demonstration: it is there in a checkout and in a wheel, and it is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt import shipped
from webshellhunt.errors import SourceNotFoundError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.verdict import Disposition
from webshellhunt.selftest.demo import demo_source
from webshellhunt.shipped import shipped_fixtures
from webshellhunt.sources.described import DescribedHost


def test_the_demonstration_holds_its_eight_plants(compromised_host: DescribedHost) -> None:
    planted = [p for p, e in compromised_host.expectations.items() if e.disposition is Disposition.MALICIOUS]
    source = demo_source()
    assert source.location == "demo"
    assert len(planted) == 8
    for path in planted:
        entry = source.stat(path)
        assert entry is not None
        assert entry.kind is EntryKind.FILE
        assert entry.times.modified_utc is not None


def test_the_clean_twin_lacks_the_plants_and_nothing_else(
    clean_host: DescribedHost, compromised_host: DescribedHost
) -> None:
    clean = {file.path: file.data for file in clean_host.files}
    compromised = {file.path: file.data for file in compromised_host.files}
    changed = {path for path, data in compromised.items() if clean.get(path) != data}
    assert not clean_host.expectations
    assert clean.keys() < compromised.keys()
    assert set(compromised_host.expectations) <= changed
    assert [path for path in changed if path.endswith("config/SYSTEM")] == ["C/Windows/System32/config/SYSTEM"]
    pages = {path for path in changed if not path.lower().endswith((".log", ".compiled", "/system"))}
    assert (len(pages), len(changed - pages)) == (10, 7)


@pytest.mark.parametrize("host", ["clean_host", "compromised_host"])
def test_a_host_is_a_tree_that_windows_could_hold(host: str, request: pytest.FixtureRequest) -> None:
    described: DescribedHost = request.getfixturevalue(host)
    folders = {"/".join(f.path.split("/")[:n]) for f in described.files for n in range(1, f.path.count("/") + 1)}
    assert len({folder.lower() for folder in folders}) == len(folders)


def test_a_wheel_finds_its_own_copy_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "webshellhunt"
    (package / "fixtures" / "hosts").mkdir(parents=True)
    monkeypatch.setattr(shipped, "_PACKAGE", package)
    assert shipped_fixtures("hosts") == package / "fixtures" / "hosts"
    with pytest.raises(SourceNotFoundError, match="install webshellhunt anew"):
        shipped_fixtures("none")
