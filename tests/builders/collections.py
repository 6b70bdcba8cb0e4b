"""Collections of triage tools, made from a described host: the files as each tool stores them, with its records."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.sources.memory import MemorySource
from webshellhunt.sources.source import Source

_ESCAPED = '?"*:|<>%/\\'
_COPIED = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
Wanted = Callable[[str], bool]


class Collection(NamedTuple):
    """The files of a collection by path in it, and their times as an archive or a copy has them."""

    files: Mapping[str, bytes]
    times: Mapping[str, Timestamps]

    def source(self, location: str = "collection") -> MemorySource:
        """Return the collection as an unpacked folder in memory."""
        return MemorySource(self.files, times=self.times, location=location)

    def write_folder(self, folder: Path) -> Path:
        """Write the collection as a folder; names that this system can't have must not be in it."""
        for path, data in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return folder

    def write_zip(self, path: Path) -> Path:
        """Write the collection as a ZIP archive."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.files.items():
                info = zipfile.ZipInfo(name, (self._modified(name) or _COPIED).timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
        return path

    def write_tar(self, path: Path) -> Path:
        """Write the collection as a tar archive."""
        with tarfile.open(path, "w") as archive:
            for name, data in self.files.items():
                info = tarfile.TarInfo(name)
                info.size, info.mtime = len(data), int((self._modified(name) or _COPIED).timestamp())
                archive.addfile(info, io.BytesIO(data))
        return path

    def _modified(self, name: str) -> datetime | None:
        times = self.times.get(name)
        return None if times is None else times.modified_utc


def escaped(name: str) -> str:
    """Return a name as Velociraptor writes it into a ZIP archive."""
    text = "".join(f"%{ord(char):02X}" if char in _ESCAPED else char for char in name)
    if text[:1] in {".", " "}:
        text = f"%{ord(text[0]):02X}{text[1:]}"
    return text[:-1] + f"%{ord(text[-1]):02X}" if text[-1:] in {".", " "} else text


def velociraptor(
    host: Source, *, accessor: str = "auto", wanted: Wanted | None = None, computer: str = "EX01", info: bool = True
) -> Collection:
    """Return the files of a host as an offline collection of Velociraptor."""
    files: dict[str, bytes] = {}
    uploads, rows = [], []
    for entry, letter, names in _files(host, wanted):
        volume = f"\\\\.\\{letter}:" if accessor != "auto" else f"{letter}:"
        components = ["uploads", accessor, volume, *names]
        data = host.read(entry.path, entry.size_bytes)
        files["/".join(map(escaped, components))] = data
        server_path = "\\".join([volume, *names])
        uploads.append(
            {
                "Timestamp": "2026-11-20T10:30:00Z",
                "started": "2026-11-20 10:30:00 +0000 UTC",
                "vfs_path": server_path,
                "_Components": components,
                "file_size": len(data),
                "uploaded_size": len(data),
                "Type": "",
            }
        )
        rows.append(
            {
                "CopiedOnTimestamp": 1795170600,
                "SourceFile": server_path,
                "DestinationFile": server_path,
                "FileSize": len(data),
                "SourceFileSha256": hashlib.sha256(data).hexdigest(),
                "Modified": _iso(entry.times.modified_utc),
                "Created": _iso(entry.times.created_utc),
                "_Source": "Generic.Collectors.File/Uploads",
            }
        )
    files["uploads.json"] = json_lines(uploads)
    files["uploads.json.index"] = bytes(8 * len(uploads))
    files["results/Windows.KapeFiles.Targets%2FUploads.json"] = json_lines(rows)
    files["collection_context.json"] = b'{"session_id": "F.CDU2T197U1SFU"}'
    files["log.json"] = b'{"level":"DEFAULT","message":"collected"}\n'
    if info:
        files["client_info.json"] = json.dumps({"Hostname": computer, "Fqdn": f"{computer}.corp.example"}).encode()
    return Collection(files, {})


def json_lines(rows: list[dict[str, object]]) -> bytes:
    """Return records as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _files(host: Source, wanted: Wanted | None) -> Iterator[tuple[Entry, str, list[str]]]:
    """Yield the files and streams of a host with the letter of their drive and their names."""
    waiting = [""]
    while waiting:
        for entry in host.list(waiting.pop()):
            if entry.kind is EntryKind.DIRECTORY:
                waiting.append(entry.path)
                continue
            for each in (entry, *host.streams(entry.path)):
                letter, *names = each.path.split("/")
                if wanted is None or wanted("/".join(names)):
                    yield each, letter, names


def _iso(when: datetime | None) -> str:
    return "0001-01-01T00:00:00Z" if when is None else when.astimezone(UTC).isoformat().replace("+00:00", "Z")
