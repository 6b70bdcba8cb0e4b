r"""The witnesses of an Exchange installation: the files and folders that show its build and the time of setup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.exchange import Install
from webshellhunt.host.machine.setup_log import LOG_BYTES, read_setup_log
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall

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
