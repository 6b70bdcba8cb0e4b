r"""Patching: the witnesses of an Exchange installation that tell its build, and when one came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.exchange import Install
from webshellhunt.host.machine.setup_log import LOG_BYTES, read_setup_log
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall

SETUP_PROGRAM = ("Bin", "ExSetup.exe")
_SETUP_LOG = ("ExchangeSetupLogs", "ExchangeSetup.log")
_VERSIONED = (("FrontEnd", "HttpProxy", "owa", "auth"), ("ClientAccess", "Owa", "prem"))
_VERSION = late_pattern(r"\d{1,2}(?:\.\d{1,5}){2,3}", re.ASCII)
_DIRECTORY_MAJOR = late_pattern(r"V(\d{2})", re.ASCII | re.IGNORECASE)
_MOST_FOLDERS = 128
_OF_LOGS = frozenset({WitnessKind.SETUP_LOG, WitnessKind.SETUP_LOG_FOUND})


def program_witness(entry: Entry, build: str, display_path: str) -> Witness:
    """Return what the setup program tells: its version, and its own time where the source's times are original.

    A file that an installer wrote keeps the time of its making as the one of its last change; it was created here.
    """
    times = entry.times
    when = times.modified_utc if times.created_utc is None else times.created_utc
    return Witness(WitnessKind.SETUP_PROGRAM, display_path, build, when if times.original else None)


def folder_witnesses(paths: HostPaths, install: Install) -> Iterator[Witness]:
    """Yield the folders that are named after a build: some stay behind after an update."""
    for names in _VERSIONED:
        for above in paths.lookup.find_all(install.path, names):
            named = (e for e in paths.lookup.entries(above.path) if _VERSION.fullmatch(e.name))
            for entry in islice((e for e in named if e.kind is EntryKind.DIRECTORY), _MOST_FOLDERS):
                yield Witness(WitnessKind.VERSION_FOLDER, paths.display_path(entry.path), entry.name)


def log_witnesses(paths: HostPaths, gaps: list[Gap]) -> Iterator[Witness]:
    """Yield what the setup logs of all drives tell; one that can't be read, or not all of it, becomes a gap."""
    for volume in paths.volumes:
        entry = paths.lookup.find(volume.top, _SETUP_LOG)
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


def install_from_logs(logged: Sequence[Witness]) -> tuple[ExchangeInstall, ...]:
    """Return the installation that a setup log alone tells of, where no folder of Exchange is held."""
    said = tuple(each for each in logged if each.kind in _OF_LOGS)
    if not said:
        return ()
    return (ExchangeInstall(f"a folder that is not held, as {said[-1].where} says", None, said),)


def iter_witnesses_for(install: Install, witnesses: Sequence[Witness]) -> Iterator[Witness]:
    r"""Yield those witnesses of a host that may speak of one installation: not of ``V14`` for ``V15``."""
    named = _DIRECTORY_MAJOR.fullmatch(install.path.rpartition("/")[2])
    for witness in witnesses:
        if named is None or witness.build is None or witness.build.partition(".")[0] == named[1]:
            yield witness
