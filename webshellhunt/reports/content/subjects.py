"""Subjects: the verdicts of a report in its order, with the texts about each that every format shows.

Secrets of the victim are fingerprints, and identifiers are the same in a saved report. Each text is made when a format
asks for it. All of them come from evidence: a format escapes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Rule, RuleOrigin, Severity
from webshellhunt.model.traffic import Use, read_time
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind, Verdict
from webshellhunt.reports.content.logs import log_place
from webshellhunt.reports.content.phrases import EXPLOITS, UNKNOWN, phrase_of, phrase_with_noun
from webshellhunt.reports.identity import finding_id, subject_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable, defanged, one_line
from webshellhunt.reports.redaction import Redaction
from webshellhunt.views import use_words
from webshellhunt.views.file_times import bounds_of
from webshellhunt.views.use_words import use_in_brief

NOT_APPLICABLE: Final = "-"
"""The use of a subject that is no page."""

USED: Final = "WSH7101"
"""The rule about the use of a file; the sentence about its use has the same numbers."""

_BY_RULE: Final = {
    "WSH2001": "ProxyLogon",
    "WSH2003": "Exchange PowerShell",
    "WSH7201": "a cmdlet of Exchange",
    "WSH7214": "a program of the server",
}
"""The hole, by the rule of a content that only one exploit leaves, or of a logged act that planted the page."""

_PLANTED: Final = ("planted_at", "first_success", "registered_at")
_SEEN: Final = ("first_seen", "detected_at", "done_at", "cleared_at", "taken_at")
"""The facts of findings that are times at which a subject was there already."""

_SEEN_PAGE: Final = ("first_ran", "first_answered", "recorded_created")
"""The same of a page; one that was changed later may have been honest then."""

_OF_CODE: Final = "WSH1"
_OF_THE_PLACE: Final = ("WSH4", "WSH6", "WSH7")
"""Rules about the place and the use of a file: each copy of a content has its own findings of these rules."""

_TECHNIQUE = lazy_pattern(r"T\d{4}(?:\.\d{3})?", re.ASCII)


_PRESENCES: Final = {
    Presence.PRESENT: "still there",
    Presence.DELETED: "deleted",
    Presence.NOT_COLLECTED: "not collected",
    Presence.NOT_READABLE: "not readable",
}


class Since(NamedTuple):
    """The time of planting, the latest one if witnesses disagree, and both in words, or the first day it was seen."""

    when_utc: datetime | None = None
    until_utc: datetime | None = None
    words: str = UNKNOWN


class Certainty(StrEnum):
    """The certainty of a route: proven, likely by an answer in the logs, or only a time in the window of a wave."""

    PROVEN = "proven"
    LIKELY = "likely"
    WINDOW = "window"
    NONE = "none"


class Route(NamedTuple):
    """The name of the hole by which a subject came, and how certain it is."""

    name: str = UNKNOWN
    certainty: Certainty = Certainty.NONE

    @property
    def words(self) -> str:
        """The route as a person reads it: ``ProxyLogon (proven)``, or only ``in the window of ProxyLogon``."""
        if self.certainty is Certainty.WINDOW:
            return f"in the window of {self.name}"
        return self.name if self.certainty is Certainty.NONE else f"{self.name} ({self.certainty})"

    @property
    def is_proven(self) -> bool:
        """True if a witness proves it."""
        return self.certainty is Certainty.PROVEN


@dataclass(frozen=True, eq=False)
class Whole:
    """The parts of a whole report that the texts of each of its subjects need."""

    options: Options = field(default_factory=Options)
    host: str | None = None
    location: str | None = None
    proven: Mapping[str, str] = field(default_factory=dict)
    latest: Mapping[str, datetime | None] = field(default_factory=dict)
    earlier: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report, options: Options) -> Whole:
        """Return the parts of a report: its exploits, the latest planting times, and its place."""
        planted = (each for each in reversed(report.timeline) if each.kind is MomentKind.PLANTED)
        latest = {each.path: each.until_utc for each in planted if each.until_utc is not None}
        return cls(options, report.host.name, report.location, _proven_routes(report.verdicts), latest)


@dataclass(frozen=True, eq=False)
class ShownFinding:
    """A finding as it is shown, without secrets of the victim."""

    finding: Finding
    of: ShownVerdict

    @cached_property
    def id(self) -> str:
        """Its identifier."""
        place, whole = next(iter(self.finding.evidence), None), self.of.whole
        return finding_id(self.finding, place, self.of.subject, whole.host, whole.location)

    @cached_property
    def message(self) -> str:
        """Its message."""
        return self.of.text(self.finding.message)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """A readable excerpt for each piece of evidence."""
        return tuple(map(self.of.redaction.excerpt, self.finding.evidence))

    @cached_property
    def excerpts(self) -> tuple[str, ...]:
        """An excerpt for each piece of evidence, defanged unless raw ones are wanted."""
        is_raw = self.of.whole.options.raw_excerpts
        return tuple(decodable(each) if is_raw else defanged(each) for each in self.texts)

    @cached_property
    def facts(self) -> dict[str, FactValue]:
        """Its facts by name."""
        return self.of.redaction.facts(self.finding.facts)

    @property
    def is_signature(self) -> bool:
        """True if its rule is a signature, which mostly matches a line without an explanation."""
        return _is_signature(self.finding)

    @property
    def rule_id(self) -> str:
        """The id of its rule."""
        return decodable(self.finding.rule.id)

    @property
    def techniques(self) -> tuple[str, ...]:
        """The ATT&CK ids of its rule, each once."""
        return technique_ids(self.finding.rule)

    @property
    def places(self) -> Iterator[tuple[Evidence, str]]:
        """The pieces of evidence, each with its excerpt."""
        return zip(self.finding.evidence, self.excerpts, strict=True)


@dataclass(frozen=True, eq=False)
class ShownVerdict:
    """A verdict as it is shown.

    ``number`` is its place in the report, from 1; ``same_as`` is the number of an earlier one with the same content.
    ``key`` is an identifier that a format gives it; empty for the one that it has in each report.
    """

    verdict: Verdict
    whole: Whole = field(default_factory=Whole)
    number: int = 0
    same_as: int | None = None
    key: str = ""

    @property
    def subject(self) -> Subject:
        """The subject of the verdict."""
        return self.verdict.subject

    @cached_property
    def redaction(self) -> Redaction:
        """The redaction of its texts."""
        return Redaction(self.verdict, show_secrets=self.whole.options.show_secrets)

    def text(self, text: str) -> str:
        """Return a sentence about the subject without secrets."""
        return decodable(self.redaction.text(text))

    @property
    def id(self) -> str:
        """The identifier of the subject, or the one that its format gave it."""
        return self.key or subject_id(self.subject, self.whole.host, self.whole.location)

    @property
    def path(self) -> str:
        """The path of the subject on the server."""
        return decodable(self.subject.path)

    @property
    def word(self) -> str:
        """The disposition in words."""
        return disposition_words(self.verdict.disposition)

    @cached_property
    def what(self) -> str:
        """The kind of the subject in few words, such as ``web shell: executes request data as code``."""
        return self.text(what_it_is(self.verdict))

    @property
    def presence(self) -> str:
        """Whether the subject is still there."""
        return presence_words(self.subject)

    @cached_property
    def since(self) -> Since:
        """Since when the subject is there."""
        return since_of(self.verdict, self.whole.latest.get(self.subject.path))

    @cached_property
    def route(self) -> Route:
        """The hole by which the subject came."""
        return route_of(self.verdict, self.whole.proven)

    @property
    def planting(self) -> str:
        """The sentence about the time of planting; empty if there is none."""
        return "" if self.verdict.planting is None else self.text(self.verdict.planting.sentence)

    @property
    def used(self) -> str:
        """The use of the subject in few words; nobody uses a trace or a configuration by a request."""
        subject = self.subject
        if self.verdict.use is not None:
            return use_in_brief(self.verdict.use)
        is_page = subject.kind is not SubjectKind.REGISTRATION and (subject.executable or bool(subject.urls))
        return UNKNOWN if is_page and not is_logged(subject) else NOT_APPLICABLE

    @property
    def use(self) -> str:
        """The sentence about its use; empty if that is unknown."""
        return "" if self.verdict.use is None else use_sentence(self.verdict.use)

    @property
    def clients(self) -> tuple[tuple[str, str], ...]:
        """The clients to which it answered, each with ``claimed`` if only a header names it, else an empty text."""
        use = self.verdict.use
        return () if use is None else tuple((each, "claimed" if each in use.claimed else "") for each in use.clients)

    @property
    def assumed(self) -> str:
        """The sentence about assumptions; empty if there is none."""
        return f"Assumed: {self.text('; '.join(self.verdict.assumed))}." if self.verdict.assumed else ""

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of the verdict."""
        return tuple(map(self.text, self.verdict.reasons))

    @property
    def other_reasons(self) -> tuple[str, ...]:
        """The reasons that are no message of a finding; none for a copy of an earlier subject, which has them."""
        messages = {each.message for each in self.verdict.findings}
        return tuple(self.text(each) for each in self.verdict.reasons if each not in messages)

    @cached_property
    def findings(self) -> tuple[ShownFinding, ...]:
        """The findings in the order of the verdict."""
        return tuple(ShownFinding(each, self) for each in self.verdict.findings)

    @property
    def leading(self) -> ShownFinding | None:
        """The finding that explains the verdict best."""
        leading = leading_finding(self.verdict)
        return next((each for each in self.findings if each.finding is leading), None)

    @property
    def ordered(self) -> list[ShownFinding]:
        """The findings: the best reason, those that decided, detectors before signatures, which explain nothing."""
        decided, leading = _positions(self.verdict), leading_finding(self.verdict)

        def rank(shown: ShownFinding) -> tuple[object, ...]:
            each = shown.finding
            position = decided.get(each.message, len(decided))
            return (each is not leading, position, shown.is_signature, -each.severity, -each.confidence)

        return sorted(self.findings, key=rank)

    @property
    def telling(self) -> list[ShownFinding]:
        """The findings in their order, without those that another line says: the use, and those of the same content."""
        is_told = self.verdict.use is not None and bool(self.verdict.use.answered)
        kept = [each for each in self.ordered if not (is_told and each.finding.rule.id == USED)]
        if self.same_as is None:
            return kept
        return [each for each in kept if each.finding.rule.id.startswith(_OF_THE_PLACE)]

    @property
    def techniques(self) -> tuple[str, ...]:
        """The ATT&CK ids of the findings that count, each once, sorted."""
        found = {each for shown in self.findings if not shown.finding.accepted for each in shown.techniques}
        return tuple(sorted(found))


