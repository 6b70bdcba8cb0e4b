"""Builds the records of Defender: quarantine entries and contents, files of the detection history, protection logs."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.builders.filetimes import filetime
from webshellhunt.antivirus.obfuscation import restore

FOLDER = "C/ProgramData/Microsoft/Windows Defender"
DETECTED = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
REMOVED = datetime(2021, 3, 4, 5, 26, 0, tzinfo=UTC)
GUID = "{80036A12-0000-0000-FB11-12639186E0D6}"

_NUMBER, _ERROR, _TIME, _TEXT, _UUID, _DICTIONARY, _LONG = 0x06, 0x05, 0x0A, 0x15, 0x1E, 0x28, 0x08


def content_name(path: str) -> str:
    """Return the name of the quarantined content of a file."""
    return hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest().upper()


def quarantined(
    path: str, content: bytes, threat: str, *, when: datetime = REMOVED, guid: str = GUID, top: str = FOLDER
) -> dict[str, bytes]:
    """Return the files that Defender writes when it puts one file into quarantine."""
    name = content_name(path)
    return {
        f"{top}/Quarantine/Entries/{guid}": entry(threat, [("file", path, name, len(content))], when),
        f"{top}/Quarantine/ResourceData/{name[:2]}/{name}": restore(backup(content)),
    }


def entry(threat: str, resources: Sequence[tuple[str, str, str | None, int]], when: datetime = REMOVED) -> bytes:
    """Return a quarantine entry; a resource is its kind, its path, the name of its content and its size."""
    first = struct.pack("<16s16sQQI", b"\1" * 16, b"\2" * 16, filetime(when), 0x8003_6A12, 1)
    first += threat.encode() + b"\0"
    bodies = [_resource(*each) for each in resources]
    at, offsets = 4 + 4 * len(bodies), []
    for body in bodies:
        offsets.append(at)
        at += len(body)
    second = struct.pack(f"<I{len(bodies)}I", len(bodies), *offsets) + b"".join(bodies)
    header = b"\xdb\xe8\xc5\x01" + b"\1\0\1\0" + bytes(32) + struct.pack("<4I", len(first), len(second), 0, 0)
    return restore(header + b"\xdb\xe8\xc5\x02") + restore(first) + restore(second)


def _resource(kind: str, path: str, content: str | None, size: int) -> bytes:
    fields = [(0x12, 6, size.to_bytes(8, "little")), (0x0F, 6, filetime(DETECTED).to_bytes(8, "little"))]
    fields += [(0x11, 6, filetime(DETECTED).to_bytes(8, "little")), (0x0C, 2, f"{path}\0".encode("utf-16-le"))]
    if content is not None:
        fields.insert(0, (0x02, 4, bytes.fromhex(content)))
    body = f"\\\\?\\{path}\0".encode("utf-16-le") + struct.pack("<H", len(fields)) + kind.encode() + b"\0"
    for identifier, form, data in fields:
        body += bytes(-len(body) % 4) + struct.pack("<HH", len(data), identifier | form << 12) + data
    return body + bytes(-len(body) % 4)


def backup(content: bytes, streams: Mapping[str, bytes] | None = None) -> bytes:
    """Return a file as BackupRead writes it: security, content, alternate streams."""
    parts = struct.pack("<IIQI", 3, 2, 20, 0) + bytes(20) + struct.pack("<IIQI", 1, 0, len(content), 0) + content
    for name, data in (streams or {}).items():
        wide = f":{name}:$DATA".encode("utf-16-le")
        parts += struct.pack("<IIQI", 4, 0, len(data), len(wide)) + wide + data
    return parts


def history(
    threat: str,
    resources: Sequence[tuple[str, str]],
    *,
    status: int = 3,
    sha256: str | None = None,
    detected: datetime = DETECTED,
    acted: datetime = REMOVED,
) -> bytes:
    """Return a file of the detection history."""
    values = [(_LONG, (0x8003_6A12).to_bytes(8, "little")), (_UUID, bytes(16)), *_texts("Magic.Version:1.2", threat)]
    values += [(_NUMBER, number.to_bytes(4, "little")) for number in (0, 5, 8, 112, 4, status, 3, 2, 3, 6, 1)]
    facts = {"ThreatTrackingSha256": sha256} if sha256 is not None else {}
    for kind, name in resources:
        tracking = _dictionary(facts)
        values += [*_texts("Magic.Version:1.2", kind, name), (_NUMBER, bytes(4))]
        values += [(_NUMBER, len(tracking).to_bytes(4, "little")), (_DICTIONARY, tracking)]
    values += [(_TIME, filetime(acted).to_bytes(8, "little")), (_ERROR, bytes(4)), (_NUMBER, bytes(4))]
    values += [(_UUID, bytes(16)), (_NUMBER, bytes(4)), *_texts(r"EXCH01\SYSTEM$"), (_NUMBER, bytes(4))]
    values += [*_texts(r"C:\Windows\System32\inetsrv\w3wp.exe"), (_NUMBER, bytes(4))]
    values += [(_TIME, filetime(detected).to_bytes(8, "little")), (_NUMBER, bytes(4))]
    values += [(_TIME, filetime(acted).to_bytes(8, "little")), *_texts(r"NT AUTHORITY\SYSTEM")]
    return b"".join(struct.pack("<II", len(data), kind) + data + bytes(-len(data) % 8) for kind, data in values)


def _texts(*texts: str) -> list[tuple[int, bytes]]:
    return [(_TEXT, f"{text}\0".encode("utf-16-le")) for text in texts]


def _dictionary(facts: Mapping[str, str]) -> bytes:
    body = b""
    for name, value in facts.items():
        body += _sized(name) + (6).to_bytes(4, "little") + _sized(value)
    body += _sized("ThreatTrackingSize") + (4).to_bytes(4, "little") + (42).to_bytes(8, "little")
    return (len(body) + 4).to_bytes(4, "little") + body


def _sized(text: str) -> bytes:
    wide = f"{text}\0".encode("utf-16-le")
    return len(wide).to_bytes(4, "little") + wide


def log(*lines: str) -> bytes:
    """Return a protection log."""
    return ("\ufeff" + "\r\n".join(("", "-" * 40, *lines, ""))).encode("utf-16-le")


def detection_lines(threat: str, path: str, *, action: str = "QUARANTINE", result: str = "0x0") -> tuple[str, ...]:
    """Return the lines of a detection and of the action after it."""
    first, second = f"{DETECTED:%Y-%m-%dT%H:%M:%S}.087Z", f"{REMOVED:%Y-%m-%dT%H:%M:%S}.181Z"
    return (
        f"{first} DETECTIONEVENT MPSOURCE_REALTIME {threat} file:{path};",
        f"{first} DETECTION_ADD#1 {threat} file:{path} PropBag [length: 0, data: (null)]",
        f"{second} DETECTION_CLEANEVENT MPSOURCE_REALTIME MP_THREAT_ACTION_{action} {result} {threat} file:{path};",
    )
