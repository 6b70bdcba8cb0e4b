"""Evidence bags for tests: small sources with accused files, and the reading of a bag by an independent program."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyzipper

from tests.reports.cases import SHELL
from webshellhunt.keeping.bag import collect
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import Report
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

FOLDER = "C/inetpub/wwwroot/aspnet_client"
PAGE = f"{FOLDER}/x.aspx"
CONTENT = SHELL.encode()
STREAM = b"[ZoneTransfer]\r\nZoneId=3\r\n"
TIMES = Timestamps(
    datetime(2021, 3, 3, 4, 5, 6, 123456, UTC),
    datetime(2021, 3, 3, 4, 5, 5, tzinfo=UTC),
    datetime(2021, 3, 4, tzinfo=UTC),
    datetime(2021, 3, 5, tzinfo=UTC),
    original=True,
    name_created_utc=datetime(2021, 3, 2, tzinfo=UTC),
    name_modified_utc=datetime(2021, 3, 2, 1, tzinfo=UTC),
)


def shell_source(**more: bytes) -> MemorySource:
    """Return a source with one shell, its alternate stream, and a harmless page."""
    files = {PAGE: CONTENT, f"{PAGE}:Zone.Identifier": STREAM, f"{FOLDER}/y.aspx": b"<p>hello</p>"}
    return MemorySource({**files, **more}, times={PAGE: TIMES}, attributes={PAGE: ("hidden",)})


def report_of(source: MemorySource) -> Report:
    """Return the report of a hunt, without the verdicts of its own on alternate streams."""
    report = hunt(source)
    own = tuple(each for each in report.verdicts if ":" not in each.subject.path[2:])
    return replace(report, verdicts=own)


def make_bag(to: Path, *, password: str | None = "infected") -> Path:
    """Write the bag of the shell."""
    with shell_source() as source:
        collect(report_of(source), source, to=to, password=password)
    return to


def read_bag(path: Path, password: str = "infected") -> dict[str, bytes]:
    """Return the members of an archive, read by pyzipper."""
    with pyzipper.AESZipFile(path) as archive:
        archive.setpassword(password.encode())
        return {name: archive.read(name) for name in archive.namelist()}


def manifest_of(path: Path) -> dict[str, Any]:
    """Return the manifest of an archive or a folder."""
    text = (path / "manifest.json").read_bytes() if path.is_dir() else read_bag(path)["manifest.json"]
    loaded: dict[str, Any] = json.loads(text)
    return loaded