def shown_verdicts(report: Report, options: Options) -> Iterator[ShownVerdict]:
    """Yield the listed verdicts of a report in its order: worst first."""
    whole = Whole.of(report, options)
    number = 0
    for verdict in report.verdicts:
        if is_listed(verdict, options):
            number += 1
            digest = verdict.subject.sha256
            first = number if digest is None else whole.earlier.setdefault(digest, number)
            yield ShownVerdict(verdict, whole, number, None if first == number or options.show_all else first)


def accused(report: Report, options: Options) -> tuple[ShownVerdict, ...]:
    """Return the suspicious and malicious subjects of a report, worst first."""
    shown = shown_verdicts(report, options)
    return tuple(each for each in shown if each.verdict.disposition >= Disposition.SUSPICIOUS)


def is_listed(verdict: Verdict, options: Options) -> bool:
    """Return whether a verdict is listed or only counted; accusations that the user overrides are always listed."""
    vouched = verdict.is_accepted or verdict.is_known_and_accused
    return options.show_all or vouched or verdict.disposition > Disposition.BENIGN


def numbers_of(timeline: Iterable[Moment], rows: Iterable[ShownVerdict]) -> dict[Moment, int]:
    """Return the number of the subject that a moment is about, if it is one of these.

    Several traces may have the path of one log: the moment is about the one whose evidence its witness is.
    """
    of_path: dict[str, list[ShownVerdict]] = {}
    for each in rows:
        of_path.setdefault(each.subject.path, []).append(each)
    found: dict[Moment, int] = {}
    for moment in timeline:
        same = of_path.get(moment.path, [])
        told = same if len(same) == 1 else [each for each in same if _has_evidence(each.verdict, moment.witness)]
        if told:
            found[moment] = told[0].number
    return found


