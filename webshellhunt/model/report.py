"""Report: everything one hunt has to say, ready for any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.acceptance import AcceptanceUse
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import PatchState, Witness
from webshellhunt.model.places import Root, Volume
from webshellhunt.model.plain_data import from_plain, to_plain
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.verdict import Disposition, Verdict

SCHEMA_VERSION = 1
"""The version of ``Report.to_dict``: raised when a field changes its meaning or goes; a new field has a default."""

_KIND = "webshellhunt report"


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


class InputState(StrEnum):
    """Whether the source held an input of the hunt at all; ``held_not_read`` is there, and this version reads none."""

    HELD = "held"
    NOT_READ = "held_not_read"
    PARTIAL = "partial"
    MISSING = "missing"


class Coverage(NamedTuple):
    """Which inputs the source held: what an input did not contain is told, not passed over."""

    registry: InputState = InputState.MISSING
    configuration: InputState = InputState.MISSING
    pages: InputState = InputState.MISSING
    compiled: InputState = InputState.MISSING
    logs: InputState = InputState.MISSING


class ExchangeInstall(NamedTuple):
    """Where Exchange is installed, as reports show it, and the build that its ExSetup.exe carries, if it was held.

    ``witnesses`` are all that tell a build, that program included, or when one came.
    """

    path: str
    build: str | None = None
    witnesses: tuple[Witness, ...] = ()


class Host(NamedTuple):
    """The survey's findings about the host: its drives, its Exchange installations, and the computer's name."""

    volumes: tuple[Volume, ...] = ()
    exchange: tuple[ExchangeInstall, ...] = ()
    iis: bool = False
    name: str | None = None

    @property
    def is_server(self) -> bool:
        """Return True if the source holds anything of IIS or Exchange."""
        return self.iis or bool(self.exchange)

    @property
    def builds(self) -> tuple[str, ...]:
        """Return the builds of Exchange; none where that of any installation isn't known."""
        known = tuple(install.build for install in self.exchange if install.build is not None)
        return known if len(known) == len(self.exchange) else ()


class Step(NamedTuple):
    """A next step: one sentence with its reason, and the things that it is about (paths, places, commands)."""

    text: str
    items: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the step on one line."""
        return f"{self.text} {'; '.join(self.items)}" if self.items else self.text


class Assessment(NamedTuple):
    """One sentence for the person who has to act, its state, and the next steps with their reasons."""

    state: AssessmentState
    sentence: str
    next_steps: tuple[Step, ...] = ()


class RunOptions(NamedTuple):
    """The options of a run that change its result; ``machine_keys`` counts the keys that the user named as public."""

    signatures: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    machine_keys: int = 0
    engine: str = "auto"


@dataclass(frozen=True, slots=True)
class Run:
    """When a hunt started, with which options, and the date of the newest entry in the shipped tables.

    Two runs are equal whenever they started.
    """

    started_utc: datetime | None = field(default=None, compare=False)
    data_as_of: date | None = None
    options: RunOptions = field(default_factory=RunOptions)


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The result of one hunt over one location, verdicts worst first.

    ``counts`` maps each disposition's label to a number of subjects, and ``files`` to the files examined.
    ``location`` is the location as the user gave it. ``patch_state`` is ``None`` where no build is told.
    ``acceptances`` has each entry of the user's ``--accept`` files, and what came of it. ``times`` says whose times
    those of the files are, by place; empty where nothing was decided. ``run`` says when and how the hunt ran.
    ``context`` is, for one file examined by itself, a sentence about how it was read and what was not known of it.
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
    run: Run = field(default_factory=Run)
    context: str | None = None

    @property
    def accused(self) -> tuple[Verdict, ...]:
        """The verdicts that are suspicious or malicious, worst first."""
        return tuple(verdict for verdict in self.verdicts if verdict.disposition >= Disposition.SUSPICIOUS)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole report as plain data that ``json`` writes, with its schema version.

        Excerpts are as found, and secrets of the victim are readable. For a file that others read, use
        ``render(report, "json")``, which defangs the one and shows fingerprints of the other.
        """
        return {"kind": _KIND, "schema_version": SCHEMA_VERSION, **to_plain(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the report that ``to_dict`` wrote; it is equal to the original.

        Raises:
            WrongTypeError: ``data`` is no mapping.
            UsageError: It is no such report, or of another schema version.
        """
        if not isinstance(data, Mapping):
            raise WrongTypeError(
                f"Report.from_dict takes a dict, not {type(data).__name__}; pass the result of to_dict"
            )
        if data.get("kind") != _KIND:
            raise UsageError("this is no report; pass the result of Report.to_dict")
        version = data.get("schema_version")
        if version != SCHEMA_VERSION:
            words = (
                f"the report has schema version {version!r}, and this version of webshellhunt reads {SCHEMA_VERSION}"
            )
            raise UsageError(f"{words}; use the version that wrote it")
        return from_plain(cls, dict(data), "report")

    def __repr__(self) -> str:
        state, accused, gaps = self.assessment.state.value, len(self.accused), len(self.gaps)
        return f"<Report {self.location!r}: {state}, {accused} of {len(self.verdicts)} accused, gaps: {gaps}>"
