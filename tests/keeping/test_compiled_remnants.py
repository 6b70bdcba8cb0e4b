"""Compiled files of accused pages that are still there."""

from __future__ import annotations

import pytest

from tests.builders.bags import CONTENT
from tests.builders.read_logs import logged
from webshellhunt.binaries.compiled_pages import directory_hash
from webshellhunt.keeping import selection
from webshellhunt.keeping.selection import CompiledFiles
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

PAGE = "C/inetpub/wwwroot/aspnet_client/x.aspx"
TEMPORARY = "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/root/e22c2559/92c7e946"
HASH = directory_hash("~/aspnet_client")
MARKER = f"{TEMPORARY}/x.aspx.{HASH}.compiled"
LIBRARY = f"{TEMPORARY}/App_Web_q3xk0v_d.dll"
OWN_LIBRARY = f"{TEMPORARY}/App_Web_x.aspx.{HASH}.abcdefgh.dll"


def marker(assembly: str = "App_Web_q3xk0v_d", page: str = "/aspnet_client/x.aspx") -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}<preserve resultType="3" virtualPath="{page}" assembly="{assembly}" type="ASP.x"/>'.encode()


def kept(more: dict[str, bytes]) -> list[str]:
    source = MemorySource({PAGE: CONTENT, **more})
    report = hunt(source)
    verdict = next(each for each in report.accused if each.subject.entry_path == PAGE)
    return [each.path for each in CompiledFiles(report, logged(source)).of(verdict)]


def test_the_marker_and_its_library() -> None:
    others = {f"{TEMPORARY}/y.aspx.{HASH}.compiled": marker("App_Web_other"), f"{TEMPORARY}/App_Web_other.dll": b"MZ"}
    assert kept({MARKER: marker(), LIBRARY: b"MZ", **others}) == [MARKER, LIBRARY]


def test_a_library_with_the_name_of_its_page() -> None:
    assert kept({OWN_LIBRARY: b"MZ"}) == [OWN_LIBRARY]


def test_a_page_of_the_same_name_in_another_folder_is_another() -> None:
    other = f"{TEMPORARY}/x.aspx.{directory_hash('~/elsewhere')}.compiled"
    assert kept({other: marker(page="/elsewhere/x.aspx"), LIBRARY: b"MZ"}) == []


@pytest.mark.parametrize(
    "content", [b"", b"<preserve", b"\0\1\2", marker("../../secret"), marker("missing"), marker("")]
)
def test_a_marker_that_names_no_library(content: bytes) -> None:
    assert kept({MARKER: content, LIBRARY: b"MZ"}) == [MARKER]


def test_the_walk_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_FOLDERS", 1)
    assert kept({MARKER: marker(), LIBRARY: b"MZ"}) == []
