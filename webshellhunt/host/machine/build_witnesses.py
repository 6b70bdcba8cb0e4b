r"""The witnesses of an Exchange installation: the files and folders that show its build and the time of setup.

``C:\ExchangeSetupLogs\ExchangeSetup.log`` grows with each run. A run logs its version, then the version that it finds
installed, and at its end the result. A completed run is a witness of its own version, unless it only prepared the
directory or removed Exchange. Each run, also a failed one, is a witness of the version that it found. After an aborted
run the registry has the new version already, and a backup copy of the previous one: then only the previous version is
certain to have been installed, at an unknown time. Times are taken as UTC, so that a day may be off by one. Security
updates do not log a run.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.exchange import Install
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall
from webshellhunt.sources.source import Source

LOG_BYTES = 32 * 1024 * 1024
"""Bytes that are read of a log: its end, with the latest runs."""

_CHUNK = 1024 * 1024
_LONGEST_LINE = 64 * 1024
_MOST_RUNS = 256
_LINE = lazy_pattern(
    r"\[(\d\d)\D(\d\d)\D(\d{4}) (\d\d):(\d\d):(\d\d)[^\]]{0,16}\] \[\d{1,4}\] (.*)", re.ASCII | re.DOTALL
)
_FOUND = lazy_pattern(r"The locally installed version is (\d[\d.]{0,40}\d)\.?", re.ASCII)
_BACKUP = lazy_pattern(r"The backup copy of the previously installed version is '(\d[\d.]{0,40}\d)'", re.ASCII)
_SETUP_VERSION = lazy_pattern(r"Setup version: (\d[\d.]{0,40}\d)\.?", re.ASCII)
_PARAMETER = lazy_pattern(r"Command Line Parameter Name='(\w{1,64})', Value='(\w{0,64})", re.ASCII)
_COMPLETED = "setup operation completed successfully"
_PREPARES = "prepare"

SETUP_PROGRAM = ("Bin", "ExSetup.exe")
SETUP_LOG = ("ExchangeSetupLogs", "ExchangeSetup.log")
_VERSIONED = (("FrontEnd", "HttpProxy", "owa", "auth"), ("ClientAccess", "Owa", "prem"))
_VERSION = lazy_pattern(r"\d{1,2}(?:\.\d{1,5}){2,3}", re.ASCII)
_DIRECTORY_MAJOR = lazy_pattern(r"V(\d{2})", re.ASCII | re.IGNORECASE)
_MOST_FOLDERS = 128


def program_witness(entry: Entry, build: str, display_path: str) -> Witness:
    """Return the setup program as a witness of its version, with its time if the source's times are original.

    An installer keeps the time of the build as the time of the last change; the time of creation is that of the
    installation.
    """
    times = entry.times
    when = times.modified_utc if times.created_utc is None else times.created_utc
    return Witness(WitnessKind.SETUP_PROGRAM, display_path, build, when if times.original else None)


def folder_witnesses(paths: HostPaths, install: Install) -> Iterator[Witness]:
    """Yield the folders that are named after a build; an update leaves some of them in place."""
    for names in _VERSIONED:
        for above in paths.lookup.find_all(install.path, names):
            named = (e for e in paths.lookup.entries(above.path) if _VERSION.fullmatch(e.name))
            for entry in islice((e for e in named if e.kind is EntryKind.DIRECTORY), _MOST_FOLDERS):
                yield Witness(WitnessKind.VERSION_FOLDER, paths.display_path(entry.path), entry.name)


def log_witnesses(paths: HostPaths, gaps: list[Gap]) -> Iterator[Witness]:
    """Yield the witnesses in the setup logs of all drives; a log that is not read completely becomes a gap."""
    for volume in paths.volumes:
        entry = paths.lookup.find(volume.top, SETUP_LOG)
        if entry is None or entry.kind is not EntryKind.FILE:
            continue
        display_path = paths.display_path(entry.path)
        if entry.size_bytes > LOG_BYTES:
            gaps.append(
                Gap("too-large", "survey", display_path, f"only the last {LOG_BYTES} bytes of the setup log are read")
            )
        try:
            yield from read_setup_log(paths.lookup.source, entry, display_path)
        except SourceError as error:
            gaps.append(Gap("unreadable", "survey", display_path, error.message))


def uncollected_install(witnesses: Sequence[Witness], registry_paths: Mapping[str, str]) -> tuple[ExchangeInstall, ...]:
    """Return the installation that only a setup log or a registry shows, for a source without a folder of Exchange."""
    path = next(iter(registry_paths.values()), "").rstrip("\\")
    if path:
        return (ExchangeInstall(path, None, tuple(witnesses)),)
    found = tuple(witnesses)
    if not found:
        return ()
    return (ExchangeInstall(f"a folder that the source does not contain, according to {found[-1].where}", None, found),)


def iter_witnesses_for(install: Install, witnesses: Sequence[Witness]) -> Iterator[Witness]:
    r"""Yield the witnesses of a host that may belong to one installation: none of ``V14`` for ``V15``."""
    named = _DIRECTORY_MAJOR.fullmatch(install.path.rpartition("/")[2])
    for witness in witnesses:
        if named is None or witness.build is None or witness.build.partition(".")[0] == named[1]:
            yield witness


def read_setup_log(source: Source, entry: Entry, display_path: str) -> list[Witness]:
    """Return a witness for each build that setup installed or found, oldest first.

    Raises:
        SourceError: The log can't be read.
    """
    return _without_repeats(_iter_runs(_iter_lines(source, entry), display_path))[-_MOST_RUNS:]


def _without_repeats(witnesses: Iterable[Witness]) -> list[Witness]:
    """Return the witnesses; of consecutive ones that found the same build, only the first and the last."""
    kept: list[Witness] = []
    for witness in witnesses:
        if not kept or not _is_repeat(kept[-1], witness):
            kept.append(witness)
        elif kept[-1].when_utc is None:
            kept[-1] = witness
        elif witness.when_utc is None:
            continue
        elif len(kept) > 1 and _is_repeat(kept[-2], witness):
            kept[-1] = witness
        else:
            kept.append(witness)
    return kept


def _is_repeat(one: Witness, other: Witness) -> bool:
    return one.kind is other.kind is WitnessKind.SETUP_LOG_FOUND and one.build == other.build


def _iter_lines(source: Source, entry: Entry) -> Iterator[str]:
    head = source.read(entry.path, 2)
    codec = "utf-16-le" if head == codecs.BOM_UTF16_LE else "utf-16-be" if head == codecs.BOM_UTF16_BE else "utf-8"
    decoder = codecs.getincrementaldecoder(codec)("replace")
    at = max(0, entry.size_bytes - LOG_BYTES) & ~1
    end, rest = at + LOG_BYTES, ""
    while at < end:
        data = source.read(entry.path, min(_CHUNK, end - at), at)
        if not data:
            break
        at += len(data)
        *lines, rest = (rest + decoder.decode(data)).split("\n")
        yield from lines
        rest = rest[-_LONGEST_LINE:]
    yield rest


class _Run:
    """The state of one run of setup while its lines are read."""

    def __init__(self, version: str | None = None) -> None:
        self.version = version
        self.installs = version is not None
        self.before: str | None = None


def _iter_runs(lines: Iterable[str], display_path: str) -> Iterator[Witness]:
    run = _Run()
    for line in lines:
        if "etup" not in line and "Command Line" not in line and "installed version" not in line:
            continue
        match = _LINE.search(line[:_LONGEST_LINE])
        if match is None:
            continue
        named = _SETUP_VERSION.match(match[7])
        if named is not None:
            run = _Run(named[1])
            continue
        build = _installed_version(run, match[7])
        if build is not None:
            yield Witness(WitnessKind.SETUP_LOG, display_path, build, _read_time(match))
        yield from _iter_found(run, match, display_path)


def _installed_version(run: _Run, text: str) -> str | None:
    """Return the version that a run has installed if this line reports its completion."""
    parameter = _PARAMETER.match(text)
    if parameter is not None and _installs_nothing(parameter[1].lower(), parameter[2].lower()):
        run.installs = False
    if _COMPLETED not in text or not run.installs:
        return None
    run.installs = False
    return run.version


def _iter_found(run: _Run, match: re.Match[str], display_path: str) -> Iterator[Witness]:
    """Yield a witness if this line reports the version that a run found installed."""
    text = match[7]
    backup, found = _BACKUP.match(text), _FOUND.match(text)
    if backup is not None:
        run.before = backup[1]
        yield Witness(WitnessKind.SETUP_LOG_FOUND, display_path, backup[1])
    elif found is not None and not _is_aborted(run, found[1]) and not found[1].startswith("0."):
        yield Witness(WitnessKind.SETUP_LOG_FOUND, display_path, found[1], _read_time(match))


def _is_aborted(run: _Run, found: str) -> bool:
    """Return True if an earlier run began to install this version over another one and was aborted."""
    return run.before not in (None, found) and found == run.version


def _installs_nothing(name: str, value: str) -> bool:
    return name.startswith(_PREPARES) or (name == "mode" and value == "uninstall")


def _read_time(match: re.Match[str]) -> datetime | None:
    month, day, year, hour, minute, second = map(int, match.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
