"""Hosts: one row of the fleet's table for each report."""

from typing import Final

from webshellhunt.fleets.peers import known_build
from webshellhunt.model.fleet import FleetHost
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition

_LONGEST: Final = 400
_MOST_WAVES: Final = 20

_WORST_FIRST: Final = {
    state: number
    for number, state in enumerate(
        (
            AssessmentState.BACKDOORED_DESPITE_PATCH,
            AssessmentState.BACKDOORED_AND_VULNERABLE,
            AssessmentState.BACKDOORED,
            AssessmentState.SUSPICIOUS_ONLY,
            AssessmentState.EXPLOITATION_TRACES_ONLY,
            AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED,
            AssessmentState.VULNERABLE_NOTHING_FOUND,
            AssessmentState.INCOMPLETE,
            AssessmentState.NOTHING_FOUND,
        )
    )
}


def host_name(report: Report) -> str:
    """Return the name of the computer, else the location."""
    return (report.host.name or report.location)[:_LONGEST]


def host_row(report: Report) -> FleetHost:
    """Return the row of a report; a malicious trace decides its state before suspicious items do."""
    planted = [v.planting.when_utc for v in report.accused if v.planting is not None]
    dispositions = [verdict.disposition for verdict in report.accused]
    malicious = dispositions.count(Disposition.MALICIOUS)
    state = report.patch_state
    waves = () if state is None else tuple(each.wave.name[:_LONGEST] for each in state.waves_in(FixState.OPEN))
    return FleetHost(
        host_name(report),
        report.location[:_LONGEST],
        _state(report.assessment.state, malicious),
        malicious,
        dispositions.count(Disposition.SUSPICIOUS),
        report.counts.get("files", 0),
        min((when for when in planted if when is not None), default=None),
        known_build(report),
        None if state is None or state.update is None else state.update[:_LONGEST],
        waves[:_MOST_WAVES],
        sum(gap.matters for gap in report.gaps),
        report.interrupted,
    )


def _state(state: AssessmentState, malicious: int) -> AssessmentState:
    """Return the state of a row: neither *only suspicious* with a malicious trace nor *exploitation* without one."""
    if state not in (AssessmentState.SUSPICIOUS_ONLY, AssessmentState.EXPLOITATION_TRACES_ONLY):
        return state
    return AssessmentState.EXPLOITATION_TRACES_ONLY if malicious else AssessmentState.SUSPICIOUS_ONLY


def worst_first(row: FleetHost) -> tuple[int, int, int, bool, str, str, str]:
    """Return the order of a row in the table."""
    first = row.first_planted_utc
    planted = "" if first is None else first.isoformat()
    is_proven = row.state is AssessmentState.EXPLOITATION_TRACES_ONLY and row.malicious > 0
    rank = _WORST_FIRST[AssessmentState.SUSPICIOUS_ONLY if is_proven else row.state]
    return rank, -row.malicious, -row.suspicious, first is None, planted, row.name, row.location
