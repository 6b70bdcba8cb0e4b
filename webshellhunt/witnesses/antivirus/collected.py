r"""Collection of Defender's records on a host: the folders below ``ProgramData`` of each drive, read within bounds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from webshellhunt.antivirus import detection_history, obfuscation, protection_log, quarantine
from webshellhunt.antivirus.protection_log import ProtectionLog
from webshellhunt.antivirus.quarantine import BackedUp, find_content
from webshellhunt.antivirus.records import Detection, Exclusion, FileFacts, SettingChange
from webshellhunt.errors import SourceError
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.sources.source import Source
from webshellhunt.witnesses.signs import iter_defender_folders

MOST_FILES: Final = 5_000
"""The most files of the quarantine, and of the detection history, that are read."""
MOST_DETECTIONS: Final = 50_000
"""The most detections of a host."""
MOST_LOGS: Final = 20
"""The most protection logs that are read, the latest ones."""

_ENTRIES, _CONTENTS = ("Quarantine", "Entries"), ("Quarantine", "ResourceData")
_HISTORY, _LOGS = ("Scans", "History", "Service", "DetectionHistory"), ("Support",)
_LOG_NAMES = ("mplog-", "mpdetection-")
_BLOCK = 1024 * 1024
_DEVICE_NAMES = 3


@dataclass
class AntivirusRecords:
    """The records of a host: detections, the entries of quarantined contents by their names, and settings."""

    detections: list[Detection] = field(default_factory=list)
    contents: dict[str, Entry] = field(default_factory=dict)
    exclusions: list[Exclusion] = field(default_factory=list)
    changes: list[SettingChange] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def collect_records(source: Source, surveyed: Survey) -> AntivirusRecords:
    """Return the records of Defender on a host; records that can't be read are gaps."""
    collector = _Collector(source, surveyed)
    for folder in iter_defender_folders(surveyed):
        collector.collect(folder.path)
    return collector.records


def read_content(source: Source, entry: Entry) -> BackedUp | str:
    """Return the content of a quarantined file, or the reason why it can't be read."""
    if entry.size_bytes > obfuscation.MOST_BYTES:
        limit = obfuscation.MOST_BYTES // 1024**2
        return f"its quarantined content has {entry.size_bytes:,} bytes, and only {limit} MiB are decoded"
    try:
        hidden = source.read(entry.path, obfuscation.MOST_BYTES)
    except SourceError as error:
        return f"its quarantined content can't be read: {error.message}"
    content = find_content(obfuscation.restore(hidden))
    return "its quarantined content is damaged" if content is None else content


