"""Report: the result of one hunt, ready for any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.acceptance import AcceptanceUse
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.log_results import Moment, Traffic
from webshellhunt.model.patches import PatchState, Witness
from webshellhunt.model.places import Root, Volume
from webshellhunt.model.plain_data import from_plain, to_plain
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.verdict import Disposition, Verdict

PLAIN_FORM_VERSION = 1
"""The version of ``Report.to_dict``: raised when a field changes its meaning or goes; a new field has a default."""

_KIND = "webshellhunt report"


class AssessmentState(StrEnum):
    """The state of the host in one word; ``nothing_found`` never means clean."""

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
    """The availability of an input in the source; ``held_not_read`` is present, but this version does not read it."""

    HELD = "held"
    NOT_READ = "held_not_read"
    PARTIAL = "partial"
    MISSING = "missing"


class Coverage(NamedTuple):
    """The inputs of the hunt that the source contains, and those that it lacks."""

    registry: InputState = InputState.MISSING
    configuration: InputState = InputState.MISSING
    pages: InputState = InputState.MISSING
    compiled: InputState = InputState.MISSING
    logs: InputState = InputState.MISSING
    hives: InputState = InputState.MISSING
    services: InputState = InputState.MISSING
    tasks: InputState = InputState.MISSING
    assemblies: InputState = InputState.MISSING


class ExchangeInstall(NamedTuple):
    """The folder of an Exchange installation, for reports, and the build of its ExSetup.exe, if the source has it.

    ``witnesses`` are all pieces of evidence for a build or for its time, that program included.
    """

    path: str
    build: str | None = None
    witnesses: tuple[Witness, ...] = ()


class Host(NamedTuple):
    """The host: its drives, its Exchange installations, and the name of the computer."""

    volumes: tuple[Volume, ...] = ()
    exchange: tuple[ExchangeInstall, ...] = ()
    iis: bool = False
    name: str | None = None

    @property
    def is_server(self) -> bool:
        """Return True if the source contains IIS or Exchange."""
        return self.iis or bool(self.exchange)

    @property
    def builds(self) -> tuple[str, ...]:
        """Return the builds of Exchange; none if the build of any installation is unknown."""
        known = tuple(install.build for install in self.exchange if install.build is not None)
        return known if len(known) == len(self.exchange) else ()


class Step(NamedTuple):
    """A next step: one sentence with its reason, and its items (paths, places, commands)."""

    text: str
    items: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the step on one line."""
        return f"{self.text} {'; '.join(self.items)}" if self.items else self.text


class Assessment(NamedTuple):
    """The state of the host, one sentence about it, and the next steps with their reasons."""

    state: AssessmentState
    sentence: str
    next_steps: tuple[Step, ...] = ()


class RunOptions(NamedTuple):
    """The options of a run that change its result; ``machine_keys`` is the number of keys listed as public."""

    signatures: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    machine_keys: int = 0
    engine: str = "auto"
    logs: LogOptions = LogOptions()

    @property
    def input_paths(self) -> tuple[str, ...]:
        """The files and folders that the run reads besides evidence."""
        return (*self.signatures, *self.baselines, *self.accepted, *self.logs.pattern_paths)


@dataclass(frozen=True, slots=True)
class Run:
    """The start of a hunt, its options, and the date of the newest entry in the shipped tables.

    ``version`` is that of webshellhunt; empty if it is unknown. The start does not count for equality.
    """

    started_utc: datetime | None = field(default=None, compare=False)
    data_as_of: date | None = None
    options: RunOptions = field(default_factory=RunOptions)
    version: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """The result of one hunt over one location, verdicts worst first.

    ``counts`` maps each disposition's label to a number of subjects, and ``files`` to the number of examined files.
    ``location`` is the location in the spelling of the user. ``patch_state`` is ``None`` if no build was found.
    ``acceptances`` has each entry of the user's ``--accept`` files, and its use. ``times`` has, by place, the decision
    whether file times are original; empty without a decision. ``run`` is the start of the hunt and its options.
    ``context`` is, for one file examined by itself, a sentence about the settings and the role that were assumed.
    ``traffic`` is the extent of the logs and the clients of accused pages; ``None`` if no log was read. ``timeline``
    has the dated events of accused subjects, in order. ``form`` is the form of the source in words; empty for a folder.
    ``is_collection`` is true if a tool or a person selected the files, so that an absent file is not a deleted one.
    ``secrets_hidden`` is true for a saved report whose texts about the host have fingerprints for secrets.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.selftest.demo import demo_source
        >>> report = wsh.hunt(demo_source())
        >>> wsh.Report.from_dict(report.to_dict()) == report
        True
        >>> all(verdict.disposition >= wsh.Disposition.SUSPICIOUS for verdict in report.accused)
        True
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
    traffic: Traffic | None = None
    timeline: tuple[Moment, ...] = ()
    form: str = ""
    is_collection: bool = False
    secrets_hidden: bool = False

    @property
    def accused(self) -> tuple[Verdict, ...]:
        """The verdicts that are suspicious or malicious, worst first."""
        return tuple(verdict for verdict in self.verdicts if verdict.disposition >= Disposition.SUSPICIOUS)

    @property
    def unlisted(self) -> int:
        """The number of benign subjects that are only counted, as in a report that was saved without ``--all``."""
        benign = (Disposition.BENIGN, Disposition.KNOWN_GOOD)
        listed = sum(verdict.disposition in benign for verdict in self.verdicts)
        return max(0, sum(self.counts.get(each.label, 0) for each in benign) - listed)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole report as plain data that ``json`` writes, with its schema version.

        Excerpts are as found, and secrets of the victim are readable. For a file that others read, use
        ``render(report, "json")``, which defangs the one and shows fingerprints of the other.
        """
        return {"kind": _KIND, "schema_version": PLAIN_FORM_VERSION, **to_plain(self)}

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
        if version != PLAIN_FORM_VERSION:
            readable = f"this version of webshellhunt reads {PLAIN_FORM_VERSION}; use the version that wrote it"
            raise UsageError(f"the report has schema version {version!r}, and {readable}")
        return from_plain(cls, dict(data), "report")

    def __repr__(self) -> str:
        state, accused, gaps = self.assessment.state.value, len(self.accused), len(self.gaps)
        return f"<Report {self.location!r}: {state}, {accused} of {len(self.verdicts)} accused, gaps: {gaps}>"
