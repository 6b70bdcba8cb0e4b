"""Evidence bag: collects the accused files of one or more reports, and completes and verifies the bag at the end."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from webshellhunt.errors import SourceError, UnreadableError, WrongTypeError
from webshellhunt.keeping.file_copy import Digester, Stop, copy_file
from webshellhunt.keeping.manifest import MANIFEST, READS, BagLimits, KeptFile, KeptLocation, Manifest
from webshellhunt.keeping.readme import CUSTOMARY_PASSWORD, readme
from webshellhunt.keeping.selection import Selection, Wanted
from webshellhunt.keeping.stores import README, Store, open_store
from webshellhunt.keeping.verification import verify
from webshellhunt.model.arguments import type_words
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.report import Report
from webshellhunt.model.times import TimeBasis
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc
from webshellhunt.sources.evidence_places import refuse_evidence
from webshellhunt.sources.source import BaseSource, Source, is_source

Progress = Callable[[int, str], None]

T = TypeVar("T")


class KeptEvidence(NamedTuple):
    """The result: the bag, the digest of its manifest, and the number of files and bytes.

    ``failures`` has a sentence for each file that is not in the bag, or not whole; ``changed`` one for each that
    differs from the content that was examined. ``interrupted`` is true if the hunt or the copying was interrupted.
    """

    path: str
    manifest_sha256: str
    files: int
    size_bytes: int
    failures: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    interrupted: bool = False


class Bag:
    """An evidence bag that is being filled."""

    def __init__(self, store: Store, clock: Callable[[], datetime], limits: BagLimits, *, password: str | None) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._encrypted = password is not None
        self._started = clock()
        self._locations: list[KeptLocation] = []
        self._reads: list[bytes] = []
        self._members: dict[str, tuple[int, str]] = {}
        self._files: list[KeptFile] = []
        self._size_bytes = 0
        self.manifest_sha256: str | None = None
        self._add_member(README, readme(password))

    def add(
        self, report: Report, source: Source, *, should_stop: Stop = lambda: False, progress: Progress | None = None
    ) -> None:
        """Copy the accused files of a report while its source is open.

        Args:
            report: The report of a hunt.
            source: Its source.
            should_stop: Called before each piece; if it returns True, the copying ends, and the bag says so.
            progress: Called with the number of files so far and the path of the next one.

        After an interrupted hunt, nothing is copied: the files are listed only.
        """
        location = KeptLocation(report, self._clock(), interrupted=report.interrupted)
        self._locations.append(location)
        logged = LoggedSource(source, self._clock, self._reads)
        selection = Selection(report, logged, max(self._limits.files - len(self._files), 0))
        wanted = selection.find()
        location.omitted = selection.omitted
        for each in wanted:
            kept = KeptFile(each, report.location)
            location.files.append(kept)
            self._files.append(kept)
            if progress is not None:
                progress(len(self._files), each.server_path)
            location.interrupted = location.interrupted or should_stop()
            kept.failure = "the hunt or the copying was interrupted" if location.interrupted else self._refusal(each)
            if kept.failure is None:
                location.interrupted = self._copy(kept, logged, should_stop)

    def _refusal(self, wanted: Wanted) -> str | None:
        """Return why a file is not copied, or ``None``."""
        entry, limits = wanted.entry, self._limits
        if entry is None:
            return wanted.failure
        if entry.kind in (EntryKind.DIRECTORY, EntryKind.SPECIAL):
            return f"it is a {entry.kind.value}, not a file"
        if entry.size_bytes > limits.file_bytes:
            return f"it has {entry.size_bytes:,} bytes, and a file of a bag has at most {limits.file_bytes:,}"
        if entry.size_bytes + self._size_bytes > limits.bytes:
            return f"it has {entry.size_bytes:,} bytes, and a bag has at most {limits.bytes:,}"
        free = shutil.disk_usage(self._store.partial.parent).free - limits.free_bytes
        if entry.size_bytes > free:
            return f"it has {entry.size_bytes:,} bytes, and the disk of the bag has room for {max(free, 0):,}"
        return None

    def _copy(self, kept: KeptFile, source: Source, should_stop: Stop) -> bool:
        """Copy one file into the next member; return True if that was interrupted."""
        entry = kept.wanted.entry
        listed = 0 if entry is None else entry.size_bytes
        most = min(listed + self._limits.growth_bytes, self._limits.file_bytes)
        kept.member = f"files/{len(self._files):05}.bin"
        stream = self._store.open_member(kept.member, most)
        try:
            copied = copy_file(source, kept.wanted.path, listed, most, stream, should_stop)
        finally:
            stream.close()
        kept.size_bytes, kept.digests, kept.failure = copied.size_bytes, copied.digests, copied.failure
        self._size_bytes += copied.size_bytes
        kept.changed = _has_changed(kept, source)
        return copied.interrupted

    def finish(self) -> str:
        """Write the log of reads and the manifest, and return the digest of the manifest."""
        self._add_member(READS, b"".join(self._reads))
        manifest = Manifest(
            self._locations, self._started, self._clock(), self._encrypted, self._limits, dict(self._members)
        )
        self._add_member(MANIFEST, manifest.to_bytes())
        self._store.close()
        self.manifest_sha256 = self._members[MANIFEST][1]
        return self.manifest_sha256

    def _add_member(self, name: str, data: bytes) -> None:
        stream = self._store.open_member(name, len(data))
        try:
            stream.write(data)
        finally:
            stream.close()
        digester = Digester()
        digester.update(data)
        self._members[name] = (len(data), digester.digests.sha256)

    def result(self, path: str | os.PathLike[str]) -> KeptEvidence:
        """Return the result for a finished bag at its final path."""
        files = [file for file in self._files if file.member is not None]
        reasons = ((file, reason) for file in self._files for reason in (file.failure, file.wanted.streams_failure))
        failures = [f"{file.wanted.server_path}: {reason}" for file, reason in reasons if reason is not None]
        failures += [
            f"{each.report.location}: {each.omitted:,} more accused files are neither copied nor listed"
            for each in self._locations
            if each.omitted
        ]
        changed = [f"{file.wanted.server_path}: {words}" for file in files if (words := _difference(file))]
        return KeptEvidence(
            os.fspath(path),
            self.manifest_sha256 or "",
            len(files),
            self._size_bytes,
            tuple(failures),
            tuple(changed),
            any(each.interrupted for each in self._locations),
        )


def _has_changed(kept: KeptFile, source: Source) -> bool | None:
    """Return True if size or times of a file changed while it was copied; ``None`` if that is unknown."""
    before = kept.wanted.entry
    if before is None or before.path != kept.wanted.path or ":" in kept.wanted.path.rpartition("/")[2]:
        return None
    try:
        after = source.stat(kept.wanted.path)
    except OSError:
        return None
    if after is None:
        return True
    times = (before.times.modified_utc, before.times.changed_utc), (after.times.modified_utc, after.times.changed_utc)
    return before.size_bytes != after.size_bytes or times[0] != times[1] or after.size_bytes != kept.size_bytes


def _difference(kept: KeptFile) -> str | None:
    examined = kept.examined_sha256
    if examined is not None and kept.digests is not None and kept.is_whole and kept.digests.sha256 != examined:
        return "it changed after it was examined: the copy has another digest"
    return "it changed while it was copied" if kept.changed else None


@contextmanager
def open_bag(
    to: str | os.PathLike[str],
    *,
    password: str | None = CUSTOMARY_PASSWORD,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    limits: BagLimits | None = None,
) -> Iterator[Bag]:
    """Open a bag; it appears at ``to`` after the block, verified, and never if an error ends the block.

    Args:
        to: The new archive; or, without a password, the new folder.
        password: The password of the archive; ``None`` for a folder with readable copies.
        clock: Returns the time in UTC.
        limits: The most files and bytes.

    Raises:
        UsageError: The target exists or can't be written.
        MissingDependencyError: The extra for encryption is not installed.
        UnreadableError: The bag that was written can't be verified.
    """
    with open_store(to, password) as store:
        bag = Bag(store, clock, limits or BagLimits(), password=password)
        yield bag
        digest = bag.finish()
        check = verify(store.partial, password=password or CUSTOMARY_PASSWORD, manifest_sha256=digest)
        if check.differences:
            first = check.differences[0]
            words = f"the evidence bag differs from the bytes written ({first}); check the disk"
            raise UnreadableError(words, path=os.fspath(to))


def collect(
    report: Report, source: Source, *, to: str | os.PathLike[str], password: str | None = CUSTOMARY_PASSWORD
) -> KeptEvidence:
    """Copy the accused files of a report, byte-exact, into a new evidence bag, and verify it.

    Args:
        report: The report of a hunt.
        source: The source of the hunt, still open.
        to: The new archive; it must not exist. Without a password, the new folder.
        password: The password of the archive; ``None`` for a folder with readable copies, which wake antivirus.

    A ``KeyboardInterrupt`` (Ctrl-C) while a file is read ends the copying; the bag is completed with the files so far,
    and ``interrupted`` is set.

    Raises:
        WrongTypeError: An argument has a wrong type; it is a ``TypeError``, too.
        UsageError: The target exists, can't be written, or lies in the evidence.
        MissingDependencyError: The extra for encryption is not installed (``pip install 'webshellhunt[encrypted]'``).
        UnreadableError: The bag that was written can't be verified.

    Examples:
        >>> import tempfile
        >>> import webshellhunt as wsh
        >>> from webshellhunt.sources import MemorySource
        >>> source = MemorySource({"a.aspx": b"<p>"})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kept = wsh.collect(wsh.hunt(source), source, to=f"{folder}/bag", password=None)
        >>> kept.files, kept.failures  # nothing was accused
        (0, ())
    """
    _require_types(report, source, to, password)
    drives = () if source.live else (source.locate(top) for top in source.drives.values())
    refuse_evidence(to, [source.location, *filter(None, drives)], "an evidence bag")
    with open_bag(to, password=password) as bag:
        bag.add(report, source)
    return bag.result(to)


def _require_types(report: object, source: object, to: object, password: object) -> None:
    advice = "collect: {} is {}; pass {}"
    if not isinstance(report, Report):
        raise WrongTypeError(advice.format("report", type_words(report), "the result of hunt"))
    if not is_source(source):
        raise WrongTypeError(advice.format("source", type_words(source), "the open source of the hunt"))
    if not isinstance(to, str | os.PathLike):
        raise WrongTypeError(advice.format("to", type_words(to), "a path as str or pathlib.Path"))
    if not (password is None or isinstance(password, str)):
        raise WrongTypeError(advice.format("password", type_words(password), "a str, or None for a folder"))


class LoggedSource(BaseSource):
    """A source that logs each access of another one as a line of JSON; its methods raise the errors of the other."""

    def __init__(self, source: Source, clock: Callable[[], datetime], lines: list[bytes]) -> None:
        self.source: Source = source
        self.location: str = source.location
        self.live: bool = source.live
        self._clock = clock
        self._lines = lines

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives of the source."""
        return self.source.drives

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time bases of the source."""
        return self.source.time_bases

    def locate(self, path: str) -> str | None:
        """Return the path on this machine."""
        return self.source.locate(path)

    def close(self) -> None:
        """Do nothing: the owner of the source closes it."""

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on."""
        return self._logged("read", path, lambda: self.source.read(path, limit_bytes, offset), offset)

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        return self._logged("stat", path, lambda: self.source.stat(path))

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file."""
        return self._logged("streams", path, lambda: self.source.streams(path))

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory."""
        return self._logged("list", path, lambda: self.source.list(path))

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory."""
        return self._logged("list", path, lambda: self.source.names(path))

    def _logged(self, act: str, path: str, access: Callable[[], T], offset: int | None = None) -> T:
        started = self._clock()
        try:
            result = access()
        except SourceError as error:
            self._add(started, act, path, offset, None, f"error: {error.message}")
            raise
        self._add(started, act, path, offset, len(result) if isinstance(result, bytes) else None, "ok")
        return result

    def _add(self, when: datetime, act: str, path: str, offset: int | None, size: int | None, result: str) -> None:
        record: dict[str, object] = {
            "time": utc(when),
            "act": act,
            "location": decodable(self.location),
            "path": decodable(path),
        }
        record |= {} if offset is None else {"offset": offset}
        record |= {} if size is None else {"bytes": size}
        self._lines.append(json.dumps({**record, "result": decodable(result)}).encode("ascii") + b"\n")
