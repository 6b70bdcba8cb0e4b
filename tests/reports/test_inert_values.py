"""Values of the model without words of code, and back; the secrets of a verdict stay hidden on the way."""

from __future__ import annotations

from dataclasses import replace

from tests.builders.inert import live
from tests.reports.cases import SECRET, full_report, with_every_string
from webshellhunt.defang import restored
from webshellhunt.reports.inert_values import inert_values, inert_verdict, with_texts

CODE = live('<·% ev·al(Req·uest("x")) %>')
INERT = '<·% e·val(R·equest("x")) %>'


def test_each_text_but_excerpts_is_inert() -> None:
    report = with_every_string(full_report(), CODE)
    made = inert_values(report)
    assert made.location == made.gaps[0].reason == made.verdicts[0].subject.path == INERT
    assert made.assessment.next_steps[1].items[0] == made.verdicts[0].findings[0].message == INERT
    assert INERT in made.verdicts[0].findings[0].facts
    assert made.verdicts[0].findings[0].evidence[0].excerpt == CODE
    assert with_texts(made, restored) == report


def test_a_value_without_code_is_the_same_object() -> None:
    report = full_report()
    assert inert_values(report.verdicts) is report.verdicts
    assert inert_values(report.gaps[0]) is report.gaps[0]


def test_a_text_that_changes_loses_its_secrets_before() -> None:
    made = full_report().verdicts[2]
    [key] = made.findings
    told = replace(made, findings=(replace(key, message=f"{CODE} {SECRET}"),))
    assert SECRET not in inert_verdict(told, show_secrets=False).findings[0].message
    assert inert_verdict(told, show_secrets=True).findings[0].message == f"{INERT} {SECRET}"
