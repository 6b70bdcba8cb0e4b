"""The antivirus witness, by the records of Defender: traces of removed files, and findings about files that remain."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, NamedTuple

from webshellhunt.antivirus.quarantine import BackedUp
from webshellhunt.antivirus.records import FILE_KINDS, Detection, Outcome
from webshellhunt.detectors import detectors_on
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import fold
from webshellhunt.host.walk.collected_folders import CollectedFolders
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.knowledge.web_folders import LONGEST_PATH
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import FactValue, Finding, Gap
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind
from webshellhunt.pages.kinds import nature_of
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.sources.source import Source
from webshellhunt.views.detected_files import AntivirusSettings, DetectedFile, OtherDetections
from webshellhunt.witnesses.antivirus.collected import AntivirusRecords, collect_records, read_content
from webshellhunt.witnesses.served_places import ServedPlaces

MOST_FILES: Final = 1_000
"""The most detected files of web directories that have an examination."""
MOST_CONTENTS: Final = 200
"""The most quarantined contents that are examined."""

Examine = Callable[[bytes, Artifact], Examination]

_LATEST = datetime.max.replace(tzinfo=UTC)
_ABSENT = "the evidence does not have its quarantined content"
_OTHERS, _SETTINGS = "(other detections of Microsoft Defender)", "(settings of Microsoft Defender)"


def iter_examinations(
    source: Source, records: AntivirusRecords, places: PlaceFinder, known: Iterable[Examination], examine: Examine
) -> Iterator[Examination | Gap]:
    """Yield a trace of each removed file, the examinations of files that remain, and two traces of the rest.

    ``places``: finds the roles and settings of paths. ``examine``: examines a quarantined content as the file that it
    was.
    """
    grouped, others = _grouped(records.detections, places)
    present = {fold(each.subject.path): each for each in known if each.subject.kind is SubjectKind.FILE}
    steps = _Steps(source, records, examine, places.display_path)
    for place, detections in list(grouped.items())[:MOST_FILES]:
        examination = present.get(fold(place.path)) if place.is_present else None
        yield from steps.examine(place, detections, examination)
    if len(grouped) > MOST_FILES:
        reason = f"only {MOST_FILES:,} of {len(grouped):,} detected files of web directories are reported"
        yield Gap("antivirus-records-left-out", "witnesses", source.location, reason)
    if others:
        yield _trace(_OTHERS, OtherDetections(_without_repeats(others)))
    if records.exclusions or records.changes:
        yield _trace(_SETTINGS, _settings(records))


class _Content(NamedTuple):
    """A quarantined content: its path on the server, its digests, and its examination as a page.

    ``ids`` are its names in the records; ``whole`` is its digest, ``None`` if a part is missing.
    """

    name: str
    ids: tuple[str, ...]
    sha256: str
    whole: str | None
    examined: Examination


class _Steps:
    """The steps for one detected file after the other."""

    def __init__(
        self, source: Source, records: AntivirusRecords, examine: Examine, display_path: Callable[[str], str]
    ) -> None:
        self._source = source
        self._entries = records.contents
        self._examine = examine
        self._display_path = display_path
        self._left = MOST_CONTENTS

    def examine(
        self, place: Place, detections: Sequence[Detection], present: Examination | None
    ) -> Iterator[Examination | Gap]:
        """Yield the examination of a file that remains, and a trace of each content that was removed."""
        file = DetectedFile(
            place.path,
            place.role,
            tuple(sorted(detections, key=_when)),
            place.is_page,
            is_shipped_at(place.path),
            place.is_present,
            present.subject.sha256 if present is not None else None,
        )
        contents, gaps = self._contents(file, place)
        yield from gaps
        if present is not None:
            same = next((each for each in contents if each.whole and each.whole == file.present_sha256), None)
            there = _with_content(file, same or (contents[-1] if contents else None))
            there = there._replace(is_plain=there.is_same_content and not present.is_reported)
            yield replace(present, findings=(*present.findings, *_findings(there)))
            if not file.is_removed:
                return
            file = file._replace(is_present=False)  # the removed contents, beside the file that is there now
            cut = {each.name for each in contents if each.whole is None and there.is_same_content}
            contents = [each for each in contents if each is not same and each.name not in cut]
        for each in contents:
            yield _trace_of(_alone(file, each, contents), place, each)
        if present is None and not contents and (trace := _trace_of(file, place, None)).findings:
            yield trace

    def _contents(self, file: DetectedFile, place: Place) -> tuple[list[_Content], list[Gap]]:
        """Return the quarantined contents of a file, each once, the last one last, and why some are not read."""
        ids = list(dict.fromkeys(each.content for each in file.detections if each.content is not None))
        entries = {each: entry for each in reversed(ids) if (entry := self._entries.get(each)) is not None}
        reasons = [_ABSENT] if len(entries) < len(ids) else []
        gaps = [Gap("quarantined-content", "witnesses", file.path, each) for each in reasons]
        found: dict[str, _Content] = {}
        for own, entry in entries.items():
            if not self._left:
                gaps.append(_gap(file, f"only {MOST_CONTENTS} quarantined contents are examined"))
                break
            self._left -= 1
            content = read_content(self._source, entry)
            if isinstance(content, str):
                gaps.append(_gap(file, content))
                continue
            if content.is_cut:
                gaps.append(_gap(file, "the end of its quarantined content is missing"))
            sha256 = hashlib.sha256(content.data).hexdigest()
            known = found.get(sha256)
            found[sha256] = (
                self._examined(file, place, (own, sha256, self._display_path(entry.path)), content)
                if known is None
                else known._replace(ids=(*known.ids, own))
            )
        return list(reversed(found.values())), gaps

    def _examined(self, file: DetectedFile, place: Place, known: tuple[str, str, str], content: BackedUp) -> _Content:
        """Return a quarantined content with its examination as the file that it was."""
        own, sha256, name = known
        found = self._examine(content.data, _artifact(file, place, len(content.data)))
        facts: dict[str, FactValue] = {
            "quarantined_as": name,
            "sha256": sha256,
            "md5": hashlib.md5(content.data, usedforsecurity=False).hexdigest(),
        }
        findings = tuple(replace(each, facts={**each.facts, **facts}) for each in found.findings)
        return _Content(name, (own,), sha256, None if content.is_cut else sha256, replace(found, findings=findings))


def _with_content(file: DetectedFile, content: _Content | None) -> DetectedFile:
    if content is None:
        return file
    return file._replace(quarantined_as=content.name, quarantined_sha256=content.whole)


def _alone(file: DetectedFile, content: _Content, others: Sequence[_Content]) -> DetectedFile:
    """Return a file with one of its contents only: without the records that are about another one."""
    foreign = {own for each in others for own in each.ids if each is not content}
    detections = tuple(each for each in file.detections if each.content not in foreign)
    is_plain = content.whole is not None and not content.examined.is_reported
    return _with_content(file, content)._replace(detections=detections, is_plain=is_plain)


def _trace_of(file: DetectedFile, place: Place, content: _Content | None) -> Examination:
    """Return the trace of a file, with the findings about its quarantined content."""
    subject = Subject(
        SubjectKind.TRACE,
        file.path,
        presence=Presence.PRESENT if place.is_present else _presence(file, place),
        role=file.role,
        size_bytes=file.facts.size_bytes,
        sha256=file.facts.sha256,
        times=_times(file),
        executable=file.is_page,
    )
    findings = _findings(file)
    if content is None:
        return Examination(subject, findings)
    examined = content.examined
    mine = examined.subject
    subject = replace(subject, sha256=mine.sha256, size_bytes=mine.size_bytes, executable=mine.executable)
    return Examination(subject, (*findings, *examined.findings), examined.gaps, examined.known_good)


def _grouped(
    detections: Iterable[Detection], places: PlaceFinder
) -> tuple[dict[Place, list[Detection]], list[Detection]]:
    """Return the detections of each file in a web directory, and the others."""
    by_path: dict[str, Place] = {}
    grouped: dict[Place, list[Detection]] = defaultdict(list)
    others: list[Detection] = []
    for each in detections:
        place = None
        if each.kind.lower() in FILE_KINDS:
            key = fold(each.path)
            place = by_path[key] if key in by_path else by_path.setdefault(key, places.find(each.path))
        if place is None or not place.is_of_web:
            others.append(each)
        else:
            grouped[place].append(each)
    return dict(sorted(grouped.items(), key=lambda each: min(map(_when, each[1])))), others


def _without_repeats(detections: Iterable[Detection]) -> list[Detection]:
    """Return each threat and resource once, with its first time and its last outcome, in the order of time."""
    found: dict[tuple[str, str], Detection] = {}
    for each in sorted(detections, key=_when):
        known = found.setdefault((each.threat, fold(each.resource)), each)
        if each.outcome is not Outcome.DETECTED:
            found[each.threat, fold(each.resource)] = known._replace(outcome=each.outcome)
    return list(found.values())


def _findings(view: DetectedFile | OtherDetections | AntivirusSettings) -> tuple[Finding, ...]:
    kind: type = type(view)
    return tuple(finding for each in detectors_on(kind) for finding in each(view))


def _trace(path: str, view: OtherDetections | AntivirusSettings) -> Examination:
    return Examination(Subject(SubjectKind.TRACE, path), _findings(view))


def _settings(records: AntivirusRecords) -> AntivirusSettings:
    exclusions = {(each.kind, each.value.lower()): each for each in reversed(records.exclusions)}
    changes = sorted(records.changes, key=lambda each: each.when_utc or _LATEST)
    return AntivirusSettings(tuple(reversed(exclusions.values())), tuple(changes))


def _presence(file: DetectedFile, place: Place) -> Presence:
    """Return deleted if antivirus software says so, or if the source would have the file."""
    return Presence.DELETED if file.is_removed or place.is_listed else Presence.NOT_COLLECTED


def _times(file: DetectedFile) -> Timestamps:
    known = file.facts
    return Timestamps(
        modified_utc=known.modified_utc,
        created_utc=known.created_utc,
        original=known.modified_utc is not None or known.created_utc is not None,
    )


def _artifact(file: DetectedFile, place: Place, size_bytes: int) -> Artifact:
    """Return the artifact of a quarantined content, as the file that it was."""
    entry_path = file.path.replace("\\", "/")
    return Artifact(entry_path, file.path, file.role, size_bytes, _times(file), place.settings)


def _gap(file: DetectedFile, reason: str) -> Gap:
    return Gap("quarantined-content", "witnesses", file.path, reason, matters=file.is_page)


def _when(detection: Detection) -> datetime:
    return detection.done_utc or _LATEST


def hear_antivirus(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Yield traces of files that Defender removed, new findings of files that remain, and gaps."""
    records = collect_records(host.source, host.surveyed)
    yield from records.gaps
    if not (records.detections or records.exclusions or records.changes):
        return

    def examine(data: bytes, artifact: Artifact) -> Examination:
        return examine_bytes(data, artifact, host.job, builds=host.surveyed.host.builds)

    yield from iter_examinations(host.source, records, PlaceFinder(host.surveyed), host.examinations, examine)


