"""A verdict on the page: the values of its template, without the victim's secrets, and bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import disposition_words, what_it_is
from webshellhunt.reports.content.use import presence_words, use_sentence
from webshellhunt.reports.events.roads import Road, roads
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.writers.html.excerpts import Excerpt, excerpt, layers_of
from webshellhunt.reports.writers.html.words import SHAPES, TIMES

FINDINGS: Final = 12
"""Largest number of findings in full without ``--all``; of the others, the rules are listed."""

SIGNATURES: Final = 12
"""Largest number of signatures with their sentence without ``--all``."""

EXCERPTS: Final = 4
VALUES: Final = 8
_FACT: Final = 400
_KEYS: Final = frozenset({"request_key", "mapping", "address", "virtual_path"})
_USED: Final = "WSH7101"
_OTHER_PLACES: Final = "same_content_at"
_TAKEN: Final = frozenset({_OTHER_PLACES, "language"})


class FindingView(NamedTuple):
    """A finding: its message, the roads that it states, its excerpts, and its facts by name.

    ``repeats`` is true if an earlier finding has the same excerpts.
    """

    finding: Finding
    message: str
    roads: tuple[Road, ...]
    excerpts: tuple[Excerpt, ...]
    more_excerpts: int
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    repeats: bool


class VerdictView(NamedTuple):
    """A verdict: its few words, its reasons, its findings, and the particulars to note before removing the file.

    ``signatures`` are findings in one sentence each, since detectors explain the same place; ``more`` are the others.
    ``same_as`` is the anchor of an earlier verdict with the same content, whose findings are not repeated.
    """

    anchor: str
    verdict: Verdict
    shape: str
    word: str
    presence: str
    what: str
    reasons: tuple[str, ...]
    findings: tuple[FindingView, ...]
    signatures: tuple[FindingView, ...]
    more: tuple[Finding, ...]
    other_places: tuple[str, ...]
    use: str
    planting: str
    times: tuple[tuple[str, datetime], ...]
    same_as: str = ""


def verdict_view(verdict: Verdict, anchor: str, options: Options, same_as: str = "") -> VerdictView:
    """Return the view of a verdict."""
    redaction = Redaction(verdict, show_secrets=options.show_secrets)
    ordered = _ordered(verdict)
    chosen = ordered if options.show_all else _chosen(_without_use(ordered, verdict), same_as)
    explained = [each for each in chosen if _is_explanation(each)] or chosen
    in_full = chosen if options.show_all else explained[:FINDINGS]
    rest = _others(chosen, in_full)
    in_brief = rest[:SIGNATURES]
    messages = {finding.message for finding in (*in_full, *in_brief)}
    return VerdictView(
        anchor=anchor,
        verdict=verdict,
        shape=SHAPES[verdict.disposition],
        word=disposition_words(verdict.disposition),
        presence=presence_words(verdict.subject),
        what=redaction.text(what_it_is(verdict)),
        reasons=tuple(redaction.text(reason) for reason in verdict.reasons if reason not in messages),
        findings=tuple(_findings(in_full, redaction, options)),
        signatures=tuple(_findings(in_brief, redaction, options)),
        more=tuple(rest[SIGNATURES:]),
        other_places=tuple(_values_of(verdict.findings, redaction)),
        use="" if verdict.use is None else use_sentence(verdict.use),
        planting="" if verdict.planting is None else redaction.text(verdict.planting.sentence),
        times=tuple((words, when) for name, words in TIMES.items() if (when := getattr(verdict.subject.times, name))),
        same_as=same_as,
    )


def _ordered(verdict: Verdict) -> list[Finding]:
    """Return the findings, those first that decided, and detectors before signatures, which explain nothing."""
    decided = {reason: number for number, reason in enumerate(verdict.reasons)}

    def rank(finding: Finding) -> tuple[int, bool, int, int]:
        is_signature = finding.rule.origin is not RuleOrigin.DETECTOR
        return (decided.get(finding.message, len(decided)), is_signature, -finding.severity, -finding.confidence)

    return sorted(verdict.findings, key=rank)


def _chosen(findings: Sequence[Finding], same_as: str) -> list[Finding]:
    """Return the findings that are shown: of a copy, only those about its place and its use."""
    if same_as:
        return [each for each in findings if each.rule.id.startswith(("WSH4", "WSH6", "WSH7"))]
    return list(findings)


def _is_explanation(finding: Finding) -> bool:
    """Return True for a finding of a detector, and for one with a decoded text, which only its excerpt shows."""
    return finding.rule.origin is RuleOrigin.DETECTOR or any(layers_of(each.layer) for each in finding.evidence)


def _without_use(findings: Sequence[Finding], verdict: Verdict) -> list[Finding]:
    """Return the findings without the one about the use of the file, if the line about its use says the same."""
    is_told = verdict.use is not None and bool(verdict.use.answered)
    return [each for each in findings if not (is_told and each.rule.id == _USED)]


def _others(findings: Sequence[Finding], chosen: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are not among the chosen ones."""
    taken = set(map(id, chosen))
    return [each for each in findings if id(each) not in taken]


