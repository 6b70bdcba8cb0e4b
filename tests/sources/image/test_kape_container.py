"""A virtual disk into which KAPE wrote its collection: its files have the paths of the server."""

from __future__ import annotations

from pathlib import Path

from tests.builders import disk_images as images
from tests.builders.fleet_hosts import shell
from tests.builders.ntfs import make_image, mounted, require_ntfs
from tests.builders.triage import kape
from webshellhunt import hunt
from webshellhunt.model.verdict import Disposition
from webshellhunt.sources import MemorySource, open_source
from webshellhunt.sources.source import form_of

_HOST = {
    "C/inetpub/wwwroot/web.config": b"<configuration/>",
    "C/inetpub/wwwroot/s.aspx": shell(),
    "C/Windows/System32/config/x": b"x",
    "D/sites/a.aspx": b"<html>other</html>",
}


def _container(folder: Path, *without: str) -> Path:
    """Return a VHDX with one partition, which has a collection of KAPE in it; some files are removed."""
    require_ntfs()
    volume, disk = folder / "volume.dd", folder / "disk.raw"
    make_image(volume)
    with mounted(volume, folder / "mounted") as top:
        kape(MemorySource(_HOST)).write_folder(top)
        for path in without:
            (top / path).unlink()
    disk.write_bytes(images.with_mbr(volume.read_bytes()))
    return images.convert(disk, "vhdx")


def test_the_container_is_a_collection_with_the_paths_of_the_server(tmp_path: Path) -> None:
    with open_source(_container(tmp_path)) as source:
        form = form_of(source)
        assert form.label.startswith("a KAPE collection in a virtual disk (VHDX)")
        assert (form.is_collection, form.computer) == (True, "EX01")
        assert [gap.code for gap in form.gaps if gap.matters] == []
        assert source.stat("C:/inetpub/wwwroot/s.aspx") is not None
        report = hunt(source)
    found = [each.subject.path for each in report.verdicts if each.disposition is Disposition.MALICIOUS]
    assert found == ["C:\\inetpub\\wwwroot\\s.aspx"]
    assert "D:\\sites\\a.aspx" in {each.subject.path for each in report.verdicts}


def test_a_page_that_is_gone_from_the_container_is_a_gap(tmp_path: Path) -> None:
    with open_source(_container(tmp_path, "C/inetpub/wwwroot/s.aspx")) as source:
        gaps = [(gap.code, gap.path) for gap in form_of(source).gaps if gap.matters]
    assert gaps == [("collected-but-gone", "C:\\inetpub\\wwwroot\\s.aspx")]
