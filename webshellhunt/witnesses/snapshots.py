"""Snapshots as a witness: earlier states of a drive, which have pages that are gone and bound the time of a planting.

::

    accused files ─▶ the same path in each snapshot: absent, the same or other content ─▶ bounds
    web roots of each snapshot ─▶ pages that are absent or different now ─▶ examined ─▶ traces
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final, NamedTuple

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, RUN_EXTENSIONS, SERVED_EXTENSIONS, extension_of
from webshellhunt.detectors.placement import page_only_in_snapshot, seen_in_snapshots
from webshellhunt.errors import SourceError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import Lookup, join_server_path, split_server_path
from webshellhunt.host.walk.collected_folders import CollectedFolders
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.model.artifact import Artifact, Entry, EntryKind
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.source_form import Snapshot
from webshellhunt.model.verdict import Examination, Presence, SubjectKind
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.sources.source import form_of
from webshellhunt.views.snapshot_states import FileState, SnapshotState, SnapshotStates
from webshellhunt.witnesses.served_places import ServedPlaces
from webshellhunt.witnesses.setup_times import MANY

MOST_ENTRIES: Final = 300_000
"""The most entries of snapshots that are listed in all."""

MOST_EXAMINED: Final = 2_000
_LATE = "9999"


class _Earlier(NamedTuple):
    """A file that a server runs, and that is absent or different now.

    ``snapshot`` is the last one that has this content.
    """

    names: tuple[str, ...]
    entry: Entry
    digest: str
    now: FileState
    snapshot: Snapshot


def hear_snapshots(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Yield accused files with the bounds of their planting, traces of pages of snapshots, and gaps."""
    by_letter: dict[str, list[Snapshot]] = {}
    volumes = host.surveyed.paths.volumes
    only = volumes[0].letter if len(volumes) == 1 else None
    for each in form_of(host.source).snapshots:
        letter = each.letter or only
        if letter is not None:
            by_letter.setdefault(letter, []).append(each)
        else:
            reason = "the drive of this shadow copy is unknown, so that it is compared with nothing"
            yield Gap("snapshot-not-read", "witnesses", each.name, reason, matters=True)
    for letter, snapshots in by_letter.items():
        yield from _Drive(host, letter, sorted(snapshots, key=_age)).hear()


def _age(snapshot: Snapshot) -> tuple[str, str]:
    return snapshot.created_utc.isoformat() if snapshot.created_utc is not None else _LATE, snapshot.name


