"""Manifest of an evidence bag: the data of ``manifest.json``."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from webshellhunt.keeping.file_copy import Digests
from webshellhunt.keeping.selection import Wanted
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc
from webshellhunt.version import __version__


class BagLimits(NamedTuple):
    """The most files and bytes that are copied.

    ``growth_bytes`` is how much longer than listed a file may be when it is read. ``free_bytes`` of the disk are never
    used.

    Units: bytes.
    """

    files: int = 10_000
    file_bytes: int = 64 << 30
    bytes: int = 256 << 30
    growth_bytes: int = 64 << 20
    free_bytes: int = 64 << 20


MANIFEST = "manifest.json"
READS = "reads.jsonl"
KIND = "webshellhunt evidence bag"
SCHEMA_VERSION = 1
"""Raised when a property changes its meaning or goes."""


@dataclass
class KeptFile:
    """One file of the manifest; without a ``member`` it was not copied, and ``failure`` says why."""

    wanted: Wanted
    location: str
    member: str | None = None
    size_bytes: int | None = None
    digests: Digests | None = None
    failure: str | None = None
    changed: bool | None = None

    @property
    def is_whole(self) -> bool:
        """True if the bag has all of its bytes."""
        return self.member is not None and self.failure is None

    @property
    def examined_sha256(self) -> str | None:
        """The digest of the content that the hunt examined, if this is a file with a verdict of its own."""
        files = (each.subject for each in self.wanted.verdicts if each.subject.kind is SubjectKind.FILE)
        own = (each for each in files if each.entry_path in (None, self.wanted.path))
        return next((subject.sha256 for subject in own if subject.sha256 is not None), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the entry of the manifest."""
        entry, worst = self.wanted.entry, max(self.wanted.verdicts, key=lambda each: each.disposition)
        rules = {finding.rule.id for verdict in self.wanted.verdicts for finding in verdict.counted}
        examined = self.examined_sha256
        found = self.digests or Digests(None, None, None)  # type: ignore[arg-type]
        return {
            "member": self.member,
            "location": decodable(self.location),
            "path": decodable(self.wanted.server_path),
            "path_in_source": decodable(self.wanted.path),
            "path_in_source_hex": _hexadecimal(self.wanted.path),
            "reasons": self.wanted.reasons,
            "disposition": worst.disposition.label,
            "rules": sorted(rules),
            "size_bytes": self.size_bytes,
            "listed_size_bytes": None if entry is None else entry.size_bytes,
            "times": times_dict(Timestamps() if entry is None else entry.times),
            "attributes": [] if entry is None else list(entry.attributes),
            "sha256": found.sha256,
            "sha1": found.sha1,
            "md5": found.md5,
            "examined_sha256": examined,
            "same_as_examined": None if examined is None or self.digests is None else examined == found.sha256,
            "changed_while_copied": self.changed,
            "whole": self.is_whole,
            "failure": None if self.failure is None else decodable(self.failure),
            "streams_failure": None if self.wanted.streams_failure is None else decodable(self.wanted.streams_failure),
        }


@dataclass
class KeptLocation:
    """One location whose accused files were kept; ``omitted`` are files beyond the limit, which are not listed."""

    report: Report
    started: datetime
    interrupted: bool = False
    files: list[KeptFile] = field(default_factory=list)
    omitted: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the location's part of the manifest."""
        report, options = self.report, self.report.run.options
        return {
            "location": decodable(report.location),
            "form": report.form or None,
            "host": report.host.name,
            "hunt_started_utc": utc(report.run.started_utc),
            "hunt_interrupted": report.interrupted,
            "copying_started_utc": utc(self.started),
            "copying_interrupted": self.interrupted,
            "time_bases": [
                {"place": decodable(each.place), "original": each.original, "reason": each.reason}
                for each in report.times
            ],
            "options": {
                "signatures": [decodable(each) for each in options.signatures],
                "baselines": [decodable(each) for each in options.baselines],
                "accepted": [decodable(each) for each in options.accepted],
                "machine_keys": options.machine_keys,
                "engine": options.engine,
                "logs_read": options.logs.read,
                "log_paths": [decodable(each) for each in options.logs.paths],
            },
            "accused": len(report.accused),
            "omitted_files": self.omitted,
        }


@dataclass
class Manifest:
    """The whole manifest."""

    locations: list[KeptLocation]
    started: datetime
    ended: datetime
    encrypted: bool
    limits: BagLimits
    members: dict[str, tuple[int, str]]

    def to_bytes(self) -> bytes:
        """Return the document, ASCII only, in deterministic order."""
        files = [file for location in self.locations for file in location.files]
        interrupted = any(each.interrupted or each.report.interrupted for each in self.locations)
        failed = any(not file.is_whole or file.wanted.streams_failure for file in files) or any(
            each.omitted for each in self.locations
        )
        offset = self.started.astimezone().utcoffset()
        document = {
            "kind": KIND,
            "schema_version": SCHEMA_VERSION,
            "state": "interrupted" if interrupted else "partial" if failed else "complete",
            "tool": {"name": "webshellhunt", "version": __version__, "python": platform.python_version()},
            "encryption": "AES-256 (WinZip AE-2)" if self.encrypted else None,
            "started_utc": utc(self.started),
            "ended_utc": utc(self.ended),
            "machine_utc_offset_s": None if offset is None else int(offset.total_seconds()),
            "limits": self.limits._asdict(),
            "locations": [each.to_dict() for each in self.locations],
            "files": [file.to_dict() for file in files],
            "other_members": [
                {"member": name, "size_bytes": size, "sha256": digest} for name, (size, digest) in self.members.items()
            ],
        }
        return json.dumps(document, indent=1).encode("ascii") + b"\n"


def times_dict(times: Timestamps) -> dict[str, Any]:
    """Return the times of a file, and whether they are those of the server."""
    return {
        "modified_utc": utc(times.modified_utc),
        "created_utc": utc(times.created_utc),
        "changed_utc": utc(times.changed_utc),
        "accessed_utc": utc(times.accessed_utc),
        "name_created_utc": utc(times.name_created_utc),
        "name_modified_utc": utc(times.name_modified_utc),
        "original": times.original,
    }


def _hexadecimal(path: str) -> str | None:
    """Return the bytes of a path that UTF-8 can't encode in hexadecimal, ``None`` for any other path.

    On Linux, these are the bytes that did not decode; on Windows, lone surrogates as UTF-8 would encode them.
    """
    if decodable(path) == path:
        return None
    try:
        return path.encode("utf-8", "surrogateescape").hex()
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass").hex()
