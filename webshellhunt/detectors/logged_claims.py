"""Claims about logged acts: the message, the evidence and the facts that all rules about them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from webshellhunt.detectors.contract import Detector, Findings, claim, log_evidence
from webshellhunt.model.findings import Act, Evidence, FactValue
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.logged_acts import MOST_SHOWN, Idea, LoggedAct, LoggedActs, time_words

_MOST_EVIDENCE = 5


def acts_detector(rule: Rule, idea: Idea, words: str, *, ideas: Sequence[Act] = ()) -> Detector:
    """Return the detector that reports the acts of one idea; ``words`` and ``ideas`` are those of ``claim_acts``."""

    def find(acts: LoggedActs) -> Findings:
        if acts.idea is idea:
            yield from claim_acts(rule, acts, words, ideas=ideas)

    return Detector(rule, LoggedActs, find)


def claim_acts(
    rule: Rule,
    acts: LoggedActs,
    words: str,
    *,
    confidence: Confidence | None = None,
    severity: Severity | None = None,
    facts: Mapping[str, FactValue] | None = None,
    ideas: Sequence[Act] = (),
) -> Findings:
    """Yield one finding about acts of one idea, as grave as the gravest of them.

    ``words`` name the idea; the message adds the number, the times, the user and the act itself. ``ideas`` are those of
    ``claim``.
    """
    gravest = acts.gravest
    grave, sure = gravest.gravity.scales
    shown = [act.words for act in acts.acts[:MOST_SHOWN]]
    named: dict[str, FactValue] = {
        "done_at": second_in_utc(gravest.when_utc),
        "first": second_in_utc(acts.acts[0].when_utc),
        "last": second_in_utc(acts.acts[-1].when_utc) if acts.total > 1 else None,
        "count": acts.total,
        "by": acts.users or None,
        "acts": tuple(shown),
        "refused": True if all(act.failed for act in acts.acts) else None,
        "computer": gravest.computer or None,
        **(facts or {}),
    }
    yield claim(
        rule,
        f"{words}: {_times(acts)}: {gravest.inert} ({gravest.reason})",
        *[each for act in _ordered(acts)[:_MOST_EVIDENCE] for each in _evidence(act)],
        severity=grave if severity is None else severity,
        confidence=sure if confidence is None else confidence,
        facts=named,
        ideas=ideas,
    )


def evidence_of(act: LoggedAct) -> Evidence:
    """Return the record of an act; its line is the number of the record."""
    return replace(log_evidence(act.log, act.line), excerpt=act.shown)


def _evidence(act: LoggedAct) -> list[Evidence]:
    """Return all records of an act."""
    return [evidence_of(act), *(evidence_of(act._replace(log=log, line=line)) for log, line in act.also)]


def _ordered(acts: LoggedActs) -> list[LoggedAct]:
    return sorted(acts.acts, key=lambda act: -act.gravity)


def _times(acts: LoggedActs) -> str:
    """Return how often and when, and by whom."""
    first, last = acts.first_utc, acts.last_utc
    by = f" by {', '.join(acts.users[:3])}" if acts.users else ""
    if acts.total == 1 or first is None or first == last:
        often = "" if acts.total == 1 else f"{acts.total:,} times, "
        return f"{often}{time_words(first)}{by}"
    return f"{acts.total:,} times from {time_words(first)} to {time_words(last)}{by}"
