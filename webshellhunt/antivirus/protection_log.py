r"""The protection log of Defender (``Support\MPLog-*.log``): detections, actions, exclusions and changes of settings.

It is text of several services at once, in UTF-16, in English on a server of any language. Times at the start of a line
are in UTC, also where newer versions leave out the ``Z``; times inside a block are local, and not used.

Source: CrowdStrike, "Mind the MPLog"; Intrinsec, "Hunting attackers using Microsoft Protection Logs"; artefacts.help,
"Windows Defender - Support logs"; Microsoft, MPTHREAT_ACTION enumeration.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from webshellhunt.antivirus.records import NOT_FOUND, Detection, Exclusion, FileFacts, Outcome, SettingChange
from webshellhunt.lazy_pattern import lazy_pattern

MOST_BYTES: Final = 64 * 1024 * 1024
"""The most bytes of a log that are read."""
MOST_DETECTIONS: Final = 5_000
MOST_EXCLUSIONS: Final = 1_000
MOST_CHANGES: Final = 200

_LONGEST_LINE = 16_384
_MOST_DIGESTS = 10_000
_DEVICE_PREFIX = "\\\\?\\"
_STAMP = lazy_pattern(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)? ?(.*)", re.DOTALL)
_THREAT = r"([^\s:]{1,80}:\S{1,300}) (.+)"
_EVENT = lazy_pattern(r"(?:\[\w{1,20}\] )?DETECTION(?:EVENT \w{1,40}|_ADD#?\d{0,9}|_MERGE#?\d{0,9})? " + _THREAT)
_ACTION = lazy_pattern(
    r"(?:\[\w{1,20}\] )?DETECTION_CLEANEVENT \w{1,40} MP_THREAT_ACTION_(\w{1,40}) (\w{1,40}) " + _THREAT
)
_RESOURCES = lazy_pattern(r";(?=[A-Za-z]{3,24}:)")
_BAG = " PropBag ["
_QUERY = "Issuing SDN query for "
_DIGESTS = lazy_pattern(r"sha1=([0-9A-Fa-f]{40}), ?sha2=([0-9A-Fa-f]{64})")
_EXCLUDED = lazy_pattern(r"(Process|Path|Ext|Temp) Exclusions:\s*")
_STATUS = lazy_pattern(r".{0,300}?RTPStatus:\s?(\d{1,9})\s?->\s?(\d{1,9})")
_TAMPER = lazy_pattern(r"\[TP\] State change\..{0,200}?NewState: (\w+), OldState: (\w+)")
_PLUGINS = lazy_pattern(r"Plugin States:.{0,40}?\bRTP:(\d)")
_DENIED = lazy_pattern(r".{0,40}Denied access to registry: (.{1,300}\\Exclusions\\.{1,300})")
_KINDS = {"Process": "process", "Path": "path", "Ext": "extension", "Temp": "path"}
_OUTCOMES = {
    "QUARANTINE": Outcome.QUARANTINED, "REMOVE": Outcome.REMOVED, "CLEAN": Outcome.CLEANED, "BLOCK": Outcome.BLOCKED,
    "ALLOW": Outcome.ALLOWED, "NOACTION": Outcome.LEFT,
}  # fmt: skip
_RESULT_BITS = 0xFFFF_FFFF


@dataclass
class ProtectionLog:
    """The contents of a protection log, bounded; ``left_out`` counts records beyond the bounds."""

    detections: list[Detection] = field(default_factory=list)
    exclusions: dict[tuple[str, str], Exclusion] = field(default_factory=dict)
    changes: list[SettingChange] = field(default_factory=list)
    digests: dict[str, FileFacts] = field(default_factory=dict)
    left_out: int = 0
    last_utc: datetime | None = None


def read_log(blocks: Iterable[bytes], record: str = "") -> ProtectionLog:
    """Return the contents of a protection log.

    ``record``: the path of the file, for the records.
    """
    return _Reader(record).read(_lines(blocks))


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a log; a longer one is cut."""
    decoder: codecs.IncrementalDecoder | None = None
    rest, is_cut = "", False
    for block in blocks:
        decoder = decoder or _decoder(block)
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        for line in lines:
            if not is_cut:
                yield line[:_LONGEST_LINE].rstrip("\r")
            is_cut = False
        if len(rest) > _LONGEST_LINE:
            if not is_cut:
                yield rest[:_LONGEST_LINE]
            rest, is_cut = "", True
    if rest and not is_cut:
        yield rest.rstrip("\r")


def _decoder(block: bytes) -> codecs.IncrementalDecoder:
    """Return the decoder of a log by its first bytes."""
    is_marked = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    name = "utf-16" if is_marked else "utf-16-le" if block[1:2] == b"\0" else "utf-8-sig"
    return codecs.getincrementaldecoder(name)("replace")