def technique_ids(rule: Rule) -> tuple[str, ...]:
    """Return the ATT&CK ids of a rule, each once; a text that is no id is left out."""
    return tuple(dict.fromkeys(each for each in rule.techniques if _TECHNIQUE.fullmatch(each)))


def disposition_words(disposition: Disposition) -> str:
    """Return a disposition in words."""
    return disposition.label.replace("_", " ")


REGISTRY: Final = "registry"
"""The layer of evidence in the registry, where a value has neither line nor column."""


def place_words(evidence: Evidence) -> str:
    """Return the place of a piece of evidence: its line and column, or the line or record of its log."""
    if evidence.layer == "log":
        return log_place(evidence.path, evidence.line)
    return f"line {evidence.line:,}, column {evidence.column:,}"


def leading_finding(verdict: Verdict) -> Finding | None:
    """Return the finding that explains a verdict best: the one that decided it, of a detector before a signature.

    A detector names the act of the code; a signature mostly matches the same line without an explanation.
    """
    decided = _positions(verdict)

    def rank(finding: Finding) -> tuple[object, ...]:
        position = decided.get(finding.message, len(decided))
        return (-finding.severity, _is_signature(finding), position, -finding.confidence, finding.rule.id)

    return min(verdict.counted or verdict.findings, key=rank, default=None)