class _Collector:
    """The collection of the records of one host."""

    def __init__(self, source: Source, surveyed: Survey) -> None:
        self.records = AntivirusRecords()
        self._source = source
        self._paths = surveyed.paths
        self._broken: dict[str, int] = {}
        self._is_full = False

    def collect(self, folder: str) -> None:
        """Add the records below one folder of Defender."""
        for entry in self._files(folder, _ENTRIES):
            self._take_entry(entry)
        for entry in self._files_below(folder, _CONTENTS):
            self.records.contents.setdefault(entry.name.upper(), entry)
        for entry in self._files_below(folder, _HISTORY):
            self._take_history(entry)
        logs = [each for each in self._files(folder, _LOGS) if each.name.lower().startswith(_LOG_NAMES)]
        for entry in sorted(logs, key=lambda each: each.name.lower(), reverse=True)[:MOST_LOGS]:
            self._take_log(entry)
        if len(logs) > MOST_LOGS:
            reason = f"only the latest {MOST_LOGS} of {len(logs)} protection logs of Defender were read"
            self._gap("antivirus-records-left-out", folder, reason)
        for place, count in self._broken.items():
            self._gap("antivirus-record-broken", place, f"{count:,} records of Defender are damaged or of another form")
        self._broken.clear()

    def _files(self, folder: str, names: tuple[str, ...]) -> Iterator[Entry]:
        """Yield the files of a folder, at most ``MOST_FILES``."""
        lookup = self._paths.lookup
        for place in lookup.find_all(folder, names):
            if place.kind is not EntryKind.DIRECTORY:
                continue
            entries = [each for each in lookup.entries(place.path) if each.kind is EntryKind.FILE]
            if place.path in lookup.unreadable:
                self._gap("unreadable", place.path, lookup.unreadable[place.path])
            if len(entries) > MOST_FILES:
                reason = f"only {MOST_FILES:,} of {len(entries):,} records of Defender were read"
                self._gap("antivirus-records-left-out", place.path, reason)
            yield from entries[:MOST_FILES]

    def _files_below(self, folder: str, names: tuple[str, ...]) -> Iterator[Entry]:
        """Yield the files in the subfolders of a folder, at most ``MOST_FILES``."""
        left = MOST_FILES
        for place in self._paths.lookup.find_all(folder, names):
            for below in self._paths.lookup.folders(place.path):
                for entry in self._files(below, ()):
                    if not left:
                        reason = f"only {MOST_FILES:,} records of Defender were read"
                        self._gap("antivirus-records-left-out", place.path, reason)
                        return
                    left -= 1
                    yield entry

    def _take_entry(self, entry: Entry) -> None:
        data = self._read(entry, quarantine.MOST_BYTES)
        found = None if data is None else quarantine.read_entry(data, self._shown(entry))
        if data is not None and found is None:
            self._count_broken(entry)
        if found is not None:
            self._add(found.detections, entry)
            if found.broken:
                self._count_broken(entry, found.broken)

    def _take_history(self, entry: Entry) -> None:
        data = self._read(entry, detection_history.MOST_BYTES)
        found = None if data is None else detection_history.read_history(data, self._shown(entry))
        if found is not None:
            self._add(found, entry)
        elif data is not None:
            self._count_broken(entry)

    def _take_log(self, entry: Entry) -> None:
        try:
            log = protection_log.read_log(self._blocks(entry), self._shown(entry))
        except SourceError as error:
            self._gap("unreadable", entry.path, error.message)
            return
        self._add(_with_digests(log), entry)
        self.records.exclusions += log.exclusions.values()
        self.records.changes += log.changes
        if log.left_out or entry.size_bytes > protection_log.MOST_BYTES:
            limit = f"{protection_log.MOST_BYTES // 1024**2} MiB and {protection_log.MOST_DETECTIONS:,} detections"
            self._gap("antivirus-records-left-out", entry.path, f"of this log, {limit} were read")

    def _blocks(self, entry: Entry) -> Iterator[bytes]:
        for offset in range(0, protection_log.MOST_BYTES, _BLOCK):
            block = self._source.read(entry.path, _BLOCK, offset)
            if not block:
                return
            yield block

    def _add(self, detections: Iterable[Detection], entry: Entry) -> None:
        """Add detections, at most ``MOST_DETECTIONS`` in all."""
        for each in detections:
            if len(self.records.detections) >= MOST_DETECTIONS:
                if not self._is_full:
                    reason = f"only {MOST_DETECTIONS:,} detections of Defender were read"
                    self._gap("antivirus-records-left-out", entry.path, reason)
                self._is_full = True
                return
            self.records.detections.append(each)

    def _read(self, entry: Entry, limit_bytes: int) -> bytes | None:
        """Return the bytes of a small record, ``None`` if it can't be read; one beyond the limit is damaged."""
        if entry.size_bytes > limit_bytes:
            return b""
        try:
            return self._source.read(entry.path, limit_bytes)
        except SourceError as error:
            self._gap("unreadable", entry.path, error.message)
            return None

    def _count_broken(self, entry: Entry, count: int = 1) -> None:
        place = self._paths.display_path(entry.path.rpartition("/")[0])
        self._broken[place] = self._broken.get(place, 0) + count

    def _shown(self, entry: Entry) -> str:
        return self._paths.display_path(entry.path)

    def _gap(self, code: str, path: str, reason: str) -> None:
        self.records.gaps.append(Gap(code, "witnesses", self._paths.display_path(path), reason))


def _with_digests(log: ProtectionLog) -> Iterator[Detection]:
    """Yield the detections of a log, with the digests that it sent to the cloud shortly before."""
    digests = {_without_drive(path): facts for path, facts in log.digests.items()}
    for each in log.detections:
        facts = digests.get(_without_drive(each.resource.lower()), FileFacts())
        yield each if facts == FileFacts() else each._replace(facts=facts)


def _without_drive(path: str) -> str:
    r"""Return a path without its drive: the log has ``\Device\HarddiskVolume3\x`` for ``C:\x``."""
    path = path.removeprefix("\\\\?\\")
    if path.startswith("\\device\\"):
        return "\\" + "\\".join(path.split("\\")[_DEVICE_NAMES:])
    return path[2:] if path[1:2] == ":" else path
