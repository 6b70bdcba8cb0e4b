"""What is accepted doesn't count, stays in the verdict, and is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.verdict.test_judge import C, S, examination, finding
from webshellhunt.model.acceptance import Acceptance, AcceptanceState
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Examination, Verdict
from webshellhunt.verdict.acceptance import Acceptances
from webshellhunt.verdict.judge import judge

DAY = date(2027, 3, 31)
GRAVE, SURE = finding(S.CRITICAL, C.HIGH, "a-road"), finding(S.MEDIUM, C.HIGH, "a-place")
INDICATOR = finding(S.CRITICAL, C.HIGH, "an-indicator", is_known_content=True)
NOTE = "accepted until 2027-03-31 by J. Doe: ours"


def entry(number: int = 1, **terms: Any) -> Acceptance:
    return Acceptance("ours", "J. Doe", DAY, number=number, **terms)


def page(*findings: object, sha256: str = "ab") -> Examination:
    made = examination(*findings)  # type: ignore[arg-type]
    return replace(made, subject=replace(made.subject, path=r"C:\app\x.aspx", sha256=sha256))


def judged(made: Examination, *entries: Acceptance) -> Verdict:
    return judge(Acceptances(entries).apply(made))


def test_an_accepted_finding_does_not_count_and_stays() -> None:
    verdict = judged(page(GRAVE), entry(path=r"c:\app\*.aspx"))
    assert (verdict.disposition, verdict.otherwise) == (Disposition.BENIGN, Disposition.MALICIOUS)
    assert verdict.reasons == (NOTE,)
    assert [found.accepted for found in verdict.findings] == [True]
    assert verdict.is_accepted


def test_the_rest_decides_and_comes_first() -> None:
    verdict = judged(page(GRAVE, SURE), entry(path=r"c:\app\x.aspx", rule="a-road"))
    assert (verdict.disposition, verdict.otherwise) == (Disposition.SUSPICIOUS, Disposition.MALICIOUS)
    assert verdict.reasons == (SURE.message, NOTE)
    assert [found.rule.slug for found in verdict.findings] == ["a-place", "a-road"]
    assert verdict.counted == (SURE,)


def test_another_content_path_or_rule_is_not_accepted() -> None:
    for terms in ({"sha256": "cd"}, {"path": r"c:\app\y.aspx"}, {"rule": "a-place"}):
        verdict = judged(page(GRAVE), entry(1, **terms))
        assert (verdict.disposition, verdict.otherwise, verdict.is_accepted) == (Disposition.MALICIOUS, None, False)


def test_an_expired_entry_counts_nothing_out_and_is_told() -> None:
    verdict = judged(page(GRAVE), entry(sha256="ab", expired=True))
    assert (verdict.disposition, verdict.otherwise) == (Disposition.MALICIOUS, None)
    assert "accepted until 2027-03-31 by J. Doe: expired" in verdict.reasons
    # One that is in force comes before it, wherever it stands.
    assert judged(page(GRAVE), entry(1, sha256="ab", expired=True), entry(2, sha256="ab")).reasons == (NOTE,)


def test_a_known_indicator_is_accepted_by_its_digest_alone() -> None:
    for terms in ({"path": r"c:\app\x.aspx"}, {"rule": INDICATOR.rule.slug}):
        assert judged(page(INDICATOR), entry(1, **terms)).disposition is Disposition.MALICIOUS
    assert judged(page(INDICATOR), entry(sha256="ab")).disposition is Disposition.BENIGN


def test_information_needs_no_acceptance() -> None:
    verdict = judged(page(replace(GRAVE, severity=Severity.INFO)), entry(sha256="ab"))
    assert not verdict.is_accepted


def test_what_came_of_each_entry_is_told() -> None:
    entries = [
        entry(1, sha256="ab", rule="a-road"),
        entry(2, path=r"c:\app\*", rule="a-place", expired=True),
        entry(3, rule="wsh1234"),
    ]
    acceptances = Acceptances(entries)
    uses = acceptances.uses([acceptances.apply(page(GRAVE, SURE)), acceptances.apply(page(SURE, sha256="cd"))])
    assert [(use.state, use.findings, use.paths) for use in uses] == [
        (AcceptanceState.APPLIED, 1, (r"C:\app\x.aspx",)),
        (AcceptanceState.EXPIRED, 2, (r"C:\app\x.aspx",)),
        (AcceptanceState.UNUSED, 0, ()),
    ]


def test_without_entries_nothing_changes() -> None:
    made = page(GRAVE)
    assert Acceptances(()).apply(made) is made
    assert not Acceptances(())