def what_it_is(verdict: Verdict) -> str:
    """Return the kind of a subject in few words, such as ``web shell: executes request data as code``."""
    leading = leading_finding(verdict)
    if leading is None:
        return next(iter(verdict.reasons), "no reason is known")
    # A finding about the place of a page says nothing about its code: its phrase needs no noun.
    is_mere_place = not leading.rule.id.startswith(_OF_CODE) and not _is_signature(leading)
    if verdict.subject.kind is not SubjectKind.FILE or not verdict.subject.executable or is_mere_place:
        return phrase_of(leading, phrase_with_noun(leading.rule, ""))
    is_certain = verdict.disposition is Disposition.MALICIOUS
    return phrase_with_noun(leading.rule, "web shell", is_certain=is_certain)


def since_of(verdict: Verdict, until_utc: datetime | None = None) -> Since:
    """Return since when a subject is there; ``until_utc`` is the latest time of planting in the timeline, if any.

    Without a time of planting, the words name the bounds that logs, snapshots or remnants prove, or the first day on
    which it was seen.
    """
    planting = verdict.planting
    if planting is not None and planting.when_utc is not None:
        return _between(planting.when_utc, until_utc)
    earliest, latest = _bounds(verdict)
    if earliest is not None:
        return Since(words=f"after {earliest.date()}") if latest is None else _between(earliest, latest)
    planted = min(_times(verdict, _PLANTED), default=None)
    if planted is not None:
        return _between(planted, None)
    seen = [*_times(verdict, _SEEN), *([] if latest is None else [latest])]
    use = verdict.use
    from webshellhunt.correlation.planting_time import is_older_than_its_code

    if not is_older_than_its_code(verdict):
        seen += [*_times(verdict, _SEEN_PAGE), *([use.first_utc] if use and use.answered and use.first_utc else [])]
    return Since(words=f"by {min(seen).date()}") if seen else Since()


