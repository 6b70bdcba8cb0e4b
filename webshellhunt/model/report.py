"""Report: everything one hunt has to say, ready for any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.model.acceptance import AcceptanceUse
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import PatchState, Witness
from webshellhunt.model.places import Root, Volume
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.verdict import Verdict


class AssessmentState(StrEnum):
    """The host's state in one word; ``nothing_found`` never means clean."""

    BACKDOORED_DESPITE_PATCH = "backdoored_despite_patch"
    BACKDOORED_AND_VULNERABLE = "backdoored_and_vulnerable"
    BACKDOORED = "backdoored"
    SUSPICIOUS_ONLY = "suspicious_only"
    EXPLOITATION_TRACES_ONLY = "exploitation_traces_only"
    KEYS_OR_CREDENTIALS_EXPOSED = "keys_or_credentials_exposed"
    VULNERABLE_NOTHING_FOUND = "vulnerable_nothing_found"
    NOTHING_FOUND = "nothing_found"
    INCOMPLETE = "incomplete"


class Held(StrEnum):
    """Whether the source held an input of the hunt at all; ``held_not_read`` is there, and this version reads none."""

    HELD = "held"
    NOT_READ = "held_not_read"
    PARTIAL = "partial"
    MISSING = "missing"


class Coverage(NamedTuple):
    """Which inputs the source held: what an input did not contain is told, not passed over."""

    registry: Held = Held.MISSING
    configuration: Held = Held.MISSING
    pages: Held = Held.MISSING
    compiled: Held = Held.MISSING
    logs: Held = Held.MISSING


class ExchangeInstall(NamedTuple):
    """Where Exchange is installed, as reports show it, and the build that its ExSetup.exe carries, if it was held.

    ``witnesses`` are all that tell a build, that program included, or when one came.
    """

    path: str
    build: str | None = None
    witnesses: tuple[Witness, ...] = ()


class Host(NamedTuple):
    """What the survey learnt of the host: its drives, and where Exchange is installed."""

    volumes: tuple[Volume, ...] = ()
    exchange: tuple[ExchangeInstall, ...] = ()
    iis: bool = False

    @property
    def builds(self) -> tuple[str, ...]:
        """Return the builds of Exchange; none where that of any installation isn't known."""
        known = tuple(install.build for install in self.exchange if install.build is not None)
        return known if len(known) == len(self.exchange) else ()


class Assessment(NamedTuple):
    """One sentence for the person who has to act, its state, and the next steps with their reasons."""

    state: AssessmentState
    sentence: str
    next_steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one hunt over one location, verdicts worst first.

    ``counts`` maps each disposition's label to a number of subjects, and ``files`` to the files examined.
    ``location`` is the location as the user gave it. ``patch_state`` is ``None`` where no build is told.
    ``acceptances`` has each entry of the user's ``--accept`` files, and what came of it. ``times`` says whose times
    those of the files are, by place; empty where nothing was decided.
    """

    location: str
    host: Host
    roots: tuple[Root, ...]
    verdicts: tuple[Verdict, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    assessment: Assessment
    counts: Mapping[str, int] = field(default_factory=dict)
    interrupted: bool = False
    patch_state: PatchState | None = None
    acceptances: tuple[AcceptanceUse, ...] = ()
    times: tuple[TimeBasis, ...] = ()
