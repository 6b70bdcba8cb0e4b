"""Directories that were collected, in each form of evidence: a page that is not there is deleted, or was not taken."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.builders import triage
from webshellhunt.host.walk.collected_folders import CollectedFolders
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.verdict import Presence
from webshellhunt.pipeline import hunt
from webshellhunt.sources import open_source
from webshellhunt.sources.memory import MemorySource

ROOT = "C/inetpub/wwwroot"
CLIENT = f"{ROOT}/aspnet_client"
AUTH = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"
GONE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def collected(files: Sequence[str], path: str = GONE, top: str | None = r"C:\inetpub\wwwroot") -> bool:
    source = MemorySource(dict.fromkeys(files, b""))
    return CollectedFolders(survey(source, Limits())).has(path, top)


@pytest.mark.parametrize(
    "files",
    [
        [f"{CLIENT}/other.aspx"],
        [f"{CLIENT}/readme.txt", f"{CLIENT}/web.config"],
        [f"{CLIENT}/system_web/4_0_30319/extra.js"],
        [f"{ROOT}/iisstart.htm", f"{ROOT}/web.config"],
        ["C/Windows/System32/ntdll.dll", f"{ROOT}/web.config"],
    ],
    ids=["a page", "a text", "below", "above", "a whole drive"],
)
def test_a_directory_that_was_copied_with_its_files(files: list[str]) -> None:
    assert collected(files)
    assert collected(files, top=None)


@pytest.mark.parametrize(
    "files",
    [
        [f"{CLIENT}/web.config"],
        [f"{CLIENT}/web.config", f"{ROOT}/iisstart.htm"],
        [f"{ROOT}/web.config"],
        [f"{ROOT}/other/x.aspx"],
        [f"{CLIENT}/system_web/web.config"],
        ["C/inetpub/notes.txt", "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"],
        ["D/inetpub/wwwroot/aspnet_client/other.aspx"],
        ["notes.txt"],
    ],
)
def test_a_directory_of_which_a_tool_took_some_files(files: list[str]) -> None:
    assert not collected(files)
    assert not collected(files, top=None)


@pytest.mark.parametrize("held", ["web.config", "a.compiled", "A.DELETE", "x.log"])
def test_what_tools_take_alone_says_nothing_of_pages(held: str) -> None:
    assert not collected([f"{ROOT}/{held}"], r"C:\inetpub\wwwroot\x.aspx")


@pytest.mark.parametrize("path", ["", "x.aspx", r"\\server\share\x.aspx", "Q:\\x.aspx"])
def test_a_path_without_a_drive_of_the_source_is_not_collected(path: str) -> None:
    assert not collected([f"{CLIENT}/other.aspx"], path, None)


# The whole way, in each form of evidence: a remnant of a page, and the directory of the page.

_TEMPORARY = "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files"
_REMNANT = f"{_TEMPORARY}/root/e22c2559/92c7e946/x.aspx.898219ba.compiled"
_MARKER = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<preserve resultType="3" virtualPath="/aspnet_client/x.aspx" '
    b'assembly="App_Web_q3xk0v_d" type="ASP.x_aspx"></preserve>'
)
EVIDENCE = {_REMNANT: _MARKER, f"{ROOT}/web.config": b"<configuration/>"}
SITE = {**EVIDENCE, f"{ROOT}/iisstart.htm": b"<html></html>"}
Make = Callable[[Path, dict[str, bytes], bool], Path]


def _folder(place: Path, files: dict[str, bytes], empty: bool) -> Path:
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    if empty:
        (place / CLIENT).mkdir(parents=True)
    return place


def _zip(place: Path, files: dict[str, bytes], empty: bool) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in _folders(files) if empty else ():
            archive.writestr(f"{name}/", b"")
        if empty:
            archive.writestr(f"{CLIENT}/", b"")
        for name, data in files.items():
            archive.writestr(name, data)
    (place / "C.zip").write_bytes(stream.getvalue())
    return place / "C.zip"


def _folders(files: dict[str, bytes]) -> Iterator[str]:
    yield from sorted({above.as_posix() for name in files for above in Path(name).parents if above.name})


def _kape(place: Path, files: dict[str, bytes], empty: bool) -> Path:
    folder = triage.kape(MemorySource(files)).write_folder(place / "kape")
    if empty:
        (folder / CLIENT).mkdir(parents=True)
    return folder


def _velociraptor(place: Path, files: dict[str, bytes], empty: bool) -> Path:
    return triage.velociraptor(MemorySource(files)).write_zip(place / "velociraptor.zip")


@pytest.mark.parametrize("make", [_folder, _zip, _kape, _velociraptor])
@pytest.mark.parametrize("empty", [True, False], ids=["empty directory", "no directory"])
def test_a_page_that_is_gone_is_deleted_where_its_directory_was_collected(
    make: Make, empty: bool, tmp_path: Path
) -> None:
    for number, (files, presence) in enumerate(((SITE, Presence.DELETED), (EVIDENCE, Presence.NOT_COLLECTED))):
        has_directory = empty and make is not _velociraptor  # its archives have files alone
        place = tmp_path / str(number)
        place.mkdir()
        with open_source(str(make(place, dict(files), has_directory))) as source:
            report = hunt(source)
        (subject,) = (each.subject for each in report.verdicts if each.subject.path.endswith("x.aspx"))
        assert subject.presence is (Presence.DELETED if has_directory else presence)
