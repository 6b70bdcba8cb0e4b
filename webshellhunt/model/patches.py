"""Patch state: the installed build, its witnesses, and the vulnerabilities and waves that are open at it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class WitnessKind(StrEnum):
    """The kinds of evidence for a build, the most reliable first."""

    SETUP_PROGRAM = "setup_program"
    UPDATE_KEY = "update_key"
    SETUP_LOG = "setup_log"
    SETUP_LOG_FOUND = "setup_log_found"
    UNINSTALL_KEY = "uninstall_key"
    REGISTRY = "registry"
    LOG = "log"
    VERSION_FOLDER = "version_folder"

    @property
    def words(self) -> str:
        """Return its name for reports."""
        return _WITNESS_WORDS[self]

    @property
    def is_installation(self) -> bool:
        """True if the time of such a witness is that of an installation; false if the build was installed earlier."""
        return self not in (WitnessKind.SETUP_LOG_FOUND, WitnessKind.LOG)


_WITNESS_WORDS = {
    WitnessKind.SETUP_PROGRAM: "Bin\\ExSetup.exe",
    WitnessKind.UPDATE_KEY: "registry key of an update",
    WitnessKind.SETUP_LOG: "setup log",
    WitnessKind.SETUP_LOG_FOUND: "setup log, found as installed",
    WitnessKind.UNINSTALL_KEY: "uninstall key",
    WitnessKind.REGISTRY: "registry",
    WitnessKind.LOG: "version in the logs of Exchange",
    WitnessKind.VERSION_FOLDER: "version folders",
}


class Witness(NamedTuple):
    """A piece of evidence for an installed build, perhaps with the time.

    ``build`` is a version of four numbers, for a folder possibly of three; for an update key it is ``None``, and
    ``update`` is the article (``KB5000871``). ``where`` is the file or key.
    """

    kind: WitnessKind
    where: str
    build: str | None = None
    when_utc: datetime | None = None
    update: str | None = None


class FixState(StrEnum):
    """The state of a vulnerability at a build; ``unsettled`` if the known part of the build does not decide it."""

    OPEN = "open"
    UNSETTLED = "unsettled"
    CLOSED = "closed"
    NOT_APPLICABLE = "not_applicable"


class CveState(NamedTuple):
    """One vulnerability at the installed build; ``fixed_by`` is the first update with the fix, ``note`` a condition."""

    cve: str
    state: FixState
    fixed_by: str | None = None
    fixed_build: str | None = None
    note: str | None = None


class Wave(NamedTuple):
    """A known exploitation campaign: its vulnerabilities and dates.

    ``first_use`` is the earliest known use; ``fixed`` the day on which the last of its fixes was public. ``until`` is
    the end of its window by convention: 90 days after the later one of disclosure and fix. ``leaves_pages`` is false if
    it was used only to read mail; ``product`` is ``exchange`` or ``sharepoint``. Only waves against Exchange are
    compared with the installed build.
    """

    slug: str
    name: str
    cves: tuple[str, ...]
    first_use: date
    disclosed: date
    fixed: date
    until: date
    leaves_pages: bool
    product: str


class WaveState(NamedTuple):
    """One wave at the installed build.

    ``closed_on`` is the first day for which a witness, ``closed_by``, proves a build with all fixes. If
    ``closed_exactly``, that build is the fix itself, installed on this day; otherwise on this day or earlier.
    ``open_on`` is the last day before it for which a witness proves a build without a fix.
    """

    wave: Wave
    state: FixState
    cves: tuple[str, ...] = ()
    closed_on: date | None = None
    closed_by: WitnessKind | None = None
    closed_exactly: bool = False
    open_on: date | None = None


class PatchState(NamedTuple):
    """The installed build and the vulnerabilities that are open at it.

    ``build`` is the installed one if ``exact``, else the lowest possible one. ``known`` is true if it is in the table;
    ``standing`` is, for an unknown build, its position in the table in words. ``installed`` is the day according to a
    witness, ``installed_by``; without one the build was installed on ``released`` or later. ``newer_than_data`` is the
    day of the table if the build is newer than all builds of its branch in it: no vulnerability is then called open.
    ``disagreement`` names witnesses that contradict each other, and the one that counts, in words. ``support`` says in
    words whether Microsoft supports the product on the day of the hunt, ``paid_support_ends`` is the last day of the
    paid extension.
    """

    path: str
    build: str
    basis: WitnessKind
    exact: bool
    known: bool
    product: str | None = None
    update: str | None = None
    released: date | None = None
    standing: str | None = None
    support_ends: date | None = None
    installed: date | None = None
    installed_by: WitnessKind | None = None
    witnesses: tuple[Witness, ...] = ()
    cves: tuple[CveState, ...] = ()
    waves: tuple[WaveState, ...] = ()
    newer_than_data: date | None = None
    disagreement: str | None = None
    support: str | None = None
    paid_support_ends: date | None = None

    def cves_in(self, state: FixState) -> tuple[CveState, ...]:
        """Return the vulnerabilities in one state."""
        return tuple(each for each in self.cves if each.state is state)

    def waves_in(self, state: FixState) -> tuple[WaveState, ...]:
        """Return the waves in one state."""
        return tuple(each for each in self.waves if each.state is state)

    @property
    def vulnerable(self) -> bool:
        """True if a vulnerability of a wave is open."""
        return bool(self.waves_in(FixState.OPEN))
