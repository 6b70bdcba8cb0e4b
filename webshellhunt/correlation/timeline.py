"""Timeline: planting, first use, fix and last use on one line each, with their witnesses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.patches import PatchState
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import RECORD_FILES, read_time
from webshellhunt.model.verdict import Disposition, Verdict

MOST: Final = 100
"""The most lines; the earliest are kept, and the latest ``_LATEST``."""

_LATEST: Final = 20
_MOST_ACTS: Final = 6
_LONGEST_EXCERPT: Final = 200

_KINDS: Final = {
    "first_success": MomentKind.EXPLOITED,
    "first_seen": MomentKind.VIEW_STATE,
    "cleared_at": MomentKind.LOG_CLEARED,
    "taken_at": MomentKind.TAKEN,
    "detected_at": MomentKind.DETECTED,
    "removed_at": MomentKind.REMOVED,
    "recorded_created": MomentKind.CREATED,
    "recorded_renamed": MomentKind.RENAMED,
    "recorded_deleted": MomentKind.DELETED,
}

MOMENT_FACTS: Final = {
    "first_success": "exploited: {name}",
    "first_seen": "a view state was sent",
    "cleared_at": "log cleared: {name}",
    "taken_at": "{message}",
    "done_at": "{message}",
    "detected_at": "antivirus detected {name}",
    "removed_at": "antivirus removed {name}",
    "recorded_created": "created, says the change journal: {name}",
    "recorded_renamed": "renamed: {name}",
    "recorded_deleted": "deleted: {name}",
}
"""The facts of a subject that are times, and their names in a timeline."""


def timeline(verdicts: Iterable[Verdict], patch_state: PatchState | None) -> tuple[Moment, ...]:
    """Return the moments of the accused subjects and of the fixes, in the order of time.

    Their events are whole, and may contain secrets of the victim: formats hide these, and cut long events afterwards.
    """
    moments = [*_fixes(patch_state)]
    for verdict in verdicts:
        if verdict.disposition >= Disposition.SUSPICIOUS:
            moments += _moments(verdict)
    ordered = sorted({(each.when_utc, each.event): each for each in reversed(moments)}.values())
    if len(ordered) > MOST:
        ordered = [*ordered[: MOST - _LATEST], *ordered[-_LATEST:]]
    return tuple(ordered)


def _fixes(state: PatchState | None) -> Iterator[Moment]:
    for each in () if state is None else state.waves:
        if each.closed_on is not None and each.closed_by is not None:
            when = datetime.combine(each.closed_on, time(), UTC)
            words = "installed" if each.closed_exactly else "installed on this day or earlier"
            yield Moment(when, f"fix for {each.wave.name} {words}", each.closed_by.words, MomentKind.FIXED)


def _moments(verdict: Verdict) -> Iterator[Moment]:
    path, planting, use = verdict.subject.path, verdict.planting, verdict.use
    if planting is not None and planting.when_utc is not None:
        until = planting.when_utc + timedelta(seconds=planting.apart_s) if planting.apart_s else None
        yield Moment(planting.when_utc, f"planted: {path}", planting.witness, MomentKind.PLANTED, path, until)
    if use is not None and use.answered and not use.visited:
        log = use.logs[0] if use.logs else ""
        if use.first_utc is not None:
            yield Moment(use.first_utc, f"first used: {path}", _line(log, use.line), MomentKind.FIRST_USED, path)
        if use.last_utc is not None and use.last_utc != use.first_utc:
            witness = _line(use.last_log, use.last_line)
            yield Moment(use.last_utc, f"last used: {path}", witness, MomentKind.LAST_USED, path)
    for finding in verdict.counted:
        acts = list(_acts(finding)) if finding.severity > Severity.INFO and "cleared_at" not in finding.facts else []
        yield from acts
        if not acts:
            yield from _told(verdict, finding)


def _told(verdict: Verdict, finding: Finding) -> Iterator[Moment]:
    """Yield the times that a finding names."""
    name = verdict.subject.path.partition(" (requests in the logs)")[0]
    evidence = finding.evidence[0] if finding.evidence else None
    witness = finding.rule.id if evidence is None else _line(evidence.path, evidence.line)
    for fact, words in MOMENT_FACTS.items():
        when = read_time(str(finding.facts.get(fact) or ""))
        if when is not None:
            event = words.format(name=name, message=finding.message)
            yield Moment(when, event, witness, _KINDS.get(fact, MomentKind.OTHER), verdict.subject.path)


def _acts(finding: Finding) -> Iterator[Moment]:
    """Yield the acts of a finding, each with the record that says so; the first ones, and the last."""
    told = finding.facts.get("acts")
    acts = told if isinstance(told, tuple) else ()
    for act in acts if len(acts) <= _MOST_ACTS else (*acts[: _MOST_ACTS - 1], acts[-1]):
        when, _, words = act.partition(" ")
        moment = read_time(when)
        if moment is not None:
            yield Moment(moment, words, _witness(finding, words))


def _witness(finding: Finding, words: str) -> str:
    """Return the record of an act, or the log alone if the finding has no evidence of this act."""
    for each in finding.evidence:
        if each.excerpt and words.startswith(each.excerpt.replace("<", "<·")[:_LONGEST_EXCERPT]):
            return _line(each.path, each.line)
    return finding.evidence[0].path if finding.evidence else finding.rule.id


def _line(log: str, line: int) -> str:
    """Return a line of a log, or a record of an event log."""
    if not line:
        return log
    return f"{log}, {'record' if log.lower().endswith(RECORD_FILES) else 'line'} {line}"