class _Drive:
    """The snapshots of one drive, the oldest first."""

    def __init__(self, host: ExaminedHost, letter: str, snapshots: Sequence[Snapshot]) -> None:
        self._host = host
        self._letter = letter
        self._snapshots = snapshots
        self._lookup = Lookup(host.source)
        self._tops = [volume.top for volume in host.surveyed.paths.volumes if volume.letter == letter]
        self._collected = CollectedFolders(host.surveyed)
        self._places = ServedPlaces(host.surveyed, letter)
        self._wanted = RUN_EXTENSIONS if host.surveyed.form.is_collection else SERVED_EXTENSIONS
        self._listed = 0
        self._gaps: list[Gap] = []

    def hear(self) -> Iterator[Examination | Gap]:
        """Yield what the snapshots say."""
        for each in self._host.examinations:
            path = split_server_path(each.subject.path)
            if each.subject.kind is SubjectKind.FILE and path.letter == self._letter and each.is_reported:
                findings = self._bounds(each, path.names)
                if findings:
                    yield replace(each, findings=(*each.findings, *findings))
        yield from self._traces()
        yield from self._gaps

    def _bounds(self, examination: Examination, names: tuple[str, ...]) -> tuple[Finding, ...]:
        """Return a finding about the snapshots with and without a file."""
        digest = examination.subject.sha256
        states = self._states(names, digest) if digest is not None else ()
        return tuple(seen_in_snapshots.find(self._view(names, states, FileState.SAME)))

    def _view(self, names: tuple[str, ...], states: Sequence[SnapshotState], now: FileState) -> SnapshotStates:
        path = join_server_path(self._letter, names)
        role = self._places.role_of(names[:-1]) or Role.GIVEN
        is_gone = now is FileState.ABSENT and self._collected.has(path)
        is_selected = self._host.surveyed.form.is_collection and not is_gone
        return SnapshotStates(path, role, is_shipped_at(path), tuple(states), now, is_collection=is_selected)

    def _states(self, names: tuple[str, ...], digest: str) -> tuple[SnapshotState, ...]:
        """Return the states of a file in the snapshots that would have it."""
        found = []
        for each in self._snapshots:
            state = self._state(each, names, digest)
            if state is not None:
                found.append(SnapshotState(each.name, each.created_utc, state))
        return tuple(found)

    def _state(self, snapshot: Snapshot, names: tuple[str, ...], digest: str) -> FileState | None:
        """Return the state of a file in a snapshot; ``None`` if that is unknown."""
        entry = self._lookup.find(snapshot.top, names)
        if entry is None:
            return FileState.ABSENT if self._would_have(snapshot, names) else None
        data = self._read(entry)
        if data is None:
            return None
        return FileState.SAME if sha256(data).hexdigest() == digest else FileState.OTHER

    def _would_have(self, snapshot: Snapshot, names: tuple[str, ...]) -> bool:
        """Return True if a snapshot would have a file if it existed then: of a collection, only a folder with pages.

        A file that is the same now may be missing in a snapshot of a tool that stored only changed files.
        """
        if snapshot.only_changed:
            return False
        if not self._host.surveyed.form.is_collection:
            return bool(self._lookup.entries(snapshot.top))
        folder = self._lookup.find(snapshot.top, names[:-1])
        return folder is not None and any(_is_page(each) for each in self._lookup.entries(folder.path))

    def _read(self, entry: Entry) -> bytes | None:
        limit = self._host.job.limits.file_bytes
        try:
            return self._host.source.read(entry.path, limit) if entry.size_bytes <= limit else None
        except SourceError as error:
            self._gaps.append(Gap("unreadable", "witnesses", entry.path, error.message))
            return None

    def _traces(self) -> Iterator[Examination]:
        """Yield the traces of pages of snapshots that are absent or different now."""
        pages = list(self._distinct())
        company = Counter(each.snapshot.name for each in pages if _is_page(each.entry))
        for each in pages:
            trace = self._trace(each, among_many=company[each.snapshot.name] >= MANY)
            if trace is not None:
                yield trace

    def _distinct(self) -> Iterator[_Earlier]:
        """Yield each content of each page once, from the last snapshot that has it."""
        seen: set[tuple[str, str]] = set()
        for snapshot in reversed(self._snapshots):
            for each in self._earlier(snapshot):
                key = ("/".join(each.names).lower(), each.digest)
                if key in seen:
                    continue
                if len(seen) >= MOST_EXAMINED:
                    self._cut(snapshot)
                    return
                seen.add(key)
                yield each

    def _earlier(self, snapshot: Snapshot) -> Iterator[_Earlier]:
        for names, entry in self._pages(snapshot):
            now = self._now(names)
            if now is not None and _is_unchanged(now, entry):
                continue
            data = self._read(entry)
            if data is None:
                continue
            digest = sha256(data).hexdigest()
            if now is None:
                yield _Earlier(names, entry, digest, FileState.ABSENT, snapshot)
            elif self._read(now) not in (data, None):
                yield _Earlier(names, entry, digest, FileState.OTHER, snapshot)

    def _now(self, names: tuple[str, ...]) -> Entry | None:
        lookup = self._host.surveyed.paths.lookup
        return next((entry for top in self._tops if (entry := lookup.find(top, names)) is not None), None)

    def _pages(self, snapshot: Snapshot) -> Iterator[tuple[tuple[str, ...], Entry]]:
        """Yield the files that a server runs below the web roots in a snapshot, with their names from the top.

        A collection has few files, and its layout is known by names alone: all that could run is looked at, in each
        directory of a snapshot. In an image, libraries are left out: an update changes thousands of them.
        """
        walked: set[str] = set()
        for top in [()] if self._host.surveyed.form.is_collection else self._web_roots():
            entry = self._lookup.find(snapshot.top, top)
            stack = [(top, entry.path)] if entry is not None and entry.kind is EntryKind.DIRECTORY else []
            while stack:
                names, path = stack.pop()
                if path in walked:
                    continue
                walked.add(path)
                entries = self._lookup.entries(path)
                self._listed += len(entries)
                if self._listed > MOST_ENTRIES:
                    self._cut(snapshot)
                    return
                stack += [((*names, e.name), e.path) for e in entries if e.kind is EntryKind.DIRECTORY]
                yield from (((*names, each.name), each) for each in entries if self._is_wanted(each))

    def _is_wanted(self, entry: Entry) -> bool:
        return entry.kind is EntryKind.FILE and extension_of(entry.name) in self._wanted

    def _web_roots(self) -> list[tuple[str, ...]]:
        """Return the names of the directories that the server serves, from the top of the drive."""
        paths = [split_server_path(root.server_path or "") for root in self._host.surveyed.roots]
        names = {path.names for path in paths if path.letter == self._letter and path.names}
        return sorted(each for each in names if self._places.role_of(each) is not None)

    def _trace(self, earlier: _Earlier, *, among_many: bool) -> Examination | None:
        """Return the trace of a file; ``None`` if neither its absence nor its content means anything.

        Only the absence of a page means anything: settings and scripts go with updates.
        """
        data = self._read(earlier.entry)
        if data is None:
            return None
        view = self._view(earlier.names, self._states(earlier.names, earlier.digest), earlier.now)
        view = view._replace(among_many=among_many)
        findings = tuple(page_only_in_snapshot.find(view)) if _is_page(earlier.entry) else ()
        examined = self._examine(earlier, data, view)
        if not findings and all(each.severity < Severity.MEDIUM for each in examined.findings):
            return None
        findings = findings or tuple(seen_in_snapshots.find(view))
        subject = replace(examined.subject, kind=SubjectKind.TRACE, presence=_presence(view))
        return Examination(subject, (*findings, *examined.findings), examined.gaps)

    def _examine(self, earlier: _Earlier, data: bytes, view: SnapshotStates) -> Examination:
        surveyed = self._host.surveyed
        path = "/".join((self._tops[0], *earlier.names)) if self._tops and self._tops[0] else "/".join(earlier.names)
        settings = surveyed.configuration.settings(surveyed.configuration.chain_above(path))
        entry = earlier.entry
        source_path = self._host.source.locate(entry.path)
        artifact = Artifact(path, view.path, view.role, entry.size_bytes, entry.times, settings, source_path)
        return examine_bytes(data, artifact, self._host.job, builds=surveyed.host.builds)

    def _cut(self, snapshot: Snapshot) -> None:
        reason = "the snapshots have more pages than the limit; the others were not compared"
        self._gaps.append(Gap("snapshots-cut", "witnesses", snapshot.name, reason))


def _presence(view: SnapshotStates) -> Presence:
    """Return the presence of a content of a snapshot; a path that has other content now is there."""
    if view.now is not FileState.ABSENT:
        return Presence.PRESENT
    return Presence.NOT_COLLECTED if view.is_collection else Presence.DELETED


def _is_page(entry: Entry) -> bool:
    return entry.kind is EntryKind.FILE and extension_of(entry.name) in PAGE_EXTENSIONS


def _is_unchanged(now: Entry, entry: Entry) -> bool:
    """Return True if two states of a file have the same size and the same time of the last change."""
    mine, its = now.times.modified_utc, entry.times.modified_utc
    return now.size_bytes == entry.size_bytes and mine is not None and mine == its
