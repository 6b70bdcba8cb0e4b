"""The lines of one verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tests.reports.cases import PLACE, SHELL, finding, report, verdict
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Verdict
from webshellhunt.reports.content.subjects import accused
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.blocks import block, brief_block, is_defanged

PLAIN = Options()
WORST = verdict("C:/a.aspx", Disposition.MALICIOUS, finding())


def lines(made: Verdict, options: Options = PLAIN, said: Collection[str] = (), number: int = 1) -> list[str]:
    (row,) = accused(report(made), options)
    return list(block(replace(row, number=number), options, said))


def test_a_block_begins_with_its_number_its_word_and_its_path_alone() -> None:
    shown = lines(WORST, number=7)
    assert shown[:2] == [" 7. MALICIOUS  web shell: executes request data as code", "    C:/a.aspx"]
    assert any("(WSH1001 critical, line 1, column 31)" in line for line in shown)
    (row,) = accused(report(WORST), Options())
    assert len(list(brief_block(row, Options()))) < len(shown)


def test_excerpts_are_inert_in_files_only() -> None:
    assert is_defanged(Options(on_disk=True))
    assert not is_defanged(Options(on_disk=True, raw_excerpts=True))
    assert not is_defanged(Options())


def test_the_best_reason_is_whole_and_the_others_are_few_words() -> None:
    others = [finding(rule=replace(finding().rule, id=f"WSH100{number}"), message=f"m{number}") for number in (3, 2)]
    made = verdict("C:/a.aspx", Disposition.MALICIOUS, finding(), *others)
    text = "\n".join(lines(made))
    assert "    also: runs request data as a command (WSH1002); loads request data as code (WSH1003)" in text
    assert "m3" not in text
    everything = "\n".join(lines(made, Options(show_all=True)))
    assert "m3 (WSH1003 critical" in everything
    assert "also: " not in everything


def test_many_other_rules_are_counted() -> None:
    others = [finding(rule=replace(finding().rule, id=f"WSH10{number}")) for number in range(11, 22)]
    text = "\n".join(lines(verdict("C:/a.aspx", Disposition.MALICIOUS, finding(), *others)))
    assert "; and 3 more (--all lists each)" in text


def test_the_use_of_a_page_is_said_once() -> None:
    used = finding(rule=replace(finding().rule, id="WSH7101"), message="it was used: the server answered once")
    page = verdict("C:/a.aspx", Disposition.MALICIOUS, finding(), used)
    page = replace(page, use=Use(1, 1, 1, None, None, clients=("203.0.113.7",), client_count=1))
    assert "WSH7101" not in "\n".join(lines(page))
    assert "it was used" in "\n".join(lines(page, Options(show_all=True)))


def test_a_sentence_that_was_said_for_several_is_not_repeated() -> None:
    planted = replace(WORST, planting=Planting(None, "", "planted 2021-03-03"))
    assert "    planted 2021-03-03" in lines(planted)
    assert "    planted 2021-03-03" not in lines(planted, said={"planted 2021-03-03"})


def test_a_copy_refers_to_the_first_block_with_its_content() -> None:
    place = finding(PLACE, message="server code where none belongs")
    made = report(WORST, verdict("C:/b.aspx", Disposition.MALICIOUS, finding(), place))
    first, copy = (list(block(each, PLAIN)) for each in accused(made, PLAIN))
    assert any(SHELL in line for line in first)
    assert "    same content as 1: see the evidence there" in copy
    assert "    also: server code in a folder for static files (WSH6001)" in copy
    assert not any(SHELL in line for line in copy)
    everything = Options(show_all=True)
    assert any(SHELL in line for line in block(accused(made, everything)[1], everything))


def test_evidence_in_a_log_has_the_name_of_the_log() -> None:
    evidence = Evidence(r"C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log", "log", Span(0, 0), 13, 1, "")
    text = "\n".join(lines(verdict("x", Disposition.MALICIOUS, replace(finding(), evidence=(evidence,)))))
    assert "(WSH1001 critical, u_ex210303.log, line 13)" in text


def test_times_that_were_set_back_are_never_only_few_words() -> None:
    low = replace(finding(), severity=Severity.LOW, confidence=Confidence.LOW, message="set back from 2021 to 2017")
    stomped = replace(low, rule=replace(low.rule, id="WSH6033"))
    text = "\n".join(lines(verdict("C:/a.aspx", Disposition.MALICIOUS, finding(), stomped)))
    assert "set back from 2021 to 2017 (WSH6033" in text


def test_an_excerpt_is_wrapped_and_not_cut_before_its_match() -> None:
    text = "<%@ Page Language='C#' Debug='true' Trace='false' %> and then some words before the code starts eval(x)"
    shown = replace(finding(), evidence=(Evidence("C:/a.aspx", "text", Span(0, 9), 1, 98, text),))
    folded = lines(verdict("C:/a.aspx", Disposition.MALICIOUS, shown), Options(width=60))
    assert "eval(x)" in " ".join(folded)
    assert all(len(line) <= 60 for line in folded if "sha256" not in line)
