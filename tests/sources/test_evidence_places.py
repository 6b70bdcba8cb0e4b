"""Evidence places: nothing is written inside the evidence, by whatever name, and other places are free."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from webshellhunt.errors import UsageError
from webshellhunt.sources.evidence_places import is_same, refuse_evidence, resolved


def test_a_report_may_lie_beside_an_archive_but_replaces_no_part_of_it(tmp_path: Path) -> None:
    for name in ("case.zip", "other.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("x.aspx", "page")
    (tmp_path / "case.002").write_bytes(b"a part of a split image")
    location = os.fspath(tmp_path / "case.zip")
    refuse_evidence(tmp_path / "case.json", [location])
    (tmp_path / "case.json").write_text("an older report")
    refuse_evidence(tmp_path / "case.json", [location])
    for name in ("case.zip", "other.zip", "case.002"):
        with pytest.raises(UsageError, match="evidence"):
            refuse_evidence(tmp_path / name, [location])


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_evidence_that_is_named_by_a_link_is_refused_by_its_real_name(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "page.aspx").write_text("evidence")
    (tmp_path / "named.aspx").symlink_to(tmp_path / "web" / "page.aspx")
    (tmp_path / "report").symlink_to(tmp_path / "web" / "page.aspx")
    for location in ("named.aspx", "web/page.aspx", "web"):
        with pytest.raises(UsageError, match="never written"):
            refuse_evidence(tmp_path / "report", [os.fspath(tmp_path / location)])


def test_other_places_are_fine(tmp_path: Path) -> None:
    (tmp_path / "evidence").mkdir()
    for location in (os.fspath(tmp_path / "evidence"), "", "memory", "/no/such/place"):
        refuse_evidence(tmp_path / "evidence2", [location])


def test_the_refusal_names_what_would_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a cache is never written inside the evidence") as error:
        refuse_evidence(tmp_path / "c", [os.fspath(tmp_path)], "a cache")
    assert error.value.path == os.fspath(tmp_path / "c")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_path_is_resolved_and_compared_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert resolved(tmp_path / "link") == resolved(tmp_path / "real")
    assert is_same(tmp_path / "link", tmp_path / "real")
    assert not is_same(tmp_path / "absent", tmp_path / "real")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert not is_same(tmp_path / "round", tmp_path / "real")