class Place(NamedTuple):
    """A path on the server.

    ``is_of_web`` is true for a directory of a web server, ``is_page`` if the server executes files of this name.
    ``is_listed`` is true if the source would contain the file if it existed.
    """

    path: str
    role: Role
    is_of_web: bool
    is_page: bool
    is_present: bool
    is_listed: bool
    settings: PageSettings = PageSettings()


class PlaceFinder:
    """Finds the places of paths on one host."""

    def __init__(self, surveyed: Survey) -> None:
        self._surveyed = surveyed
        self._paths = surveyed.paths
        self._collected = CollectedFolders(surveyed)
        self._served: dict[str, ServedPlaces] = {}

    def display_path(self, path: str) -> str:
        """Return a path inside the source as the server names it."""
        return self._paths.display_path(path)

    def find(self, path: str) -> Place:
        """Return the place of a path."""
        role = self._role(path) if len(path) <= LONGEST_PATH else None
        if role is None:
            return Place(path, Role.GIVEN, is_of_web=False, is_page=False, is_present=False, is_listed=False)
        settings = self._settings(path)
        name = path.rpartition("\\")[2]
        is_page = nature_of(name, settings).executable or (role is Role.TEMP_ASPNET and name.lower().endswith(".dll"))
        is_present = self._paths.find(path) is not None
        return Place(path, role, True, is_page, is_present, self._collected.has(path), settings)

    def _role(self, path: str) -> Role | None:
        """Return the role of the directory of a path; ``None`` if it is not one of a web server."""
        drive, *names = path.split("\\")
        letter = drive[0].upper() if drive[1:] == ":" else ""
        served = self._served.get(letter) or self._served.setdefault(letter, ServedPlaces(self._surveyed, letter))
        return served.web_role_of(names[:-1])

    def _settings(self, path: str) -> PageSettings:
        """Return the settings of the directory of a path, the defaults if the source does not have it."""
        folder = self._paths.find(path.rpartition("\\")[0])
        configuration = self._surveyed.configuration
        return PageSettings() if folder is None else configuration.settings(configuration.chain_in(folder.path))
