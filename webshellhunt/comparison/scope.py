"""The scope of a report: which places it examined. A subject is gone only if its place was examined.

Keys are paths in one spelling, so that those of two reports can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import InputState, Report
from webshellhunt.model.verdict import Subject, SubjectKind

_OF_FILES: Final = frozenset({"open", "survey", "walk", "examine", "hunt"})
_NOT_OF_FILES: Final = frozenset({"logs"})
_UNREAD: Final = frozenset({"unreadable", "too-large", "link-outside"})
_OF_HIVES: Final = frozenset({"broken-registry", "dirty-hive", "hives-not-collected"})
_DRIVE = lazy_pattern(r"([a-z]):")


class Scope:
    """The places that the reports of one host examined."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self.logs_alone: bool = only_logs(reports)
        self._reports = [report for report in reports if not report.run.options.logs.alone]
        verdicts = [verdict for report in reports for verdict in report.verdicts]
        files = [each.subject.path for each in verdicts if each.subject.kind is SubjectKind.FILE]
        self._folders = {folder_key(path_key(path)) for path in files}
        self._gaps = {id(report): _gaps_by_place(report) for report in reports}

    def has_root_of(self, subject: Subject) -> bool:
        """Return True if the subject is below a directory that was walked."""
        key = path_key(subject.path)
        return any(_covers(report, key) for report in self._reports)

    def why_not_examined(self, subject: Subject, before: Scope) -> str | None:
        """Return the reason why a subject's place was not examined; ``None`` if it was.

        ``subject``: a subject of an old report, which these reports don't list. ``before``: the scope of the old
        reports.
        """
        if self.logs_alone:
            return "the new hunt read the logs alone, and examined no file"
        if not self._reports:
            return "no new report is of this host"
        if subject.path.startswith(("HKLM\\", "HKU\\")):
            return self._why_not_registered(subject)
        if subject.kind is SubjectKind.REGISTRATION:
            return self._why_not_configured(subject)
        key = path_key(subject.path)
        fitting = [report for report in self._reports if _covers(report, key)]
        if not fitting:
            if before.has_root_of(subject):
                return "the new hunt did not search its folder"
            return "it was found through a setting, and no searched folder contains it"
        return next(filter(None, (self._why_not_in(report, key, before) for report in fitting)), None)

    def _why_not_in(self, report: Report, key: str, before: Scope) -> str | None:
        if report.interrupted:
            return "the new hunt was interrupted"
        gap = self._gap_at(report, key)
        if gap is not None:
            return gap.reason
        if report.coverage.pages is InputState.MISSING:
            return "no web directory is in the new evidence, so no page was examined"
        is_known = folder_key(key) in self._folders
        if report.is_collection and not is_known:
            return "a tool selected the files of the new evidence, and may have left it out"
        is_same_place = report.host.is_server or any(report.location == each.location for each in before._reports)
        if not is_same_place and not is_known:
            return "the new location is another one, and does not show that it had this folder"
        return None

    def _gap_at(self, report: Report, key: str) -> Gap | None:
        """Return a gap at the path, or one of a folder above it that hides its files."""
        gaps = self._gaps[id(report)]
        if key in gaps:
            return gaps[key]
        above = (gaps[folder] for folder in _above(key) if folder in gaps)
        return next(filter(_hides_files, above), None)

    def _why_not_registered(self, subject: Subject) -> str | None:
        """Return why a key of the registry may still be there: its hive was not read, or not to its end."""
        for report in self._reports:
            coverage = report.coverage
            needed = {"HKLM\\SYS": coverage.services, "HKLM\\SOF": coverage.registry}
            if report.interrupted:
                return "the new hunt was interrupted"
            if needed.get(subject.path[:8].upper(), coverage.hives) is not InputState.HELD:
                return "the new evidence lacks the registry hive, or a part of it"
            gap = next((gap for gap in report.gaps if gap.code in _OF_HIVES), None)
            if gap is not None:
                return gap.reason
        return None

    def _why_not_configured(self, subject: Subject) -> str | None:
        """Return why an element of a configuration may still be there; its path names the file first."""
        key = path_key(subject.path.partition(" (")[0])
        for report in self._reports:
            if report.interrupted:
                return "the new hunt was interrupted"
            if report.coverage.configuration is not InputState.HELD:
                return "the new evidence lacks the configuration, or a part of it"
            gap = self._gap_at(report, key)
            if gap is not None and _hides_files(gap):
                return gap.reason
        return None


def _above(key: str) -> Iterator[str]:
    """Yield the keys of the folders of a path, the nearest first, and last that of the whole location."""
    while key:
        key = folder_key(key)
        yield key


def _covers(report: Report, key: str) -> bool:
    """Return True if a directory that was walked contains the path."""
    letter = drive_letter(key)
    letters = {volume.letter[:1].upper() for volume in report.host.volumes}
    for root in report.roots:
        top = path_key(root.path if root.server_path is None else root.server_path)
        if not top:
            if letter is None or letter in letters:
                return True
        elif is_inside(key, top):
            return True
    return False


def _hides_files(gap: Gap) -> bool:
    """Return True if what is at the place of a gap, and below it, was not examined."""
    return gap.stage in _OF_FILES and (gap.matters or gap.code in _UNREAD)


def _gaps_by_place(report: Report) -> dict[str, Gap]:
    """Return the gaps of files and folders by the key of their place; one of the whole location has none.

    Any gap at the path of a file is in the way, even where the file does not matter: it may be why it is not listed.
    """
    whole = {"", path_key(report.location)}
    found: dict[str, Gap] = {}
    for gap in sorted(report.gaps, key=_hides_files, reverse=True):
        if gap.stage not in _NOT_OF_FILES:
            place = path_key(gap.path)
            if place not in whole or (gap.matters and _hides_files(gap)):
                found.setdefault("" if place in whole else place, gap)
    return found


def only_logs(reports: Iterable[Report]) -> bool:
    """Return True if there are reports, and all are of hunts that read the logs alone."""
    return all({report.run.options.logs.alone for report in reports} or {False})


def lists_all(reports: Iterable[Report]) -> bool:
    """Return True if the reports list each subject, also benign ones."""
    return not any(report.unlisted for report in reports)


def path_key(path: str) -> str:
    """Return a path in lower case with backslashes, since neither counts on Windows."""
    return path.replace("/", "\\").rstrip("\\").casefold()


def drive_letter(key: str) -> str | None:
    """Return the letter of the drive that a key names."""
    found = _DRIVE.match(key)
    return None if found is None else found[1].upper()


def folder_key(key: str) -> str:
    """Return the key of the folder of a file."""
    return key.rpartition("\\")[0]


def is_inside(key: str, folder: str) -> bool:
    """Return True if a key is that of a folder, or of something below it."""
    return key == folder or key.startswith(f"{folder}\\")
