"""The rows of the table of hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.fleet_hosts import page, server
from tests.reports.cases import WHEN, full_report, nothing_found
from webshellhunt.fleets.hosts import host_name, host_row, worst_first
from webshellhunt.model.report import Assessment, AssessmentState
from webshellhunt.model.verdict import Disposition, Planting, Subject, SubjectKind, Verdict


def test_a_row_has_what_a_responder_compares() -> None:
    made = full_report()
    first, *others = made.verdicts
    made = replace(made, verdicts=(replace(first, planting=Planting(WHEN, "w", "s")), *others), interrupted=True)
    row = host_row(made)
    assert (row.name, row.state, row.malicious, row.suspicious) == ("EXCH01", AssessmentState.BACKDOORED, 1, 1)
    assert (row.first_planted_utc, row.build, row.update) == (WHEN, "15.2.792.10", "CU8 Mar21SU")
    assert (row.open_waves, row.gaps, row.interrupted, row.files) == (("ProxyShell",), 1, True, 1234)


@pytest.mark.parametrize(
    ("worst", "state"),
    [
        (Disposition.MALICIOUS, AssessmentState.EXPLOITATION_TRACES_ONLY),
        (Disposition.SUSPICIOUS, AssessmentState.SUSPICIOUS_ONLY),
    ],
)
def test_a_malicious_trace_decides_the_state(worst: Disposition, state: AssessmentState) -> None:
    trace = Verdict(Subject(SubjectKind.TRACE, "ProxyLogon"), worst)
    made = server("EX01", [trace, page("C:/x.aspx", 0, Disposition.SUSPICIOUS)])
    row = host_row(replace(made, assessment=Assessment(AssessmentState.SUSPICIOUS_ONLY, "s")))
    assert row.state is state
    suspicious = replace(row, name="A", state=AssessmentState.SUSPICIOUS_ONLY, malicious=0, suspicious=99)
    assert sorted([suspicious, row], key=worst_first)[0] is (row if row.malicious else suspicious)


def test_a_host_without_a_name_is_called_by_its_location() -> None:
    assert host_name(nothing_found()) == "evidence"
    assert len(host_name(replace(nothing_found(), location="x" * 9999))) == 400


def test_the_worst_host_comes_first() -> None:
    states = list(AssessmentState)
    reports = [replace(server(state), assessment=Assessment(state, "s")) for state in states]
    ordered = sorted(map(host_row, reports), key=worst_first)
    assert ordered[0].state is AssessmentState.BACKDOORED_DESPITE_PATCH
    assert ordered[-1].state is AssessmentState.NOTHING_FOUND
    more = server("Z", [page(f"C:/{at}.aspx", at, Disposition.MALICIOUS) for at in range(2)])
    one = server("A", [page("C:/x.aspx", 0, Disposition.MALICIOUS)])
    assert [row.name for row in sorted(map(host_row, [one, more]), key=worst_first)] == ["Z", "A"]
