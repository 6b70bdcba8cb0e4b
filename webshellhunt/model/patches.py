"""Patch state: the installed build, its witnesses in time, and which known vulnerabilities and waves are open at it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class WitnessKind(StrEnum):
    """What tells a build, the surest first."""

    SETUP_PROGRAM = "setup_program"
    UPDATE_KEY = "update_key"
    SETUP_LOG = "setup_log"
    SETUP_LOG_FOUND = "setup_log_found"
    UNINSTALL_KEY = "uninstall_key"
    REGISTRY = "registry"
    VERSION_FOLDER = "version_folder"

    @property
    def words(self) -> str:
        """Return its name as reports say it."""
        return _WITNESS_WORDS[self]

    @property
    def is_installation(self) -> bool:
        """True if the time of such a witness is that of an installation; false if the build was only there by then."""
        return self is not WitnessKind.SETUP_LOG_FOUND


_WITNESS_WORDS = {
    WitnessKind.SETUP_PROGRAM: "Bin\\ExSetup.exe",
    WitnessKind.UPDATE_KEY: "registry key of an update",
    WitnessKind.SETUP_LOG: "setup log",
    WitnessKind.SETUP_LOG_FOUND: "setup log, found as installed",
    WitnessKind.UNINSTALL_KEY: "uninstall key",
    WitnessKind.REGISTRY: "registry",
    WitnessKind.VERSION_FOLDER: "version folders",
}


class Witness(NamedTuple):
    """Something that tells which build was installed, and perhaps when.

    ``build`` is a version of four numbers, of a folder also of three; of an update key it is ``None``, and ``update``
    names the article (``KB5000871``). ``where`` is the file or key.
    """

    kind: WitnessKind
    where: str
    build: str | None = None
    when_utc: datetime | None = None
    update: str | None = None


class FixState(StrEnum):
    """Whether a vulnerability is open at a build; ``unsettled`` where the build that is known doesn't decide it."""

    OPEN = "open"
    UNSETTLED = "unsettled"
    CLOSED = "closed"
    NOT_APPLICABLE = "not_applicable"


class CveState(NamedTuple):
    """One vulnerability at the installed build; ``fixed_by`` is the first update that closes it, ``note`` what else."""

    cve: str
    state: FixState
    fixed_by: str | None = None
    fixed_build: str | None = None
    note: str | None = None


class Wave(NamedTuple):
    """A known exploitation campaign: what it used, and when.

    ``first_use`` is the earliest known use; ``fixed`` the day on which the last of its fixes was public. ``until`` ends
    its window by a convention: 90 days after disclosure or fix, whichever came last. ``leaves_pages`` is false where
    it was used for mail alone; ``product`` is ``exchange`` or ``sharepoint``. Only Exchange's are compared with the
    installed build.
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

    ``closed_on`` is the first day on which a witness, ``closed_by``, saw a build that closes all of it: the fix came
    then where ``closed_exactly`` (that build is the fix itself), else by then. ``open_on`` is the last day before on
    which one saw a build that left it open.
    """

    wave: Wave
    state: FixState
    cves: tuple[str, ...] = ()
    closed_on: date | None = None
    closed_by: WitnessKind | None = None
    closed_exactly: bool = False
    open_on: date | None = None


class PatchState(NamedTuple):
    """The installed build and what it leaves open.

    ``build`` is the installed one where ``exact``, else the least that it can be. ``known`` tells whether it is in
    the table; ``standing`` says in words where an unknown one stands. ``installed`` is the day that a witness,
    ``installed_by``, gives; without one the build came not before ``released``. ``newer_than_data`` is the day of the
    table where the build is newer than every one of its branch in it: no hole is then said to be open.
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

    def cves_in(self, state: FixState) -> tuple[CveState, ...]:
        """Return the vulnerabilities in one state."""
        return tuple(each for each in self.cves if each.state is state)

    def waves_in(self, state: FixState) -> tuple[WaveState, ...]:
        """Return the waves in one state."""
        return tuple(each for each in self.waves if each.state is state)

    @property
    def vulnerable(self) -> bool:
        """Tell whether a vulnerability of a wave is open."""
        return bool(self.waves_in(FixState.OPEN))