def route_of(verdict: Verdict, proven: Mapping[str, str]) -> Route:
    """Return the route of a subject; ``proven`` has the routes that logs prove, by the path of a page in lower case.

    An exploit in the logs is its own route. A planting time in the window of a wave proves nothing.
    """
    logged = proven.get(verdict.subject.path.lower())
    if logged is not None:
        return Route(logged, Certainty.PROVEN)
    for finding in verdict.counted:
        name = finding.facts.get("exploit_name")
        if finding.rule.id in EXPLOITS and isinstance(name, str):
            return Route(name, Certainty.PROVEN if _is_proven(finding) else Certainty.LIKELY)
        if finding.rule.id in _BY_RULE and finding.severity >= Severity.HIGH and not finding.facts.get("refused"):
            return Route(_BY_RULE[finding.rule.id], Certainty.PROVEN)
    waves = () if verdict.planting is None else verdict.planting.waves
    return Route(" or ".join(waves), Certainty.WINDOW) if waves else Route()


def _bounds(verdict: Verdict) -> tuple[datetime | None, datetime | None]:
    """Return the bounds of a planting without a time: those that it has, or those between two snapshots."""
    planting = verdict.planting
    if planting is None or planting.not_before_utc is not None or planting.not_after_utc is not None:
        return (None, None) if planting is None else (planting.not_before_utc, planting.not_after_utc)
    bounds = bounds_of(verdict.findings)
    return bounds.earliest, bounds.latest


def _proven_routes(verdicts: Iterable[Verdict]) -> Mapping[str, str]:
    """Return, by the path of a page in lower case, the name of the exploit that planted it according to the logs."""
    found: dict[str, str] = {}
    for finding in (each for verdict in verdicts for each in verdict.counted if each.rule.id in EXPLOITS):
        page, name = finding.facts.get("planted_page"), finding.facts.get("exploit_name")
        if _is_proven(finding) and isinstance(page, str) and isinstance(name, str):
            found.setdefault(page.lower(), name)
    return found


def _has_evidence(verdict: Verdict, witness: str) -> bool:
    """Return True if a witness is a line or record of the evidence of a verdict."""
    path, _, number = witness.rpartition(", ")
    places = (place for finding in verdict.counted for place in finding.evidence)
    return any(each.path == path and number.rpartition(" ")[2] == str(each.line) for each in places)


def _is_proven(exploit: Finding) -> bool:
    return exploit.facts.get("result") == "proven"


def _is_signature(finding: Finding) -> bool:
    return finding.rule.origin is not RuleOrigin.DETECTOR


def _positions(verdict: Verdict) -> dict[str, int]:
    """Return the position of each reason that decided a verdict."""
    return {reason: number for number, reason in enumerate(verdict.reasons)}


def _between(when: datetime, until: datetime | None) -> Since:
    day, last = str(when.date()), "" if until is None else str(until.date())
    return Since(when, until, f"{day} to {last}" if last > day else day)


def _times(verdict: Verdict, names: tuple[str, ...]) -> Iterator[datetime]:
    """Yield the times in the facts of these names."""
    values = (each.facts.get(name) for each in verdict.counted for name in names)
    yield from (when for value in values if (when := read_time(str(value or ""))) is not None)


def is_logged(subject: Subject) -> bool:
    """Return True for a trace that is still in the logs."""
    return subject.kind is SubjectKind.TRACE and subject.presence is Presence.PRESENT


def presence_words(subject: Subject) -> str:
    """Return whether a subject is still there; of a trace in a log, the place where it is."""
    return "in the logs" if is_logged(subject) else _PRESENCES[subject.presence]


def use_sentence(use: Use) -> str:
    """Return the use of a file in one sentence."""
    return one_line(use_words.use_sentence(use))
