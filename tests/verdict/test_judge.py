"""Each row of the decision table decides where it should, and not where it should not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from webshellhunt.model.findings import Act, Finding, Span
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Remedy, Rule, RuleOrigin, Severity
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind
from webshellhunt.reports.rule_list import iter_rules
from webshellhunt.verdict import judge as judge_module
from webshellhunt.verdict.judge import TABLE, judge
from webshellhunt.verdict.rule_rates import frequent_rules, read_table

C, S = Confidence, Severity


def finding(
    severity: Severity,
    confidence: Confidence,
    slug: str = "an-idea",
    origin: RuleOrigin = RuleOrigin.DETECTOR,
    **traits: Any,
) -> Finding:
    """Return a finding of a made-up rule; ``traits`` are further fields of the rule."""
    rule = Rule(id="WSH1999", slug=slug, title=slug, severity=severity, confidence=confidence, origin=origin, **traits)
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
        ([finding(S.CRITICAL, C.HIGH, is_known_content=True)], False, Role.GIVEN, "malicious"),
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

    tool, upload = finding(S.CRITICAL, C.HIGH, "one", is_tool=True), finding(S.HIGH, C.MEDIUM, "two", is_tool=True)
    assert judge(examination(tool)).disposition is Disposition.MALICIOUS
    verdict = judge(examination(behind(tool), behind(upload)))
    assert verdict.disposition is Disposition.SUSPICIOUS
    assert verdict.reasons[-1] == "the application checks access before this code runs"
    assert judge(examination(behind(tool), role=Role.OWA_AUTH)).disposition is Disposition.MALICIOUS
    road = behind(finding(S.CRITICAL, C.HIGH, "request-reaches-eval"))
    assert judge(examination(road, behind(tool))).disposition is Disposition.MALICIOUS
    # The same idea without a check in front of it, in another reading of the file, is the one that counts.
    assert judge(examination(behind(tool), tool)).disposition is Disposition.MALICIOUS


def acting(found: Finding, *spans: tuple[int, int], layer: str = "") -> Finding:
    """Return a finding that rests on the acts at some places."""
    return replace(found, acts=tuple(Act("x.aspx", layer, Span(*span)) for span in spans))


GRAVE, SECOND = finding(S.HIGH, C.MEDIUM, "one"), finding(S.MEDIUM, C.MEDIUM, "two")


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (acting(GRAVE, (0, 9)), acting(SECOND, (20, 29)), "malicious"),
        (acting(GRAVE, (0, 9)), acting(SECOND, (5, 12)), "suspicious"),
        (acting(GRAVE, (0, 9), (40, 49)), acting(SECOND, (44, 45)), "suspicious"),
        (acting(GRAVE, (0, 9)), acting(SECOND, (9, 12)), "malicious"),
        (acting(GRAVE, (0, 9)), acting(SECOND, (5, 12), layer="decoded"), "malicious"),
        (acting(GRAVE, (0, 9)), SECOND, "malicious"),
        (acting(SECOND, (0, 9)), acting(finding(S.MEDIUM, C.MEDIUM, "three"), (5, 6)), "unexplained"),
        (acting(SECOND, (0, 9)), acting(finding(S.MEDIUM, C.MEDIUM, "three"), (15, 16)), "suspicious"),
    ],
)
def test_findings_of_one_act_are_one_idea(one: Finding, two: Finding, expected: str) -> None:
    assert judge(examination(one, two)).disposition.label == expected
    assert judge(examination(two, one)).disposition.label == expected


def test_two_rules_of_one_idea_never_convict() -> None:
    grave, second = finding(S.HIGH, C.MEDIUM, "one"), finding(S.MEDIUM, C.HIGH, "two")
    assert judge(examination(grave, second)).disposition is Disposition.MALICIOUS

    def of(found: Finding, **traits: Any) -> Finding:
        return replace(found, rule=replace(found.rule, **traits))

    shared = [of(each, idea="hiding") for each in (grave, second)]
    settled = [of(grave, id="WSH1998"), of(second, settled_by="WSH1998")]
    merged = [of(grave, settled_by="WSH1998"), of(second, id="WSH1998")]
    for pair in (shared, settled, merged):
        assert judge(examination(*pair)).disposition is Disposition.SUSPICIOUS
    other = [of(grave, idea="hiding"), of(second, idea="sending")]
    assert judge(examination(*other)).disposition is Disposition.MALICIOUS


@pytest.mark.parametrize("grade", [(S.CRITICAL, C.HIGH), (S.HIGH, C.MEDIUM), (S.MEDIUM, C.HIGH)])
@pytest.mark.parametrize("executable", [True, False])
def test_a_frequent_rule_decides_nothing_alone(grade: tuple[Severity, Confidence], executable: bool) -> None:
    found, other = finding(*grade, "one"), finding(S.MEDIUM, C.MEDIUM, "two")
    often = frozenset({found.rule.id})
    made = examination(found, executable=executable)
    assert judge(made).disposition >= Disposition.SUSPICIOUS
    assert judge(made, often).disposition is Disposition.UNEXPLAINED
    checked = replace(found, rule=replace(found.rule, is_tool=True), facts={"access_check": "User.IsInRole"})
    assert judge(examination(checked), often).disposition is Disposition.UNEXPLAINED
    # As a second finding it counts.
    rare = replace(other, rule=replace(other.rule, id="WSH1998"))
    assert judge(examination(found, rare), often).disposition >= Disposition.SUSPICIOUS


def test_the_judge_reads_the_measured_rates() -> None:
    honest, _ = read_table()
    assert honest.pages > 5_000
    assert frequent_rules() == {rule for rule, rate in honest.rates.items() if rate.accusing * 1000 > honest.pages}
    for rule in iter_rules():
        sure = replace(finding(S.CRITICAL, C.HIGH), rule=rule)
        if rule.id in frequent_rules():
            assert judge(examination(sure)).disposition is Disposition.UNEXPLAINED


def test_any_finding_of_a_rule_may_be_the_different_one() -> None:
    same, other = acting(SECOND, (0, 9)), acting(replace(SECOND, message="it says two elsewhere"), (50, 60))
    verdict = judge(examination(acting(GRAVE, (0, 9)), same, other))
    assert verdict.disposition is Disposition.MALICIOUS
    assert verdict.reasons == ("it says one", "it says two elsewhere", "independent findings support each other")


def test_the_search_for_two_different_findings_is_bounded() -> None:
    many = [acting(finding(S.HIGH, C.MEDIUM, f"rule-{number}"), (0, 9)) for number in range(2_000)]
    assert judge(examination(*many)).disposition is Disposition.SUSPICIOUS


def test_an_act_in_a_page_that_exchange_does_not_ship_weighs_more() -> None:
    place = finding(S.LOW, C.MEDIUM, "a-place", is_of_place=True)
    grave, medium = acting(GRAVE, (0, 9)), acting(SECOND, (0, 9))
    verdict = judge(examination(grave, place, role=Role.OWA_AUTH))
    assert (verdict.disposition, verdict.reasons[-1]) == (
        Disposition.MALICIOUS,
        "Exchange ships no such page in this directory",
    )
    assert judge(examination(medium, place, role=Role.OWA_AUTH)).disposition is Disposition.SUSPICIOUS
    assert judge(examination(medium, place)).disposition is Disposition.UNEXPLAINED
    assert judge(examination(grave, place)).disposition is Disposition.SUSPICIOUS
    assert judge(examination(grave, place, role=Role.OWA_AUTH, executable=False)).disposition is Disposition.SUSPICIOUS
    alone, name = replace(place, severity=S.HIGH), finding(S.MEDIUM, C.HIGH, "a-name", is_of_place=True)
    assert judge(examination(alone, role=Role.OWA_AUTH)).disposition is Disposition.SUSPICIOUS
    assert judge(examination(alone, name, role=Role.OWA_AUTH)).disposition is Disposition.SUSPICIOUS


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
    assert verdict.reasons == (
        "your baseline has this content (the clean server); without it: malicious",
        "it says an-idea",
    )
    hint = judge(replace(known, findings=(finding(S.LOW, C.HIGH),)))
    assert (hint.otherwise, hint.is_known_and_accused) == (Disposition.UNEXPLAINED, False)
    plain = judge(replace(known, findings=()))
    assert (plain.otherwise, plain.reasons) == (None, ("a baseline has this content at this path (the clean server)",))


def test_some_rules_survive_a_baseline() -> None:
    found = finding(S.CRITICAL, C.HIGH, "one", survives_baseline=True), finding(S.CRITICAL, C.HIGH, "two")
    verdict = judge(replace(examination(*found), known_good="the clean server"))
    assert verdict.disposition is Disposition.MALICIOUS
    assert [each.rule.slug for each in verdict.findings] == ["one", "two"]


def test_a_file_that_the_server_sends_is_malicious_if_the_effect_is_in_the_browser() -> None:
    found = finding(S.CRITICAL, C.HIGH, acts_in_browser=True)
    assert judge(examination(found, executable=False)).disposition is Disposition.MALICIOUS


def test_the_rules_of_the_judge_say_so_themselves() -> None:
    rules = list(iter_rules())
    assert {rule.slug for rule in rules if rule.is_tool} == {
        "tool-page",
        "request-writes-file",
        "request-names-file",
        "request-names-database",
        "request-fetched-for-visitor",
        "asp-administration-toolkit",
        "aspx-administration-toolkit",
        "aspx-program-launcher-with-toolkit",
        "aspx-writes-file-named-by-request",
        "asp-writes-file-named-by-request",
        "console-of-one-database",
        "mail-sent-for-visitor",
        "php-stores-visitors-file",
        "php-toolkit",
        "registry-written-by-page",
        "server-surveyed-by-page",
    }
    assert {rule.slug for rule in rules if rule.acts_in_browser} == {"password-leaves-sign-in-page"}
    assert {rule.slug for rule in rules if rule.is_known_content} == {
        "known-indicator",
        "naplistener-listens-below-exchange-web-services",
        "doorme-is-asked-by-cookie",
        "hijackserver-manages-links",
        "rungan-listens-beside-iis",
        "ghostcontainer-answers-at-owa",
    }
    assert {rule.slug for rule in rules if rule.is_of_place} == {
        "answers-without-a-file",
        "code-out-of-place",
        "deleted-page-that-ran",
        "known-name",
        "page-not-collected",
        "page-not-shipped-answered",
        "page-only-in-snapshot",
        "recorded-deletion",
        "source-unknown-to-exchange",
        "unexpected-sign-in-page",
        "unlisted-page",
        "unsigned-assembly-in-exchange-folder",
    }
    ideas = {idea: {rule.slug for rule in rules if rule.idea == idea} for idea in {rule.idea for rule in rules} - {""}}
    assert ideas == {
        "hidden names": {"names-written-in-escapes", "object-name-put-together"},
        "something else for crawlers": {"content-for-crawlers", "links-for-crawlers"},
    }
    assert {rule.slug for rule in rules if rule.survives_baseline} == {"known-indicator", "published-machine-key"}
    of_registry = {rule.id for rule in rules if rule.remedy is Remedy.REGISTRY}
    assert {f"WSH{number}" for number in range(4050, 4065)} == of_registry
    others = {rule.slug: rule.remedy for rule in rules if rule.remedy not in (Remedy.ELEMENT, Remedy.REGISTRY)}
    assert others == {
        "changed-stock-file": Remedy.STOCK_FILE,
        "bits-job-runs-program": Remedy.STATED,
        "machine-keys-in-served-file": Remedy.STATED,
        "mail-runs-code": Remedy.TRANSPORT_AGENT,
        "module-answers-crawlers": Remedy.STATED,
        "mof-registers-consumer": Remedy.STATED,
        "native-module-in-web-directory": Remedy.STATED,
        "program-listens-beside-iis": Remedy.STATED,
        "scripting-agent-runs-code": Remedy.STATED,
        "starts-with-windows": Remedy.STATED,
        "task-poses-as-one-of-windows": Remedy.SCHEDULED_TASK,
        "task-runs-from-odd-place": Remedy.SCHEDULED_TASK,
        "wmi-consumer-runs-program": Remedy.STATED,
        "profile-runs-hidden-code": Remedy.POWERSHELL_PROFILE,
        "transport-agent-from-elsewhere": Remedy.TRANSPORT_AGENT,
        "virtual-directory-leads-outside": Remedy.VIRTUAL_DIRECTORY,
    }


def test_the_documentation_has_the_rows_of_the_table() -> None:
    rows = re.findall(
        r"^(\S.*?) {2,}(malicious|suspicious|unexplained|benign)$", judge_module.__doc__ or "", re.MULTILINE
    )
    page = Path(__file__).parents[2] / "docs/explanation/verdicts.md"
    shown = re.findall(r"^\| (.+) \| (.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert shown[1:] == rows
    assert len(rows) == len(TABLE) + 2  # a row of two conditions, and the one without a finding
