"""Only convicted subjects are shells, and their statements come from the findings that convict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.pivot.cases import case_with, demo_report, fixture, judged, report_with
from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.findings import Evidence, Secret, Span
from webshellhunt.model.verdict import Disposition
from webshellhunt.pivot.shells import convicting, shells_of, shown_content, shown_excerpt, victim_names
from webshellhunt.pivot.statements import statements_of_file


def test_only_malicious_subjects_are_shells() -> None:
    found = list(shells_of([demo_report()]))
    assert found
    assert all(shell.verdict.disposition is Disposition.MALICIOUS for shell in found)
    suspicious = replace(judged("request_reaches_eval/vbscript"), disposition=Disposition.SUSPICIOUS)
    assert list(shells_of([report_with(suspicious)])) == []


def test_an_accepted_finding_convicts_nothing() -> None:
    verdict = judged("request_reaches_eval/vbscript")
    entry = Acceptance("ours", "me", date(2027, 1, 1), rule="wsh1001")
    accepted = replace(verdict, findings=tuple(replace(each, acceptance=entry) for each in verdict.findings))
    assert convicting(accepted) == ()
    [shell] = shells_of([report_with(accepted)])
    assert shell.statements == ()


def test_the_key_and_the_statement_are_those_of_the_finding() -> None:
    [shell] = case_with(judged("request_reaches_eval/jscript-net")).shells
    key = judged("request_reaches_eval/jscript-net").findings[0].facts["request_key"]
    assert shell.keys == (key,)
    assert "eval(" in shell.statements[0].text
    assert shell.rules[0] == "WSH1001"
    assert shell.first_seen is None


def test_a_statement_that_the_file_lacks_is_left_out() -> None:
    verdict = judged("request_reaches_eval/jscript-net")
    data = fixture("request_reaches_eval/jscript-net").data
    path = verdict.subject.path
    assert case_with(verdict, contents={path: data}).shells[0].statements
    assert case_with(verdict, contents={path: b"another file"}).shells[0].statements == ()


def test_a_statement_with_a_name_of_the_victim_is_left_out() -> None:
    verdict = judged("request_reaches_eval/jscript-net")
    assert victim_names(verdict, report_with(host="EVAL")) == {"eval"}
    assert case_with(verdict, host="EVAL").shells[0].statements == ()


@pytest.mark.parametrize(
    ("encoding", "taken"),
    [
        ("utf-7", False),
        ("cp037", False),
        ("nonsense", False),
        ("utf-16-le", True),
        ("gb18030", True),
        ("utf-8-sig", True),
    ],
)
def test_excerpts_of_another_encoding_are_no_statements_without_the_file(encoding: str, taken: bool) -> None:
    verdict = judged("request_reaches_eval/jscript-net")
    facts = {**verdict.findings[0].facts, "encoding": encoding}
    odd = replace(verdict, findings=(replace(verdict.findings[0], facts=facts),))
    assert bool(case_with(odd).shells[0].statements) is taken


def test_evidence_in_another_file_is_none_of_this_one() -> None:
    verdict = judged("request_reaches_eval/jscript-net")
    findings = tuple(
        replace(each, evidence=tuple(replace(e, path="inc/other.inc") for e in each.evidence))
        for each in verdict.findings
    )
    assert case_with(replace(verdict, findings=findings)).shells[0].statements == ()


def test_the_statement_of_a_data_flow_is_that_of_its_sink() -> None:
    verdict = judged("request_loads_code/csharp-handler-decrypted")
    flows = tuple(each for each in verdict.findings if each.rule.id == "WSH1003")
    assert len(flows[0].evidence) == 4
    [statement] = case_with(replace(verdict, findings=flows)).shells[0].statements
    assert statement.text.startswith("assembly.load(")


TEXT = 'var c = "Server=db01;Database=orders;User Id=shop;Password=Tr0ub4dor&3;"; Request["a"]'


def _evidence(excerpt: str, secrets: tuple[Secret, ...] | None = None) -> Evidence:
    return Evidence("x.aspx", "text", Span(0, 1), 1, 1, excerpt, secrets)


def test_a_password_in_an_excerpt_is_cut_out() -> None:
    shown = shown_excerpt(_evidence(TEXT))
    assert "Tr0ub4dor" not in shown
    assert len(shown) == len(TEXT)
    assert shown_excerpt(_evidence("known secret", (Secret(6, 12, "secret"),))) == "known \n\n\n\n\n\n"
    assert shown_excerpt(_evidence(TEXT, ())) == TEXT


def test_a_password_in_a_file_is_in_no_statement() -> None:
    for encoding in ("utf-8", "utf-16-le"):
        content = TEXT.encode(encoding)
        shown = shown_content(content, "x.aspx")
        assert len(shown) == len(content)
        assert not any("tr0ub4dor" in each.text for each in statements_of_file(shown))
    assert any("tr0ub4dor" in each.text for each in statements_of_file(TEXT.encode()))
