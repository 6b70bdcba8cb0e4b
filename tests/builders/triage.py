"""Collections of triage tools, made from a described host: the files as each tool stores them, with its records."""

from __future__ import annotations

import hashlib
import io
import json
import re
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
_RUN = "2026-11-20T10_30_00_2703593"
_COPY_COLUMNS = (
    "CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,"
    "CreatedOnUtc,ModifiedOnUtc,LastAccessedOnUtc,CopyDuration"
)
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
        uploads.append(_upload(server_path, components, len(data)))
        rows.append(_result(server_path, data, entry.times))
    files["uploads.json"] = json_lines(uploads)
    files["uploads.json.index"] = bytes(8 * len(uploads))
    files["results/Windows.KapeFiles.Targets%2FUploads.json"] = json_lines(rows)
    files["collection_context.json"] = b'{"session_id": "F.CDU2T197U1SFU"}'
    files["log.json"] = b'{"level":"DEFAULT","message":"collected"}\n'
    if info:
        files["client_info.json"] = json.dumps({"Hostname": computer, "Fqdn": f"{computer}.corp.example"}).encode()
    return Collection(files, {})


def _upload(server_path: str, components: list[str], size_bytes: int) -> dict[str, object]:
    return {
        "Timestamp": "2026-11-20T10:30:00Z",
        "started": "2026-11-20 10:30:00 +0000 UTC",
        "vfs_path": server_path,
        "_Components": components,
        "file_size": size_bytes,
        "uploaded_size": size_bytes,
        "Type": "",
    }


def _result(server_path: str, data: bytes, times: Timestamps) -> dict[str, object]:
    return {
        "CopiedOnTimestamp": 1795170600,
        "SourceFile": server_path,
        "DestinationFile": server_path,
        "FileSize": len(data),
        "SourceFileSha256": hashlib.sha256(data).hexdigest(),
        "Modified": _iso(times.modified_utc),
        "Created": _iso(times.created_utc),
        "_Source": "Generic.Collectors.File/Uploads",
    }


def kape(
    host: Source, *, wanted: Wanted | None = None, computer: str = "EX01", target: str = "D:\\out", dedupe: bool = True
) -> Collection:
    """Return the files of a host as a collection of KAPE, which leaves out files with a content that it has copied."""
    files: dict[str, bytes] = {}
    rows, skipped, digests = [_COPY_COLUMNS], ["SourceFile,SourceFileSha1,Reason"], set[str]()
    times: dict[str, Timestamps] = {}
    for entry, letter, names in _files(host, wanted):
        if ":" in names[-1]:
            continue  # KAPE copies the main stream only
        data, server_path = host.read(entry.path, entry.size_bytes), "\\".join([f"{letter}:", *names])
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest().upper()
        if dedupe and digest in digests:
            skipped.append(f"{server_path},{digest},Deduped")
            continue
        digests.add(digest)
        stored = "/".join([letter, *names])
        files[stored], times[stored] = data, entry.times._replace(created_utc=_COPIED, original=False)
        destination, when = "\\".join([target, letter, *names]), _kape_time(entry.times.modified_utc)
        rows.append(
            f"{_kape_time(_COPIED)},{server_path},{destination},{len(data)},{digest},False,,{when},,00:00:00.01"
        )
    files[f"{_RUN}_CopyLog.csv"] = _csv(rows)
    files[f"{_RUN}_SkipLog.csv.csv"] = _csv(skipped)
    console = (
        f"[2026-11-20 10:30:00.27 | INF] Command line:   --tsource C: --tdest {target} --target IISConfiguration",
        f'[2026-11-20 10:30:00.28 | INF] System info: Machine name: {computer}, 64-bit: true, User: a OS: "Windows10"',
    )
    files[f"{_RUN}_ConsoleLog.txt"] = _csv([*console])
    return Collection(files, times)


def acquire(host: Source, *, wanted: Wanted | None = None, computer: str = "EX01") -> Collection:
    """Return the files of a host as a collection of acquire, with some folders in two spellings."""
    files: dict[str, bytes] = {}
    times: dict[str, Timestamps] = {}
    for number, (entry, letter, names) in enumerate(_files(host, wanted)):
        first = names[0].lower() if number % 3 == 0 and len(names) > 1 else names[0]
        stored = "/".join(["fs", f"{letter}:", first, *names[1:]])
        files[stored], times[stored] = host.read(entry.path, entry.size_bytes), Timestamps(entry.times.modified_utc)
    files["fs/$metadata$/file-hashes.csv.gz"] = b"\x1f\x8b"
    report = {"acquire-version": "3.20", "name": computer, "modules-failed": {}}
    files[f"{computer}_20261120103000.report.json"] = json.dumps(report).encode()
    return Collection(files, times)


def ftk(host: Source, *, wanted: Wanted | None = None) -> Collection:
    """Return the files of a host as an export of FTK Imager, one partition for each drive."""
    files: dict[str, bytes] = {}
    for entry, letter, names in _files(host, wanted):
        partition = f"Partition {ord(letter) - ord('A')} [40957MB]/NONAME [NTFS]/[root]"
        files["/".join([partition, *names])] = host.read(entry.path, entry.size_bytes)
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


def _kape_time(when: datetime | None) -> str:
    return "" if when is None else when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f0")


def _csv(lines: list[str]) -> bytes:
    return ("\ufeff" + "".join(line + "\r\n" for line in lines)).encode()


_TARGETS = re.compile(
    r"Windows/System32/inetsrv/config/(?:applicationHost|administration|redirection)\.config"
    r"|inetpub/wwwroot/(?:.*/)?web\.config"
    r"|inetpub/logs/LogFiles/.*\.log|Windows/System32/LogFiles/.*\.log"
    r"|Program Files/Microsoft/Exchange Server/[^/]+/Logging/.*\.log"
    r"|Program Files/Microsoft/Exchange Server/[^/]+/TransportRoles/Logs/.*\.log"
    r"|ExchangeSetupLogs/ExchangeSetup\.log"
    r"|(?:Windows/Microsoft\.NET/Framework[^/]*/v[^/]*/Temporary ASP\.NET Files|inetpub/wwwroot/aspnet_client"
    r"|Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth)/.*\.[\w-]{8}\.compiled"
    r"|Windows/System32/config/[^/]*|Windows/System32/winevt/Logs/.*\.evtx|\$MFT|\$Extend/.*",
    re.IGNORECASE | re.DOTALL,
)


def is_in_kape_targets(path: str) -> bool:
    """Return True if KAPE's targets for IIS, Exchange, logs and the registry select a path below a drive.

    Source: KapeFiles, Targets: IISConfiguration, IISLogFiles, ExchangeClientAccess, ExchangeTransport,
    ExchangeSetupLog, ExchangeCve-2021-26855, RegistryHives, EventLogs, $MFT, $J.
    """
    return _TARGETS.fullmatch(path) is not None
