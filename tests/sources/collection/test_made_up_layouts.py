"""An intruder can give a web directory the names of a collection: whatever he writes, his page is found."""

from __future__ import annotations

import json

import pytest

from tests.builders.fleet_hosts import shell
from webshellhunt import hunt
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.source import form_of

_SITE = ("index.html",)
_KAPE = (*_SITE, "a_copylog.csv", "c/a.html")
_AUTO = "uploads/auto/C%3A"
_VELOCIRAPTOR = (*_SITE, f"{_AUTO}/q/a.html")
_ACQUIRE = (*_SITE, "fs/c/a.html")
_PLACES = [
    (_KAPE, "shell.aspx"),
    (_KAPE, "c/shell.aspx"),
    (_KAPE, "w/shell.aspx"),
    (_KAPE, "b_copylog.csv/shell.aspx"),
    (_KAPE, "VSS1/shell.aspx"),
    (_KAPE, "VSS1/c/w/shell.aspx"),
    (_KAPE, "VSS1/d/w/shell.aspx"),
    ((*_KAPE, "x/a.html"), "VSS1/shell.aspx"),
    ((*_KAPE, "x/a.html"), "VSS1/c/w/shell.aspx"),
    (_VELOCIRAPTOR, "shell.aspx"),
    (_VELOCIRAPTOR, "results/shell.aspx"),
    (_VELOCIRAPTOR, "results/a.json/shell.aspx"),
    (_VELOCIRAPTOR, "uploads.json/shell.aspx"),
    (_VELOCIRAPTOR, "uploads/shell.aspx"),
    (_VELOCIRAPTOR, "uploads/auto/shell.aspx"),
    (_VELOCIRAPTOR, "uploads/auto/HarddiskVolumeShadowCopy1/shell.aspx"),
    (_VELOCIRAPTOR, "uploads/mft/C%3A/shell.aspx"),
    (_VELOCIRAPTOR, f"{_AUTO}/q/a.html%3Ashell.aspx"),
    (_VELOCIRAPTOR, f"{_AUTO}/$MFT%3Ashell.aspx"),
    ((*_VELOCIRAPTOR, f"{_AUTO}/$MFT"), f"{_AUTO}/$MFT%3Ashell.aspx"),
    (_VELOCIRAPTOR, f"{_AUTO}/$Extend/$UsnJrnl%3Ashell.aspx"),
    ((*_VELOCIRAPTOR, "uploads/ntfs/C%3A/q/shell.aspx"), f"{_AUTO}/q/shell.aspx"),
    ((*_VELOCIRAPTOR, "uploads/ntfs/C%3A/q/shell.aspx/a.html"), f"{_AUTO}/q/shell.aspx"),
    (_ACQUIRE, "fs/shell.aspx"),
    (_ACQUIRE, "fs/$metadata$/shell.aspx"),
    (_ACQUIRE, "shell_report.json.aspx"),
    (("[root]/a.html",), "p/shell.aspx"),
]


@pytest.mark.parametrize("mark", ["web.config", "Web.Config", "inetpub/a.html", "Windows/a.txt"])
@pytest.mark.parametrize("others", [_KAPE, _VELOCIRAPTOR, _ACQUIRE])
def test_a_drive_or_web_directory_of_a_server_is_no_collection(mark: str, others: tuple[str, ...]) -> None:
    assert form_of(with_layout(MemorySource(dict.fromkeys(others, b"")))).is_collection
    assert not form_of(with_layout(MemorySource(dict.fromkeys((*others, mark), b"")))).is_collection


@pytest.mark.parametrize(("others", "path"), _PLACES)
def test_no_layout_hides_a_page(others: tuple[str, ...], path: str) -> None:
    source = with_layout(MemorySource({**dict.fromkeys(others, bytes(9000)), path: shell()}))
    assert form_of(source).is_collection
    assert "malicious" in {verdict.disposition.label for verdict in hunt(source).verdicts}


def test_no_index_changes_the_content_of_a_page() -> None:
    ranges = [{"original_offset": 0, "file_offset": 0, "file_length": 0, "length": 9000}]
    index = json.dumps({"ranges": ranges}).encode()
    path = f"{_AUTO}/q/shell.aspx"
    source = with_layout(MemorySource({path: shell(), f"{path}.idx": index}))
    assert source.read("C:/q/shell.aspx", 9000) == shell()
    assert sorted(source.names("C:/q")) == ["shell.aspx", "shell.aspx.idx"]