class _Reader:
    """The state of the reading of one log."""

    def __init__(self, record: str) -> None:
        self._record = record
        self._log = ProtectionLog()
        self._line = 0
        self._excluded: str | None = None
        self._block: dict[str, str] | None = None
        self._is_on: bool | None = None

    def read(self, lines: Iterable[str]) -> ProtectionLog:
        for self._line, line in enumerate(lines, 1):
            stamp = _STAMP.fullmatch(line)
            if stamp is None:
                self._untimed(line)
                continue
            self._excluded = None
            self._log.last_utc = _time(stamp[1], stamp[2]) or self._log.last_utc
            self._timed(stamp[3])
        return self._log

    def _timed(self, text: str) -> None:
        """Take a line with a time."""
        if "DETECTION" in text:
            self._take_detection(text)
        elif _QUERY in text:
            self._take_query(text)
        elif "RTPStatus" in text:
            self._take_status(text)
        elif text.startswith("[TP] State change"):
            self._take_tampering(text)
        elif "Denied access to registry" in text and (denied := _DENIED.match(text)) is not None:
            self._change(f"a program tried to set an exclusion, and was refused: {denied[1]}", weakens=False)

    def _untimed(self, line: str) -> None:
        """Take a line of a block: exclusions, or actions against a threat."""
        heading = _EXCLUDED.fullmatch(line)
        if heading is not None:
            self._excluded = _KINDS[heading[1]]
        elif self._excluded is not None and line[:1] in (" ", "\t") and line.strip():
            self._exclude(self._excluded, line.strip())
        else:
            self._excluded = None
            self._take_plugins(line)
            self._in_actions(line)

    def _take_detection(self, text: str) -> None:
        acted = _ACTION.match(text)
        if acted is not None:
            self._detect(acted[3], acted[4], _outcome(acted[1], acted[2]), is_act=True)
            return
        event = _EVENT.match(text)
        if event is not None:
            self._detect(event[1], event[2], Outcome.DETECTED)

    def _detect(self, threat: str, resources: str, outcome: Outcome, *, is_act: bool = False) -> None:
        when = self._log.last_utc
        for each in _RESOURCES.split(resources.partition(_BAG)[0].rstrip("; ")):
            kind, colon, name = each.partition(":")
            if not colon or not name:
                continue
            name = name.removeprefix(_DEVICE_PREFIX)
            found = Detection(threat, kind.lower(), name, outcome, self._record, self._line)
            self._add(found._replace(acted_utc=when) if is_act else found._replace(detected_utc=when))

    def _add(self, detection: Detection) -> None:
        if len(self._log.detections) < MOST_DETECTIONS:
            self._log.detections.append(detection)
        else:
            self._log.left_out += 1

    def _take_query(self, text: str) -> None:
        path, _, rest = text.partition(_QUERY)[2].partition(" (\\")
        digests = _DIGESTS.search(rest)
        if digests is not None and len(self._log.digests) < _MOST_DIGESTS:
            self._log.digests[path.lower()] = FileFacts(sha256=digests[2].lower(), sha1=digests[1].lower())

    def _take_status(self, text: str) -> None:
        status = _STATUS.match(text)
        before, after = (0, 0) if status is None else (int(status[1]), int(status[2]))
        if after == 0 and before:
            self._change("real-time protection was switched off", weakens=True)
        elif before == 0 and after:
            self._change("real-time protection was switched on", weakens=False)

    def _take_plugins(self, line: str) -> None:
        plugins = _PLUGINS.match(line)
        if plugins is None:
            return
        is_on = plugins[1] != "0"
        if self._is_on is True and not is_on:
            self._change("real-time protection is off since an earlier entry of this log", weakens=True)
        self._is_on = is_on

    def _take_tampering(self, text: str) -> None:
        state = _TAMPER.match(text)
        if "Source: Signatures" in text:  # the state of a new installation until its first update
            return
        if state is not None and (number := _number(state[1])) != (old := _number(state[2])) and old:
            words = f"tamper protection changed from state {old} to {number}"
            self._change(words, weakens=not number)

    def _change(self, words: str, *, weakens: bool) -> None:
        if len(self._log.changes) < MOST_CHANGES:
            change = SettingChange(words, weakens, self._record, self._line, self._log.last_utc)
            self._log.changes.append(change)
        else:
            self._log.left_out += 1

    def _exclude(self, kind: str, value: str) -> None:
        exclusions = self._log.exclusions
        if (kind, value.lower()) not in exclusions and len(exclusions) >= MOST_EXCLUSIONS:
            self._log.left_out += 1
            return
        new = Exclusion(kind, value, self._record, self._line)
        exclusions.setdefault((kind, value.lower()), new)

    def _in_actions(self, line: str) -> None:
        """Take a line of a block about the actions against threats; its own times are local."""
        if line.startswith("Beginning threat actions"):
            self._block = {}
        elif line.startswith("Finished threat actions"):
            self._block = None
        elif self._block is not None:
            name, colon, value = line.partition(":")
            if colon:
                self._block[name] = value.strip()
            if name == "Result" and {"Threat Name", "Action", "Schema", "Path"} <= self._block.keys():
                block = self._block
                outcome = _outcome(block["Action"].upper(), value)
                self._detect(block["Threat Name"], f"{block['Schema']}:{block.pop('Path')}", outcome, is_act=True)


def _outcome(action: str, result: str) -> Outcome:
    """Return the outcome for a resource, by the action and its result."""
    code = _number(result) & _RESULT_BITS
    if code == NOT_FOUND:
        return Outcome.GONE
    outcome = _OUTCOMES.get(action, Outcome.DETECTED)
    return outcome if not code or outcome is Outcome.DETECTED else Outcome.FAILED


def _number(text: str) -> int:
    """Return a decimal or hexadecimal number, 0 for another text."""
    try:
        return int(text.strip()[:20], 0)
    except ValueError:
        return 0


def _time(moment: str, zone: str | None) -> datetime | None:
    """Return the time at the start of a line; without a zone it is UTC."""
    try:
        when = datetime.fromisoformat(moment if zone in (None, "Z") else f"{moment}{zone}")
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
