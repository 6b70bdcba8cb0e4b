"""Detected files: the records of antivirus software about one file of a host, and about the rest of the host."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from webshellhunt.antivirus.records import FAILURES, REMOVALS, Detection, Exclusion, FileFacts, Outcome, SettingChange
from webshellhunt.model.places import Role


class DetectedFile(NamedTuple):
    """A file with at least one detection, and the file that is at its path now.

    ``detections`` are in the order of time. ``is_page`` is true if the server executes files of this name,
    ``is_shipped`` if Exchange has a page of this name there. ``present_sha256`` is the digest of the present file,
    ``None`` if it is unknown. ``quarantined_as`` is the path of the quarantined content that the evidence has, and
    ``quarantined_sha256`` the digest of that. ``is_plain`` is true if the whole content that was detected was examined,
    and no rule reports it.
    """

    path: str
    role: Role
    detections: tuple[Detection, ...]
    is_page: bool = False
    is_shipped: bool = False
    is_present: bool = False
    present_sha256: str | None = None
    quarantined_as: str | None = None
    quarantined_sha256: str | None = None
    is_plain: bool = False

    @property
    def threats(self) -> tuple[str, ...]:
        """The names of the threats, each once."""
        return tuple(dict.fromkeys(each.threat for each in self.detections))

    @property
    def detected_utc(self) -> datetime | None:
        """The time of the first detection."""
        return min((when for each in self.detections if (when := each.when_utc) is not None), default=None)

    @property
    def removal(self) -> Detection | None:
        """The last removal of the file."""
        return next((each for each in reversed(self.detections) if each.outcome in REMOVALS), None)

    @property
    def failure(self) -> Detection | None:
        """The last action that left the file where it was, if no removal came after it."""
        last = next((each for each in reversed(self.detections) if each.outcome in REMOVALS | FAILURES), None)
        return last if last is not None and last.outcome in FAILURES else None

    @property
    def is_cleaned(self) -> bool:
        """True if the last action took the malicious part out of the file."""
        acted = [each.outcome for each in self.detections if each.outcome is not Outcome.DETECTED]
        return bool(acted) and acted[-1] is Outcome.CLEANED

    @property
    def is_removed(self) -> bool:
        """True if antivirus software removed the file, or found it gone when it came to act."""
        return any(each.outcome in REMOVALS or each.outcome is Outcome.GONE for each in self.detections)

    @property
    def facts(self) -> FileFacts:
        """The facts about the file, each from the first record that has it."""
        known = FileFacts()
        for each in self.detections:
            known = known.or_else(each.facts)
        return known

    @property
    def digests(self) -> frozenset[str]:
        """The SHA-256 digests of the contents that were detected."""
        known = (self.quarantined_sha256, *(each.facts.sha256 for each in self.detections))
        return frozenset(each for each in known if each is not None)

    @property
    def is_like_stock(self) -> bool:
        """True if Exchange ships a page of this name there, and no rule reports the content that was detected."""
        return self.is_shipped and self.is_plain

    @property
    def is_same_content(self) -> bool:
        """True if the present file is one that was detected, byte for byte."""
        return self.present_sha256 is not None and self.present_sha256 in self.digests

    @property
    def is_other_content(self) -> bool:
        """True if the present file differs from each content that was detected and may have stayed.

        The digest of a part (``x.aspx->(SCRIPT0001)``) says nothing about the file.
        """
        if self.present_sha256 is None or self.is_same_content:
            return False
        removed = [number for number, each in enumerate(self.detections) if each.outcome in REMOVALS]
        later = self.detections[removed[-1] + 1 :] if removed else self.detections
        known = any(map(_has_digest, self.detections)) or self.quarantined_sha256 is not None
        return known and all(map(_has_digest, later))


def _has_digest(detection: Detection) -> bool:
    return detection.facts.sha256 is not None and "->" not in detection.resource


class OtherDetections(NamedTuple):
    """Detections that concern no directory of a web server, in the order of time."""

    detections: Sequence[Detection]


class AntivirusSettings(NamedTuple):
    """The exclusions of the antivirus software and the changes of its settings."""

    exclusions: Sequence[Exclusion]
    changes: Sequence[SettingChange]
