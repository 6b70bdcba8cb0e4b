"""Timeline: planting, first use, fix and last use on one line each, with their witnesses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Final

from webshellhunt.model.log_results import Moment
from webshellhunt.model.patches import PatchState
from webshellhunt.model.traffic import read_time
from webshellhunt.model.verdict import Disposition, Verdict

MOST: Final = 100
"""The most lines; the earliest are kept."""

MOMENT_FACTS: Final = {
    "first_success": "first success",
    "first_attempt": "first attempt",
    "first_seen": "first seen",
    "cleared_at": "log cleared",
    "done_at": "done",
}
"""The facts of a trace that are times, and their names in a timeline."""


def timeline(verdicts: Iterable[Verdict], patch_state: PatchState | None) -> tuple[Moment, ...]:
    """Return the moments of the accused subjects and of the fixes, in the order of time."""
    moments = [*_fixes(patch_state)]
    for verdict in verdicts:
        if verdict.disposition >= Disposition.SUSPICIOUS:
            moments += _moments(verdict)
    return tuple(sorted(dict.fromkeys(moments))[:MOST])


def _fixes(state: PatchState | None) -> Iterator[Moment]:
    for each in () if state is None else state.waves:
        if each.closed_on is not None and each.closed_by is not None:
            when = datetime.combine(each.closed_on, time(), UTC)
            words = "installed" if each.closed_exactly else "installed on this day or earlier"
            yield Moment(when, f"fix for {each.wave.name} {words}", each.closed_by.words)


def _moments(verdict: Verdict) -> Iterator[Moment]:
    path, planting, use = verdict.subject.path, verdict.planting, verdict.use
    if planting is not None and planting.when_utc is not None:
        yield Moment(planting.when_utc, f"planted: {path}", planting.witness)
    if use is not None and use.answered:
        log = use.logs[0] if use.logs else ""
        if use.first_utc is not None:
            yield Moment(use.first_utc, f"first used: {path}", f"{log}, line {use.line}")
        if use.last_utc is not None and use.last_utc != use.first_utc:
            yield Moment(use.last_utc, f"last used: {path}", use.logs[-1] if use.logs else "")
    for finding in verdict.counted:
        for name, words in MOMENT_FACTS.items():
            when = read_time(str(finding.facts.get(name) or ""))
            if when is not None:
                witness = finding.evidence[0].path if finding.evidence else finding.rule.id
                yield Moment(when, f"{words}: {path}", witness)
