r"""Detection history of Defender: one file for each detection, with its resources, outcome, user and program.

A file (``Scans\History\Service\DetectionHistory\NN\{GUID}``) is a list of values: length, type, bytes, padded to eight.
Their meaning follows from their order. Version 1.1 of the list has no text ``Magic.Version`` in front of a part.

Source: Orange Cyberdefense, wddh-parser (doc.md); libyal, dtformats, "Windows Defender scan DetectionHistory file
format"; Microsoft, MSFT_MpThreatDetection class.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.antivirus.records import NOT_FOUND, Detection, FileFacts, Outcome, recorded_utc

MOST_BYTES: Final = 4 * 1024 * 1024
"""The most bytes of a file that are read; real ones have some thousands."""

_HEAD: Final = struct.Struct("<II")
_MOST_VALUES = 20_000
_ERROR, _UINT, _FILETIME, _TEXT, _DICTIONARY = 0x05, 0x06, 0x0A, 0x15, 0x28
_VERSION = "Magic.Version:"
_STATUS_AT = 5
"""The place of ThreatStatusID among the numbers after the name of the threat."""
_OUTCOMES = {
    2: Outcome.CLEANED, 3: Outcome.QUARANTINED, 4: Outcome.REMOVED, 5: Outcome.ALLOWED, 6: Outcome.BLOCKED,
    102: Outcome.FAILED, 103: Outcome.FAILED, 104: Outcome.FAILED, 105: Outcome.FAILED, 106: Outcome.LEFT,
    107: Outcome.FAILED,
}  # fmt: skip
_NO_NAMES = frozenset({"", "unknown"})
_NUMBER_SIZES = {0x03: 4, 0x04: 8, 0x05: 1}
_TEXTS = frozenset({0x06, 0x07})
_MOST_FACTS = 200


class _Value(NamedTuple):
    kind: int
    data: bytes

    @property
    def number(self) -> int:
        return int.from_bytes(self.data[:8], "little")

    @property
    def text(self) -> str:
        return self.data.decode("utf-16-le", "replace").rstrip("\0")


def read_history(data: bytes, record: str = "") -> tuple[Detection, ...] | None:
    """Return the detections of a file of the history, one for each resource; ``None`` if it is another kind of file.

    ``data``: the bytes of the file, at most ``MOST_BYTES``.
    """
    values = list(_values(data[:MOST_BYTES]))
    values = [each for each in values if not (each.kind == _TEXT and each.text.startswith(_VERSION))]
    at = next((number for number, each in enumerate(values) if each.kind == _TEXT), None)
    if at is None or len(data) > MOST_BYTES:
        return None
    threat, rest = values[at].text, values[at + 1 :]
    texts = [number for number, each in enumerate(rest) if each.kind == _TEXT]
    if ":" not in threat or not texts:
        return None
    numbers = [each.number for each in rest[: texts[0]] if each.kind == _UINT]
    outcome = _OUTCOMES.get(numbers[_STATUS_AT], Outcome.DETECTED) if len(numbers) > _STATUS_AT else Outcome.DETECTED
    resources, end = _resources(rest, texts[0])
    changed, detected, remedied = _times(rest[end:])
    if any(each.kind == _ERROR and each.number & 0xFFFF_FFFF == NOT_FOUND for each in rest[end:]):
        outcome = Outcome.GONE
    names = [each.text for each in rest[end:] if each.kind == _TEXT]
    base = Detection(
        threat,
        "",
        "",
        outcome,
        record,
        detected_utc=detected or changed,
        acted_utc=None if outcome is Outcome.DETECTED else remedied or changed,
        user=_named(names, 0),
        process=_named(names, 1),
    )
    return tuple(base._replace(kind=kind, resource=name, facts=facts) for kind, name, facts in resources) or None


def _values(data: bytes) -> Iterator[_Value]:
    """Yield the values of a file until its end or the first damage."""
    at = 0
    for _ in range(_MOST_VALUES):
        if at + _HEAD.size > len(data):
            return
        size, kind = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if size > len(data) - at:
            return
        yield _Value(kind, data[at : at + size])
        at = (at + size + 7) & ~7


def _resources(values: Sequence[_Value], at: int) -> tuple[list[tuple[str, str, FileFacts]], int]:
    """Return the kind, name and facts of each resource, and the place of the first value after them."""
    found = list[tuple[str, str, FileFacts]]()
    while at + 1 < len(values) and values[at].kind == values[at + 1].kind == _TEXT:
        kind, name = values[at].text, values[at + 1].text
        at += 2
        while at < len(values) and values[at].kind == _UINT:
            at += 1
        facts = FileFacts()
        if at < len(values) and values[at].kind == _DICTIONARY:
            facts, at = _file_facts(values[at].data), at + 1
        found.append((kind, name, facts))
    return found, at


def _times(values: Sequence[_Value]) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Return the time of the last change, of the detection and of the action."""
    times = [recorded_utc(each.number) for each in values if each.kind == _FILETIME][:3]
    changed, detected, remedied = (*times, None, None, None)[:3]
    return changed, detected, remedied


def _named(names: Sequence[str], at: int) -> str:
    """Return the text at a place, empty if it says that nothing is known."""
    name = names[at] if at < len(names) else ""
    return "" if name.lower() in _NO_NAMES else name


def _file_facts(data: bytes) -> FileFacts:
    """Return the facts about a file in the dictionary of a resource."""
    found = dict(_pairs(data))

    def digest(name: str, length: int) -> str | None:
        value = found.get(f"ThreatTracking{name}")
        is_digest = isinstance(value, str) and len(value) == length and value.isalnum()
        return str(value).lower() if is_digest else None

    size = found.get("ThreatTrackingSize")
    return FileFacts(
        digest("Sha256", 64), digest("Sha1", 40), digest("MD5", 32), size if isinstance(size, int) else None
    )


def _pairs(data: bytes) -> Iterator[tuple[str, str | int]]:
    """Yield the names and values of a dictionary, until its end or the first damage."""
    if len(data) < 8:
        return
    first, header = struct.unpack_from("<II", data)
    at = header + 4 if first == 1 else 4
    for _ in range(_MOST_FACTS):
        name, at = _sized_text(data, at)
        if name is None or at + 4 > len(data):
            return
        (kind,) = struct.unpack_from("<I", data, at)
        at += 4
        if kind in _TEXTS:
            text, at = _sized_text(data, at)
            if text is None:
                return
            yield name, text
        elif kind in _NUMBER_SIZES:
            size = _NUMBER_SIZES[kind]
            yield name, int.from_bytes(data[at : at + size], "little")
            at += size
        else:
            return


def _sized_text(data: bytes, at: int) -> tuple[str | None, int]:
    """Return a text with its size in front of it, and the offset after it; ``None`` at the end or a damage."""
    if at + 4 > len(data):
        return None, at
    (size,) = struct.unpack_from("<I", data, at)
    end = at + 4 + size
    if end > len(data):
        return None, at
    return data[at + 4 : end].decode("utf-16-le", "replace").rstrip("\0"), end
