"""The manifest: what it says of each file, and of what is missing."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.builders.bags import CONTENT, PAGE, make_bag, manifest_of, report_of, shell_source
from webshellhunt.keeping.manifest import BagLimits, KeptFile, KeptLocation, Manifest
from webshellhunt.keeping.selection import Wanted
from webshellhunt.version import __version__

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def document(*files: KeptFile, **state: Any) -> dict[str, Any]:
    location = KeptLocation(report_of(shell_source()), NOW, files=list(files), **state)
    text = Manifest([location], NOW, NOW, True, BagLimits(), {"README.txt": (1, "00")}).to_bytes()
    assert text.isascii()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_a_file_with_all_its_times(tmp_path: Path) -> None:
    manifest = manifest_of(make_bag(tmp_path / "bag.zip"))
    page, stream = manifest["files"]
    assert page["member"] == "files/00001.bin"
    assert page["path"] == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    assert page["path_in_source"] == PAGE
    assert page["times"] == {
        "modified_utc": "2021-03-03T04:05:06.123456Z",
        "created_utc": "2021-03-03T04:05:05Z",
        "changed_utc": "2021-03-04T00:00:00Z",
        "accessed_utc": "2021-03-05T00:00:00Z",
        "name_created_utc": "2021-03-02T00:00:00Z",
        "name_modified_utc": "2021-03-02T01:00:00Z",
        "original": True,
    }
    assert page["attributes"] == ["hidden"]
    assert (page["size_bytes"], page["listed_size_bytes"]) == (len(CONTENT), len(CONTENT))
    assert page["sha256"] == page["examined_sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert page["md5"] == hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    assert (page["disposition"], page["whole"], page["same_as_examined"]) == ("malicious", True, True)
    assert "WSH1001" in page["rules"]
    assert stream["examined_sha256"] is None
    assert stream["same_as_examined"] is None


def test_the_run_is_described(tmp_path: Path) -> None:
    manifest = manifest_of(make_bag(tmp_path / "bag.zip"))
    assert manifest["tool"]["version"] == __version__
    assert manifest["encryption"] == "AES-256 (WinZip AE-2)"
    assert manifest["state"] == "complete"
    (location,) = manifest["locations"]
    assert (location["location"], location["accused"], location["omitted_files"]) == ("memory", 1, 0)
    assert [each["member"] for each in manifest["other_members"]] == ["README.txt", "reads.jsonl"]
    started, ended = (datetime.fromisoformat(manifest[name]) for name in ("started_utc", "ended_utc"))
    assert started <= ended
    assert isinstance(manifest["machine_utc_offset_s"], int)


def test_a_name_that_does_not_decode_keeps_its_bytes() -> None:
    (verdict,) = report_of(shell_source()).accused
    entry = KeptFile(Wanted("C/a\udcff\n\x1b", "C:\\a\udcff\n\x1b", verdicts=[verdict]), "memory").to_dict()
    assert entry["path_in_source"] == "C/a\\xff\n\x1b"
    assert bytes.fromhex(entry["path_in_source_hex"]) == b"C/a\xff\n\x1b"
    plain = KeptFile(Wanted("C/a", "C:\\a", verdicts=[verdict]), "memory").to_dict()
    assert plain["path_in_source_hex"] is None
    lone = KeptFile(Wanted("C/a\ud800", "C:\\a\ud800", verdicts=[verdict]), "memory").to_dict()
    assert bytes.fromhex(lone["path_in_source_hex"]) == b"C/a\xed\xa0\x80"


def test_the_state_says_whether_something_is_missing() -> None:
    (verdict,) = report_of(shell_source()).accused
    missing = KeptFile(Wanted("C/a", "C:\\a", verdicts=[verdict]), "memory", failure="it is locked")
    assert document()["state"] == "complete"
    assert document(missing)["state"] == "partial"
    assert document(omitted=3)["state"] == "partial"
    assert document(interrupted=True)["state"] == "interrupted"
    assert document(missing)["files"][0]["failure"] == "it is locked"


def test_a_file_fits_into_a_bag() -> None:
    limits = BagLimits()
    assert 0 < limits.growth_bytes < limits.file_bytes < limits.bytes
    assert limits.files >= 10_000
