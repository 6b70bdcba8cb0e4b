"""Each row of the decision table decides where it should, and not where it should not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webshellhunt.model.findings import Finding
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Rule, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind
from webshellhunt.verdict.judge import TABLE, judge

C, S = Confidence, Severity


def finding(
    severity: Severity, confidence: Confidence, slug: str = "an-idea", origin: RuleOrigin = RuleOrigin.DETECTOR
) -> Finding:
    """Return a finding of a made-up rule."""
    rule = Rule(id="WSH1999", slug=slug, title=slug, severity=severity, confidence=confidence, origin=origin)
    return Finding(rule, f"it says {slug}", severity, confidence)


def examination(*findings: Finding, executable: bool = True, role: Role = Role.GIVEN) -> Examination:
    """Return an examination of a made-up page."""
    return Examination(Subject(SubjectKind.FILE, "x.aspx", role=role, executable=executable), findings)


@pytest.mark.parametrize(
    ("findings", "executable", "role", "expected"),
    [
        ([], True, Role.GIVEN, "benign"),
        ([finding(S.INFO, C.HIGH)], True, Role.GIVEN, "benign"),
        ([finding(S.LOW, C.HIGH)], True, Role.GIVEN, "unexplained"),
        ([finding(S.MEDIUM, C.MEDIUM)], True, Role.GIVEN, "unexplained"),
        ([finding(S.MEDIUM, C.HIGH)], True, Role.GIVEN, "suspicious"),
        ([finding(S.MEDIUM, C.MEDIUM, "one"), finding(S.MEDIUM, C.MEDIUM, "two")], True, Role.GIVEN, "suspicious"),
        ([finding(S.MEDIUM, C.MEDIUM, "one"), finding(S.MEDIUM, C.MEDIUM, "one")], True, Role.GIVEN, "unexplained"),
        ([finding(S.HIGH, C.LOW)], True, Role.GIVEN, "unexplained"),
        ([finding(S.HIGH, C.MEDIUM)], True, Role.GIVEN, "suspicious"),
        ([finding(S.HIGH, C.MEDIUM, "one"), finding(S.MEDIUM, C.LOW, "two")], True, Role.OWA_AUTH, "malicious"),
        ([finding(S.HIGH, C.MEDIUM, "one"), finding(S.MEDIUM, C.LOW, "two")], True, Role.WWWROOT, "suspicious"),
        ([finding(S.HIGH, C.MEDIUM, "one"), finding(S.MEDIUM, C.MEDIUM, "two")], True, Role.WWWROOT, "malicious"),
        ([finding(S.HIGH, C.MEDIUM, "one"), finding(S.MEDIUM, C.MEDIUM, "two")], False, Role.WWWROOT, "suspicious"),
        ([finding(S.HIGH, C.MEDIUM, "one"), finding(S.HIGH, C.HIGH, "one")], True, Role.WWWROOT, "suspicious"),
        ([finding(S.CRITICAL, C.HIGH)], True, Role.GIVEN, "malicious"),
        ([finding(S.CRITICAL, C.HIGH)], False, Role.GIVEN, "suspicious"),
        ([finding(S.CRITICAL, C.HIGH, "known-indicator")], False, Role.GIVEN, "malicious"),
        ([finding(S.CRITICAL, C.HIGH, origin=RuleOrigin.PUBLIC_SIGNATURE)], True, Role.GIVEN, "suspicious"),
    ],
)
def test_table(findings: list[Finding], executable: bool, role: Role, expected: str) -> None:
    verdict = judge(examination(*findings, executable=executable, role=role))
    assert verdict.disposition.label == expected
    assert bool(verdict.reasons) == (verdict.disposition > Disposition.BENIGN)


def test_what_tools_do_behind_an_access_check_is_suspicion_unless_only_setup_should_write_there() -> None:
    def behind(found: Finding) -> Finding:
        return replace(found, facts={"access_check": "User.IsInRole"})

    tool, upload = finding(S.CRITICAL, C.HIGH, "tool-page"), finding(S.HIGH, C.MEDIUM, "request-writes-file")
    assert judge(examination(tool)).disposition is Disposition.MALICIOUS
    verdict = judge(examination(behind(tool), behind(upload)))
    assert verdict.disposition is Disposition.SUSPICIOUS
    assert verdict.reasons[-1] == "but only behind an access check of the application"
    assert judge(examination(behind(tool), role=Role.OWA_AUTH)).disposition is Disposition.MALICIOUS
    road = behind(finding(S.CRITICAL, C.HIGH, "request-reaches-eval"))
    assert judge(examination(road, behind(tool))).disposition is Disposition.MALICIOUS
    # The same idea without a check in front of it, in another reading of the file, is the one that counts.
    assert judge(examination(behind(tool), tool)).disposition is Disposition.MALICIOUS


def test_what_is_dormant_never_convicts_and_gives_way_to_what_is_awake() -> None:
    sleeping = replace(finding(S.CRITICAL, C.HIGH), dormant=True)
    assert judge(examination(sleeping)).disposition is Disposition.SUSPICIOUS
    assert judge(examination(sleeping, finding(S.MEDIUM, C.LOW, "two"), role=Role.OWA_AUTH)).disposition is (
        Disposition.SUSPICIOUS
    )
    assert judge(examination(sleeping, finding(S.CRITICAL, C.HIGH))).disposition is Disposition.MALICIOUS


def test_reasons_name_the_deciding_idea_first_and_findings_come_gravest_first() -> None:
    verdict = judge(examination(finding(S.LOW, C.HIGH, "minor"), finding(S.CRITICAL, C.HIGH, "grave")))
    assert verdict.reasons == ("it says grave",)
    assert [f.rule.slug for f in verdict.findings] == ["grave", "minor"]


def test_the_table_falls_from_worst_to_least() -> None:
    dispositions = [row.disposition for row in TABLE]
    assert dispositions == sorted(dispositions, reverse=True)


def test_what_a_baseline_knows_is_known_good_and_what_we_think_of_it_is_said() -> None:
    known = replace(examination(finding(S.CRITICAL, C.HIGH)), known_good="the clean server")
    verdict = judge(known)
    assert (verdict.disposition, verdict.otherwise) == (Disposition.KNOWN_GOOD, Disposition.MALICIOUS)
    assert verdict.is_known_and_accused
    assert verdict.reasons == ("known by your baseline (the clean server), and malicious to us", "it says an-idea")
    hint = judge(replace(known, findings=(finding(S.LOW, C.HIGH),)))
    assert (hint.otherwise, hint.is_known_and_accused) == (Disposition.UNEXPLAINED, False)
    plain = judge(replace(known, findings=()))
    assert (plain.otherwise, plain.reasons) == (None, ("its content is known for this path (the clean server)",))


@pytest.mark.parametrize("slug", ["known-indicator", "published-machine-key"])
def test_a_baseline_vouches_for_no_known_shell_and_no_public_key(slug: str) -> None:
    found = finding(S.CRITICAL, C.HIGH, slug), finding(S.CRITICAL, C.HIGH, "other")
    verdict = judge(replace(examination(*found), known_good="the clean server"))
    assert verdict.disposition is Disposition.MALICIOUS
    assert [each.rule.slug for each in verdict.findings] == [slug, "other"]
