"""Evidence bags: what is copied, and what the manifest says."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pyzipper

import webshellhunt as wsh
from webshellhunt.selftest.demo import demo_source


def manifest_of(path: Path, password: bytes = b"infected") -> dict[str, Any]:
    with pyzipper.AESZipFile(path) as archive:
        archive.setpassword(password)
        loaded: dict[str, Any] = json.loads(archive.read("manifest.json"))
        return loaded


def test_the_demo_is_kept_byte_exact(tmp_path: Path) -> None:
    target = tmp_path / "demo.zip"
    with demo_source() as source:
        report = wsh.hunt(source)
        kept = wsh.collect(report, source, to=target)
        manifest = manifest_of(target)
        assert kept.files == len(manifest["files"]) > 5
        with pyzipper.AESZipFile(target) as archive:
            archive.setpassword(b"infected")
            for entry in manifest["files"]:
                assert archive.read(entry["member"]) == source.read(entry["path_in_source"], 1 << 20)
                assert entry["same_as_examined"] in (True, None)
    check = wsh.verify(target, manifest_sha256=kept.manifest_sha256)
    assert check.is_intact
    assert check.state == "complete"


def test_only_the_readme_is_readable_without_the_password(tmp_path: Path) -> None:
    target = tmp_path / "demo.zip"
    with demo_source() as source:
        wsh.collect(wsh.hunt(source), source, to=target)
    with zipfile.ZipFile(target) as archive:
        readable = {each.filename for each in archive.infolist() if not each.flag_bits & 1}
        assert readable == {"README.txt"}
        assert b"webshellhunt verify" in archive.read("README.txt")
