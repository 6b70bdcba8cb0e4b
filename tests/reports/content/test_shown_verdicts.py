"""Shown verdicts: the texts that may leave, with stable identifiers."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import demo_report
from tests.reports.cases import EVAL, KEY_RULE, SECRET, SHELL, finding, full_report, report, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.subjects import shown_verdicts, technique_ids
from webshellhunt.reports.identity import finding_id, subject_id
from webshellhunt.reports.options import Options


def test_the_listed_verdicts_in_their_order() -> None:
    made = list(shown_verdicts(full_report(), Options()))
    assert [shown.path for shown in made] == [each.subject.path for each in full_report().verdicts[:3]]
    assert len(list(shown_verdicts(full_report(), Options(show_all=True)))) == 5
    assert made[0].id == subject_id(made[0].subject, "EXCH01", None)
    assert made[0].what.startswith("web shell")


def test_texts_are_redacted_and_excerpts_defanged() -> None:
    made = list(shown_verdicts(full_report(), Options()))
    key = made[2].findings[0]
    assert SECRET not in str((key.message, key.excerpts, key.facts, made[2].reasons))
    assert SHELL not in made[0].findings[0].excerpts
    [raw, *_] = shown_verdicts(full_report(), Options(raw_excerpts=True))
    assert raw.findings[0].excerpts == (SHELL,)
    own = finding_id(finding(), finding().evidence[0], raw.subject, "EXCH01", None)
    assert raw.findings[0].id == made[0].findings[0].id == own


def test_what_the_planting_says_is_shown() -> None:
    [first, *_] = shown_verdicts(demo_report(), Options())
    assert first.planting.startswith("planted 2021-02-28")
    [without] = shown_verdicts(report(verdict("x.aspx", Disposition.MALICIOUS, finding())), Options())
    assert without.planting == ""


def test_secrets_change_no_identifier() -> None:
    hidden, told = (
        [each.id for shown in shown_verdicts(full_report(), Options(show_secrets=secrets)) for each in shown.findings]
        for secrets in (False, True)
    )
    assert hidden == told


def test_only_ids_of_techniques_are_techniques() -> None:
    rule = replace(EVAL, techniques=("T1505.003", "x", "T1505.003", "T1190", "T12345", "T1190\n"))
    assert technique_ids(rule) == ("T1505.003", "T1190")
    made = verdict("x.aspx", Disposition.MALICIOUS, replace(finding(), rule=rule), finding(KEY_RULE))
    [shown] = shown_verdicts(report(made), Options())
    assert shown.techniques == ("T1190", "T1505.003")