def _findings(findings: Sequence[Finding], redaction: Redaction, options: Options) -> Iterator[FindingView]:
    seen: set[tuple[object, ...]] = set()
    for finding in findings:
        message = redaction.text(finding.message)
        found = roads(finding, message)
        marks = {**_key_marks(finding), **{word: kind for road in found for word, kind in road.words.items()}}
        most = len(finding.evidence) if options.show_all else EXCERPTS
        shown = [excerpt(each, redaction, marks) for each in finding.evidence[:most]]
        fresh = [each for each in shown if each.key not in seen]
        seen.update(each.key for each in shown)
        yield FindingView(
            finding,
            message,
            found,
            tuple(_distinct(shown if options.show_all else fresh)),
            len(finding.evidence) - len(shown),
            tuple(_facts(finding, redaction, options)),
            bool(shown) and not fresh and not options.show_all,
        )


def _distinct(excerpts: Sequence[Excerpt]) -> Iterator[Excerpt]:
    """Yield excerpts without those of a line that is shown already."""
    seen = set()
    for each in excerpts:
        if each.key not in seen:
            yield each
        seen.add(each.key)


def _key_marks(finding: Finding) -> Mapping[str, str]:
    """Return marks for the values of a finding that its excerpt has, such as the key of a request."""
    values = (finding.facts[name] for name in sorted(_KEYS & finding.facts.keys()))
    return {value.lower(): "source" for value in values if isinstance(value, str) and value}


def _facts(finding: Finding, redaction: Redaction, options: Options) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the facts by name, each with a bounded number of values."""
    facts = {decodable(name): value for name, value in redaction.facts(finding.facts).items()}
    for name in sorted(facts):
        values = _shown(facts[name])
        if values and (options.show_all or name not in _TAKEN):
            yield name.replace("_", " "), tuple(_cut(values, options))


def _shown(value: FactValue) -> list[str]:
    if value is None:
        return []
    values = [decodable(each) for each in (value if isinstance(value, tuple) else (str(value),))]
    return [each if len(each) <= _FACT else f"{each[:_FACT]}…" for each in values]


def _cut(values: Sequence[str], options: Options) -> list[str]:
    more = len(values) - VALUES
    return list(values) if options.show_all or more <= 0 else [*values[:VALUES], f"and {more:,} more"]


def _values_of(findings: Sequence[Finding], redaction: Redaction) -> Iterator[str]:
    """Yield the other places with the same content, each once."""
    seen = set()
    for finding in findings:
        for value in _shown(redaction.facts(finding.facts).get(_OTHER_PLACES)):
            if value not in seen:
                yield value
            seen.add(value)
