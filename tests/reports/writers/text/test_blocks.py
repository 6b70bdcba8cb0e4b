"""The lines of one verdict."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import finding, verdict
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.blocks import block, brief_block, is_defanged, paint

WORST = verdict("C:/a.aspx", Disposition.MALICIOUS, finding())


def test_a_verdict_begins_with_its_word_and_path() -> None:
    lines = list(block(WORST, Options(), {}))
    assert lines[0].split() == ["MALICIOUS", "C:/a.aspx"]
    assert any("WSH1001" in line for line in lines)
    assert len(list(brief_block(WORST, Options()))) < len(lines)


def test_excerpts_are_inert_in_files_only() -> None:
    assert is_defanged(Options(on_disk=True))
    assert not is_defanged(Options(on_disk=True, raw_excerpts=True))
    assert not is_defanged(Options())


def test_colours_are_given_where_they_are_wanted() -> None:
    assert paint("x", "malicious", Options()) == "x"
    assert paint("x", "malicious", Options(color=True)).endswith("mx\x1b[0m")


def test_the_use_of_a_page_is_said_once() -> None:
    used = finding(rule=replace(finding().rule, id="WSH7101"), message="it was used: the server answered once")
    page = verdict("C:/a.aspx", Disposition.MALICIOUS, finding(), used)
    page = replace(page, use=Use(1, 1, 1, None, None, clients=("203.0.113.7",), client_count=1))
    assert "it was used" not in "\n".join(block(page, Options(), {}))
    assert "it was used" in "\n".join(block(page, Options(show_all=True), {}))


def test_evidence_in_a_log_has_the_name_of_the_log() -> None:
    evidence = Evidence(r"C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log", "log", Span(0, 0), 13, 1, "")
    lines = "\n".join(
        block(verdict("x", Disposition.MALICIOUS, replace(finding(), evidence=(evidence,))), Options(), {})
    )
    assert "(WSH1001 critical, u_ex210303.log, line 13)" in lines


def test_times_that_were_set_back_are_never_only_an_id() -> None:
    others = [
        finding(rule=replace(finding().rule, id=f"WSH10{number:02}"), message=f"m{number}") for number in range(5)
    ]
    low = replace(finding(), severity=Severity.LOW, confidence=Confidence.LOW, message="set back from 2021 to 2017")
    stomped = replace(low, rule=replace(low.rule, id="WSH6033"))
    other = replace(low, rule=replace(low.rule, id="WSH6032"), message="another one")
    lines = "\n".join(block(verdict("C:/a.aspx", Disposition.MALICIOUS, *others, stomped, other), Options(), {}))
    assert "set back from 2021 to 2017 (WSH6033" in lines
    assert "another one" not in lines
    assert "other rules: WSH1003, WSH1004, WSH6032" in lines


def test_an_excerpt_is_wrapped_and_not_cut_before_its_match() -> None:
    text = "<%@ Page Language='C#' Debug='true' Trace='false' %> and then some words before the code starts eval(x)"
    shown = replace(finding(), evidence=(Evidence("C:/a.aspx", "text", Span(0, 9), 1, 98, text),))
    lines = list(block(verdict("C:/a.aspx", Disposition.MALICIOUS, shown), Options(width=60), {}))
    assert "eval(x)" in " ".join(lines)
    assert all(len(line) <= 60 for line in lines if "sha256" not in line)
